"""Text for people: URLs with their findings marked, and what to do about them; a table sums up several redirects."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TextIO

from connect_errors import lazy_re
from connect_errors.catalog import outcomes
from connect_errors.encoding import Span
from connect_errors.escaping import shorten
from connect_errors.formats.base import Format, Settings
from connect_errors.formats.places import position
from connect_errors.formats.typesetting import INDENT, Typesetter, escape_command, pluralize
from connect_errors.redirect import ARGUMENT, Place
from connect_errors.report import Detail, RedactedFinding, RedactedReport, ReportKind, outcome_name
from connect_errors.summary import Summary

_PIECE = lazy_re.pattern("(?:^|[?&#])[^?&#]*")
_MAX_RUN = 6
"""Maximum number of consecutive unmarked lines shown."""
_MAX_BAR = 24
_MAX_NAME = 24
"""Maximum length of a parameter's name for alignment; values of longer ones are not aligned."""
_MIN_WIDTH_WITH_BARS = 90
_MAX_GROUPS = 10_000
"""Maximum number of distinct reports that later ones are compared with; any others are always shown."""
_MAX_FINDINGS_OF_A_GROUP = 3


class _Group:
    """Equal reports, of which the first one is shown."""

    __slots__ = ("place", "repeats", "text")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.repeats = 0
        self.text = ""
        """A one-line description, rendered at the first repetition."""


