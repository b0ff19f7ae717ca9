"""Typesetting for people: colors, signs, marks, and wrapping."""

import textwrap
from functools import lru_cache
from typing import TextIO

from connect_errors import lazy_re
from connect_errors.formats.base import Settings

INDENT = "    "
_COLORS = {"error": "red", "warning": "yellow"}
_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
"""Parameters of the escape sequence for each style (ECMA-48 §8.3.117)."""

_UNICODE = {"good": "✓", "bad": "✗", "more": "⋮", "bar": "█", "rest": "░", "gutter": "│"}
_ASCII = {"good": "+", "bad": "x", "more": ":", "bar": "#", "rest": ".", "gutter": "|"}
_COMMAND = lazy_re.pattern(r"^(\s*):(?=:)")
"""The start of a command for GitHub's runner, at the start of a log line (`::error::`)."""
_MIN_WIDTH = 30
_MAX_WIDTH = 100


class Typesetter:
    """Formats text for one stream."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self.has_color = settings.color
        self.width = None if settings.width is None else min(max(settings.width, _MIN_WIDTH), _MAX_WIDTH)
        """Maximum width of a line, in columns; None disables wrapping."""
        self.glyphs = _UNICODE if _can_encode(stream, "".join(_UNICODE.values())) else _ASCII
        self.gutter = f"  {self.style(self.glyphs['gutter'], dim=True)} "
        """The prefix of quoted URLs; as wide as `INDENT`."""

    def style(self, text: str, color: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
        """Style text, if colors are enabled."""
        styles = [color, "bold" if bold else None, "dim" if dim else None]
        codes = "".join(f"\x1b[{_CODES[style]}m" for style in styles if style)
        return f"{codes}{text}\x1b[0m" if self.has_color and codes else text

    def sign(self, *, good: bool) -> str:
        """Return the character for success or failure."""
        return self.style(self.glyphs["good" if good else "bad"], "green" if good else "red", bold=True)

    def mark(self, width: int, severity: str) -> str:
        """Mark a place on the line above, even an empty one."""
        return self.style("^" * max(width, 1), _COLORS[severity], bold=True)

    def finding_lines(self, severity: str, message: str, rule: str, advice: str) -> list[str]:
        """Format a finding's message and advice."""
        styled = [
            (severity, self.style(severity, _COLORS[severity], bold=True)),
            (f"[{rule}]", self.style(f"[{rule}]", dim=True)),
        ]
        lines = self.wrap(f"{severity}: {message} [{rule}]", INDENT, *styled)
        return lines + self.wrap(f"help: {advice}", INDENT, ("help", self.style("help", "cyan", bold=True)))

    def wrap(self, text: str, indent: str, *styled: tuple[str, str], hanging: int = 0) -> list[str]:
        """Wrap a text; then put styled words in the place of plain ones, each once."""
        text = _wrap(text, self.width, indent, hanging) if self.width else indent + text
        for plain, style in styled:
            text = text.replace(plain, style, 1)
        return text.split("\n")


@lru_cache(256)  # most findings have the same message and advice
def _wrap(text: str, width: int, indent: str, hanging: int) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + " " * hanging,
        break_on_hyphens=False,
        break_long_words=False,
    )


def escape_command(line: str) -> str:
    """Escape a line that a CI runner would take for a command."""
    return _COMMAND.sub(r"\1\\x3a", line)


def pluralize(number: int, noun: str) -> str:
    """Format a number with its noun; empty for zero."""
    return f"{number:,} {noun}{'s' if number != 1 else ''}" if number else ""


def _can_encode(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeError:
        return False
    return True
