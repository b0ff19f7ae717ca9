"""HAR files (1.2), as browsers and proxies save them: what each entry requests, and what it is redirected to.

The file is read as a stream of JSON events, so that one of any size takes little memory, and what stands before
damage is still found.
"""

from collections.abc import Iterator
from typing import Any

from validator.captures.found import Candidate, Follower, Leak, leaks_code
from validator.captures.lines import UNREADABLE, CaptureError, Stream, reason
from validator.url import URL

Path = tuple[str | int, ...]

_DEEPEST = 8
"""Levels of the JSON that are followed: `/log/entries/0/request/headers/0/value` has seven."""

_ENTRY_DEPTH = 3
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
        for path, value in _values(ijson.basic_parse(stream, use_float=True)):
            has_log = has_log or path[0] == "log"
            if path[:2] == ("log", "entries") and len(path) > _ENTRY_DEPTH and isinstance(path[2], int):
                if path[2] != entry.index:
                    yield from entry.found(follower)
                    entry = _Entry(path[2])
                entry.take(path[3:], value)
    except (ijson.JSONError, UnicodeDecodeError) as error:  # the second one for a lone surrogate as three bytes
        yield from entry.found(follower)
        # Its own message shows what stands there.
        where = "" if entry.index is None else f" in /log/entries/{entry.index}"
        raise CaptureError(f"its JSON is damaged or cut off{where}") from error
    except UNREADABLE as error:
        yield from entry.found(follower)
        where = "" if entry.index is None else f", in /log/entries/{entry.index}"
        raise CaptureError(f"{reason(error)}{where}") from error
    yield from entry.found(follower)
    if not has_log:
        raise CaptureError("it is JSON, but no HAR file: it has no log")


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
        self._values: dict[Path, str] = {}
        """What matters of it, by path."""
        self._header: dict[str | int, str] = {}
        self._header_path: Path = ()

    def take(self, path: Path, value: object) -> None:
        """Take a value that the entry has at `path`, if it matters."""
        if not isinstance(value, str) or not value:
            return
        if path in (("request", "url"), ("response", "redirectURL")):
            self._values[path] = value
        elif path[1:2] == ("headers",) and path[3:] in (("name",), ("value",)):
            if path[:3] != self._header_path:
                self._header, self._header_path = {}, path[:3]
            self._header[path[3]] = value
            name = self._header.get("name", "").lower()
            if (path[0], name) in _HEADERS and "value" in self._header:
                self._values[*path[:3], "value"] = self._header["value"]

    def found(self, follower: Follower) -> Iterator[Candidate | Leak]:
        requested = URL(self._values.get(("request", "url"), ""))
        for path, value in self._values.items():
            if path[:2] == ("request", "headers"):
                if leaks_code(value):
                    yield Leak(None, self._pointer(path))
            elif path == ("request", "url") and not follower.follows(requested):
                yield Candidate(value, None, None, self._pointer(path))
        locations = [path for path in self._values if path[0] == "response"]
        for path in sorted(locations, key=lambda path: path[1] == "redirectURL")[:1]:
            text = requested.resolve(self._values[path])
            follower.expect(URL(text))
            yield Candidate(text, None, None, self._pointer(path))

    def _pointer(self, path: Path) -> str:
        """The JSON pointer (RFC 6901) of a value; no part of it needs an escape."""
        return "".join(f"/{part}" for part in ("log", "entries", self.index, *path))
