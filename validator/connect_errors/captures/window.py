"""A sliding window over a text: whole lines, some preceding context, and line numbers."""

from collections.abc import Iterator
from typing import NamedTuple

from connect_errors.captures.candidates import Result
from connect_errors.captures.displayed import Cuts, display, restore

CONTEXT = 4096
"""Maximum number of characters of context before a candidate."""


class IncompleteTextError(Exception):
    """The result depends on text after the available text."""


class Line(NamedTuple):
    """A line of a window: the index of its first character, and of its end."""

    start: int
    end: int


class Window:
    """A text, as it is displayed, that is extended at its end and discarded from its beginning.

    Decisions depend only on the text, not on how much of it is available: looking beyond its end raises
    `IncompleteTextError`, unless it is complete, and looking back is limited to `CONTEXT` characters.
    """

    def __init__(self) -> None:
        self.text = "\n"
        """Every line is preceded by a line end."""
        self.begin = 1
        """The index at which to continue reading."""
        self.last_end = 0
        """The end of the last result: later ones start after it."""
        self.discarded = 0
        """The number of characters discarded, by which indexes have shifted."""
        self.is_whole = False
        """Whether the text is complete."""
        self._cuts: dict[int, Cuts] = {}
        """The cuts in lines, by their numbers from 1."""
        self._number = 0
        self._counted = 0

    def extend(self, block: str) -> None:
        """Append whole lines, and discard text beyond the context."""
        cut = self.text.rfind("\n", 0, self.begin - CONTEXT) if self.begin > CONTEXT else 0
        if cut > 0:
            self.number(max(cut, self._counted))
            self._counted -= cut
            self.begin -= cut
            self.last_end = max(self.last_end - cut, 0)
            self.text = self.text[cut:]
            self.discarded += cut
            if self._cuts:
                first = self.number(1)
                self._cuts = {number: cuts for number, cuts in self._cuts.items() if number >= first}
        block, cuts = display(block)
        if cuts:
            first = self.number(len(self.text))
            self._cuts |= {first + number: line_cuts for number, line_cuts in cuts.items()}
        self.text += f"{block}\n"

    def line(self, at: int) -> Line:
        """Return the line that contains the character at an index."""
        return Line(self.text.rfind("\n", 0, at) + 1, self.text.find("\n", at))

    def number(self, at: int) -> int:
        """Return the number, from 1, of the line that starts at an index."""
        if at >= self._counted:
            self._number += self.text.count("\n", self._counted, at)
            self._counted = at
            return self._number
        return self._number - self.text.count("\n", at, self._counted)

    def restore(self, results: Iterator[Result]) -> Iterator[Result]:
        """Return results with their places in the text as it was given."""
        return restore(results, self._cuts) if self._cuts else results
