"""Walk over JSON of any shape, as a stream of events, and find possible redirects.

* A string that is a URL, or a path with a query string; a string that contains text, such as a line of a log.
* A path and its query string in separate members, whatever their names, with the host next to them.
* An object whose members are the parameters.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from typing import Any

from connect_errors import lazy_re
from connect_errors.captures import member_names
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Candidate, Leak, Result, Role
from connect_errors.captures.frames import Frame, PendingURL
from connect_errors.captures.logs import leaks_code
from connect_errors.captures.member_names import Member, member_named
from connect_errors.captures.pairs import is_parameter
from connect_errors.captures.records import Records
from connect_errors.captures.text import TextReader
from connect_errors.redaction import shown_pointer
from connect_errors.shown import Shown
from connect_errors.url import MAX_BYTES

Event = tuple[str, Any]

MAX_DEPTH = 64
"""Maximum depth of JSON that is followed."""

_ENDS = ("end_map", "end_array")
WHOLE = lazy_re.pattern(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|/)[^\s\"<>`]*")
"""Matches a string that is a URL or a path, not text that contains one."""


class Walker:
    """Processes the events of one capture's JSON, one document after the other.

    Args:
        anchors: finds the anchors of redirects.
        on_string: called with each string.
    """

    def __init__(self, anchors: Anchors, on_string: Callable[[str], None] = lambda _text: None) -> None:
        self._anchors = anchors
        self._on_string = on_string
        self._path: list[str | int] = []
        self._frames: list[Frame] = []
        self._may_have_redirect = partial(anchors.occur_in, after=" ")
        self._records = Records(self._may_have_redirect)
        self._record_depth = 0
        """The depth of the outermost array's elements; 0 outside of an array."""
        self._has_document = False
        """Whether an object or an array has ended."""
        self._first_item = ""
        """The first string of the innermost array: the name, if the array is a pair."""

    def read(self, events: Iterable[Event]) -> Iterator[Result]:
        """Yield results. If the events break off, those of unfinished objects are not lost: see `rest`."""
        skipped_depth = 0
        path = self._path
        for event, value in events:
            if skipped_depth:
                skipped_depth += event.startswith("start_") - event.startswith("end_")
            elif event == "map_key":
                path[-1] = value
            elif event in _ENDS:
                yield from self._end(event)
            else:
                if path and isinstance(path[-1], int):
                    path[-1] += 1
                if value is not None:
                    yield from self._value(value)
                elif event == "null":
                    continue
                elif len(path) >= MAX_DEPTH:
                    skipped_depth = 1
                else:
                    self._start(event)

    def rest(self) -> Iterator[Result]:
        """Yield the results of unfinished objects."""
        while self._frames:
            yield from self._end_object()
        yield from self._records.end()
        yield from self._records.end_array()

    @property
    def is_after_document(self) -> bool:
        """Whether a document has ended, and no other one has begun."""
        return self._has_document and not self._path

    def place(self) -> Shown:
        """Return the current element of the outermost array as a printable JSON pointer; empty if there is none."""
        path = self._path[: self._record_depth]
        is_inside = path and len(path) == self._record_depth and path[-1] != -1
        return (shown_pointer("".join(f"/{part}" for part in path)) if is_inside else None) or Shown("")

    def _start(self, event: str) -> None:
        if event == "start_array":
            if not self._record_depth:
                self._record_depth = len(self._path) + 1
            self._path.append(-1)
        else:
            self._frames.append(Frame(self._member()))
            self._path.append("")

    def _end(self, event: str) -> Iterator[Result]:
        self._path.pop()
        self._has_document = True
        if event == "end_map":
            yield from self._end_object()
        if len(self._path) <= self._record_depth:
            yield from self._records.end()
        if len(self._path) < self._record_depth:
            self._record_depth = 0
            yield from self._records.end_array()

    def _end_object(self) -> Iterator[Result]:
        frame = self._frames.pop()
        yield from self._records.end_object(frame, self._frames[-1] if self._frames else None, self._pointer())

    def _member(self) -> Member:
        """Return the current member, even if its values are in an array."""
        name = self._path[-1] if self._path else ""
        if isinstance(name, int):
            name = next((part for part in reversed(self._path) if isinstance(part, str)), "")
        return member_named(name)

    def _pointer(self) -> str:
        return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in self._path)

    def _value(self, value: object) -> Iterable[Result]:
        member = self._member()
        if not isinstance(value, str):
            if member.always_matters and self._frames:
                self._frames[-1].add_number(member.key, value)
            return ()
        if not value:
            return ()
        self._on_string(value)
        if not member.always_matters and not self._may_have_redirect(value):
            return ()  # as most are
        key = member.key
        frame = self._frames[-1] if self._frames else None
        text = value[: MAX_BYTES + 1]  # a longer one is too long for a URL, whatever follows
        if frame is not None:
            frame.add_string(member, text, self._pointer)
            if key in member_names.QUERIES and isinstance(self._path[-1], int) and isinstance(self._path[-2], int):
                self._add_item(frame, self._path[-1], text)
        if key in member_names.REFERERS:
            return (Leak(None, self._pointer()),) if leaks_code(text) else ()
        if not member.always_matters or self._may_have_redirect(value):
            return self._redirects(frame, key, value, text)
        if key in ("url", "uri") and frame is not None and frame.key == member_names.REQUEST:
            self._records.requested = text
        return ()

    def _add_item(self, frame: Frame, index: int, text: str) -> None:
        """Read an item of an array within a query string's array: a name and its value."""
        if index == 1 and is_parameter(self._first_item):
            frame.parameters.setdefault(self._first_item, text)
        self._first_item = text if index == 0 else ""

    def _redirects(self, frame: Frame | None, key: str, value: str, text: str) -> Iterator[Result]:
        pointer = self._pointer()
        if frame is not None and frame.query == text and key in member_names.QUERIES:
            return  # another member contains its path
        role: Role = "location" if key in member_names.LOCATIONS else "request"
        if WHOLE.fullmatch(text) or (len(value) > MAX_BYTES and WHOLE.match(text)):
            if key in member_names.PATHS or role == "location" or "?" in text or "#" in text:
                if role == "request" and frame is not None and frame.key == member_names.REQUEST:
                    self._records.requested = text
                yield from self._hold(frame, PendingURL(text, pointer, role))
            return
        if role == "location" and " " not in text:
            yield from self._hold(frame, PendingURL(text, pointer, role))
            return
        yield from read_string(TextReader(self._anchors, pointer), value, pointer, self._records.number)

    def _hold(self, frame: Frame | None, pending: PendingURL) -> Iterator[Candidate]:
        """Hold a URL until the end of its object, if it is in one."""
        if frame is None:
            yield self._records.candidate(pending, None)
        else:
            frame.pending.append(pending)


def read_string(reader: TextReader, value: str, pointer: str, record: int) -> Iterator[Result]:
    """Read a string that contains text, such as a line of a log."""
    for result in reader.read_whole(value):
        if isinstance(result, Leak):
            yield result._replace(line=None, pointer=pointer)
        else:
            yield result._replace(line=None, column=None, pointer=pointer, is_verbatim=False, record=record)


def read_value(text: str, anchors: Anchors) -> list[Result] | None:
    """Read one JSON value, such as a line of JSON Lines; None if it is not JSON."""
    import ijson  # needed only for JSON

    walker = Walker(anchors)
    try:
        results = list(walker.read(ijson.basic_parse(BytesIO(text.encode("utf-8", "surrogateescape")), use_float=True)))
    except (ijson.JSONError, ValueError):
        return None
    results.extend(walker.rest())
    return results
