"""The shape of a redirect: its text with `MARKER` in the place of every value that decides nothing and is masked.

The redacted report of a redirect depends on nothing but its shape, and on how its state differs from the one that was
sent. A text of which that is not certain has no shape.
"""

import re
from collections.abc import Iterator

from connect_errors.catalog import outcomes, recognized_parameters
from connect_errors.expectation import Expectation
from connect_errors.placeholders import IN_RAW_VALUE, NO_QUOTE_BEFORE
from connect_errors.secrets import SHOWN_PARAMETERS
from connect_errors.url import MAX_BYTES

MARKER = "\0"
"""Takes the place of a value in a shape. A text that has one itself has no shape."""

MAX_LENGTH = 2_000
"""Characters of a text that has a shape; far from `MAX_BYTES`, so that none is too long."""
assert MAX_LENGTH * 4 < MAX_BYTES  # noqa: S101 - holds two constants together

SUPPORTED_KEYWORDS = frozenset({"type", "title", "description", "examples", "pattern", "minLength", "maxLength"})
"""Keywords by which a schema may constrain an interchangeable value."""

# RFC 6749 appendix B: what decodes to printable ASCII without a percent sign, which `double-encoded` looks for. A colon
# could end a scheme, an at sign user info, where a text is not quite a URL.
_PLAIN = "[A-Za-z0-9._~!$'()*,;=/+-]*+"
_ESCAPE = f"%(?:2[0-46-9A-CFa-cf]|3[A-Fa-f]|40|5[B-Eb-e]|60|7[B-Db-d]){_PLAIN}"
"""An escape of what must be escaped: others might spell a placeholder."""
_ORDINARY = f"(?=[^&\n])(?!{IN_RAW_VALUE})(?!3D)"
"""Not a placeholder, and not what mail makes of an equals sign."""
_AT_END = f"(?<![!'(),.:;]){NO_QUOTE_BEFORE}"
"""Not the punctuation of a sentence in which the URL is, and not a quote that was around it."""
_INTERCHANGEABLE = f"{_ORDINARY}{_PLAIN}(?:{_ESCAPE})*+{_AT_END}"
_UNRESERVED = "[A-Za-z0-9._~-]"  # RFC 3986 §2.3: raw and decoded are the same, which a pattern or a length looks at
_STARTS = re.compile(r"/(?!/)|[A-Za-z][A-Za-z0-9+.-]*://")
_END = "(?![^&\n])"
_PLAIN_PATTERN = re.compile(r"\^([^\\^$(|]*)\$")
"""A pattern that means the same in the middle of a query as in a value of its own."""


class Shapes:
    """Gives texts their shapes, as far as an expectation has them."""

    def __init__(self, expectation: Expectation) -> None:
        self._values = interchangeable_values(expectation)

    def of(self, texts: list[str]) -> list[str]:
        """Give the shape of each text; of one that has none, itself after a marker, which no shape starts with."""
        if len(texts) == 1:
            return [self._of_one(texts[0])]
        lines = "\n".join(texts)
        shapes = self._values.sub(MARKER, lines).split("\n")
        if len(shapes) != len(texts) or MARKER in lines or max(map(len, texts)) > MAX_LENGTH:
            return list(map(self._of_one, texts))
        undecided = {shape for shape in set(shapes) if not _decides(shape)}
        if not undecided:
            return shapes
        return [MARKER + text if shape in undecided else shape for shape, text in zip(shapes, texts, strict=True)]

    def _of_one(self, text: str) -> str:
        if len(text) <= MAX_LENGTH and MARKER not in text and "\n" not in text:
            shape = self._values.sub(MARKER, text)
            if _decides(shape):
                return shape
        return MARKER + text

    def values(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of the values that are not in the shape of a text."""
        for match in self._values.finditer(text):
            yield match.start() + 1, match.end()

    def moved(self, before: str, after: str) -> "Moved":
        """Compare the places in two texts of one shape."""
        if before == after:
            return Moved([])
        return Moved(
            [(end, moved) for (_, end), (_, moved) in zip(self.values(before), self.values(after), strict=True)]
        )


class Moved:
    """Finds the place in a text that an index of another text of the same shape has.

    Args:
        ends: where the values end, in the other text and in this one.
    """

    def __init__(self, ends: list[tuple[int, int]]) -> None:
        self._ends = ends

    def index(self, before: int) -> int:
        """Give the index that another has in this text."""
        shift = 0
        for end, moved_end in self._ends:
            if before < end:
                break
            shift = moved_end - end
        return before + shift


def _decides(shape: str) -> bool:
    """Whether the values that were replaced are those of the query's parameters, and nothing but the query."""
    if MARKER not in shape:
        return True
    base, _, query = shape.partition("?")
    is_query_alone = MARKER not in base and "?" not in query and "#" not in shape and "=3D" not in shape
    return is_query_alone and bool(_STARTS.match(shape))


def interchangeable_values(expectation: Expectation) -> re.Pattern[str]:
    """Match `=value` in a URL, where the value decides nothing as long as it matches.

    The names are lookbehinds, so that each match can be replaced by a plain string, which is several times as fast.
    """
    fixed = set(SHOWN_PARAMETERS)
    for uri in expectation.redirect_uris:
        fixed.update(name for name in recognized_parameters() if name in uri.text)
        fixed.update(parameter.name for parameter in uri.parameters)  # encoded names, too
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
    """Match the raw values that meet all that the schemas say, and that no other rule looks into; None if unsure."""
    least = max(1, *(int(str(schema.get("minLength", 1))) for schema in schemas))
    most = min((int(str(schema["maxLength"])) for schema in schemas if "maxLength" in schema), default=None)
    patterns = sorted({str(schema["pattern"]) for schema in schemas if "pattern" in schema})
    if not patterns and most is None and least == 1:
        return _INTERCHANGEABLE
    bodies = [match[1] for match in map(_PLAIN_PATTERN.fullmatch, patterns) if match]
    if len(bodies) < len(patterns):
        return None
    lookaheads = "".join(f"(?={body}{_END})" for body in bodies)
    return f"{_ORDINARY}{lookaheads}{_UNRESERVED}{{{least},{'' if most is None else most}}}+{_AT_END}"
