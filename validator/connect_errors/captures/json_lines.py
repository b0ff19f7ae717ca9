"""Read JSON Lines, such as a server's log, whose lines are nearly alike.

The lines of a log differ mainly in the redirect, and in values that are irrelevant to it, such as timestamps. The rest
of a line determines how the redirect is found, so lines that share it are parsed only once. A property test compares
every result with that of `read_value`.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Candidate, Leak
from connect_errors.captures.member_names import PATHS, Member, member
from connect_errors.captures.text import TextReader
from connect_errors.captures.walker import WHOLE, read_string, read_value
from connect_errors.url import MAX_BYTES

Found = Candidate | Leak
_Finder = Callable[[str], list[Found]]
"""Finds the redirects of a line whose only difference from a known line is this URL or text."""

MAX_REMEMBERED = 1_000_000
"""Maximum number of cached characters; when it is exceeded, the cache is emptied."""

MAX_SEEN = 1000
"""Maximum number of outlines that were seen once; when it is exceeded, they are forgotten."""

_PLAIN = r'[^"\\\x00-\x1f\ud800-\udfff]*+'
_STRING = rf'"{_PLAIN}(?:\\(?:["nrt]|u00(?:26|3[ce])){_PLAIN})*+"'  # Go escapes & and <> as well
_NUMBER = r"-?(?:0|[1-8][0-9]{0,18}|9[0-9]{0,17})(?:\.[0-9]{1,30})?(?![0-9.eE+-])"  # 64 bits
_SCALAR = f"(?:{_STRING}|{_NUMBER}|true|false|null)"
_VALUE = re.compile(rf'":(?<=[A-Za-z0-9_]":) ?({_SCALAR}|\[(?:{_SCALAR}(?:, ?{_SCALAR})*+)?\])')
"""A member value that any other match can replace in valid JSON, where a quote after a letter always ends a string."""
_NAME = re.compile(r'(?<!\\)"([^"\\]*)\Z')
"""The name of a member at the end of the text before its value."""

_IN_URL = r"!#-:=@-\[\]_a-~"  # without characters of escapes: backslash, caret and semicolon
_URL = re.compile(rf"(?!.*=3D)(?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?)?/[{_IN_URL}]{{0,1000}}+\?[{_IN_URL}?]{{0,1000}}+")
"""A value that becomes the text of a candidate unchanged, or its end."""


class _Outline(NamedTuple):
    """Lines that differ only in the values of members."""

    at: int
    """The index of the value that has the redirect."""
    is_text: bool
    """Whether that value is text, such as a line of a log, not a URL."""
    read: tuple[int, ...]
    """The indexes of the values that may matter to the redirect, whatever they are."""
    silent: tuple[int, ...]
    """The indexes of the other values, which matter only if they contain a redirect."""
    finders: dict[tuple[object, ...], _Finder]
    """The finder for each `key`."""

    def key(self, values: list[str]) -> tuple[object, ...]:
        """Return all that determines how the redirect is found: the values that matter, and whether it is a path."""
        return values[self.at].startswith('"/'), *[values[index] for index in self.read]


class JSONLines:
    """Reads the JSON Lines of one capture.

    Args:
        anchors: finds the anchors of redirects.
    """

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._outlines: dict[tuple[str, ...], _Outline] = {}
        self._room = MAX_REMEMBERED
        self._seen: set[int] = set()
        """The hashes of outlines that were seen once; most of them never again."""

    def read(self, text: str) -> list[Found] | None:
        """Read a line like `read_value`, apart from `record`; None if it is not JSON."""
        pieces = _VALUE.split(text)
        values = pieces[1::2]
        outline = self._outlines.get(tuple(pieces[::2]))
        if outline is None:
            return self._learn_outline(text, pieces)
        content = self._content(values[outline.at], is_text=outline.is_text)
        if not content or self._has_more(outline, values):
            return read_value(text, self._anchors)
        find = outline.finders.get(outline.key(values))
        return find(content) if find else self._learn(text, content, outline, values)

    def _content(self, value: str, *, is_text: bool) -> str:
        """Return the URL that a value is, or the text; empty if it has no redirect."""
        content = _string(value)
        if not self._anchors.are_in(content, after=" "):
            return ""
        if is_text:
            return "" if WHOLE.fullmatch(content) or len(content) > MAX_BYTES else content
        return content if _URL.fullmatch(content) else ""

    def _learn_outline(self, text: str, pieces: list[str]) -> list[Found] | None:
        """Read a line, and cache its outline the second time, if only the value of one member has redirects."""
        found = read_value(text, self._anchors)
        fixed = tuple(pieces[::2])
        if found and self._was_seen(hash(fixed)) and (outline := self._outline(pieces)):
            value = pieces[1::2][outline.at]
            content = self._content(value, is_text=outline.is_text)
            find = self._finder(content, found, is_text=outline.is_text)
            longer = text.replace(value, f'{value[:-1]}0"', 1)
            if find and find(f"{content}0") == read_value(longer, self._anchors):
                self._make_room(text)
                self._outlines[fixed] = outline
        return found

    def _finder(self, content: str, found: list[Found], *, is_text: bool) -> _Finder | None:
        """Return a finder that finds the same redirects in the same content; None if there is none."""
        first = found[0]
        if is_text:
            find = partial(self._in_text, first.pointer or "")
            return find if find(content) == found else None
        if len(found) == 1 and isinstance(first, Candidate) and first.text.endswith(content):
            return partial(_copy, first.text.removesuffix(content), first)
        return None

    def _in_text(self, pointer: str, text: str) -> list[Found]:
        return list(read_string(TextReader(self._anchors, pointer, self), text, pointer, 0))

    def _was_seen(self, outline: int) -> bool:
        if outline in self._seen:
            return True
        if len(self._seen) >= MAX_SEEN:
            self._seen.clear()
        self._seen.add(outline)
        return False

    def _outline(self, pieces: list[str]) -> _Outline | None:
        """Return the outline of a line; None unless exactly one member value may be a redirect."""
        values = pieces[1::2]
        members = [member(match[1]) for piece in pieces[:-1:2] if (match := _NAME.search(piece))]
        if len(members) < len(values):
            return None
        named = list(zip(members, values, strict=False))
        urls = [index for index, (one, value) in enumerate(named) if self._may_be(one, value, is_text=False)]
        texts = [index for index, (one, value) in enumerate(named) if self._may_be(one, value, is_text=True)]
        if len(urls or texts) != 1:
            return None
        [index] = urls or texts
        others = [(number, one) for number, one in enumerate(members) if number != index]
        read = tuple(number for number, one in others if one.always_matters)
        silent = tuple(number for number, one in others if not one.always_matters)
        return _Outline(index, not urls, read, silent, {})

    def _may_be(self, named: Member, value: str, *, is_text: bool) -> bool:
        """Whether a value may be a redirect, and is read only as a URL, or as text."""
        is_read_so = not named.always_matters or (named.key in PATHS and not is_text)
        return is_read_so and value.startswith('"') and bool(self._content(value, is_text=is_text))

    def _learn(self, text: str, content: str, outline: _Outline, values: list[str]) -> list[Found] | None:
        """Read a line of a known outline, and cache how its redirects are found."""
        found = read_value(text, self._anchors)
        if found and (find := self._finder(content, found, is_text=outline.is_text)):
            self._make_room(text)
            outline.finders[outline.key(values)] = find
        return found

    def _make_room(self, text: str) -> None:
        self._room -= len(text)
        if self._room < 0:
            self._outlines.clear()
            self._room = MAX_REMEMBERED

    def _has_more(self, outline: _Outline, values: list[str]) -> bool:
        """Whether another value may contain a redirect, too."""
        silent = [values[index] for index in outline.silent]
        if not self._anchors.may_be_in("\n".join(silent)):
            return False
        return any(map(self._may_be_redirect, silent))

    def _may_be_redirect(self, value: str) -> bool:
        if value.startswith("[") or "\\" in value:
            return self._anchors.may_be_in(value)
        return self._anchors.are_in(value[1:-1], after=" ")


def _string(value: str) -> str:
    """Decode a JSON string."""
    return str(json.loads(value)) if "\\" in value else value[1:-1]


def _copy(before: str, candidate: Candidate, url: str) -> list[Found]:
    return [Candidate(before + url, *candidate[1:])]
