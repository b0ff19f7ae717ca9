"""Text for people: the URL with the place marked, what is wrong, what to do; many redirects end with a table."""

import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TextIO

from connect_errors.catalog import outcomes
from connect_errors.encoding import Span
from connect_errors.escaping import shorten
from connect_errors.formats.base import Format, Settings, Shown
from connect_errors.formats.typesetting import INDENT, Typesetter, counted, no_command
from connect_errors.redirect import ARGUMENT, Place
from connect_errors.report import Finding, Report, Summary, outcome_name

_PIECE = re.compile("(?:^|[?&#])[^?&#]*")
_LONGEST_RUN = 6
"""Lines without a mark that are shown in a row."""
_LONGEST_BAR = 24
_LONGEST_NAME = 24
"""Characters of a parameter's name for which room is left; the value of a longer one is not aligned."""
_SMALLEST_WIDTH_WITH_BARS = 90
_WIDTH_OF_TABLE = 100


class TextFormat(Format):
    """Whatever does not conform or is doubtful; a single redirect in any case; the summary of many."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self._set = Typesetter(stream, settings)
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
        self._stream.writelines(f"{no_command(line)}\n" for line in lines)
        self._separator = "\n"

    def _heading(self, report: Report) -> str:
        errors = sum(finding.severity == "error" for finding in report.findings)
        counts = (counted(errors, "error"), counted(len(report.findings) - errors, "warning"))
        place = report.place
        words = [self._set.sign(good=report.conforms)]
        if place != ARGUMENT:
            words.append(_place(place))
        words.append(self._set.style(outcome_name(report.kind, report.outcome), bold=True))
        if report.outcome:
            words.append("conforms" if report.conforms else "does not conform")
        return " ".join(words) + (f": {', '.join(filter(None, counts))}" if report.findings else "")

    def _marked_url(self, report: Report) -> Iterator[str]:
        """Show the URL, one parameter on a line, with each finding below its place."""
        lines = list(self._url_lines(report.url))
        below = self._marks(report.findings, lines)
        hidden: list[str] = []
        for (start, end), marks in zip(lines, below, strict=True):
            hidden.append(INDENT + report.url[start:end])
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
            width = self._set.width - len(INDENT) if self._set.width else len(url) + 1
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
                    mark = self._set.mark(min(end, line_end) - line_start - left, here[0].severity)
                    below[touched].append(INDENT + " " * left + mark)
            for finding in here:
                below[last] += self._set.words(finding.severity, finding.message, finding.rule, finding.advice)
        return below

    def _shortened(self, lines: list[str]) -> list[str]:
        """Take out the middle of a long run of lines that have no mark."""
        if len(lines) <= _LONGEST_RUN:
            return lines
        more = self._set.style(f"{INDENT}{self._set.glyphs['more']} {len(lines) - 4} more lines", dim=True)
        return [*lines[:2], more, *lines[-2:]]

    def _parameters(self, report: Report) -> Iterator[str]:
        names = {name: shorten(name) for name in report.parameters}
        width = min(max(map(len, names.values()), default=0), _LONGEST_NAME)
        for name, value in report.parameters.items():
            yield from self._set.wrapped(f"{names[name]:{width}}  {shorten(value)}", INDENT, hanging=width + 2)

    def _what_next(self, report: Report) -> Iterator[str]:
        if report.kind == "error" and report.outcome:
            from connect_errors.handbook import RETRY, WHO_ACTS, page  # seldom needed, and large

            handbook = page(report.outcome)
            yield from self._set.wrapped(handbook.summary, "  ")
            yield ""
            for label, text in (
                ("Next step", handbook.next_step),
                ("Who acts", WHO_ACTS[handbook.who_acts]),
                ("Retry", RETRY[handbook.retry]),
                ("More", handbook.address),
            ):
                line = f"{label + ':':11}{text}"
                yield from self._set.wrapped(line, "  ", (label, self._set.style(label, bold=True)), hanging=11)
        elif report.outcome:
            yield from self._set.wrapped(outcomes()[report.outcome].schema["description"], "  ")

    def _counts(self, summary: Summary) -> str:
        counts = (
            counted(summary.redirects, "redirect"),
            f"{summary.conforming:,} conforming",
            counted(summary.errors, "error"),
            counted(summary.warnings, "warning"),
        )
        return ", ".join(filter(None, counts))

    def _table(self, summary: Summary) -> Iterator[str]:
        from rich.console import Console  # a large import, needed only for many redirects
        from rich.table import Table

        has_bars = self._set.width is None or self._set.width >= _SMALLEST_WIDTH_WITH_BARS
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("outcome", overflow="fold")
        table.add_column("redirects", justify="right")
        table.add_column("conforming", justify="right")
        if has_bars:
            table.add_column("")
        most = max(summary.outcomes.values())
        for key, count in summary.outcomes.most_common():
            bar = self._set.glyphs["bar"] * max(1, round(_LONGEST_BAR * count / most))
            conforming = summary.conforming_outcomes[key]
            style = "green" if conforming == count else "red"
            cells = [outcome_name(*key), f"{count:,}", f"{conforming:,}"]
            table.add_row(*cells, *([f"[{style}]{bar}[/]"] if has_bars else []))
        console = Console(
            file=io.StringIO(),
            width=self._set.width or _WIDTH_OF_TABLE,
            color_system="standard" if self._set.has_color else None,
            force_terminal=self._set.has_color,
            no_color=not self._set.has_color,  # what --color says counts, not NO_COLOR
            legacy_windows=False,
        )
        with console.capture() as capture:
            console.print(table)
        yield from (line.rstrip() for line in capture.get().splitlines())


def _place(place: Place) -> str:
    if place.source == "argument":
        return f"argument {place.line}:"
    return f"{shorten(place.source)}{shorten(place.pointer or '') or f':{place.line}:{place.column}'}"
