"""Each line is judged independently, like a file with only that line; summaries of parts add up to the whole."""

import io
import json
import pickle
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any, get_args

import pytest
from connect_errors.bulk import LINE_FORMATS, LineChecker, LineFormat, check_lines, summarize_lines
from connect_errors.captures import INPUT_FORMATS, Capture
from connect_errors.check import Checker
from connect_errors.expectation import Expectation
from connect_errors.report import RedactedReport
from connect_errors.shown import Shown
from connect_errors.summary import Summary
from connect_errors.url import URL
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import modes
from tests.conftest import Invoke
from tests.helpers.properties import examples
from tests.helpers.strategies import LINE

REDIRECT_URI = "https://a.example/cb?a=2"
RECORD = st.one_of(
    LINE,
    LINE.map(lambda target: f'203.0.113.7 - - [26/Nov/2026:10:00:00 +0000] "GET {target} HTTP/1.1" 302 0 "-" "-"\r'),
    LINE.map("see {}… on the screen".format),
    st.tuples(LINE, st.sampled_from(["\n", "\r\n"]), LINE).map("".join),
)
RECORDS = st.lists(RECORD.map(lambda text: text.replace("\0", "")), max_size=20)
FORMATS: st.SearchStrategy[LineFormat] = st.sampled_from(LINE_FORMATS)
REDIRECT_URIS: st.SearchStrategy[str | list[str] | None] = st.sampled_from(
    [None, REDIRECT_URI, ["https://b.example/callback", REDIRECT_URI]]
)


def by_itself(
    text: str, input_format: str, redirect_uri: str | list[str] | None
) -> tuple[list[RedactedReport], Summary]:
    """Return the command's reports on a file with that text."""
    redirect_uris = [redirect_uri] if isinstance(redirect_uri, str) else redirect_uri or []
    registered = tuple(map(URL, redirect_uris))
    summary = Summary()
    capture = Capture(Shown("-"), io.BytesIO(_encoded(text)), input_format, registered)
    return list(Checker(Expectation(registered), summary).check(capture, "all")), summary


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _contents(report: RedactedReport) -> tuple[object, ...]:
    return report.url, report.outcome, report.kind, report.parameters, report.findings, report.place.column


@examples(500)
@given(RECORDS, FORMATS, REDIRECT_URIS)
def test_each_line_is_a_separate_capture(
    records: list[str], input_format: LineFormat, redirect_uri: str | list[str] | None
) -> None:
    checker = LineChecker(input_format=input_format, redirect_uri=redirect_uri)
    reports = list(checker.check(map(_encoded, records)))
    alone = [by_itself(record, input_format, redirect_uri) for record in records]
    expected = [
        (number, _contents(report)) for number, (line_reports, _) in enumerate(alone, 1) for report in line_reports
    ]
    assert [(report.place.line, _contents(report)) for report in reports] == expected
    assert checker.summary == sum((summary for _, summary in alone), Summary())


@examples(300)
@given(RECORDS, st.lists(st.integers(0, 20), max_size=4), FORMATS, st.randoms(use_true_random=False))
def test_summaries_of_parts_add_up_in_any_split_and_order(
    records: list[str], cuts: list[int], input_format: LineFormat, chance: Any
) -> None:
    options: Any = {"input_format": input_format, "redirect_uri": REDIRECT_URI}
    whole = summarize_lines(records, **options)
    bounds = [0, *sorted(cuts), len(records)]
    parts = [summarize_lines(records[start:end], **options) for start, end in pairwise(bounds)]
    chance.shuffle(parts)
    assert reduce(add, parts) == sum(parts, Summary()) == whole
    middle = len(parts) // 2
    assert sum(parts[:middle], Summary()) + sum(parts[middle:], Summary()) == whole
    assert json.dumps(reduce(add, parts).to_dict()) == json.dumps(whole.to_dict())
    in_pieces = LineChecker(**options)
    for start, end in pairwise(bounds):
        in_pieces.count(records[start:end])
    assert in_pieces.summary == whole


@examples(300)
@given(RECORDS, FORMATS)
def test_a_summary_survives_json_and_pickle(records: list[str], input_format: LineFormat) -> None:
    summary = summarize_lines(records, input_format=input_format)
    assert Summary.from_dict(json.loads(json.dumps(summary.to_dict()))) == summary
    assert Summary.from_dict(summary.to_dict() | {"a_later_key": 1}) == summary
    assert pickle.loads(pickle.dumps(summary)) == summary  # noqa: S301 - our own


def test_adding_does_not_modify_the_operands() -> None:
    part = summarize_lines(
        [f'"GET {target} HTTP/1.1"' for target in ("/?error=access_denied", "/?error=acces_denied", "/?error=x")]
    )
    assert (part.redirects, part.passed_over) == (2, 1)
    before = pickle.dumps(part)
    assert part + part != part
    assert part + Summary() == Summary() + part == part
    assert pickle.dumps(part) == before


