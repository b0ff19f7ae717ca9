"""What a reader finds in a capture."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

Role = Literal["mention", "request", "location", "object"]
"""How a URL is there: as the target of a request, as where a response leads, as an object of parameters, or just so."""


class Candidate(NamedTuple):
    """A text that may be a redirect's URL, and its place: a line and column, or a JSON pointer, or both."""

    text: str
    line: int | None
    column: int | None
    pointer: str | None = None
    is_verbatim: bool = False
    """Whether the capture has it as it is: not put together, resolved or unescaped."""
    role: Role = "mention"
    form: str = ""
    """What precedes it, without what differs from one occurrence to the next: two of one form are two redirects."""
    record: int = 0
    """Which line or entry it is in; those that are close together may be the same redirect."""
    status: int | None = None
    """What the application answered, if the capture says so."""
    agent: str = ""
    """Who asked, as far as the capture says so."""
    media: tuple[str, ...] = ()
    """What had escaped the text, by the names of `escapes.MEDIA`, other than its container does: it was copied."""


class Batch(NamedTuple):
    """Candidates that are looked at together: of most in a list, the text and the position are all that is needed."""

    texts: list[str]
    lines: Iterable[int | None]
    """The line of each, from 1."""
    columns: Iterable[int | None]
    """The column of each, from 1; where all are the same, without an end."""
    candidate: Callable[[int], Candidate]
    """Gives the candidate whose text has an index."""


def batch_of(candidates: list[Candidate]) -> Batch:
    """Make a batch of candidates that are complete."""
    texts, lines, columns, *_ = zip(*candidates, strict=True)
    return Batch(list(texts), lines, columns, candidates.__getitem__)


def candidates_of(batches: Iterable[Batch]) -> Iterator[Candidate]:
    """Yield the candidates of batches one by one."""
    for texts, *_, candidate in batches:
        yield from map(candidate, range(len(texts)))


class Leak(NamedTuple):
    """A request whose Referer carries an authorization code: the application passes it on to others."""

    line: int | None
    pointer: str | None = None
