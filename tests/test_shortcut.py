"""The shortcut counts what judging one by one counts, on any input."""

import io

import pytest
from connect_errors import bulk, shortcut
from connect_errors.bulk import reports
from connect_errors.captures import Capture, CaptureError
from connect_errors.catalog import Outcome, outcomes, recognized_parameters
from connect_errors.formats.base import Shown
from connect_errors.judge import Expectation, judge
from connect_errors.report import Report, Summary
from connect_errors.url import URL
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_properties import TEXT

PLAIN = "https://a.example/cb"
EXPECTATIONS = [
    Expectation(),
    Expectation(state="0facda3319"),
    Expectation(outcome="access_denied"),
    Expectation(URL("https://a.example/cb?state=1&a=2")),
    Expectation(URL("https://a.example/cb?st%61te=0facda3319&c%6Fde=1")),
    Expectation(URL("https://a.example/a&vin=0SCAUDI012FE3B132/cb"), "s", "vehicle_incompatible"),
]

# Lines that are nearly alike, with all that could tell one from another: order, repeats, encodings, case, length.
NAMES = st.sampled_from([*sorted(recognized_parameters()), "a", "State", "st%61te", "", "x://y?state", "state=state"])
VALUES = st.one_of(
    st.sampled_from(
        [
            *("", "1", "2", "0facda3319", "x" * 199, "x" * 200, "x" * 201, "x" * 3000, "-._~", "a+b", "a%20b", "%2525"),
            *("%zz", "%ff", "%0A", "’", "é", "\x7f", "\ud800", '"', "a=b", "?state=1", "#", "/"),
            *("0SCAUDI012FE3B132", "0SCAUDI012FE3B13", "0scaudi012fe3b132", "400", "4000", "٤٠٠", "2008"),
            *("725146a3-69f4-46c8-965d-54b3b6f81eb7", "725146A3-69F4-46C8-965D-54B3B6F81EB7", "725146a3"),
            *(value for outcome in outcomes().values() for value in outcome.examples[-1].values()),
            *("User+denied+access+to+application", "https%3A%2F%2Fa.example"),
        ]
    ),
    st.text("abcXYZ019-._~%+", max_size=20),
)
BASES = st.sampled_from(
    [
        PLAIN,
        "https://a.example",
        "https://a.example/a&vin=0SCAUDI012FE3B132/cb",
        "https://u&state=1@a.example/",
        "https://a.example/#/route",
        "https://a.example#",
        "# https://a.example/",
        "#",
        "/cb",
        "/cb#",
        "",
        " " + PLAIN,
    ]
)
PARAMETERS = st.lists(st.tuples(NAMES, VALUES).map("=".join), max_size=6).map("&".join)
LINE = st.one_of(
    st.tuples(
        BASES, st.sampled_from("??????#&"), PARAMETERS, st.sampled_from(["", "", "", "#", "#state=1", " ", "\t"])
    ).map("".join),
    TEXT.map(lambda text: text.replace("\n", "")),
    st.sampled_from(["", "# a comment", "#state=1&code=2"]),
)
LINES = st.lists(LINE, min_size=1, max_size=30)


def judged(text: str, expectation: Expectation, shows: Shown, input_format: str) -> tuple[list[Report], Summary]:
    summary = Summary()
    data = text.encode("utf-8", "surrogatepass")
    capture = Capture("-", io.BytesIO(data), input_format, expectation.redirect_uri)
    found = []
    try:
        found += list(reports(capture, expectation, summary, shows))
    except CaptureError:
        assert b"\0" in data
    return found, summary


def assert_same(text: str, expectation: Expectation, input_format: str = "urls") -> None:
    every, summary = judged(text, expectation, "all", input_format)
    some, counted = judged(text, expectation, "findings", input_format)
    none, quickly = judged(text, expectation, "nothing", input_format)
    assert counted == summary
    assert quickly == summary
    assert [report for report in some if report.findings] == [report for report in every if report.findings]
    assert some[:1] == every[:1]
    assert len(none) <= len(every)


@settings(max_examples=3000, deadline=None)
@given(LINES, st.sampled_from(EXPECTATIONS), st.sampled_from(["\n", "\r\n"]))
def test_counts_are_the_same(lines: list[str], expectation: Expectation, line_end: str) -> None:
    assert_same(line_end.join(lines), expectation)


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from(EXPECTATIONS))
def test_counts_are_the_same_in_other_captures(lines: list[str], expectation: Expectation) -> None:
    assert_same("\n".join(f"Location: {line}\n" for line in lines), expectation, "http")


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_counts_are_the_same_when_the_tables_are_full(lines: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shortcut, "_MOST_ENTRIES", 3)
        assert_same("\n".join(lines), Expectation())


UUIDS = "725146a3-69f4-46c8-965d-54b3b6f81eb7", "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"


