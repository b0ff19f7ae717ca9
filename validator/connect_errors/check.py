"""Whole captures → redacted reports.

The shape of a redirect is its text with `MARKER` in the place of every value that decides nothing and is masked. The
redacted report of a redirect depends on nothing but its shape, and on how its state differs from the one that was sent,
so each is judged and redacted once.
A property test holds every report to what judging one by one gives.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple, cast

from connect_errors.captures import Batch, Candidate, Capture, Reason, distinguish
from connect_errors.catalog import outcomes, recognized_parameters
from connect_errors.encoding import Span, decode
from connect_errors.expectation import Expectation
from connect_errors.judge import judge
from connect_errors.placeholders import IN_RAW_VALUE, NO_QUOTE_BEFORE
from connect_errors.redaction import shown_pointer
from connect_errors.redirect import Place, Redirect
from connect_errors.report import Detail, Finding, RedactedFinding, RedactedReport, Report, Summary, Verdict
from connect_errors.secrets import SHOWN_PARAMETERS
from connect_errors.state import state_difference
from connect_errors.url import MAX_BYTES, URL

MARKER = "\0"
"""Takes the place of a value in a shape. A text that has one itself has no shape."""

MAX_LENGTH = 2_000
"""Characters of a text that has a shape; far from `MAX_BYTES`, so that none is too long."""
assert MAX_LENGTH * 4 < MAX_BYTES  # noqa: S101 - holds two constants together

MAX_REMEMBERED = 2_000_000
"""Characters of the texts that are remembered, at most; then all are forgotten."""

SUPPORTED_KEYWORDS = frozenset({"type", "title", "description", "examples", "pattern", "minLength", "maxLength"})
"""Keywords by which a schema may constrain an interchangeable value."""

# RFC 6749 appendix B: what decodes to printable ASCII without a percent sign, which `double-encoded` looks for. A colon
# could end a scheme, an at sign user info, where a text is not quite a URL.
_PLAIN = "[A-Za-z0-9._~!$'()*,;=/+-]*+"
_ESCAPE = f"%(?:2[0-46-9A-CFa-cf]|3[A-Fa-f]|40|5[B-Eb-e]|60|7[B-Db-d]){_PLAIN}"
"""An escape of what must be escaped: others might spell a placeholder."""
_ORDINARY = f"(?=[^&\n])(?!{IN_RAW_VALUE})(?!3[Dd])"
"""Not a placeholder, and not what mail makes of an equals sign."""
_AT_END = f"(?<![!'(),.:;]){NO_QUOTE_BEFORE}"
"""Not the punctuation of a sentence in which the URL is, and not a quote that was around it."""
_INTERCHANGEABLE = f"{_ORDINARY}{_PLAIN}(?:{_ESCAPE})*+{_AT_END}"
_UNRESERVED = "[A-Za-z0-9._~-]"  # RFC 3986 §2.3: raw and decoded are the same, which a pattern or a length looks at
_MAIL = re.compile("=3[Dd]")
_STARTS = re.compile(r"/(?!/)|[A-Za-z][A-Za-z0-9+.-]*://")
_END = "(?![^&\n])"
_PLAIN_PATTERN = re.compile(r"\^([^\\^$(|]*)\$")
"""A pattern that means the same in the middle of a query as in a value of its own."""


_Key = tuple[tuple[object, ...] | None, str, tuple[str | None, ...]]
"""What the selection looks at (None in a list), the shape, and how its states differ from the one that was sent."""

_STATE = re.compile("(?<=[?&]state=)[^&]+")


class _Known(NamedTuple):
    """What is known of all redirects of one shape."""

    report: RedactedReport | None
    """With the place of the first one; None where it was not to be shown."""
    raw: Report | None
    """The report of the first one, if values are shown: those of the others take their place."""
    text: str
    """That of the first one."""
    spans: tuple[Span | None, ...]
    """The places of the findings in `text`."""
    tally: list[int]
    """How many redirects had this verdict, in a list of one."""


class Checker:
    """Checks the captures of one run. Its reports are masked, unless `show_values`.

    Args:
        expectation: what the application knows about its redirects.
        summary: the counts, complete whenever a capture has ended.
    """

    def __init__(self, expectation: Expectation, summary: Summary, *, show_values: bool = False) -> None:
        self.expectation = expectation
        self._summary = summary
        self._show_values = show_values
        self._values = _interchangeable_values(expectation)
        self._state_differences = _state_differences(expectation.state)
        self._known: dict[_Key, _Known | Reason] = {}
        """The reason for what is passed over."""
        self._room = MAX_REMEMBERED
        self._tallies: dict[Verdict, list[int]] = {}
        self._found = False

    def check_one(self, redirect: Redirect) -> RedactedReport:
        """Check a redirect that is not part of a capture."""
        report = judge(redirect, self.expectation).redacted(show_values=self._show_values)
        self._summary.add(report)
        self._found = True
        return report

    def check(self, capture: Capture, detail: Detail) -> Iterator[RedactedReport]:
        """Check a capture: yield the reports that `detail` asks for, in order, and count all.

        Raises:
            CaptureError: the capture cannot be read, or not any further; what was found before is counted.
        """
        try:
            for batch in capture.batches():
                yield from self._check_batch(batch, capture, detail)
            for redirect in capture.connect_urls_alone():
                report = self.check_one(redirect)
                if detail != "summary":
                    yield report
        finally:
            self._count(capture)

    def _check_batch(self, batch: Batch, capture: Capture, detail: Detail) -> Iterator[RedactedReport]:
        is_list = capture.is_list
        for index, key in enumerate(self._keys(batch, is_list=is_list)):
            known = self._known.get(key) or self._learn(batch.candidate(index), capture, key, detail)
            if isinstance(known, str):
                capture.pass_over(batch.candidate(index), known)
                continue
            if not is_list and capture.repeats(batch.candidate(index)):
                continue
            known.tally[0] += 1
            capture.redirects += 1
            if self._shows(detail, known.spans):
                if known.report is None:
                    known = cast("_Known", self._learn(batch.candidate(index), capture, key, detail))
                yield _at(batch.candidate(index), capture, known, self._values)
            self._found = True

    def _keys(self, batch: Batch, *, is_list: bool) -> Iterable[_Key]:
        texts = batch.texts
        selected: Iterable[tuple[object, ...] | None] = repeat(None)
        if not is_list:
            selected = map(_selected, map(batch.candidate, range(len(texts))))
        return zip(selected, self._shapes(texts), self._state_differences(texts), strict=False)

    def _shapes(self, texts: list[str]) -> list[str]:
        """Give the shape of each text; of one that has none, itself after a marker, which no shape starts with."""
        lines = "\n".join(texts)
        shapes = self._values.sub(MARKER, lines).split("\n")
        if len(shapes) == len(texts) and MARKER not in lines and max(map(len, texts)) <= MAX_LENGTH:
            return shapes
        return [self._values.sub(MARKER, text) if _may_have_shape(text) else MARKER + text for text in texts]

    def _shows(self, detail: Detail, findings: tuple[object, ...]) -> bool:
        return detail == "all" or (detail == "findings" and (bool(findings) or not self._found))

    def _count(self, capture: Capture) -> None:
        """Add what was found in a capture to the summary."""
        for verdict, tally in self._tallies.items():
            if tally[0]:
                self._summary.add_verdict(verdict, tally[0])
            tally[0] = 0
        self._summary.passed_over += capture.passed_over.total()

    def _learn(self, candidate: Candidate, capture: Capture, key: _Key, detail: Detail) -> _Known | Reason:
        """Judge a redirect, and remember what is known of its shape, if that decides its report."""
        text = candidate.text
        known: _Known | Reason
        is_itself = True
        redirect = capture.redirect(candidate)
        if isinstance(redirect, str):
            known = redirect
        else:
            raw = judge(redirect, self.expectation)
            is_shown = self._shows(detail, raw.findings)
            report = raw.redacted(show_values=self._show_values) if is_shown else None
            is_whole = text.startswith(redirect.url.text)  # otherwise it was taken out of the text
            spans = tuple(_span(finding) if is_whole else None for finding in raw.findings)
            is_itself = redirect.url.text == text
            known = _Known(
                report, raw if self._show_values else None, text, spans, self._tallies.setdefault(raw.verdict, [0])
            )
        if (is_itself or not self._show_values) and _decides(key[1]):
            self._room -= len(text)
            if self._room < 0:
                self._known.clear()
                self._room = MAX_REMEMBERED
            self._known[key] = known
        return known


def _state_differences(sent: str | None) -> Callable[[list[str]], Iterable[tuple[str | None, ...]]]:
    """Make what says of every state in each text how it differs from the one that was sent, if one is known."""
    if sent is None:
        return lambda _texts: repeat(())

    @lru_cache
    def difference(state: str) -> str | None:
        return state_difference(sent, decode(state))

    return lambda texts: (tuple(map(difference, _STATE.findall(text))) for text in texts)


def _selected(candidate: Candidate) -> tuple[object, ...]:
    """What the selection looks at beside the shape."""
    return candidate.role == "object", candidate.media, *distinguish(candidate.text)


def _may_have_shape(text: str) -> bool:
    return len(text) <= MAX_LENGTH and MARKER not in text and "\n" not in text


def _decides(shape: str) -> bool:
    """Whether the values that were replaced are those of the query's parameters, and nothing but the query."""
    base, _, query = shape.partition("?")
    is_query_alone = MARKER not in base and "?" not in query and "#" not in shape and not _MAIL.search(shape)
    return MARKER not in shape or (is_query_alone and bool(_STARTS.match(shape)))


