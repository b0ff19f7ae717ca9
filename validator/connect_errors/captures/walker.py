"""Walks over JSON of any shape, as a stream of events, and finds what may be redirects.

* A string that is a URL, or a path with a query; a string that holds text, such as a line of a log.
* A path and its query in members of their own, whatever they are called, and the host beside them.
* An object whose members are the parameters.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from connect_errors.captures import scanner
from connect_errors.captures.candidates import Candidate, Leak, Role
from connect_errors.captures.logs import leaks_code
from connect_errors.captures.objects import is_parameter, query_of
from connect_errors.escapes import unescape
from connect_errors.redaction import shown_pointer
from connect_errors.shown import Shown
from connect_errors.url import MAX_BYTES, URL

Event = tuple[str, Any]
Found = Candidate | Leak

MAX_DEPTH = 64
"""Levels of the JSON that are followed."""

MAX_OBJECTS = 64
"""Objects of one record that wait for its URL."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names of members, without what is not a letter or digit.
_PATHS = _words(
    "path rawpath requesturi requestpath uri url uripath urlpath pathname csuristem uristem clientrequestpath stem "
    "requesturl resource target fullpath"
)
_QUERIES = _words(
    "query querystring rawquerystring rawquery args requestquery search urlquery csuriquery uriquery params parameters "
    "clientrequestquery urlquerystring queryparams queryparameters querystringparameters queryparam "
    "multivaluequerystringparameters searchparams"
)
_HOSTS = _words(
    "host hostname domain domainname authority xhostheader xforwardedhost requesthost clientrequesthost cshost "
    "httphost vhost servername hostheader"
)
_SCHEMES = _words("scheme protocol proto xforwardedproto csprotocol clientrequestscheme requestscheme")
_STATUSES = _words(
    "status statuscode responsestatus httpstatus httpstatuscode edgeresponsestatus scstatus responsecode"
)
_AGENTS = _words("useragent httpuseragent clientrequestuseragent csuseragent")
_REFERERS = _words("referer referrer httpreferer httpreferrer clientrequestreferer csreferer")
_LOCATIONS = _words("location redirecturl redirectlocation")
_HEADERS = _words("headers requestheaders header reqheaders")
_NAMES = frozenset(("name", "key", "header"))
_NOT_A_NAME = re.compile("[^a-z0-9]")
_WHOLE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|/)[^\s\"<>`]*")
_QUERY = re.compile(r"\??(?:[^&=\s]+=[^&\s]*)(?:&[^&\s]*)*")
_STATUS = re.compile("[1-5][0-9]{2}")


class _Pending(NamedTuple):
    """A URL that waits for what its object says of the host and the answer."""

    text: str
    pointer: str
    role: Role


class _Frame:
    """An object, as far as it is read."""

    __slots__ = ("agent", "host", "key", "pair", "parameters", "path", "pending", "query", "scheme", "status")

    def __init__(self, key: str) -> None:
        self.key = key
        self.parameters: dict[str, str] = {}
        self.pair: dict[str, tuple[str, str]] = {}
        self.path = self.query = self.host = self.scheme = self.agent = ""
        self.status: int | None = None
        self.pending: list[_Pending] = []


