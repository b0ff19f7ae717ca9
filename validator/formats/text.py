"""Text for people: the URL with the place marked, what is wrong, what to do; many redirects end with a table."""

import io
import re
import textwrap
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TextIO

import click

from validator.catalog import outcomes
from validator.encoding import Span
from validator.formats.base import Format, Settings, Shown
from validator.redaction import brief
from validator.redirect import ARGUMENT, Place
from validator.report import Finding, Report, Summary, outcome_name

_COLORS = {"error": "red", "warning": "yellow"}
_PIECE = re.compile("(?:^|[?&#])[^?&#]*")
_COMMAND = re.compile(r"^(\s*):(?=:)")
"""What starts a command to GitHub's runner, at the start of a line of a log (`::error::`)."""
_INDENT = "    "
_UNICODE = {"good": "✓", "bad": "✗", "more": "⋮", "bar": "█"}
_ASCII = {"good": "+", "bad": "x", "more": ":", "bar": "#"}
_LONGEST_RUN = 6
"""Lines without a mark that are shown in a row."""
_LONGEST_BAR = 24
_LONGEST_NAME = 24
"""Characters of a parameter's name for which room is left; the value of a longer one is not aligned."""
_SMALLEST_WIDTH = 30
_LARGEST_WIDTH = 100
_SMALLEST_WIDTH_WITH_BARS = 90