def _span(finding: Finding) -> Span | None:
    return None if finding.start is None or finding.end is None else (finding.start, finding.end)


def _at(candidate: Candidate, capture: Capture, known: _Known, values: re.Pattern[str]) -> RedactedReport:
    """Give what is known of a shape as the report of one redirect."""
    report = cast("RedactedReport", known.report)
    if known.raw and candidate.text != known.text:
        report = _with_values(known.raw, known, candidate.text, values)
    place = Place(capture.source, candidate.line, candidate.column, shown_pointer(candidate.pointer))
    findings = report.findings
    if findings:
        moved = _Moved(known.text, candidate.text, values)
        findings = tuple(
            _placed(finding, span, moved, candidate) for finding, span in zip(findings, known.spans, strict=True)
        )
    return report.at(place, findings)


def _with_values(raw: Report, known: _Known, text: str, values: re.Pattern[str]) -> RedactedReport:
    """Give what is known of a shape with the values of another text."""
    url = URL(text)
    parameters: dict[str, str] = {}
    for one in url.parameters if raw.parameters else ():
        if not parameters.get(one.name):
            parameters[one.name] = one.value
    moved = _Moved(known.text, text, values)
    findings = tuple(
        replace(finding, start=moved.index(span[0]), end=moved.index(span[1])) if span else finding
        for finding, span in zip(raw.findings, known.spans, strict=True)
    )
    report = Report(text, raw.outcome, raw.kind, parameters, findings, raw.place, raw.notes, url)
    return report.redacted(show_values=True)


