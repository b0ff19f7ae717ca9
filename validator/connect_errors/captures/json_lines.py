"""Read JSON Lines, such as a server's log, whose lines are nearly alike.

The lines of a log differ mainly in the redirect, and in values that are irrelevant to it, such as timestamps. The rest
of a line determines how the redirect is found, so lines that share it are parsed only once. A property test compares
every result with that of `read_value`.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Candidate, Result
from connect_errors.captures.member_names import PATHS, Member, member_named
from connect_errors.captures.text import TextReader
from connect_errors.captures.walker import WHOLE, read_string, read_value
from connect_errors.url import MAX_BYTES

_Finder = Callable[[str], list[Result]]
"""Finds the redirects of a line whose only difference from a known line is this URL or text."""

MAX_REMEMBERED = 1_000_000
"""Maximum number of cached characters; when it is exceeded, the cache is emptied."""

MAX_SEEN = 1000
"""Maximum number of templates that were seen once; when it is exceeded, they are forgotten."""

_PLAIN = r'[^"\\\x00-\x1f\ud800-\udfff]*+'
_STRING = rf'"{_PLAIN}(?:\\(?:["nrt]|u00(?:26|3[ce])){_PLAIN})*+"'  # Go escapes & and <> as well
_NUMBER = r"-?(?:0|[1-8][0-9]{0,18}|9[0-9]{0,17})(?:\.[0-9]{1,30})?(?![0-9.eE+-])"  # 64 bits
_SCALAR = f"(?:{_STRING}|{_NUMBER}|true|false|null)"
_VALUE = lazy_re.pattern(rf'":(?<=[A-Za-z0-9_]":) ?({_SCALAR}|\[(?:{_SCALAR}(?:, ?{_SCALAR})*+)?\])')
"""A member value that any other match can replace in valid JSON, where a quote after a letter always ends a string."""
_NAME = lazy_re.pattern(r'(?<!\\)"([^"\\]*)\Z')
"""The name of a member at the end of the text before its value."""

_IN_URL = r"!#-:=@-\[\]_a-~"  # without characters of escapes: backslash, caret and semicolon
_URL = lazy_re.pattern(
    rf"(?!.*=3D)(?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?)?/[{_IN_URL}]{{0,1000}}+\?[{_IN_URL}?]{{0,1000}}+"
)
"""A value that becomes the text of a candidate unchanged, or its end."""


class _Template(NamedTuple):
    """Lines that differ only in the values of members."""

    redirect_index: int
    """The index of the value that has the redirect."""
    is_text: bool
    """Whether that value is text, such as a line of a log, not a URL."""
    relevant: tuple[int, ...]
    """The indexes of the values that may matter to the redirect, whatever they are."""
    irrelevant: tuple[int, ...]
    """The indexes of the other values, which matter only if they contain a redirect."""
    finders: dict[tuple[object, ...], _Finder]
    """The finder for each `key`."""

    def key(self, values: list[str]) -> tuple[object, ...]:
        """Return all that determines how the redirect is found: the values that matter, and whether it is a path."""
        return values[self.redirect_index].startswith('"/'), *[values[index] for index in self.relevant]


class JSONLines:
    """Reads the JSON Lines of one capture.

    Args:
        anchors: finds the anchors of redirects.
    """

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._templates: dict[tuple[str, ...], _Template] = {}
        self._room = MAX_REMEMBERED
        self._seen: set[int] = set()
        """The hashes of templates that were seen once; most of them never again."""

    def read(self, text: str) -> list[Result] | None:
        """Read a line like `read_value`, apart from `record`; None if it is not JSON."""
        pieces = _VALUE.split(text)
        values = pieces[1::2]
        template = self._templates.get(tuple(pieces[::2]))
        if template is None:
            return self._learn_template(text, pieces)
        content = self._content(values[template.redirect_index], is_text=template.is_text)
        if not content or self._may_have_more(template, values):
            return read_value(text, self._anchors)
        finder = template.finders.get(template.key(values))
        return finder(content) if finder else self._learn_finder(text, content, template, values)

    def _content(self, value: str, *, is_text: bool) -> str:
        """Return the URL that a value is, or the text; empty if it has no redirect, or is an array."""
        content = _decode(value)
        if value.startswith("[") or not self._anchors.occur_in(content, after=" "):
            return ""
        if is_text:
            return "" if WHOLE.fullmatch(content) or len(content) > MAX_BYTES else content
        return content if _URL.fullmatch(content) else ""

    def _learn_template(self, text: str, pieces: list[str]) -> list[Result] | None:
        """Read a line, and cache its template the second time, if only the value of one member has redirects."""
        results = read_value(text, self._anchors)
        fixed_pieces = tuple(pieces[::2])
        if results and self._was_seen(hash(fixed_pieces)) and (template := self._make_template(pieces)):
            value = pieces[1::2][template.redirect_index]
            content = self._content(value, is_text=template.is_text)
            finder = self._make_finder(content, results, is_text=template.is_text)
            changed = text.replace(value, f'{value[:-1]}0"', 1)
            if finder and finder(f"{content}0") == read_value(changed, self._anchors):
                self._make_room(text)
                self._templates[fixed_pieces] = template
        return results

    def _make_finder(self, content: str, results: list[Result], *, is_text: bool) -> _Finder | None:
        """Return a finder that finds the same redirects in the same content; None if there is none."""
        result = results[0]
        if is_text:
            record = result.record if isinstance(result, Candidate) else 0
            finder = partial(self._find_in_text, result.pointer or "", record)
            return finder if finder(content) == results else None
        if len(results) == 1 and isinstance(result, Candidate) and result.text.endswith(content):
            return partial(_copy_candidate, result.text.removesuffix(content), result)
        return None

    def _find_in_text(self, pointer: str, record: int, text: str) -> list[Result]:
        return list(read_string(TextReader(self._anchors, pointer, self), text, pointer, record))

    def _was_seen(self, template_hash: int) -> bool:
        if template_hash in self._seen:
            return True
        if len(self._seen) >= MAX_SEEN:
            self._seen.clear()
        self._seen.add(template_hash)
        return False

    def _make_template(self, pieces: list[str]) -> _Template | None:
        """Return the template of a line; None unless exactly one member value may be a redirect."""
        values = pieces[1::2]
        members = [member_named(match[1]) for piece in pieces[:-1:2] if (match := _NAME.search(piece))]
        if len(members) < len(values):
            return None
        named_values = list(zip(members, values, strict=False))
        urls = [
            index
            for index, (member, value) in enumerate(named_values)
            if self._may_be_content(member, value, is_text=False)
        ]
        texts = [
            index
            for index, (member, value) in enumerate(named_values)
            if self._may_be_content(member, value, is_text=True)
        ]
        if len(urls or texts) != 1:
            return None
        [index] = urls or texts
        others = [(other, member) for other, member in enumerate(members) if other != index]
        relevant = tuple(other for other, member in others if member.always_matters)
        irrelevant = tuple(other for other, member in others if not member.always_matters)
        return _Template(index, not urls, relevant, irrelevant, {})

    def _may_be_content(self, member: Member, value: str, *, is_text: bool) -> bool:
        """Whether a value may be a redirect, and is read only as a URL, or as text."""
        is_read_only_so = not member.always_matters or (member.key in PATHS and not is_text)
        return is_read_only_so and value.startswith('"') and bool(self._content(value, is_text=is_text))

    def _learn_finder(self, text: str, content: str, template: _Template, values: list[str]) -> list[Result] | None:
        """Read a line of a known template, and cache how its redirects are found."""
        results = read_value(text, self._anchors)
        if results and (finder := self._make_finder(content, results, is_text=template.is_text)):
            self._make_room(text)
            template.finders[template.key(values)] = finder
        return results

    def _make_room(self, text: str) -> None:
        self._room -= len(text)
        if self._room < 0:
            self._templates.clear()
            self._room = MAX_REMEMBERED

    def _may_have_more(self, template: _Template, values: list[str]) -> bool:
        """Whether another value may contain a redirect, too."""
        irrelevant = [values[index] for index in template.irrelevant]
        contents = list(map(_decode, irrelevant))
        if not self._anchors.may_occur_in("\n".join(contents)):
            return False
        return any(map(self._may_be_redirect, irrelevant, contents))

    def _may_be_redirect(self, value: str, content: str) -> bool:
        if value.startswith("["):
            return self._anchors.may_occur_in(content)
        return self._anchors.occur_in(content, after=" ")


def _decode(value: str) -> str:
    """Decode a JSON string, or the items of an array as one text."""
    if "\\" not in value:
        return value[1:-1]
    decoded = json.loads(value)
    return decoded if isinstance(decoded, str) else "\n".join(map(str, decoded))


def _copy_candidate(before: str, candidate: Candidate, url: str) -> list[Result]:
    return [Candidate(before + url, *candidate[1:])]
