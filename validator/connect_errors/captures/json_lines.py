"""Lines of JSON, such as those of a server's log → candidates.

The lines of a log differ in the redirect and in values that say nothing about it, such as the time. All else decides
what is found, so lines that have all else in common are read once. A property test holds each line to `read_value`.
"""

import re
from typing import NamedTuple, TypeGuard

from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Candidate, Leak
from connect_errors.captures.members import PATHS, Member, member
from connect_errors.captures.walker import read_value

Found = Candidate | Leak

MAX_REMEMBERED = 1_000_000
"""Characters of the lines that are remembered, at most; then all are forgotten."""

_STRING = r'"[ !#-\[\]-~]*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?(?![0-9.eE+-])"
_VALUE = re.compile(rf'":(?<=[A-Za-z0-9_]":) ?({_STRING}|{_NUMBER}|\[{_STRING}\])')
"""A member's value, in place of which any other one is valid, too: a quote after a letter ends a string in any JSON."""
_NAME = re.compile(r'(?<!\\)"([^"\\]*)\Z')
"""The name of a member, at the end of what precedes its value."""

_IN_URL = r"!#-:=@-\[\]_a-~"  # no backslash, caret or semicolon, which may be of an escape
_URL = re.compile(
    rf'"(?![^"]*=3D)((?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?)?/[{_IN_URL}]{{0,1000}}+\?[{_IN_URL}?]{{0,1000}}+)"'
)
"""A value that a candidate has as it is."""


class _Outline(NamedTuple):
    """Lines that have everything in common but values."""

    url: int
    """The index of the redirect among the values."""
    read: tuple[int, ...]
    """The indexes of values that may say something about it."""
    silent: tuple[int, ...]
    """The indexes of values that say nothing, unless they are redirects themselves."""
    known: dict[tuple[object, ...], tuple[str, Candidate]]
    """A candidate, after what precedes the value in its URL; by `key`."""

    def url_in(self, values: list[str]) -> str:
        """The redirect's URL; empty if there is another value in its place."""
        match = _URL.fullmatch(values[self.url])
        return match[1] if match else ""

    def key(self, values: list[str]) -> tuple[object, ...]:
        """What decides how the redirect is found: the values that are read, and whether it is a path."""
        return values[self.url].startswith('"/'), *[values[index] for index in self.read]


class JSONLines:
    """Reads the lines of one capture.

    Args:
        anchors: what only a redirect may have.
    """

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._outlines: dict[str, _Outline] = {}
        self._room = MAX_REMEMBERED

    def read(self, text: str) -> list[Found] | None:
        """Read a line, as `read_value` does; None if it is not JSON."""
        pieces = _VALUE.split(text)
        values = pieces[1::2]
        outline = self._outlines.get("\0".join(pieces[::2]))
        if outline is None:
            return self._learn_outline(text, pieces)
        url = outline.url_in(values)
        if not url or not self._anchors.are_in(url, after=" ") or self._says_more(outline, values):
            return read_value(text, self._anchors)
        known = outline.known.get(outline.key(values))
        if known is None:
            return self._learn(text, url, outline, values)
        before, candidate = known
        return [Candidate(before + url, *candidate[1:])]

    def _learn_outline(self, text: str, pieces: list[str]) -> list[Found] | None:
        """Read a line; if all that is found is the value of a member, remember the outline."""
        found = read_value(text, self._anchors)
        if _is_one(found) and (outline := self._outline(pieces)):
            value = pieces[1::2][outline.url]
            longer = read_value(text.replace(value, f'{value[:-1]}0"', 1), self._anchors)
            if longer == [found[0]._replace(text=f"{found[0].text}0")]:
                self._make_room(text)
                self._outlines["\0".join(pieces[::2])] = outline
        return found

    def _outline(self, pieces: list[str]) -> _Outline | None:
        """The outline of a line; None if it does not have one redirect as the value of a member."""
        values = pieces[1::2]
        members = [member(match[1]) for piece in pieces[:-1:2] if (match := _NAME.search(piece))]
        if len(members) < len(values):
            return None
        urls = [index for index, value in enumerate(values) if self._is_url(members[index], value)]
        others = [index for index in range(len(values)) if index not in urls]
        read = tuple(index for index in others if members[index].is_read)
        silent = tuple(index for index in others if not members[index].is_read)
        return _Outline(urls[0], read, silent, {}) if len(urls) == 1 else None

    def _is_url(self, named: Member, value: str) -> bool:
        """Whether a value is read as a URL, and as nothing else, and may be a redirect."""
        match = _URL.fullmatch(value) if named.key in PATHS or not named.is_read else None
        return match is not None and self._anchors.are_in(match[1], after=" ")

    def _learn(self, text: str, url: str, outline: _Outline, values: list[str]) -> list[Found] | None:
        """Read a line, and remember what decides how its redirect is found."""
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

    def _says_more(self, outline: _Outline, values: list[str]) -> bool:
        """Whether a value that says nothing about the redirect may be one itself."""
        silent = [values[index] for index in outline.silent]
        if not self._anchors.may_be_in("\n".join(silent)):
            return False
        return any(self._anchors.are_in(value.strip("[]")[1:-1], after=" ") for value in silent)


def _is_one(found: list[Found] | None) -> TypeGuard[list[Candidate]]:
    return found is not None and len(found) == 1 and isinstance(found[0], Candidate)
