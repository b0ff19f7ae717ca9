"""Every report on a capture equals that of judging its redirect separately, for any input."""

import io
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from connect_errors import check, shapes
from connect_errors.captures import Capture, CaptureError, stream
from connect_errors.check import Checker
from connect_errors.expectation import Expectation
from connect_errors.formats.base import Settings
from connect_errors.formats.jsonl import JSONLinesFormat
from connect_errors.formats.junit import JUnitFormat
from connect_errors.judge import judge
from connect_errors.report import Detail, RedactedReport, Report
from connect_errors.report_batch import ReportBatch
from connect_errors.schema import Outcome
from connect_errors.shapes import MARKER, Shapes
from connect_errors.shown import Shown
from connect_errors.summary import Summary
from connect_errors.url import URL
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.processes import slow_after_first
from tests.helpers.properties import examples
from tests.helpers.strategies import LINE, PLAIN

EXPECTATIONS = [
    Expectation(),
    Expectation(state="0facda3319"),
    Expectation(outcome="access_denied"),
    Expectation((URL("https://a.example/cb?state=1&a=2"),)),
    Expectation((URL("https://b.example/cb"), URL(f"{PLAIN}?a=2"), URL(f"{PLAIN}?code=1")), "a+b="),
    Expectation((URL("https://a.example/cb?st%61te=0facda3319&c%6Fde=1"),)),
    Expectation((URL("https://a.example/a&vin=0SCAUDI012FE3B132/cb"),), "s", "vehicle_incompatible"),
]

LINES = st.lists(LINE, min_size=1, max_size=30)


DETAILS: tuple[Detail, ...] = ("all", "findings", "summary")


def checked(
    text: str, expectation: Expectation, detail: Detail, input_format: str, *, show_values: bool = False
) -> tuple[list[RedactedReport], Summary]:
    summary = Summary()
    data = text.encode("utf-8", "surrogatepass")
    capture = Capture(Shown("-"), io.BytesIO(data), input_format, expectation.redirect_uris)
    checked_reports = []
    try:
        for report in Checker(expectation, summary, show_values=show_values).check(capture, detail):
            checked_reports.append(report)  # noqa: PERF402 - redirects found before an error count
    except CaptureError:
        assert b"\0" in data
    return checked_reports, summary


def one_by_one(
    text: str, expectation: Expectation, input_format: str, *, show_values: bool = False
) -> tuple[list[RedactedReport], Summary]:
    summary = Summary()
    data = text.encode("utf-8", "surrogatepass")
    capture = Capture(Shown("-"), io.BytesIO(data), input_format, expectation.redirect_uris)
    masked = []
    try:
        for redirect in capture:
            report = judge(redirect, expectation)
            summary.add(report)
            masked.append(report.redacted(show_values=show_values))
    except CaptureError:
        assert b"\0" in data
    summary.passed_over = capture.passed_over.total()
    return masked, summary


def written(batches: Iterable[ReportBatch]) -> list[str]:
    """Return the output of the formats that render shared parts of a batch once."""
    streams = [io.StringIO(), io.StringIO()]
    writers = [JSONLinesFormat(streams[0], Settings()), JUnitFormat(streams[1], Settings())]
    with suppress(CaptureError):
        for batch in batches:
            for writer in writers:
                writer.add_batch(batch)
    for writer in writers:
        writer.finish(Summary())
    return [stream.getvalue() for stream in streams]


def assert_written_the_same(
    reports: list[RedactedReport], text: str, expectation: Expectation, input_format: str, *, show_values: bool = False
) -> None:
    checker = Checker(expectation, Summary(), show_values=show_values)
    data = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    capture = Capture(Shown("-"), data, input_format, expectation.redirect_uris)
    assert written(checker.check_in_batches(capture, "all")) == written(map(ReportBatch.of, reports))


def assert_same(text: str, expectation: Expectation, input_format: str = "urls") -> None:
    reports, counts = one_by_one(text, expectation, input_format)
    by_detail = {detail: checked(text, expectation, detail, input_format) for detail in DETAILS}
    assert by_detail["all"] == (reports, counts)
    assert by_detail["findings"] == (
        [report for index, report in enumerate(reports) if report.findings or index == 0],
        counts,
    )
    assert by_detail["summary"] == ([], counts)
    assert_written_the_same(reports, text, expectation, input_format)
    with_values = one_by_one(text, expectation, input_format, show_values=True)
    assert checked(text, expectation, "all", input_format, show_values=True) == with_values
    assert_written_the_same(with_values[0], text, expectation, input_format, show_values=True)


@examples(3000)
@given(LINES, st.sampled_from(EXPECTATIONS), st.sampled_from(["\n", "\r\n"]))
def test_reports_match_judging_one_by_one(lines: list[str], expectation: Expectation, line_end: str) -> None:
    assert_same(line_end.join(lines), expectation)


LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", " \n", "\u2028", "\ufeff", "\0"])
CAPTURE = st.tuples(
    st.sampled_from(["", "\ufeff"]), st.lists(st.tuples(LINE, LINE_ENDS).map("".join), max_size=12).map("".join), LINE
).map("".join)


@examples(500)
@given(CAPTURE, st.sampled_from(EXPECTATIONS), st.sampled_from(["urls", "text"]), st.sampled_from([7, 1, 64]))
def test_reports_do_not_depend_on_block_boundaries(
    text: str, expectation: Expectation, input_format: str, block: int
) -> None:
    """Redirects are processed in blocks of lines, as many as have arrived."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MAX_LINE", "BLOCK"):
            patch.setattr(stream, name, 100)  # some blocks truncate a line; no block is longer than a line may be
        expected = one_by_one(text, expectation, input_format)
        assert checked(text, expectation, "all", input_format) == expected
        patch.setattr(stream, "BLOCK", block)
        assert checked(text, expectation, "all", input_format) == expected


class Arriving(io.RawIOBase):
    """A live pipe; each read returns one piece."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self.arrived = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._pieces[self.arrived] if self.arrived < len(self._pieces) else b""
        self.arrived += 1
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(
    ("input_format", "line"),
    [
        ("urls", "https://a.example/cb?code={0:08}&state={0}\n"),
        ("text", '"GET /cb?code={0:08}&state={0} HTTP/1.1" 200 1\n'),
        ("text", '{{"uri": "/cb?code={0:08}&state={0}"}}\n'),
        ("json", '{{"uri": "/cb?code={0:08}&state={0}"}}\n'),
    ],
)
def test_available_redirects_are_reported_before_more_is_read(input_format: str, line: str) -> None:
    pipe = Arriving([line.format(number).encode() for number in range(5)])
    capture = Capture(Shown("-"), io.BufferedReader(pipe), input_format)
    reports = Checker(Expectation(), Summary()).check(capture, "all")
    assert [pipe.arrived for _ in reports] == [1, 2, 3, 4, 5]


IN_CAPTURES = (
    "Location: {}\n",
    '203.0.113.7 - - [12/Mar/2026:00:00:00 +0000] "GET {} HTTP/1.1" 302 0 "-" "-"',
    "see {} then",
    '{{"level": "info", "url": "{}"}}',
    "https://accounts.example/cb?code=4/0Ab&scope=a after {}",
)


@examples(300)
@given(st.lists(st.builds(str.format, st.sampled_from(IN_CAPTURES), LINE)), st.sampled_from(EXPECTATIONS))
def test_reports_match_in_other_kinds_of_captures(lines: list[str], expectation: Expectation) -> None:
    for some in (lines, lines * 2):  # with repetitions
        assert_same("\n".join(some), expectation, "text")


def test_escaped_copies_and_wrapped_links_have_separate_shapes() -> None:
    url = f"{PLAIN}?error=access_denied&error_description=x&state=a"
    escaped = url.replace("&", "&amp;")
    wrapped = f"https://nam02.safelinks.protection.outlook.com/?url={quote(url, safe='')}&state=1"
    lines = [f"to {url} then", f"to {escaped} then", f'<a href="{escaped}">', f"to {wrapped} then"]
    for some in (lines, lines[::-1], lines * 2):
        assert_same("\n\n".join(some), Expectation(), "text")


@examples(300)
@given(LINES)
def test_reports_match_with_a_small_cache(lines: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "MAX_REMEMBERED", 100)
        assert_same("\n".join(lines), Expectation())


UUIDS = "725146a3-69f4-46c8-965d-54b3b6f81eb7", "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"


