"""Lists of URLs: one per line. Blank lines and comments (`#`) are left out."""

from collections.abc import Iterable, Iterator

from connect_errors.captures.candidates import Candidate

_WHITESPACE = " \t\r\f\v"


def read(blocks: Iterable[str]) -> Iterator[Candidate]:
    """Yield each line's URL, without the spaces around it."""
    number = 0
    for block in blocks:
        for number, line in enumerate(block.split("\n"), number + 1):  # noqa: B020 - counting goes on
            text = line.strip(_WHITESPACE)
            if text and text[0] != "#":
                column = 1 if line.startswith(text) else line.index(text) + 1
                yield Candidate(text, number, column, None, True)  # noqa: FBT003 - keywords would take a third of the time
