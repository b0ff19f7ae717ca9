"""Lists of URLs: one on a line."""

from collections.abc import Iterable, Iterator

from validator.captures.lines import Candidate, Line


def read(lines: Iterable[Line]) -> Iterator[Candidate]:
    """Yield every line that is not blank and no comment (`#`), without the blanks around it."""
    for number, line in lines:
        text = line.strip(" \t\r\f\v")
        if text and not text.startswith("#"):
            yield Candidate(text, number, line.index(text) + 1, is_listed=True)
