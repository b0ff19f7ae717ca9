"""Read JSON Lines, such as a server's log, whose lines are nearly alike.

The lines of a log differ mainly in the redirect, and in values that are irrelevant to it, such as timestamps. The rest
of a line determines how the redirect is found, so lines that share it are parsed only once. A property test compares
every result with that of `read_value`.
"""

import re
from typing import NamedTuple, TypeGuard

from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Candidate, Leak
from connect_errors.captures.members import PATHS, Member, member
from connect_errors.captures.walker import read_value

Found = Candidate | Leak

MAX_REMEMBERED = 1_000_000
"""Maximum number of cached characters; when it is exceeded, the cache is emptied."""

MAX_SEEN = 1000
"""Maximum number of outlines that were seen once; when it is exceeded, they are forgotten."""

_PLAIN = r'[^"\\\x00-\x1f\ud800-\udfff]*+'
_STRING = rf'"{_PLAIN}(?:\\["nrt]{_PLAIN})*+"'
_NUMBER = r"-?(?:0|[1-8][0-9]{0,18}|9[0-9]{0,17})(?:\.[0-9]{1,30})?(?![0-9.eE+-])"  # 64 bits
_SCALAR = f"(?:{_STRING}|{_NUMBER}|true|false|null)"
_VALUE = re.compile(rf'":(?<=[A-Za-z0-9_]":) ?({_SCALAR}|\[(?:{_SCALAR}(?:, ?{_SCALAR})*+)?\])')
"""A member value that any other match can replace in valid JSON, where a quote after a letter always ends a string."""
_NAME = re.compile(r'(?<!\\)"([^"\\]*)\Z')
"""The name of a member at the end of the text before its value."""

_IN_URL = r"!#-:=@-\[\]_a-~"  # without characters of escapes: backslash, caret and semicolon
_URL = re.compile(
    rf'"(?![^"]*=3D)((?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?)?/[{_IN_URL}]{{0,1000}}+\?[{_IN_URL}?]{{0,1000}}+)"'
)
"""A value that becomes the text of a candidate unchanged, or its end."""


class _Outline(NamedTuple):
    """Lines that differ only in the values of members."""

    url: int
    """The index of the value that is the redirect."""
    read: tuple[int, ...]
    """The indexes of the values that may matter to it, whatever they are."""
    silent: tuple[int, ...]
    """The indexes of the other values, which matter only if they contain a redirect."""
    known: dict[tuple[object, ...], tuple[str, Candidate]]
    """For each `key`, the part of the candidate's URL before the value, and a candidate to copy."""

    def url_in(self, values: list[str]) -> str:
        """Return the URL of the redirect; empty if the value is not one."""
        match = _URL.fullmatch(values[self.url])
        return match[1] if match else ""

    def key(self, values: list[str]) -> tuple[object, ...]:
        """Return all that determines how the redirect is found: the values that matter, and whether it is a path."""
        return values[self.url].startswith('"/'), *[values[index] for index in self.read]


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
        url = outline.url_in(values)
        if not url or not self._anchors.are_in(url, after=" ") or self._has_more(outline, values):
            return read_value(text, self._anchors)
        known = outline.known.get(outline.key(values))
        if known is None:
            return self._learn(text, url, outline, values)
        before, candidate = known
        return [Candidate(before + url, *candidate[1:])]

    def _learn_outline(self, text: str, pieces: list[str]) -> list[Found] | None:
        """Read a line, and cache its outline the second time, if the only result is the value of a member."""
        found = read_value(text, self._anchors)
        fixed = tuple(pieces[::2])
        if _is_one(found) and self._was_seen(hash(fixed)) and (outline := self._outline(pieces)):
            value = pieces[1::2][outline.url]
            longer = read_value(text.replace(value, f'{value[:-1]}0"', 1), self._anchors)
            if longer == [found[0]._replace(text=f"{found[0].text}0")]:
                self._make_room(text)
                self._outlines[fixed] = outline
        return found

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
        urls = [index for index, value in enumerate(values) if self._is_url(members[index], value)]
        if len(urls) != 1:
            return None
        [url] = urls
        read = tuple(index for index, one in enumerate(members) if one.always_matters and index != url)
        silent = tuple(index for index, one in enumerate(members) if not one.always_matters and index != url)
        return _Outline(url, read, silent, {})

    def _is_url(self, named: Member, value: str) -> bool:
        """Whether a value may be a redirect, and is read only as a URL."""
        match = _URL.fullmatch(value) if named.key in PATHS or not named.always_matters else None
        return match is not None and self._anchors.are_in(match[1], after=" ")

    def _learn(self, text: str, url: str, outline: _Outline, values: list[str]) -> list[Found] | None:
        """Read a line of a known outline, and cache how its redirect is found."""
        found = read_value(text, self._anchors)
        if _is_one(found) and found[0].text.endswith(url):
            self._make_room(text)
            outline.known[outline.key(values)] = found[0].text.removesuffix(url), found[0]
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


def _is_one(found: list[Found] | None) -> TypeGuard[list[Candidate]]:
    return found is not None and len(found) == 1 and isinstance(found[0], Candidate)