class TextFormat(Format):
    """Whatever does not conform or is doubtful; a single redirect in any case; the summary of many."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self._settings = settings
        self._width = None if settings.width is None else min(max(settings.width, _SMALLEST_WIDTH), _LARGEST_WIDTH)
        self._glyphs = _UNICODE if _can_encode(stream, "".join(_UNICODE.values())) else _ASCII
        self.shows: Shown = "nothing" if settings.quiet else "findings"
        self._single: Report | None = None
        self._separator = ""

    def add(self, report: Report) -> None:
        self._single = report
        if report.findings and self.shows == "findings":
            self._write([self._heading(report)])
            self._write(self._marked_url(report))

    def finish(self, summary: Summary) -> None:
        if not summary.redirects:
            return
        if summary.redirects > 1 or self._single is None or self.shows == "nothing":
            self._write(self._table(summary))
            self._write([self._counts(summary)])
        elif self._single.conforms:
            if not self._single.findings:
                self._write([self._heading(self._single)])
            self._write(self._parameters(self._single))
            self._write(self._what_next(self._single))

    def _write(self, lines: Iterable[str]) -> None:
        """Write a block of lines, behind a blank line where it is not the first one."""
        self._stream.write(self._separator)
        self._stream.writelines(_COMMAND.sub(r"\1\\x3a", line) + "\n" for line in lines)
        self._separator = "\n"

    def _style(self, text: str, color: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
        if not self._settings.color:
            return text
        return click.style(text, fg=color, bold=bold or None, dim=dim or None)

    def _heading(self, report: Report) -> str:
        mark, color = ("good", "green") if report.conforms else ("bad", "red")
        errors = sum(finding.severity == "error" for finding in report.findings)
        counts = (_count(errors, "error"), _count(len(report.findings) - errors, "warning"))
        place = report.place
        words = [self._style(self._glyphs[mark], color, bold=True)]
        if place != ARGUMENT:
            words.append(_place(place))
        words.append(self._style(outcome_name(report.kind, report.outcome), bold=True))
        if report.outcome:
            words.append("conforms" if report.conforms else "does not conform")
        return " ".join(words) + (f": {', '.join(filter(None, counts))}" if report.findings else "")

    def _marked_url(self, report: Report) -> Iterator[str]:
        """Show the URL, one parameter on a line, with each finding below its place."""
        lines = list(self._url_lines(report.url))
        below = self._marks(report.findings, lines)
        hidden: list[str] = []
        for (start, end), marks in zip(lines, below, strict=True):
            hidden.append(_INDENT + report.url[start:end])
            if marks:
                *unmarked, marked = hidden
                yield from self._shortened(unmarked)
                yield marked
                yield from marks
                hidden = []
        yield from self._shortened(hidden)

    def _url_lines(self, url: str) -> Iterator[Span]:
        """Break before each parameter, and where a line is wider than the terminal."""
        for piece in _PIECE.finditer(url):
            start, end = piece.span()
            width = self._width - len(_INDENT) if self._width else len(url) + 1
            yield from ((at, min(at + width, end)) for at in range(start, max(end, start + 1), width))

    def _marks(self, findings: tuple[Finding, ...], lines: list[Span]) -> list[list[str]]:
        """Mark each place in the lines that it touches; the words follow where it ends."""
        starts = [start for start, _ in lines]
        below: list[list[str]] = [[] for _ in lines]
        by_place: dict[tuple[int | None, int | None], list[Finding]] = {}
        for finding in findings:
            by_place.setdefault((finding.start, finding.end), []).append(finding)
        for (start, end), here in by_place.items():
            last = len(lines) - 1
            if start is not None and end is not None:
                last = bisect_right(starts, max(start, end - 1)) - 1
                for touched in range(bisect_right(starts, start) - 1, last + 1):
                    line_start, line_end = lines[touched]
                    left = max(start, line_start) - line_start
                    width = max(min(end, line_end) - line_start - left, 1)
                    mark = self._style("^" * width, _COLORS[here[0].severity], bold=True)
                    below[touched].append(_INDENT + " " * left + mark)
            for finding in here:
                below[last] += self._words(finding)
        return below

    def _words(self, finding: Finding) -> Iterator[str]:
        """One line that says what is wrong, one that says what to do."""
        kind = self._style(finding.severity, _COLORS[finding.severity], bold=True)
        rule = self._style(f"[{finding.rule}]", dim=True)
        plain = f"{finding.severity}: {finding.message} [{finding.rule}]"
        yield from self._wrapped(plain, _INDENT, (finding.severity, kind), (f"[{finding.rule}]", rule))
        yield from self._wrapped(finding.advice, _INDENT)

    def _shortened(self, lines: list[str]) -> list[str]:
        """Take out the middle of a long run of lines that have no mark."""
        if len(lines) <= _LONGEST_RUN:
            return lines
        more = self._style(f"{_INDENT}{self._glyphs['more']} {len(lines) - 4} more lines", dim=True)
        return [*lines[:2], more, *lines[-2:]]

    def _parameters(self, report: Report) -> Iterator[str]:
        names = {name: brief(name) for name in report.parameters}
        width = min(max(map(len, names.values()), default=0), _LONGEST_NAME)
        for name, value in report.parameters.items():
            yield from self._wrapped(f"{names[name]:{width}}  {brief(value)}", _INDENT, hanging=width + 2)

    def _what_next(self, report: Report) -> Iterator[str]:
        if report.kind == "error" and report.outcome:
            from validator.handbook import RETRY, WHO_ACTS, page  # seldom needed, and large

            handbook = page(report.outcome)
            yield from self._wrapped(handbook.summary, "  ")
            yield ""
            for label, text in (
                ("Next step", handbook.next_step),
                ("Who acts", WHO_ACTS[handbook.who_acts]),
                ("Retry", RETRY[handbook.retry]),
                ("More", handbook.address),
            ):
                line = f"{label + ':':11}{text}"
                yield from self._wrapped(line, "  ", (label, self._style(label, bold=True)), hanging=11)
        elif report.outcome:
            yield from self._wrapped(outcomes()[report.outcome].schema["description"], "  ")

    def _wrapped(self, text: str, indent: str, *styled: tuple[str, str], hanging: int = 0) -> list[str]:
        """Wrap a text; then put styled words in the place of plain ones, each once."""
        if self._width:
            following = indent + " " * hanging
            text = textwrap.fill(
                text,
                self._width,
                initial_indent=indent,
                subsequent_indent=following,
                break_on_hyphens=False,
                break_long_words=False,
            )
        else:
            text = indent + text
        for plain, style in styled:
            text = text.replace(plain, style, 1)
        return text.split("\n")

    def _counts(self, summary: Summary) -> str:
        counts = (
            _count(summary.redirects, "redirect"),
            f"{summary.conforming:,} conforming",
            _count(summary.errors, "error"),
            _count(summary.warnings, "warning"),
        )
        return ", ".join(filter(None, counts))

    def _table(self, summary: Summary) -> Iterator[str]:
        from rich.console import Console  # a large import, needed only for many redirects
        from rich.table import Table

        has_bars = self._width is None or self._width >= _SMALLEST_WIDTH_WITH_BARS
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("outcome", overflow="fold")
        table.add_column("redirects", justify="right")
        table.add_column("conforming", justify="right")
        if has_bars:
            table.add_column("")
        most = max(summary.outcomes.values())
        for key, count in summary.outcomes.most_common():
            bar = self._glyphs["bar"] * max(1, round(_LONGEST_BAR * count / most))
            conforming = summary.conforming_outcomes[key]
            style = "green" if conforming == count else "red"
            cells = [outcome_name(*key), f"{count:,}", f"{conforming:,}"]
            table.add_row(*cells, *([f"[{style}]{bar}[/]"] if has_bars else []))
        console = Console(
            file=io.StringIO(),
            width=self._width or _LARGEST_WIDTH,
            color_system="standard" if self._settings.color else None,
            force_terminal=self._settings.color,
            no_color=not self._settings.color,  # what --color says counts, not NO_COLOR
            legacy_windows=False,
        )
        with console.capture() as capture:
            console.print(table)
        yield from (line.rstrip() for line in capture.get().splitlines())


def _place(place: Place) -> str:
    if place.source == "argument":
        return f"argument {place.line}:"
    return f"{brief(place.source)}{brief(place.pointer or '') or f':{place.line}:{place.column}'}"


def _count(number: int, noun: str) -> str:
    """A number and its noun; nothing where there is none."""
    return f"{number:,} {noun}{'s' if number != 1 else ''}" if number else ""


def _can_encode(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeError:
        return False
    return True
