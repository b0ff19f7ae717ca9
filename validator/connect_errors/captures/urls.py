"""Lists of URLs: one per line. Blank lines and comments (`#`) are left out."""

from collections.abc import Iterable, Iterator

from connect_errors.captures.found import Candidate
from connect_errors.captures.lines import Line

_BLANKS = " \t\r\f\v"


def read(lines: Iterable[Line]) -> Iterator[Candidate]:
    """Yield each line's URL, without the blanks around it."""
    for number, line in lines:
        text = line.strip(_BLANKS)
        if text and text[0] != "#":
            column = 1 if line.startswith(text) else line.index(text) + 1
            yield Candidate(text, number, column, None, True)  # noqa: FBT003 - keywords would take a third of the time