@pytest.mark.parametrize(
    ("expectation", "template", "values"),
    [
        (EXPECTATIONS[1], "https://a.example/cb?code=1&state={}", ["0facda3319", "a", "b"]),
        (EXPECTATIONS[1], "https://a.example/cb?state={}&code=1", ["0facda3319", "a", "b"]),
        (EXPECTATIONS[1], "https://a.example/a&state=1/cb?state={}&code=1", ["0facda3319", "zz0facda3319", "b"]),
        (EXPECTATIONS[1], "https://a.example/a&state=1/cb?state={}", ["0facda3319", "zz0facda3319", "b"]),
        (EXPECTATIONS[1], "https://a.example/cb?code=1&state={}", ["0facda3319?", "0facda3319?a=1", "0facda3319"]),
        (EXPECTATIONS[3], "https://a.example/cb?code=1&state={}&a=2", ["1", "2", "3"]),
        (EXPECTATIONS[5], "https://a.example/cb?code={}&state=0facda3319", ["1", "2", "3"]),
        (EXPECTATIONS[5], "https://a.example/cb?code=1&state={}", ["0facda3319", "a", "b"]),
        (EXPECTATIONS[6], "https://a.example/a&vin={}/cb?error=vehicle_incompatible", ["0SCAUDI012FE3B132", "1"]),
        (
            Expectation((URL("https://a.example/a&vin=WBA00000000000000&b/cb"),)),
            "https://a.example/a&vin={}&b/cb?code=1",
            ["WBA00000000000000", "WBA00000000000001", "1"],
        ),
        (EXPECTATIONS[0], "https://a.example/cb?user_id={}", [*UUIDS, "725146a3", UUIDS[0] + "0"]),
        (EXPECTATIONS[0], "https://a.example/cb?code=1&state={}", ["a", "", "é", "a+b", "%zz", "#", "b"]),
        (EXPECTATIONS[0], "https://a.example/cb?code=1&state={}", ["a", "%23%23", "%25s", "%22"]),
        (EXPECTATIONS[0], "https://a.example/#{}?code=1", ["", "/a", "&state=1", "b"]),
        (EXPECTATIONS[0], "https://a.example/#?code={}", ["1", "2", ""]),
        (EXPECTATIONS[0], "#?code={}", ["1", "2", ""]),
        (EXPECTATIONS[0], "https://a.example/cb?code={}", [f"3d&code={UUIDS[0]}", f"{UUIDS[0]}&code=1", "1&code=2"]),
        (
            EXPECTATIONS[0],
            "https://a.example/cb?vehicle_id={}",
            [f"a&vehicle_id={UUIDS[0]}", f"{UUIDS[0]}&vehicle_id=a"],
        ),
        (EXPECTATIONS[0], "https://a.example/cb?code=1{}", ["&state=" + "a" * 150, "&state=a", "&state=a" * 9]),
        (EXPECTATIONS[0], "https://a.example/cb?code=1{}", [("&state=" + "a" * 199) * 400, "&state=a" * 400]),
    ],
)
def test_values_that_affect_the_report(expectation: Expectation, template: str, values: list[str]) -> None:
    lines = [template.format(value) for value in values]
    for some in (lines, lines[::-1], lines * 3):
        assert_same("\n".join(some), expectation)
    for input_format in ("text",):
        requests = (line.replace("https://a.example", "") for line in lines)
        assert_same("\n".join(f'"GET {request} HTTP/1.1"' for request in requests), expectation, input_format)


@pytest.mark.parametrize("input_format", ["urls", "text"])
def test_first_redirect_without_findings_is_shown(input_format: str) -> None:
    text = "\n".join(f"Location: {PLAIN}?code={number}&state=1\n" for number in range(3))
    text = text if input_format == "text" else text.replace("Location: ", "")
    reports, summary = checked(text, Expectation(), "findings", input_format)
    assert [report.place.line for report in reports] == [1]
    assert summary.conforming == 3


def interchangeable(expectation: Expectation, name: str, value: str, *, is_summary: bool = False) -> bool:
    """Whether a value is replaced in the shape of its redirect, if the next one differs."""
    texts = [f"{PLAIN}?{name}={value}&a=1", f"{PLAIN}?{name}={value}&a=2"]
    shape, _ = Shapes(expectation).of(texts, is_summary=is_summary)
    return shape == f"{PLAIN}?{name}{MARKER}&a=1"


def test_an_interchangeable_value_meets_every_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    def schema(code: dict[str, object]) -> dict[str, object]:
        return {"properties": {"code": code, "state": {"enum": ["a", "b"]}}, "required": ["code"]}

    catalog = {
        name: Outcome(name, "success", schema(code))
        for name, code in {
            "one": {"minLength": 3, "pattern": "^[a-z]+$"},
            "two": {"maxLength": 5, "pattern": "^[w-z]+$"},
        }.items()
    }
    monkeypatch.setattr(shapes, "outcomes", lambda: catalog)
    monkeypatch.setattr(shapes, "recognized_parameters", lambda: frozenset({"code", "state"}))
    values = ["yz", "xyz", "vwxyz", "wxyzwx", "wxyzw", "0yz", "x.z", "x+z", "xyz%0A", "%78yz"]
    assert [value for value in values if interchangeable(Expectation(), "code", value)] == ["xyz", "wxyzw"]
    assert not interchangeable(Expectation(), "state", "a")


