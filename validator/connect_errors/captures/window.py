"""A sliding window over a text: whole lines, some preceding context, and line numbers."""

from typing import NamedTuple

CONTEXT = 4096
"""Maximum number of characters of context before a candidate."""


class IncompleteTextError(Exception):
    """The result depends on text after the available text."""


class Line(NamedTuple):
    """A line of a window: the index of its first character, and of its end."""

    start: int
    end: int


class Window:
    """A text that is extended at its end and discarded from its beginning.

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
