"""HAR files (1.2), as browsers and proxies save them: what each entry requests, and what it is redirected to.

The file is read as a stream of JSON events, so that one of any size takes little memory, and what stands before
damage is still found.
"""

from collections.abc import Iterator
from typing import Any

from connect_errors.captures.found import Candidate, Follower, Leak, leaks_code
from connect_errors.captures.lines import UNREADABLE, CaptureError, Stream, reason
from connect_errors.captures.shortened import Shortened
from connect_errors.shown import Shown, own, say
from connect_errors.url import MAX_BYTES, URL

Path = tuple[str | int, ...]

_DEEPEST = 8
"""Levels of the JSON that are followed: `/log/entries/0/request/headers/0/value` has seven."""

_ENTRY_DEPTH = 3
_URLS = {("request", "url"), ("response", "redirectURL")}
_HEADERS = {("request", "referer"), ("response", "location")}


def read(stream: Stream) -> Iterator[Candidate | Leak]:
    """Yield the URL that each entry requests, unless it follows a redirect, and the one that it is redirected to.

    Connect may redirect by a script, without any `Location`, and the application's callback may redirect further: so
    both count.

    Raises:
        CaptureError: the file is no HAR, or breaks off; what was yielded before still counts.
    """
    import ijson  # needed only here

    follower = Follower()
    entry = _Entry(None)
    has_log = False
    try:
        # Without floats, a long number crashes ijson 3.6 instead of being an error.
        for path, value in _values(ijson.basic_parse(Shortened(stream), use_float=True)):
            has_log = has_log or path[0] == "log"
            if path[:2] == ("log", "entries") and len(path) > _ENTRY_DEPTH and isinstance(path[2], int):
                if path[2] != entry.index:
                    yield from entry.found(follower)
                    entry = _Entry(path[2])
                entry.take(path[3:], value)
    except (ijson.JSONError, ValueError) as error:
        yield from entry.found(follower)
        # Its own message shows what stands there.
        raise CaptureError(say("its JSON is damaged or cut off{}", _where(" in", entry.index))) from error
    except UNREADABLE as error:
        yield from entry.found(follower)
        raise CaptureError(say("{}{}", reason(error), _where(", in", entry.index))) from error
    yield from entry.found(follower)
    if not has_log:
        raise CaptureError(Shown("it is JSON, but no HAR file: it has no log"))


def _where(words: str, index: int | None) -> Shown:
    return Shown("") if index is None else say("{} /log/entries/{}", own(words), index)


def _values(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[Path, Any]]:
    """Yield each value with its path, None for a container; none from deeper than `_DEEPEST`."""
    path: list[str | int] = []
    deeper = 0
    for event, value in events:
        if deeper:
            deeper += event.startswith("start_") - event.startswith("end_")
            continue
        if event == "map_key":
            path[-1] = value
            continue
        if event.startswith("end_"):
            path.pop()
            continue
        if path and isinstance(path[-1], int):
            path[-1] += 1
        if path:
            yield tuple(path), value
        if event.startswith("start_"):
            if len(path) == _DEEPEST:
                deeper = 1
            else:
                path.append(-1 if event == "start_array" else "")


class _Entry:
    """One request and its response, as far as they are read."""

    def __init__(self, index: int | None) -> None:
        self.index = index
        self._values: dict[Path, tuple[Path, str]] = {}
        """What matters of it, with its path, by what it is: one of `_URLS`, or the first one of a header."""
        self._header: dict[str | int, str] = {}
        self._header_path: Path = ()

    def take(self, path: Path, value: object) -> None:
        """Take a value that the entry has at `path`, if it matters."""
        if not isinstance(value, str) or not value:
            return
        value = value[: MAX_BYTES + 1]  # a longer one is too long, whatever follows
        if path in _URLS:
            self._values[path] = path, value
        elif path[1:2] == ("headers",) and path[3:] in (("name",), ("value",)):
            if path[:3] != self._header_path:
                self._header, self._header_path = {}, path[:3]
            self._header[path[3]] = value
            header = path[0], self._header.get("name", "").lower()
            if header in _HEADERS and "value" in self._header:
                place = (*path[:3], "value")
                if header not in self._values or self._values[header][0] == place:
                    self._values[header] = place, self._header["value"]

    def found(self, follower: Follower) -> Iterator[Candidate | Leak]:
        nothing: tuple[Path, str] = (), ""
        path, referer = self._values.get(("request", "referer"), nothing)
        if leaks_code(referer):
            yield Leak(None, self._pointer(path))
        path, url = self._values.get(("request", "url"), nothing)
        requested = URL(url)
        if url and not follower.follows(requested):
            yield Candidate(url, None, None, self._pointer(path))
        path, location = self._values.get(("response", "location")) or self._values.get(
            ("response", "redirectURL"), nothing
        )
        if location:
            text = requested.resolve(location)
            follower.expect(URL(text))
            yield Candidate(text, None, None, self._pointer(path))

    def _pointer(self, path: Path) -> str:
        """The JSON pointer (RFC 6901) of a value; no part of it needs an escape."""
        return "".join(f"/{part}" for part in ("log", "entries", self.index, *path))