@pytest.mark.parametrize(
    ("expectation", "template", "values"),
    [
        (EXPECTATIONS[1], "https://a.example/cb?code=1&state={}", ["0facda3319", "a", "b"]),
        (EXPECTATIONS[1], "https://a.example/cb?state={}&code=1", ["0facda3319", "a", "b"]),
        (EXPECTATIONS[3], "https://a.example/cb?code=1&state={}&a=2", ["1", "2", "3"]),
        (EXPECTATIONS[4], "https://a.example/cb?code={}&state=0facda3319", ["1", "2", "3"]),
        (EXPECTATIONS[4], "https://a.example/cb?code=1&state={}", ["0facda3319", "a", "b"]),
        (EXPECTATIONS[5], "https://a.example/a&vin={}/cb?error=vehicle_incompatible", ["0SCAUDI012FE3B132", "1"]),
        (
            Expectation(URL("https://a.example/a&vin=WBA00000000000000&b/cb")),
            "https://a.example/a&vin={}&b/cb?code=1",
            ["WBA00000000000000", "WBA00000000000001", "1"],
        ),
        (EXPECTATIONS[0], "https://a.example/cb?user_id={}", [*UUIDS, "725146a3", UUIDS[0] + "0"]),
        (EXPECTATIONS[0], "https://a.example/cb?code=1&state={}", ["a", "", "é", "a+b", "%zz", "#", "b"]),
        (EXPECTATIONS[0], "https://a.example/#{}?code=1", ["", "/a", "&state=1", "b"]),
        (EXPECTATIONS[0], "https://a.example/#?code={}", ["1", "2", ""]),
        (EXPECTATIONS[0], "#?code={}", ["1", "2", ""]),
        (EXPECTATIONS[0], "https://a.example/cb?code=1{}", ["&state=" + "a" * 150, "&state=a", "&state=a" * 9]),
        (EXPECTATIONS[0], "https://a.example/cb?code=1{}", [("&state=" + "a" * 199) * 400, "&state=a" * 400]),
    ],
)
def test_values_that_matter(expectation: Expectation, template: str, values: list[str]) -> None:
    lines = [template.format(value) for value in values]
    for some in (lines, lines[::-1], lines * 3):
        assert_same("\n".join(some), expectation)
    for input_format in ("http", "log"):
        requests = (line.replace("https://a.example", "") for line in lines)
        assert_same("\n".join(f'"GET {request} HTTP/1.1"' for request in requests), expectation, input_format)


@pytest.mark.parametrize("input_format", ["urls", "http"])
def test_of_redirects_without_findings_the_first_one_is_shown(input_format: str) -> None:
    text = "\n".join(f"Location: {PLAIN}?code={number}\n" for number in range(3))
    text = text if input_format == "http" else text.replace("Location: ", "")
    found, summary = judged(text, Expectation(), "findings", input_format)
    assert [report.url for report in found] == [f"{PLAIN}?code=0"]
    assert summary.conforming == 3


def test_a_free_value_meets_every_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    def schema(code: dict[str, object]) -> dict[str, object]:
        return {"properties": {"code": code, "state": {"enum": ["a", "b"], "examples": ["a"]}}, "required": ["code"]}

    made = {
        name: Outcome(name, "success", schema(code))
        for name, code in {
            "one": {"minLength": 3, "pattern": "^[a-z]", "examples": ["a", "a+bc"]},
            "two": {"maxLength": 5, "pattern": "z$", "examples": ["0xyz", "wxyz", "xyz"]},
        }.items()
    }
    monkeypatch.setattr(shortcut, "outcomes", lambda: made)
    monkeypatch.setattr(shortcut, "recognized_parameters", lambda: frozenset({"code", "state"}))
    free = shortcut._free_parameters(Expectation())  # noqa: SLF001 - no schema has all of these
    assert {name: one.likeness for name, one in free.items()} == {"code": "code=wxyz"}
    values = ["yz", "xyz", "vwxyz", "uvwxyz", "xy", "0yz", "x.z", "x+z", "xyz\n"]
    assert [value for value in values if free["code"].matches(value)] == ["xyz", "vwxyz", "x.z"]


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_tables_are_bounded(expectation: Expectation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcut, "_MOST_ENTRIES", 50)
    made: list[shortcut.Shortcut] = []
    original = shortcut.Shortcut.__init__

    def remember(self: shortcut.Shortcut, *arguments: object, **options: object) -> None:
        made.append(self)
        original(self, *arguments, **options)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(shortcut.Shortcut, "__init__", remember)
    lines = [f"https://{number}.example/{number}?code={number}&{number}=1&error={number}" for number in range(500)]
    assert_same("\n".join(lines), expectation)
    for one in made:
        assert len(one._verdicts) <= 50  # noqa: SLF001 - what is remembered is no part of the interface
        assert len(one._pieces) <= 50  # noqa: SLF001
        assert len(one._pieces._free) <= 70  # noqa: SLF001


def test_redirects_that_differ_in_free_values_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = judge

    def counting(*arguments: object) -> Report:
        calls.append(arguments)
        return original(*arguments)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(shortcut, "judge", counting)
    monkeypatch.setattr(bulk, "judge", counting)
    lines = [f"{PLAIN}?code={number:08}&state=s{number}" for number in range(100)]
    lines += [
        f"{PLAIN}?error=vehicle_incompatible&error_description=The+user's+vehicle+is+not+compatible.&vin=0SCAUDI012FE3B{number}"
        for number in range(100, 200)
    ]
    lines += [f"{PLAIN}?code={number:08}&lang=en" for number in range(100)]
    _, summary = judged("\n".join(lines), Expectation(), "nothing", "urls")
    assert (summary.redirects, summary.conforming, summary.warnings) == (300, 300, 100)
    assert len(calls) == 3
    calls.clear()
    found, _ = judged("\n".join(lines), Expectation(), "findings", "urls")
    assert len(found) == 101
    assert len(calls) == 104  # the first redirect, the three kinds, and each one that has a finding
