"""The shape of a redirect: its text, with `MARKER` in place of every value that has no effect and is masked.

The redacted report of a redirect depends only on its shape, and on how its state differs from the one that was sent. A
text for which this is not certain has no shape.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TypeVar

from connect_errors import lazy_re
from connect_errors.catalog import errors, outcomes, recognized_parameters
from connect_errors.encoding import Span, decode
from connect_errors.expectation import Expectation
from connect_errors.placeholders import IN_RAW_VALUE, NO_QUOTE_BEFORE
from connect_errors.secrets import SHOWN_PARAMETERS
from connect_errors.shown import Shown
from connect_errors.state import state_difference
from connect_errors.url import MAX_BYTES

_K = TypeVar("_K")

MARKER = "\0"
"""Replaces a value in a shape. A text that contains it has no shape."""

MAX_LENGTH = 2_000
"""Maximum length of a text with a shape, in characters; far below `MAX_BYTES`, so that none is too long."""
assert MAX_LENGTH * 4 < MAX_BYTES  # noqa: S101 - ensures consistency of two constants

SUPPORTED_KEYWORDS = frozenset({"type", "title", "description", "examples", "pattern", "minLength", "maxLength"})
"""Keywords that may constrain an interchangeable value."""

# RFC 6749 appendix B: text that decodes to printable ASCII without a percent sign, which `double-encoded` looks for. A
# colon could end a scheme, an at sign user info, if the text is not quite a URL.
_PLAIN = "[A-Za-z0-9._~!$'(),;=/+-]*+"
_ESCAPED = "2[0-46-9BCFbcf]|3[A-Fa-f]|40|5[B-Eb-e]|60|7[B-Db-d]"
"""Characters that must be escaped, in hexadecimal: escapes of others might spell a placeholder."""
_ASTERISK = r"(?:\*|%2[Aa])"
_OTHER = rf"(?:%(?:{_ESCAPED})|{_ASTERISK}(?!{_ASTERISK}{{2}}))"
"""An escape, or an asterisk that is not one of a mask."""
_NOT_IN_DESCRIPTION = "(?!%(?:22|5[Cc]))"  # RFC 6749 §4.1.2.1: no quotation mark, no backslash
_ORDINARY = f"(?=[^&\n])(?!{IN_RAW_VALUE})(?!3D)"
"""Neither a placeholder, nor an equals sign encoded in mail."""
_AT_END = f"(?<![!'(),.:;]){NO_QUOTE_BEFORE}"
"""Neither punctuation of a surrounding sentence, nor a surrounding quote."""
_INTERCHANGEABLE = f"{_ORDINARY}{_PLAIN}(?:{_OTHER}{_PLAIN})*+{_AT_END}"
_UNRESERVED = "[A-Za-z0-9._~-]"  # RFC 3986 §2.3: same raw and decoded, as required by patterns and lengths
_STATE = lazy_re.pattern("state=(?<=[?&]state=)([^&?]+)")
"""A state with a raw question mark is never interchangeable, as it may be a path with another state after it."""
_STARTS = lazy_re.pattern(r"/(?!/)|[A-Za-z][A-Za-z0-9+.-]*://")
_END = "(?![^&\n])"
_PLAIN_PATTERN = lazy_re.pattern(r"\^([^\\^$(|]*)\$")
"""A pattern with the same meaning in the middle of a query string as in a separate value."""


class Shapes:
    """Computes the shapes of texts, as far as an expectation allows.

    Args:
        expectation: the application's knowledge about its redirects.
    """

    def __init__(self, expectation: Expectation) -> None:
        self._expectation = expectation
        self._descriptions: re.Pattern[str] | None = None

    @cached_property
    def _values(self) -> re.Pattern[str]:
        """Matches interchangeable values; compiling it takes a millisecond, and a redirect alone does not need it."""
        return interchangeable_values(self._expectation)

    def of(self, texts: list[str], *, is_summary: bool = False) -> list[str]:
        """Return the shape of each text; a text without one is returned after a marker, with which no shape starts.

        Args:
            texts: one per redirect.
            is_summary: whether only verdicts count, so that shapes may also lack descriptions, if these make most
                redirects different.
        """
        if len(texts) == 1:
            return [self._shape_of(texts[0])]
        lines = "\n".join(texts)
        shapes = self._values.sub(MARKER, lines).split("\n")
        if len(shapes) != len(texts) or MARKER in lines or max(map(len, texts)) > MAX_LENGTH:
            return list(map(self._shape_of, texts))
        distinct = set(shapes)
        if is_summary and len(distinct) > len(shapes) / 2:
            self._descriptions = self._descriptions or undocumented_descriptions(self._expectation)
            shapes = self._descriptions.sub(MARKER, "\n".join(shapes)).split("\n")
            distinct = set(shapes)
        undetermined = {shape for shape in distinct if not _determines_report(shape)}
        if not undetermined:
            return shapes
        return [MARKER + text if shape in undetermined else shape for shape, text in zip(shapes, texts, strict=True)]

    def _shape_of(self, text: str) -> str:
        if len(text) <= MAX_LENGTH and MARKER not in text and "\n" not in text:
            shape = self._values.sub(MARKER, text)
            if _determines_report(shape):
                return shape
        return MARKER + text

    def values(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of the values that the shape of a text omits."""
        for match in self._values.finditer(text):
            yield match.start() + 1, match.end()

    def decoded_values(self, texts: list[str], shapes: list[str]) -> Iterator[list[str]]:
        """Yield, for each line of a list and its shape, the values that the shape omits."""
        # They decode to printable ASCII, so they can all be decoded at once.
        values = decode("\n".join([value[1:] for value in self._values.findall("\n".join(texts))])).split("\n")
        start = 0
        for text, shape in zip(texts, shapes, strict=True):
            has_shape = not shape.startswith(MARKER)
            end = start + (shape.count(MARKER) if has_shape else len(self._values.findall(text)))
            yield values[start:end]
            start = end

    def decoded_values_of(self, text: str) -> list[str]:
        """Return the values that the shape of a text omits."""
        return [decode(value[1:]) for value in self._values.findall(text)]

    def map_spans(self, spans: Sequence[Span | None], before: str, after: str) -> Sequence[Span | None]:
        """Map places in one text to another text of the same shape."""
        if not spans or before == after:
            return spans
        values = zip(self.values(before), self.values(after), strict=True)
        ends = [(end, mapped_end) for (_, end), (_, mapped_end) in values]
        return [span and (_map_index(span[0], ends), _map_index(span[1], ends)) for span in spans]


