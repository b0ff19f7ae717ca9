"""The results of readers: possible redirects, and leaks of authorization codes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from connect_errors.redaction import shown_pointer
from connect_errors.shown import Shown

Role = Literal["mention", "request", "location", "object"]
"""The role of a URL: a request target, the value of a `Location`, an object of parameters, or any other mention."""


class Candidate(NamedTuple):
    """A text that may be a redirect's URL, and its place: a line and column, or a JSON pointer, or both."""

    text: str
    line: int | None
    column: int | None
    pointer: str | None = None
    is_verbatim: bool = False
    """Whether it appears exactly so in the capture: not joined, resolved or unescaped."""
    role: Role = "mention"
    form: str = ""
    """The text before it, without parts that differ between occurrences: two redirects of one form are distinct."""
    record: int = 0
    """The number of its line or entry; redirects in nearby records may be the same one."""
    status: int | None = None
    """The status of the application's response, if the capture has it."""
    agent: str = ""
    """The user agent, if the capture has it."""
    media: tuple[str, ...] = ()
    """The media that had escaped the text in addition to its container, as keys of `escapes.MEDIA`: it was copied."""


class Batch(NamedTuple):
    """Candidates that are processed together; in a list, most need only their text and position."""

    texts: list[str]
    lines: Iterable[int | None]
    """The line of each, from 1."""
    columns: Iterable[int | None]
    """The column of each, from 1; if all are the same, an endless iterator."""
    pointers: Iterable[Shown | None]
    """The JSON pointer of each, as it may be shown; if there is none, an endless iterator of None."""
    candidate: Callable[[int], Candidate]
    """Returns the candidate at an index."""


def batch_of(candidates: list[Candidate]) -> Batch:
    """Make a batch of complete candidates."""
    texts, lines, columns, pointers, *_ = zip(*candidates, strict=True)
    return Batch(list(texts), lines, columns, map(shown_pointer, pointers), candidates.__getitem__)


def candidates_of(batches: Iterable[Batch]) -> Iterator[Candidate]:
    """Yield the candidates of batches one by one."""
    for texts, *_, candidate in batches:
        yield from map(candidate, range(len(texts)))


class Leak(NamedTuple):
    """A request whose Referer contains an authorization code: the application leaks the code to others."""

    line: int | None
    pointer: str | None = None


Result = Candidate | Leak
"""A result of a reader."""
