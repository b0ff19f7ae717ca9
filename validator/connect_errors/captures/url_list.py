"""Lists of URLs, one per line. Empty lines and comments (`#`) are skipped."""

from collections.abc import Iterable, Iterator
from itertools import repeat

from connect_errors.captures.candidates import Batch, Candidate

_WHITESPACE = " \t\r\f\v"


def read(blocks: Iterable[str], reported: int = 0) -> Iterator[Batch]:
    """Yield the lines' URLs without surrounding spaces, one batch per block.

    Args:
        blocks: the lines.
        reported: the number of a line to skip because it was reported already.
    """
    number = 1
    for block in blocks:
        lines = block.split("\n")
        if number <= reported < number + len(lines):
            lines[reported - number] = ""
        yield (_verbatim_batch if _is_verbatim(block, lines) else _stripped_batch)(lines, number)
        number += len(lines)


def _is_verbatim(block: str, lines: list[str]) -> bool:
    """Whether each line of a block is exactly a URL."""
    has_comments = "#" in block and ("\n#" in block or block.startswith("#"))
    return not (has_comments or "" in lines or any(map(block.__contains__, _WHITESPACE)))


def _verbatim_batch(lines: list[str], first_number: int) -> Batch:
    def candidate(index: int) -> Candidate:
        return Candidate(lines[index], first_number + index, 1, is_verbatim=True)

    return Batch(lines, range(first_number, first_number + len(lines)), repeat(1), repeat(None), candidate)


def _stripped_batch(lines: list[str], first_number: int) -> Batch:
    """Strip everything around the URLs."""
    texts: list[str] = []
    numbers: list[int] = []
    columns: list[int] = []
    for number, line in enumerate(lines, first_number):
        text = line.strip(_WHITESPACE)
        if text and text[0] != "#":
            texts.append(text)
            numbers.append(number)
            columns.append(1 if line.startswith(text) else line.index(text) + 1)

    def candidate(index: int) -> Candidate:
        return Candidate(texts[index], numbers[index], columns[index], is_verbatim=True)

    return Batch(texts, numbers, columns, repeat(None), candidate)