def _map_index(index: int, ends: list[Span]) -> int:
    """Map an index to another text of the same shape, given where each value ends in both."""
    shift = 0
    for end, mapped_end in ends:
        if index < end:
            break
        shift = mapped_end - end
    return index + shift


class StateDifferences:
    """Describes how states in texts differ from the one that was sent.

    Args:
        sent: the state that was sent, decoded.
    """

    def __init__(self, sent: str) -> None:
        def describe(raw: str) -> Shown | None:
            return state_difference(sent, decode(raw))

        self._describe = describe
        self._describe_cached = lru_cache(1000)(describe)
        self._describe_last = lru_cache(1000)(lambda raw: (describe(raw),))
        self._ending = ""
        """The end of the last text that ended with the state that was sent: `&state=` and the state, encoded."""

    def add_to(self, keys: Sequence[_K], texts: list[str]) -> list[_K | tuple[_K, tuple[Shown | None, ...]]]:
        """Add its differences to the key of each text with any. Most texts end with the state that was sent."""
        ending = self._ending
        length = len(ending) - len("&")
        return [
            key
            if (text.endswith(ending) and text.find("state=") == len(text) - length)
            or not any(differences := self._compare(text))
            else (key, differences)
            for key, text in zip(keys, texts, strict=True)
        ]

    def _compare(self, text: str) -> tuple[Shown | None, ...]:
        """Like `of`; remember the end of the text if it is the state that was sent."""
        differences = self.of(text)
        if differences == (None,) and (state := _only_state_at_end(text)):
            self._ending = f"&state={state}"
        return differences

    def of(self, text: str) -> tuple[Shown | None, ...]:
        """Compare every state in the text of a URL; None for each that is equal."""
        if len(text) > MAX_LENGTH:
            return tuple(map(self._describe, _STATE.findall(text)))
        if state := _only_state_at_end(text):
            return self._describe_last(state)
        return tuple(map(self._describe_cached, _STATE.findall(text)))