class TextFormat(Format):
    """Writes redirects with findings, equal ones once; a single redirect in any case; the summary of several."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self._typesetter = Typesetter(stream, settings)
        self._strict = settings.strict
        self.detail: Detail = "summary" if settings.quiet else "findings"
        self._single: RedactedReport | None = None
        self._separator = ""
        self._groups: dict[bytes, _Group] = {}

    def add(self, report: RedactedReport) -> None:
        self._single = report
        if report.findings and self.detail == "findings" and not self._is_repeat(report):
            self._write([self._heading(report)])
            self._write(self._marked_url_lines(report))

    def flush(self) -> None:
        self._stream.flush()

    def finish(self, summary: Summary) -> None:
        if not summary.redirects:
            return
        if summary.redirects > 1 or self._single is None or self.detail == "summary":
            if repeated := [group for group in self._groups.values() if group.repeats]:
                self._write(line for group in repeated for line in self._repeat_lines(group))
            self._write(self._table(summary))
            self._write([self._counts(summary)])
        elif self._single.conforms:
            if not self._single.findings:
                self._write([self._heading(self._single)])
            self._write(self._parameters(self._single))
            self._write(self._guidance(self._single))

    def _write(self, lines: Iterable[str]) -> None:
        """Write a block of lines, after an empty line unless it is the first one."""
        text = "\n".join([*lines, ""])
        if "::" in text:
            text = "\n".join(map(escape_command, text.split("\n")))
        self._stream.write(self._separator + text)
        self._separator = "\n"

    def _is_repeat(self, report: RedactedReport) -> bool:
        """Whether a report differs only in its place from one already shown; if so, count it."""
        key = _key(report)
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) < _MAX_GROUPS:
                self._groups[key] = _Group(report.place)
            return False
        if not group.repeats:
            findings = [f"{finding.message} [{finding.rule}]" for finding in report.findings]
            shown, rest = findings[:_MAX_FINDINGS_OF_A_GROUP], len(findings[_MAX_FINDINGS_OF_A_GROUP:])
            group.text = "; ".join([*shown, *([pluralize(rest, "more finding")] if rest else [])])
        group.repeats += 1
        return True

    def _repeat_lines(self, group: _Group) -> list[str]:
        return self._typesetter.wrap(f"{group.repeats:,} more like {_place(group.place)}: {group.text}", "", hanging=2)

    def _heading(self, report: RedactedReport) -> str:
        verdict = report.verdict
        name = outcome_name(report.kind, report.outcome)
        note = "" if verdict.errors else self._strict_note(verdict.warnings)
        heading = self._typesetter.style(name, bold=True) + verdict.heading.removeprefix(name) + note
        sign = self._typesetter.sign(good=not verdict.errors and not note)
        return " ".join(filter(None, [sign, self._where(report.place), heading]))

    def _strict_note(self, warnings: int) -> str:
        """Say that warnings fail, if they do."""
        return f", which {'fails' if warnings == 1 else 'fail'} with --strict" if self._strict and warnings else ""

    def _where(self, place: Place) -> str:
        return "" if place == ARGUMENT else _place(place)

    def _marked_url_lines(self, report: RedactedReport) -> Iterator[str]:
        """Show the URL, one parameter on a line, with each finding below its place."""
        lines = self._url_lines(report.url)
        quoted = [self._typesetter.gutter + report.url[start:end] for start, end in lines]
        unmarked = 0
        for index, marks in sorted(self._marks(report.findings, lines).items()):
            yield from self._omit_middle(quoted[unmarked:index])
            yield quoted[index]
            yield from marks
            unmarked = index + 1
        yield from self._omit_middle(quoted[unmarked:])

    def _url_lines(self, url: str) -> list[Span]:
        """Break before each parameter, and where a line is wider than the terminal."""
        pieces = [piece.span() for piece in _PIECE.finditer(url)]
        if len(pieces) > 1 and pieces[0] == (0, 0):
            del pieces[0]  # no address in front of the parameters
        if not self._typesetter.width:
            return pieces
        width = self._typesetter.width - len(INDENT)
        return [
            (line_start, min(line_start + width, end))
            for start, end in pieces
            for line_start in ((start,) if end - start <= width else range(start, end, width))
        ]

    def _marks(self, findings: tuple[RedactedFinding, ...], lines: list[Span]) -> dict[int, list[str]]:
        """Return the marks below each line, by its index: of all places in it, with the words after the end of each."""
        starts = [start for start, _ in lines]
        marks: defaultdict[int, list[str]] = defaultdict(list)
        by_place: dict[tuple[int | None, int | None], list[RedactedFinding]] = {}
        for finding in findings:
            by_place.setdefault((finding.start, finding.end), []).append(finding)
        for (start, end), same_place in by_place.items():
            last = len(lines) - 1
            if start is not None and end is not None:
                last = bisect_right(starts, max(start, end - 1)) - 1
                for index in range(bisect_right(starts, start) - 1, last + 1):
                    line_start, line_end = lines[index]
                    left = max(start, line_start) - line_start
                    mark = self._typesetter.mark(min(end, line_end) - line_start - left, same_place[0].severity)
                    marks[index].append(self._typesetter.gutter + " " * left + mark)
            for finding in same_place:
                marks[last] += self._typesetter.finding_lines(
                    finding.severity, finding.message, finding.rule, finding.advice
                )
        return marks

    def _omit_middle(self, lines: list[str]) -> list[str]:
        """Omit the middle of a long run of unmarked lines."""
        if len(lines) <= _MAX_RUN:
            return lines
        ellipsis = self._typesetter.style(f"  {self._typesetter.glyphs['more']} {len(lines) - 4} more lines", dim=True)
        return [*lines[:2], ellipsis, *lines[-2:]]

    def _parameters(self, report: RedactedReport) -> Iterator[str]:
        names = {name: shorten(name) for name in report.parameters}
        width = min(max(map(len, names.values()), default=0), _MAX_NAME)
        for name, value in report.parameters.items():
            yield from self._typesetter.wrap(f"{names[name]:{width}}  {shorten(value)}", INDENT, hanging=width + 2)

    def _guidance(self, report: RedactedReport) -> Iterator[str]:
        if report.kind == "error" and report.outcome:
            from connect_errors.handbook import RETRY, WHO_ACTS, page  # large, and rarely needed

            handbook = page(report.outcome)
            yield from self._typesetter.wrap(handbook.summary, "  ")
            yield ""
            for label, text in (
                ("Next step", handbook.next_step),
                ("Who acts", WHO_ACTS[handbook.who_acts]),
                ("Retry", RETRY[handbook.retry]),
                ("More", handbook.address),
            ):
                line = f"{label + ':':11}{text}"
                yield from self._typesetter.wrap(
                    line, "  ", (label, self._typesetter.style(label, bold=True)), hanging=11
                )
        elif report.outcome:
            yield from self._typesetter.wrap(outcomes()[report.outcome].schema["description"], "  ")

    def _counts(self, summary: Summary) -> str:
        counts = (
            pluralize(summary.redirects, "redirect"),
            f"{summary.conforming:,} conforming",
            pluralize(summary.errors, "error"),
            pluralize(summary.warnings, "warning") + self._strict_note(summary.warnings),
        )
        return ", ".join(filter(None, counts))

    def _table(self, summary: Summary) -> Iterator[str]:
        rows = [("outcome", "redirects", "conforming")]
        for key, count in summary.outcomes.most_common():
            rows.append((outcome_name(*key), f"{count:,}", f"{summary.conforming_outcomes[key]:,}"))
        name_width, number_width, conforming_width = (max(map(len, column)) for column in zip(*rows, strict=True))
        header, *lines = (
            f"{row[0]:{name_width}}  {row[1]:>{number_width}}  {row[2]:>{conforming_width}}" for row in rows
        )
        if self._typesetter.width is not None and self._typesetter.width < _MIN_WIDTH_WITH_BARS:
            yield from (self._typesetter.style(header, bold=True), *lines)
            return
        glyphs = self._typesetter.glyphs
        yield self._typesetter.style(f"{header}  {glyphs['bar']} conforming {glyphs['rest']} not", bold=True)
        for line, key in zip(lines, dict(summary.outcomes.most_common()), strict=True):
            yield f"{line}  {self._bar(summary, key)}"

    def _bar(self, summary: Summary, key: tuple[ReportKind | None, str | None]) -> str:
        """Draw the number of redirects with an outcome: those that conform, then the others, always visible."""
        count, conforming = summary.outcomes[key], summary.conforming_outcomes[key]
        length = max(1, round(_MAX_BAR * count / max(summary.outcomes.values())))
        good = min(round(length * conforming / count), length - (conforming < count))
        parts = ("bar", good, "green"), ("rest", length - good, "red")
        glyphs = self._typesetter.glyphs
        return "".join(self._typesetter.style(glyphs[part] * size, color) for part, size, color in parts if size)


def _key(report: RedactedReport) -> bytes:
    """Return a digest of everything but the place, so that memory does not grow with long URLs."""
    from hashlib import blake2b  # only if there are findings

    findings = [
        (finding.rule, finding.message, finding.parameter, finding.start, finding.end) for finding in report.findings
    ]
    return blake2b(repr((report.url, report.kind, report.outcome, findings)).encode(), digest_size=16).digest()


def _place(place: Place) -> str:
    if place.source == "argument":
        return f"argument {place.line}:"
    separator = "" if place.line is None else ":"  # a pointer starts with a slash
    return f"{shorten(place.source)}{separator}{shorten(position(place))}"