@pytest.mark.parametrize("value", ["q1Zb%2FPw%3D%3D", "abc%3d", "a+b", "a%20b", "a=b", "!$'()*,;x", "x" * 500])
def test_real_states_are_interchangeable(value: str) -> None:
    assert interchangeable(Expectation(), "state", value)
    assert interchangeable(Expectation(state="0facda3319"), "state", value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "%25",
        "%zz",
        "%0A",
        "%7F",
        "%C3%A9",
        "é",
        '"',
        "a:b",
        "a@b",
        "a?b",
        "a#b",
        "undefined",
        "Null",
        "%75ndefined",
        "YOUR_STATE",
        "%5Bobject%20Object%5D",
        "[FILTERED]",
        "%5bFiltered%5d",
        "REDACTED",
        "***",
        "0fac%2a%2A*",
        "xxxx",
        "%7bstate%7d",
        "a'",
        "a%27",
        "a,",
        "a.",
        "3Da",
    ],
)
def test_values_that_may_affect_the_report_are_not_interchangeable(value: str) -> None:
    assert not interchangeable(Expectation(), "state", value)


DOCUMENTED = "User+denied+access+to+application"


@pytest.mark.parametrize(
    "value", ["Try+again%21", "It+failed.", "a%2Cb", f"{DOCUMENTED}.+Sorry", DOCUMENTED.lower(), "1"]
)
def test_undocumented_descriptions_are_interchangeable_in_a_summary(value: str) -> None:
    assert interchangeable(Expectation(), "error_description", value, is_summary=True)
    assert not interchangeable(Expectation(), "error_description", value)


@pytest.mark.parametrize(
    "value",
    [DOCUMENTED, f"{DOCUMENTED}.", "User%20denied%20access+to%20application", "a%22b", "a%5cb", "null", "a%25", "é"],
)
def test_descriptions_that_may_affect_the_verdict_are_not_interchangeable(value: str) -> None:
    assert not interchangeable(Expectation(), "error_description", value, is_summary=True)


def test_states_that_differ_in_the_same_way_are_interchangeable() -> None:
    """Such states are judged once, although the message depends on the state."""
    sent = Expectation(state="q1Zb/Pw=")
    values = ["q1Zb%2FPw%3D", "q1Zb/Pw=", "q1Zb/Pw", "Q1ZB%2fPW=", "q1Zb_Pw=", "q1Zb", "0facda3319", "1facda3319", "-"]
    lines = [f"{PLAIN}?code=1&state={value}" for value in values]
    assert_same("\n".join(lines + lines[::-1]), sent)
    messages = [
        finding.message for report in checked("\n".join(lines), sent, "all", "urls")[0] for finding in report.findings
    ]
    assert len(messages) == len(values) - 2
    assert len(set(messages)) == 5


@pytest.mark.parametrize("expectation", slow_after_first(EXPECTATIONS))
def test_cache_size_is_bounded(expectation: Expectation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MAX_REMEMBERED", 1_500)
    sizes = []
    original = Checker._judge_and_cache  # noqa: SLF001 - the cache is private

    def watch(self: Checker, *arguments: object) -> object:
        sizes.append(sum(len(str(key)) for key in self._cache))
        return original(self, *arguments)  # type: ignore[arg-type] # passed on unchanged

    monkeypatch.setattr(Checker, "_judge_and_cache", watch)
    lines = [f"https://{number}.example/{number}?code={number}&{number}=1&error={number}" for number in range(150)]
    assert_same("\n".join(lines), expectation)
    assert 600 < max(sizes) < 3_000


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list to which everything judged from now on is added."""
    calls: list[object] = []

    def counting(*arguments: object) -> Report:
        calls.append(arguments)
        return judge(*arguments)  # type: ignore[arg-type] # passed on unchanged

    monkeypatch.setattr(check, "judge", counting)
    return calls


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("state", [None, "t5", "a", "0facda3319"])
def test_redirects_of_one_shape_are_judged_once(detail: Detail, state: str | None, judged: list[object]) -> None:
    wording = "The+user's+vehicle+is+not+compatible."
    lines = [f"{PLAIN}?code={number:08}&state=s{number}%3D" for number in range(100)]
    lines += [
        f"{PLAIN}?error=vehicle_incompatible&error_description={wording}&vin=0SCAUDI012FE3B{number}"
        for number in range(100, 200)
    ]
    lines += [f"{PLAIN}?code={number:08}&lang=en" for number in range(100)]
    reports, summary = checked("\n".join(lines), Expectation(state=state), detail, "urls")
    assert summary.redirects == 300
    assert len(reports) == {"all": 300, "findings": 101 if state is None else 300, "summary": 0}[detail]
    assert len(judged) == 3


def test_redirects_with_the_state_that_was_sent_are_judged_once(
    judged: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BLOCK", 500)
    states = ["t%2F5", "t/5", "%74%2F5", "t%2f5"]
    lines = [f"{PLAIN}?code={number:08}&state={states[number // 10 % 4]}" for number in range(200)]
    _, summary = checked("\n".join(lines), Expectation(state="t/5"), "all", "urls")
    assert (summary.redirects, summary.conforming) == (200, 200)
    assert len(judged) == 2  # %74 is an escape that is not necessary, which makes another shape
