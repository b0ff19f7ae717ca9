"""Partially read JSON objects, and what each shows about a redirect."""

from collections.abc import Callable
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures import member_names
from connect_errors.captures.candidates import Role
from connect_errors.captures.member_names import Member

_QUERY = lazy_re.pattern(r"\??(?:[^&=\s]+=[^&\s]*)(?:&[^&\s]*)*")
_STATUS = lazy_re.pattern("[1-5][0-9]{2}")


class PendingURL(NamedTuple):
    """A URL that waits for the host and the status in its object."""

    text: str
    pointer: str
    role: Role


class Frame:
    """A partially read object.

    Args:
        member: the member that has it.
    """

    __slots__ = (
        "agent",
        "host",
        "key",
        "name",
        "pair",
        "parameters",
        "path",
        "pending",
        "query",
        "scheme",
        "status",
        "typed_value",
    )

    def __init__(self, member: Member) -> None:
        self.name, self.key, *_ = member
        self.typed_value = ""
        """The value, if the object contains only a value and its type."""
        self.parameters: dict[str, str] = {}
        """Redirect parameters that are members of the object."""
        self.pair: dict[str, tuple[str, str]] = {}
        """The name and the value, each with its pointer, if the object is such a pair."""
        self.path = self.query = self.host = self.scheme = self.agent = ""
        self.status: int | None = None
        self.pending: list[PendingURL] = []

    def add_string(self, member: Member, text: str, pointer: Callable[[], str]) -> None:
        """Remember what a string says about the object.

        Args:
            member: the name of its member.
            text: the string.
            pointer: returns its place.
        """
        if member.parameter:
            self.parameters.setdefault(member.parameter, text)
        if member.key in member_names.PAIR and member.key not in self.pair:
            self.pair[member.key] = (text, pointer())
        if member.key in member_names.TYPED_VALUES:
            self.typed_value = text
        if member.key in member_names.REQUEST_MEMBERS:
            self._add_request_string(member.key, text)

    def _add_request_string(self, key: str, text: str) -> None:
        if key in member_names.PATHS and not self.path and (text.startswith("/") or "://" in text) and "?" not in text:
            self.path = text
        elif key in member_names.QUERIES and "://" not in text.partition("&")[0] and _QUERY.fullmatch(text):
            self.query = text
        elif key in member_names.HOSTS:
            self.host = text
        elif key in member_names.SCHEMES and text.lower() in ("http", "https"):
            self.scheme = text.lower()
        elif key in member_names.STATUSES and _STATUS.match(text):
            self.status = int(text[:3])
        elif key in member_names.AGENTS:
            self.agent = text

    def add_number(self, key: str, value: object) -> None:
        """Record a number member of the object."""
        if key in member_names.STATUSES and _STATUS.fullmatch(str(value)):
            self.status = int(str(value))

    @property
    def pair_name(self) -> str:
        """The name, if the object is a pair of a name and a value; otherwise empty."""
        return next((self.pair[name][0] for name in member_names.PAIR_NAMES if name in self.pair), "")

    @property
    def pair_value(self) -> tuple[str, str]:
        """The value, if the object is such a pair, and its pointer."""
        return next((self.pair[name] for name in member_names.PAIR_VALUES if name in self.pair), ("", ""))

    def inherit(self, inner: "Frame") -> None:
        """Take over data about the same exchange from an inner object."""
        self.status = inner.status if self.status is None else self.status
        self.host = self.host or inner.host
        self.agent = self.agent or inner.agent
        self.scheme = self.scheme or inner.scheme