def _placed(finding: RedactedFinding, span: Span | None, moved: "_Moved", candidate: Candidate) -> RedactedFinding:
    if span is None or candidate.column is None or not candidate.is_verbatim:
        return finding if finding.column is None else replace(finding, column=None, end_column=None)
    column = candidate.column
    return replace(finding, column=column + moved.index(span[0]), end_column=column + moved.index(span[1]))


class _Moved:
    """Finds the place in a text that an index of another text of the same shape has."""

    def __init__(self, before: str, after: str, values: re.Pattern[str]) -> None:
        self._ends = (
            [] if before == after else list(zip(_value_ends(before, values), _value_ends(after, values), strict=True))
        )

    def index(self, before: int) -> int:
        shift = 0
        for end, moved_end in self._ends:
            if before < end:
                break
            shift = moved_end - end
        return before + shift


def _value_ends(text: str, values: re.Pattern[str]) -> list[int]:
    return [match.end() for match in values.finditer(text)]


def _interchangeable_values(expectation: Expectation) -> re.Pattern[str]:
    """Match `=value` in a URL, where the value decides nothing as long as it matches.

    The names are lookbehinds, so that each match can be replaced by a plain string, which is several times as fast.
    """
    fixed = set(SHOWN_PARAMETERS)
    for uri in expectation.redirect_uris:
        fixed.update(name for name in recognized_parameters() if name in uri.text)
        fixed.update(parameter.name for parameter in uri.parameters)  # encoded names, too
    by_value: dict[str, list[str]] = {}
    for name in sorted(recognized_parameters() - fixed):
        schemas = [outcome.parameters[name] for outcome in outcomes().values() if name in outcome.parameters]
        supported = all(schema.keys() <= SUPPORTED_KEYWORDS for schema in schemas)
        if supported and (value := _value_pattern(schemas)):
            by_value.setdefault(value, []).append(re.escape(name))
    alternatives = (
        f"(?:{'|'.join(f'(?<=[?&]{name}=)' for name in names)}){value}" for value, names in by_value.items()
    )
    return re.compile(f"=(?:{'|'.join(alternatives)}){_END}")


def _value_pattern(schemas: list[dict[str, object]]) -> str | None:
    """Match the raw values that meet all that the schemas say, and that no other rule looks into; None if unsure."""
    least = max(1, *(int(str(schema.get("minLength", 1))) for schema in schemas))
    most = min((int(str(schema["maxLength"])) for schema in schemas if "maxLength" in schema), default=None)
    patterns = sorted({str(schema["pattern"]) for schema in schemas if "pattern" in schema})
    if not patterns and most is None and least == 1:
        return _INTERCHANGEABLE
    bodies = [match[1] for match in map(_PLAIN_PATTERN.fullmatch, patterns) if match]
    if len(bodies) < len(patterns):
        return None
    lookaheads = "".join(f"(?={body}{_END})" for body in bodies)
    return f"{_ORDINARY}{lookaheads}{_UNRESERVED}{{{least},{'' if most is None else most}}}+{_AT_END}"
