"""Lists of URLs: one per line. Blank lines and comments (`#`) are left out."""

from collections.abc import Iterable, Iterator

from connect_errors.captures.candidates import Batch, Candidate

_WHITESPACE = " \t\r\f\v"


def read(blocks: Iterable[str], reported: int = 0) -> Iterator[Batch]:
    """Yield the lines' URLs, without the spaces around them, those of a block at once.

    Args:
        blocks: the lines.
        reported: the number of a line that is left out, too.
    """
    number = 1
    for block in blocks:
        lines = block.split("\n")
        if number <= reported < number + len(lines):
            lines[reported - number] = ""
        yield _batch(lines, number)
        number += len(lines)


def _batch(lines: list[str], first: int) -> Batch:
    stripped = [line.strip(_WHITESPACE) for line in lines]
    kept = [index for index, text in enumerate(stripped) if text and text[0] != "#"]

    def candidate(index: int) -> Candidate:
        line, text = lines[kept[index]], stripped[kept[index]]
        column = 1 if line.startswith(text) else line.index(text) + 1
        return Candidate(text, first + kept[index], column, None, True)  # noqa: FBT003 - keywords would take a third of the time

    return Batch([stripped[index] for index in kept], candidate)
