"""Combine the objects of one JSON record: an element of the outermost array, or a document.

A URL is completed with the host in its object and the request. Parameters that are members of an object are held back,
because the record may also contain the whole URL.
"""

from collections.abc import Callable, Iterator

from connect_errors import lazy_re
from connect_errors.captures import member_names, messages, scanner
from connect_errors.captures.candidates import Candidate, Leak, Result
from connect_errors.captures.frames import Frame, PendingURL
from connect_errors.captures.logs import leaks_code
from connect_errors.captures.member_names import member_named
from connect_errors.captures.objects import query_of
from connect_errors.captures.pairs import is_parameter
from connect_errors.escapes import unescape
from connect_errors.url import URL

MAX_OBJECTS = 64
"""Maximum number of objects of a record that are held back."""

_INDEX = lazy_re.pattern(r"/[0-9]+(?=/|$)")


class Records:
    """Processes the objects of one capture's JSON as they end.

    Args:
        may_have_redirect: whether a text may have a redirect.
    """

    def __init__(self, may_have_redirect: Callable[[str], bool]) -> None:
        self._may_have_redirect = may_have_redirect
        self._waiting: list[Candidate] = []
        self._root = Frame(member_named(""))
        """The pairs of the outermost array."""
        self.requested = ""
        """The URL of the record's request, against which a relative `Location` is resolved."""
        self.number = 0
        """The number of the current record."""

    def end_object(self, frame: Frame, parent: Frame | None, pointer: str) -> Iterator[Result]:
        """Yield the results of an object, now that all its members are known."""
        if frame.pair and parent is not None:
            yield from self._add_pair(frame, parent)
        elif is_parameter(frame.pair_name):
            self._root.parameters.setdefault(frame.pair_name, frame.pair_value[0])
        if parent is not None and frame.typed_value and is_parameter(frame.name):
            parent.parameters.setdefault(frame.name, frame.typed_value)
        if parent is not None and (frame.key in member_names.HEADERS or frame.key in member_names.MESSAGES):
            parent.inherit(frame)
        if parent is not None and _belongs_to_parent(frame, parent):
            parent.pending += frame.pending
        else:
            name = frame.pair_name or (parent.pair_name if parent else "")
            for pending in frame.pending:
                yield self.candidate(pending, frame, name=name)
        query = frame.query.removeprefix("?")
        if query and self._may_have_redirect(f"{frame.path}?{query}"):
            if frame.path:
                whole = PendingURL(f"{frame.path}?{query}", pointer, "request")
                yield self.candidate(whole, frame, is_verbatim=False)
            else:
                self._hold(f"?{query}", frame, pointer)
        if frame.parameters and (query_text := query_of(frame.parameters, is_query=frame.key in member_names.QUERIES)):
            self._hold(query_text, frame, pointer)

    def end(self) -> Iterator[Result]:
        """Yield the candidates held back, at the end of a record."""
        yield from self._waiting
        self._waiting.clear()
        self.requested = ""
        self.number += 1

    def end_array(self) -> Iterator[Result]:
        """Yield the redirect whose parameters are the elements of the outermost array, at its end."""
        if self._root.parameters and (query := query_of(self._root.parameters)):
            self._hold(query, self._root, "")
            yield from self.end()
        self._root.parameters.clear()

    def candidate(
        self, pending: PendingURL, frame: Frame | None, *, is_verbatim: bool = True, name: str = ""
    ) -> Candidate:
        """Make a candidate from a URL, with its host, status, user agent and name, as far as they are known."""
        text = pending.text
        if pending.role == "location":
            text = URL(self.requested).resolve(text) if self.requested else text
            text = messages.drop_relative_path(text)
        elif text.startswith("/") and frame is not None and frame.host and " " not in frame.host:
            text = f"{frame.scheme}://{frame.host}{text}" if frame.scheme else scanner.add_scheme(frame.host + text)
        media: tuple[str, ...] = ()
        if "://" in pending.text:  # a path is a request target, which arrived exactly so
            text, media = unescape(text)
        return Candidate(
            text,
            None,
            None,
            pending.pointer or "/",
            is_verbatim and text == pending.text,
            pending.role,
            f"{_form(pending.pointer or '/')}{name}",
            self.number,
            frame.status if frame is not None and pending.role == "request" else None,
            frame.agent if frame is not None else "",
            media,
        )

    def _add_pair(self, frame: Frame, parent: Frame) -> Iterator[Leak]:
        """Read an object with a name and a value: a header field, or a query parameter."""
        name = frame.pair_name
        value, pointer = frame.pair_value
        if not name or not value:
            return
        key = member_names.normal_name(name)
        if key in member_names.LOCATIONS or key in member_names.REFERERS or frame.key in member_names.QUERIES:
            frame.pending = [url for url in frame.pending if url.pointer != pointer]
        if key in member_names.REFERERS:
            if leaks_code(value):
                yield Leak(None, pointer)
        elif key in member_names.LOCATIONS:
            parent.pending.append(PendingURL(value, pointer, "location"))
        elif key in member_names.HOSTS:
            parent.host = parent.host or value
        elif key in member_names.AGENTS:
            parent.agent = parent.agent or value
        elif frame.key in member_names.QUERIES and is_parameter(name):
            parent.parameters.setdefault(name, value)
        frame.parameters.clear()

    def _hold(self, query: str, frame: Frame, pointer: str) -> None:
        """Hold parameters back: the record may also contain the whole URL."""
        if len(self._waiting) < MAX_OBJECTS:
            place = pointer or "/"
            self._waiting.append(
                Candidate(query, None, None, place, False, "object", _form(pointer), self.number, frame.status)  # noqa: FBT003
            )


def _belongs_to_parent(frame: Frame, parent: Frame) -> bool:
    """Whether a URL is held until the end of an exchange, because the response follows it."""
    is_first = not parent.pending
    return (frame.key == member_names.REQUEST and is_first) or (frame.key == member_names.RESPONSE and not is_first)


def _form(pointer: str) -> str:
    return _INDEX.sub("/", pointer)
