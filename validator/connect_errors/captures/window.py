"""The part of a text that is looked at: whole lines, a little of what came before, and their numbers."""

from typing import NamedTuple

CONTEXT = 4096
"""Characters before a candidate that are looked at, at most."""


class OpenEndError(Exception):
    """What is read goes on after the text that is there."""


class Line(NamedTuple):
    """A line of a window: the indexes of its first character, and of its end."""

    start: int
    end: int


class Window:
    """A text that grows at its end, and is forgotten at its beginning.

    What is decided in it depends on the text alone, not on how much of it is there: to look beyond its end raises
    `OpenEndError`, unless it is the end of all, and to look back is allowed for `CONTEXT` characters.
    """

    def __init__(self) -> None:
        self.text = "\n"
        """Every line has a line end before it."""
        self.begin = 1
        """Where to read on."""
        self.done = 0
        """Where what was found last ends: nothing starts before it."""
        self.is_whole = False
        """Whether nothing comes after the text."""
        self._number = 0
        self._counted = 0

    def extend(self, block: str) -> None:
        """Add whole lines, and forget what lies too far back."""
        cut = self.text.rfind("\n", 0, self.begin - CONTEXT) if self.begin > CONTEXT else 0
        if cut > 0:
            self.number(max(cut, self._counted))
            self._counted -= cut
            self.begin -= cut
            self.done = max(self.done - cut, 0)
            self.text = self.text[cut:]
        self.text += f"{block}\n"

    def line(self, at: int) -> Line:
        """The line that has the character at an index."""
        return Line(self.text.rfind("\n", 0, at) + 1, self.text.find("\n", at))

    def number(self, at: int) -> int:
        """The number of a line that starts at an index, from 1."""
        if at >= self._counted:
            self._number += self.text.count("\n", self._counted, at)
            self._counted = at
            return self._number
        return self._number - self.text.count("\n", at, self._counted)