def test_equally_frequent_outcomes_are_sorted_by_name() -> None:
    urls = ["https://a.example/?error=no_vehicles", "https://a.example/?error=access_denied"]
    expected = ["access_denied", "no_vehicles"]
    for ordered_urls in (urls, urls[::-1]):
        assert list(summarize_lines(ordered_urls, input_format="urls").to_dict()["outcomes"]) == expected


def test_connect_urls_are_counted_in_a_summary() -> None:
    summary = summarize_lines(["https://connect.smartcar.com/oauth/authorize?client_id=1"], input_format="urls")
    assert (summary.to_dict()["redirects"], summary.to_dict()["connect_urls"]) == (1, 1)
    assert Summary.from_dict(summary.to_dict()) == summary


SUMMARY = summarize_lines(["https://a.example/?error=no_vehicles", "?"], input_format="urls").to_dict()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"redirects": None}, "the summary's redirects is not a count"),
        ({"redirects": 2.0}, "the summary's redirects is not a count"),
        ({"errors": -1}, "the summary's errors is not a count"),
        ({"passed_over": True}, "the summary's passed_over is not a count"),
        ({"redirects": 3}, "the summary's outcomes do not add up to its redirects"),
        ({"conforming": 1}, "the summary's conforming outcomes do not add up to its conforming redirects"),
        ({"outcomes": []}, "the summary has no outcomes"),
        ({"outcomes": {"no_vehicles": "1"}}, "the summary's no_vehicles is not a count"),
        ({"outcomes": {"acces_denied": 1}}, "no schema has the outcome 'acces_denied'"),
        ({"outcomes": {"code=725146a3-69f4-46c8-965d-54b3b6f81eb7": 1}}, "no schema has the outcome '***'"),
    ],
    ids=str,
)
def test_invalid_summaries_are_rejected(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="^" + message.replace("*", r"\*") + "$"):
        Summary.from_dict(SUMMARY | change)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"input_format": "har"}, "input_format is not one of text, urls"),
        ({"redirect_uri": "/callback"}, "redirect"),
        ({"redirect_uri": ["https://a.example/", "/callback"]}, "redirect"),
        ({"expect": "denied"}, "denied"),
    ],
)
def test_invalid_options_are_rejected(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_lines([], **options)


def test_line_formats_are_capture_formats() -> None:
    assert get_args(LineFormat) == LINE_FORMATS
    assert set(LINE_FORMATS) <= set(INPUT_FORMATS)


def test_empty_lines() -> None:
    assert summarize_lines([None, "", b"", "\r", "\n\n", "\ufeff"], input_format="urls") == Summary()


def test_each_call_numbers_lines_from_1() -> None:
    checker = LineChecker(input_format="urls", source="part-0")
    for _ in range(2):
        (report,) = checker.check(["", "https://a.example/?error=no_vehicles"])
        assert report.place == ("part-0", 2, 1, None)


@pytest.mark.parametrize("name", ["list of URLs", "access log"])
def test_reports_match_the_command(name: str, invoke: Invoke) -> None:
    lines = next(list(benchmark.lines(3000)) for benchmark in modes.BENCHMARKS if benchmark.name == name)
    input_format: LineFormat = "urls" if name == "list of URLs" else "text"
    text = "\n".join(lines)
    command = ("validate", "--input-format", input_format, "--redirect-uri", modes.CALLBACK, "--format")
    checker = LineChecker(input_format=input_format, redirect_uri=modes.CALLBACK)
    expected = [json.loads(line) for line in invoke(*command, "jsonl", stdin=text).stdout.splitlines()]
    reports = list(checker.check(lines))
    assert [(report.place.line, report.url, [finding.rule for finding in report.findings]) for report in reports] == [
        (redirect["line"], redirect["url"], [finding["rule"] for finding in redirect["findings"]])
        for redirect in expected
    ]
    assert len(reports) > 250
    assert json.loads(invoke(*command, "json", "-q", stdin=text).stdout)["summary"] == checker.summary.to_dict()


def test_several_redirect_uris_match_the_command(invoke: Invoke) -> None:
    uris = ["https://a.example/cb", "https://b.example/cb"]
    lines = [f"https://{host}.example/cb?error=access_denied" for host in "abc"]
    options = [option for uri in uris for option in ("--redirect-uri", uri)]
    result = invoke("validate", "--input-format", "urls", *options, "--format", "json", "-q", stdin="\n".join(lines))
    summary = summarize_lines(lines, input_format="urls", redirect_uri=uris)
    assert json.loads(result.stdout)["summary"] == summary.to_dict()
    rules = [
        {finding.rule for finding in report.findings}
        for report in check_lines(lines, input_format="urls", redirect_uri=uris)
    ]
    assert ["redirect-uri-mismatch" in broken for broken in rules] == [False, False, True]