def _only_state_at_end(text: str) -> str:
    """Return the state with which a text ends, encoded; empty if it ends with none, or may have another one."""
    before, _, state = text.rpartition("&state=")
    is_only_one = before and "state=" not in before and "&" not in state and "?" not in state
    return state if is_only_one else ""


def _determines_report(shape: str) -> bool:
    """Whether a shape omits only values of query parameters, and nothing outside the query string."""
    if MARKER not in shape:
        return True
    base, _, query = shape.partition("?")
    is_query_alone = MARKER not in base and "?" not in query and "#" not in shape and "=3D" not in shape
    return is_query_alone and bool(_STARTS.match(shape))


def interchangeable_values(expectation: Expectation) -> re.Pattern[str]:
    """Build a pattern for `=value` in a URL, if the value has no effect as long as it matches.

    The names are lookbehinds, so that each match can be replaced with a plain string, which is several times as fast.
    """
    fixed = SHOWN_PARAMETERS | _names_in_redirect_uris(expectation)
    by_value: dict[str, list[str]] = {}
    for name in sorted(recognized_parameters() - fixed):
        schemas = [outcome.parameters[name] for outcome in outcomes().values() if name in outcome.parameters]
        supported = all(schema.keys() <= SUPPORTED_KEYWORDS for schema in schemas)
        if supported and (value := _value_pattern(schemas)):
            by_value.setdefault(value, []).append(re.escape(name))
    alternatives = (
        f"(?:{'|'.join(f'(?<=[?&]{name}=)' for name in names)}){value}" for value, names in by_value.items()
    )
    return re.compile(f"=(?:{'|'.join(alternatives)}){_END}")


def _value_pattern(schemas: list[dict[str, object]]) -> str | None:
    """Build a pattern for raw values that satisfy the schemas, and that no other rule examines; None if uncertain."""
    min_length = max(1, *(int(str(schema.get("minLength", 1))) for schema in schemas))
    max_length = min((int(str(schema["maxLength"])) for schema in schemas if "maxLength" in schema), default=None)
    patterns = sorted({str(schema["pattern"]) for schema in schemas if "pattern" in schema})
    if not patterns and max_length is None and min_length == 1:
        return _INTERCHANGEABLE
    bodies = [match[1] for match in map(_PLAIN_PATTERN.fullmatch, patterns) if match]
    if len(bodies) < len(patterns):
        return None
    lookaheads = "".join(f"(?={body}{_END})" for body in bodies)
    return f"{_ORDINARY}{lookaheads}{_UNRESERVED}{{{min_length},{'' if max_length is None else max_length}}}+{_AT_END}"


def undocumented_descriptions(expectation: Expectation) -> re.Pattern[str]:
    """Build a pattern for `=value` in a URL, if the value is an undocumented description in RFC 6749's character set.

    All of them have the same effect on the verdict.
    """
    if "error_description" in _names_in_redirect_uris(expectation):
        return re.compile("(?!)")
    wordings = sorted({wording for error in errors().values() for wording in error.wordings})
    documented = "|".join("".join(map(_raw_pattern, wording)) for wording in wordings if wording.isascii())
    other = f"{_NOT_IN_DESCRIPTION}{_OTHER}"
    at_end = f"(?:{_AT_END}|(?=&){NO_QUOTE_BEFORE})"  # most end with a full stop
    value = f"(?!(?:{documented}){_END}){_ORDINARY}{_PLAIN}(?:{other}{_PLAIN})*+{at_end}"
    return re.compile(f"=(?<=[?&]error_description=){value}{_END}")


def _names_in_redirect_uris(expectation: Expectation) -> set[str]:
    """Return the parameters that redirect URIs may have themselves."""
    names: set[str] = set()
    for uri in expectation.redirect_uris:
        names.update(name for name in recognized_parameters() if name in uri.text)
        names.update(parameter.name for parameter in uri.parameters)  # including encoded names
    return names


def _raw_pattern(character: str) -> str:
    """Build a pattern for a character of a raw value whose only escapes are `_ESCAPED`."""
    if character.isalnum():
        return character
    code = f"{ord(character):02X}"
    return rf"(?:\+|%{code})" if character == " " else rf"(?:\x{code}|(?i:%{code}))"