class Walker:
    """Takes the events of one capture's JSON, one document after the other."""

    def __init__(self, redirect_uris: Sequence[URL] = ()) -> None:
        self._redirect_uris = redirect_uris
        self._search = scanner.anchors(redirect_uris).search
        self._path: list[str | int] = []
        self._frames: list[_Frame] = []
        self._objects: list[Candidate] = []
        self._first = ""
        """The first string of the innermost array: the name, where the array is a pair."""
        self._requested = ""
        """The URL of the record's request, against which a relative `Location` is resolved."""
        self.record = 0
        """Which element of the outermost array is read, or which document."""
        self._record_depth = 0

    def read(self, events: Iterable[Event]) -> Iterator[Found]:
        """Yield what is found. Nothing of an unfinished object is lost if the events break off: see `rest`."""
        deeper = 0
        for event, value in events:
            if deeper:
                deeper += event.startswith("start_") - event.startswith("end_")
            elif event == "map_key":
                self._path[-1] = value
            elif event.startswith("end_"):
                yield from self._end(event)
            else:
                self._next()
                if not event.startswith("start_"):
                    if value is not None:
                        yield from self._value(value)
                elif len(self._path) >= MAX_DEPTH:
                    deeper = 1
                else:
                    self._start(event)

    def rest(self) -> Iterator[Found]:
        """Yield what the objects have that were not read to their end."""
        while self._frames:
            yield from self._of_frame(self._frames.pop())
        yield from self._of_record()

    def place(self) -> Shown:
        """The element of the outermost array that is read, as a JSON pointer that may be shown; empty where none is."""
        path = self._path[: self._record_depth]
        is_inside = path and len(path) == self._record_depth and path[-1] != -1
        return (shown_pointer("".join(f"/{part}" for part in path)) if is_inside else None) or Shown("")

    def _next(self) -> None:
        if self._path and isinstance(self._path[-1], int):
            self._path[-1] += 1

    def _start(self, event: str) -> None:
        if event == "start_array":
            if not self._record_depth:
                self._record_depth = len(self._path) + 1
            self._path.append(-1)
        else:
            self._frames.append(_Frame(self._key()))
            self._path.append("")

    def _end(self, event: str) -> Iterator[Found]:
        self._path.pop()
        if event == "end_map":
            yield from self._of_frame(self._frames.pop())
        if len(self._path) <= self._record_depth:
            yield from self._of_record()
        if len(self._path) < self._record_depth:
            self._record_depth = 0

    def _key(self) -> str:
        """The name of the member that is read, also where its values are in an array."""
        name = next((part for part in reversed(self._path) if isinstance(part, str)), "")
        return _normal(name)

    def _pointer(self) -> str:
        return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in self._path)

    def _value(self, value: object) -> Iterator[Found]:
        frame = self._frames[-1] if self._frames else None
        key = self._key()
        if not isinstance(value, str):
            if frame and key in _STATUSES and _STATUS.fullmatch(str(value)):
                frame.status = int(str(value))
            return
        if not value:
            return
        text = value[: MAX_BYTES + 1]  # a longer one is too long for a URL, whatever follows
        if frame is not None:
            name = next((part for part in reversed(self._path) if isinstance(part, str)), "")
            self._take(frame, name, key, text)
            if key in _QUERIES and isinstance(self._path[-1], int) and isinstance(self._path[-2], int):
                self._take_item(frame, self._path[-1], text)
        if key in _REFERERS:
            if leaks_code(text):
                yield Leak(None, self._pointer())
        elif self._search(f"\n{value}\n"):
            yield from self._string(frame, key, value, text)
        elif key in ("url", "uri") and frame is not None and frame.key == "request":
            self._requested = text

    def _take(self, frame: _Frame, name: str, key: str, text: str) -> None:
        """Remember what a member says about the object."""
        if is_parameter(name):
            frame.parameters.setdefault(name, text)
        if name in _NAMES or name == "value":
            frame.pair[name] = (text, self._pointer())
        if key in _PATHS and not frame.path and (text.startswith("/") or "://" in text) and "?" not in text:
            frame.path = text
        elif key in _QUERIES and "://" not in text.partition("&")[0] and _QUERY.fullmatch(text):
            frame.query = text
        elif key in _HOSTS:
            frame.host = text
        elif key in _SCHEMES and text.lower() in ("http", "https"):
            frame.scheme = text.lower()
        elif key in _STATUSES and _STATUS.match(text):
            frame.status = int(text[:3])
        elif key in _AGENTS:
            frame.agent = text

    def _take_item(self, frame: _Frame, index: int, text: str) -> None:
        """Read an item of an array in a query's array: a name and its value."""
        if index == 1 and is_parameter(self._first):
            frame.parameters.setdefault(self._first, text)
        self._first = text if index == 0 else ""

    def _string(self, frame: _Frame | None, key: str, value: str, text: str) -> Iterator[Found]:
        pointer = self._pointer()
        if frame is not None and frame.query == text and key in _QUERIES:
            return  # its path is in another member
        role: Role = "location" if key in _LOCATIONS else "request"
        is_address = key in _PATHS or key in _LOCATIONS or "?" in text or "#" in text
        if _WHOLE.fullmatch(text) or (len(value) > MAX_BYTES and _WHOLE.match(text)):
            if is_address:
                pending = _Pending(text, pointer, role)
                if frame is None:
                    yield from self._emit(pending, None)
                elif role == "request" and frame.key == "request":
                    self._requested = text
                    frame.pending.append(pending)
                else:
                    frame.pending.append(pending)
            return
        if role == "location" and " " not in text:
            if frame is not None:
                frame.pending.append(_Pending(text, pointer, role))
            return
        from connect_errors.captures.text import TextReader  # reads JSON itself, where a line of it is some

        for found in TextReader(self._redirect_uris, pointer).read([value]):
            if isinstance(found, Leak):
                yield found._replace(line=None, pointer=pointer)
            else:
                yield found._replace(line=None, column=None, pointer=pointer, is_verbatim=False, record=self.record)

    def _of_frame(self, frame: _Frame) -> Iterator[Found]:
        """Yield what an object says as a whole, now that all its members are known."""
        parent = self._frames[-1] if self._frames else None
        if frame.pair:
            yield from self._take_pair(frame, parent)
        if parent is not None and (frame.key in _HEADERS or frame.key == "request"):
            parent.host = parent.host or frame.host
            parent.agent = parent.agent or frame.agent
            parent.scheme = parent.scheme or frame.scheme
        for pending in frame.pending:
            yield from self._emit(pending, frame)
        if frame.query and frame.path:
            query = frame.query.removeprefix("?")
            path = frame.path
            if self._search(f"\n{path}?{query}\n"):
                yield from self._emit(_Pending(f"{path}?{query}", self._pointer(), "request"), frame, is_verbatim=False)
        elif frame.query and self._search(f"\n?{frame.query.removeprefix('?')}\n"):
            self._hold(f"?{frame.query.removeprefix('?')}", frame)
        if frame.parameters and (query_text := query_of(frame.parameters, is_query=frame.key in _QUERIES)):
            self._hold(query_text, frame)

    def _take_pair(self, frame: _Frame, parent: _Frame | None) -> Iterator[Found]:
        """Read an object of a name and a value: a header, or a parameter of a query."""
        name = next((frame.pair[one][0] for one in _NAMES if one in frame.pair), "")
        value, pointer = frame.pair.get("value", ("", ""))
        if not name or not value or parent is None:
            return
        key = _normal(name)
        frame.pending = [one for one in frame.pending if one.pointer != pointer]
        if key in _REFERERS:
            if leaks_code(value):
                yield Leak(None, pointer)
        elif key in _LOCATIONS:
            parent.pending.append(_Pending(value, pointer, "location"))
        elif key in _HOSTS:
            parent.host = parent.host or value
        elif key in _AGENTS:
            parent.agent = parent.agent or value
        elif frame.key in _QUERIES and is_parameter(name):
            parent.parameters.setdefault(name, value)
        frame.parameters.clear()

    def _hold(self, query: str, frame: _Frame) -> None:
        """Let an object wait: the record may also have the whole URL."""
        if len(self._objects) < MAX_OBJECTS:
            form = _form(self._pointer())
            self._objects.append(
                Candidate(query, None, None, self._pointer() or "/", False, "object", form, self.record, frame.status)  # noqa: FBT003
            )

    def _of_record(self) -> Iterator[Found]:
        yield from self._objects
        self._objects.clear()
        self._requested = ""
        self.record += 1

    def _emit(self, pending: _Pending, frame: _Frame | None, *, is_verbatim: bool = True) -> Iterator[Found]:
        text = pending.text
        if pending.role == "location":
            text = URL(self._requested).resolve(text) if self._requested else text
            if not text.startswith(("/", "?", "#")) and "://" not in text:
                text = text[min((index for index in map(text.find, "?#") if index >= 0), default=0) :]
        elif text.startswith("/") and frame is not None and frame.host and " " not in frame.host:
            text = f"{frame.scheme}://{frame.host}{text}" if frame.scheme else scanner.with_scheme(frame.host + text)
        media: tuple[str, ...] = ()
        if "://" in pending.text:  # a path is what a server was asked for, and arrived as it is
            text, media = unescape(text)
        status = frame.status if frame is not None and pending.role == "request" else None
        agent = frame.agent if frame is not None else ""
        pointer = pending.pointer or "/"
        yield Candidate(
            text,
            None,
            None,
            pointer,
            is_verbatim and text == pending.text,
            pending.role,
            _form(pointer),
            self.record,
            status,
            agent,
            media,
        )


def _normal(name: str) -> str:
    return _NOT_A_NAME.sub("", name.lower())


_INDEX = re.compile(r"/[0-9]+(?=/|$)")


def _form(pointer: str) -> str:
    return _INDEX.sub("/", pointer)


def read_value(text: str, redirect_uris: Sequence[URL] = ()) -> list[Found] | None:
    """Read one JSON value, such as a line of JSON Lines; None if it is not JSON."""
    import ijson  # needed only for JSON

    walker = Walker(redirect_uris)
    try:
        found = list(walker.read(ijson.basic_parse(BytesIO(text.encode("utf-8", "surrogateescape")), use_float=True)))
    except (ijson.JSONError, ValueError):
        return None
    found.extend(walker.rest())
    return found
