"""Messages about the worst inputs of `benchmarks/worst.py`, at a small size. The benchmark measures their cost."""

import io
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from connect_errors import validate
from connect_errors.captures import Capture
from connect_errors.captures.stream import MAX_LINE, Stream
from connect_errors.captures.truncating_reader import TruncatingReader
from connect_errors.judge import MAX_FINDINGS_PER_RULE
from connect_errors.shown import Shown
from connect_errors.url import MAX_BYTES, URL
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.worst import INPUTS, ON_PAGE, PAGE_SCALE, RULE
from scripts.page_tables import SECURITY
from tests.conftest import Invoke
from tests.helpers.properties import examples

BY_NAME = {worst.name: worst for worst in INPUTS}
NOTHING = "no redirect was found\n"
CUT = "FILE: 1 line is longer than 1 MiB; only the beginning was read\n"
DAMAGED = "FILE: its JSON is damaged or cut off in /log/entries/0\n"


class Expected(NamedTuple):
    """The expected result for an input of a given size."""

    size: int
    exit_code: int
    rules: dict[str, int] = {}  # noqa: RUF012 - never modified
    stderr: str = ""


EXPECTED = {
    "a line": Expected(1_200_000, 1, {"too-long": 1}, CUT),
    "a line of blanks": Expected(
        300_000, 3, {}, "FILE: 1 line, none with Connect's parameters\nno redirect was found\n"
    ),
    "a line of %": Expected(300_000, 1, {"too-long": 1}),
    "lines of %": Expected(3_000, 1, {"not-a-url": 2}),
    "a line of log": Expected(
        1_200_000, 1, {"too-long": 1}, "FILE: 1 line is longer than 1 MiB; only the beginning was read\n"
    ),
    "a log's escapes": Expected(1_200_000, 0, {}, "FILE: 1 line is longer than 1 MiB; only the beginning was read\n"),
    "a log's Referer": Expected(1_200_000, 0, {}, CUT),
    "lines of quotes": Expected(
        3_000_000, 3, {}, "FILE: 4 lines, 2 URLs, none with Connect's parameters\nno redirect was found\n"
    ),
    "empty lines": Expected(3_000, 1, {"no-outcome": 1}),
    "64 KiB: parameters": Expected(3_000, 0, {"unrecognized-parameter": 20}),
    "64 KiB: the same": Expected(300, 1, {"duplicate-parameter": 1}),
    "64 KiB: broken %": Expected(300, 1, {"malformed-encoding": 20, "duplicate-parameter": 1}),
    "64 KiB: controls": Expected(300, 1, {"forbidden-character": 20, "duplicate-parameter": 1}),
    "64 KiB: %2525": Expected(60_000, 0, {"double-encoded": 1}),
    "64 KiB: ://": Expected(300, 1, {"not-a-url": 1}),
    "64 KiB: scheme": Expected(60_000, 1, {"not-a-url": 1}),
    "64 KiB: path": Expected(
        60_000,
        1,
        {"no-outcome": 1},
        "http://a/*** cannot be registered with Smartcar: it accepts plain http only for localhost; use https\n",
    ),
    "64 KiB: VIN": Expected(60_000, 1, {"malformed-encoding": 1}),
    "64 KiB: JSON": Expected(3_000, 0, {"unrecognized-parameter": 20}),
    "64 KiB: SARIF": Expected(3_000, 0, {"unrecognized-parameter": 20}),
    "64 KiB, again": Expected(2, 0, {"unrecognized-parameter": 4}, ""),
    "own query": Expected(300, 0),
    "states": Expected(300, 0),
    "descriptions": Expected(300, 0),
    "codes": Expected(300, 0),
    "names": Expected(300, 0),
    "pieces": Expected(20, 1),
    "JSON Lines: members": Expected(
        300,
        1,
        {"missing-parameter": 1},
        "FILE: 300 other URLs passed over: each has none of Connect's parameters\n",
    ),
    "JSON Lines: names": Expected(300, 1, {"missing-parameter": 2}),
    "HAR: depth": Expected(3_000, 0, {}, ""),
    "HAR: depth, cut off": Expected(3_000, 2, {}, "FILE: its JSON is damaged or cut off in /log/entries/0\n"),
    "HAR: a string": Expected(1_500_000, 0, {}, ""),
    "HAR: escapes": Expected(1_500_000, 0, {}, ""),
    "HAR: strings": Expected(300_000, 0, {}, ""),
    "HAR: a URL": Expected(1_500_000, 1, {"too-long": 1}, ""),
    "HAR: a key": Expected(1_500_000, 0, {}, ""),
    "HAR: a number": Expected(1_500_000, 2, {}, "FILE: its JSON is damaged or cut off in /log/entries/0\n"),
    "HAR: blanks": Expected(1_500_000, 0, {}, ""),
    "HAR: headers": Expected(
        300,
        0,
        {},
        "FILE: 300 other URLs passed over: each has a code that is not one of Connect's\n"
        "FILE: if one of them is a redirect, name its address with --redirect-uri\n",
    ),
    "HAR: entries": Expected(300, 0, {}, ""),
    "Location, continued": Expected(300, 1, {"unrecognized-parameter": 1, "duplicate-parameter": 1}),
    "lines of &": Expected(300, 3, {}, "FILE: 600 lines, none with Connect's parameters\nno redirect was found\n"),
    "messages": Expected(
        300,
        3,
        {},
        "FILE: 300 other URLs passed over: each has a code that is not one of Connect's\n"
        "FILE: if one of them is a redirect, name its address with --redirect-uri\n"
        "no redirect was found\n",
    ),
    "requests": Expected(
        300,
        3,
        {},
        "FILE: 300 other URLs passed over: each has a code that is not one of Connect's\n"
        "FILE: if one of them is a redirect, name its address with --redirect-uri\n"
        "no redirect was found\n",
    ),
    "Locations of 1 MB": Expected(1, 1, {"too-long": 1}),
    "dots": Expected(
        300,
        0,
        {},
        "FILE: 1 other URL passed over: it has a code that is not one of Connect's\n"
        "FILE: if one of them is a redirect, name its address with --redirect-uri\n",
    ),
    "blanks of a header": Expected(
        2,
        3,
        {},
        "FILE: 1 other URL passed over: it has a code that is not one of Connect's\n"
        "FILE: if one of them is a redirect, name its address with --redirect-uri\n"
        "no redirect was found\n",
    ),
    "gzip: zeros": Expected(3_000_000, 2, {}, "FILE: it is a binary file, not text\n"),
    "gzip: a line": Expected(
        3_000_000,
        3,
        {},
        "FILE: 1 line, none with Connect's parameters\n"
        "FILE: 1 line is longer than 1 MiB; only the beginning was read\n"
        "no redirect was found\n",
    ),
    "gzip: a log": Expected(
        300_000,
        3,
        {},
        "FILE: 1,579 lines, more than 1,000 URLs, none with Connect's parameters\nno redirect was found\n",
    ),
    "gzip: members": Expected(300, 3, {}, "FILE: it is empty\nno redirect was found\n"),
    "gzip: its name": Expected(
        300_000, 2, {}, "FILE: Compressed file ended before the end-of-stream marker was reached\n"
    ),
    "UTF-16, odd": Expected(300_001, 3, {}, "FILE: 1 line, none with Connect's parameters\nno redirect was found\n"),
    "CloudFront fields": Expected(300, 0),
    "a name of controls": Expected(100, 1, {"unknown-error": 1, "duplicate-parameter": 1, "no-outcome": 1}),
    "a name of colons": Expected(100_000, 2, {}, f"{':' * 2500}…{':' * 2480}: File name too long\n"),
    "explain": Expected(100_000, 2, {}, "Error: there is no topic called ***; "),
    "an option": Expected(100_000, 2, {}, "Error: No such option"),
    "a value": Expected(100_000, 2, {}, "Error: Invalid value for '--input-format': '***' is not one of "),
    "an outcome": Expected(100_000, 2, {}, "Error: there is no outcome called ***; the outcomes are access_denied, "),
    "findings: text": Expected(3, 1, {"malformed-encoding": 22, "no-outcome": 2}),
    "findings: json": Expected(3, 1, {"malformed-encoding": 60, "no-outcome": 3}),
    "findings: jsonl": Expected(3, 1, {"malformed-encoding": 60, "no-outcome": 3}),
    "findings: sarif": Expected(3, 1, {"malformed-encoding": 60, "no-outcome": 3}),
    "findings: junit": Expected(3, 1, {"malformed-encoding": 60, "no-outcome": 3}),
    "findings: github": Expected(3, 1, {"malformed-encoding": 60, "no-outcome": 3}),
}


SLOW = {"Locations of 1 MB"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in EXPECTED]
)
def test_findings_and_messages(name: str, tmp_path: Path, invoke: Invoke) -> None:
    expected = EXPECTED[name]
    arguments = [os.fsdecode(argument) for argument in BY_NAME[name].make(tmp_path, expected.size)]
    result = invoke(*arguments)
    assert Counter(RULE.findall(result.stdout)) == expected.rules
    stderr = result.stderr.replace("connect-errors: ", "").replace(str(tmp_path / "capture"), "FILE")
    if stderr.startswith("Usage: "):  # most of it is Click's
        assert expected.stderr in stderr
    else:
        assert stderr == expected.stderr
    assert len(stderr) < 6000
    assert result.exit_code == expected.exit_code


def test_every_input_has_an_expectation() -> None:
    assert list(EXPECTED) == [worst.name for worst in INPUTS]


@pytest.mark.skipif(not SECURITY.exists(), reason="the page is tested in a checkout, not with an installed wheel")
def test_security_page_matches_the_benchmark() -> None:
    """The figures vary; the inputs, their sizes, the exit codes and the rules do not."""
    (text,) = re.findall(r"\| Input \| Size \|.*?\n\n", SECURITY.read_text(encoding="utf-8"), re.DOTALL)
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()[2:] if line]
    shown = [worst for worst in INPUTS if worst.name in ON_PAGE]
    assert len(shown) == len(ON_PAGE)
    for worst, (description, size, _, seconds, memory, exit_code, output) in zip(shown, rows, strict=True):
        expected = EXPECTED[worst.name]
        assert (description, size) == (ON_PAGE[worst.name], f"{round(worst.size * PAGE_SCALE):,} {worst.unit}")
        assert int(exit_code) == expected.exit_code
        assert float(seconds) > 0
        assert int(memory) > 0
        rules = re.findall("`([a-z-]+)`", output)
        assert set(rules) <= expected.rules.keys() or worst.name == "Location, continued", (
            "at another size it is too long"
        )
        assert rules or output == "nothing" or output in expected.stderr


def test_findings_beyond_the_limit_are_counted() -> None:
    url = "https://example.com/home?code=1&mak=1" + "".join(f"&unknown{number}={number}" for number in range(1020))
    findings = validate(url).findings
    assert len(findings) == MAX_FINDINGS_PER_RULE == 20
    assert findings[0].message == "mak is not a Connect parameter; did you mean make?"
    assert findings[-2].message == "unknown17 is not a Connect parameter"
    assert findings[-1].message == "unknown18 is not a Connect parameter; this rule is broken 1,001 more times"
    assert (findings[-1].start, findings[-1].end) == (url.index("unknown18"), url.index("&unknown19"))
    one_more = validate(url.partition("&unknown20=")[0]).findings
    assert one_more[-1].message == "unknown18 is not a Connect parameter; this rule is broken once more"


def test_findings_up_to_the_limit_are_all_reported() -> None:
    url = "https://example.com/home?code=1" + "".join(f"&unknown{number}={number}" for number in range(20))
    findings = validate(url).findings
    assert len(findings) == 20
    assert findings[-1].message == "unknown19 is not a Connect parameter"


def test_an_error_is_reported_among_many_warnings() -> None:
    url = "https://example.com/home?error=access_denied" + "".join(f"&unknown{number}" for number in range(100))
    report = validate(url)
    assert not report.conforms
    assert Counter(finding.rule for finding in report.findings) == {
        "missing-parameter": 1,
        "unrecognized-parameter": 20,
    }


def test_only_the_beginning_of_an_overlong_url_is_read() -> None:
    url = URL("https://example.com/home?code=1" + "&a" * MAX_BYTES)
    assert len(url.parameters) < MAX_BYTES // 2
    assert url.parameters[0].name == "code"
    assert len(validate(url.text).redacted().url) < 300


def test_a_truncated_line_is_not_joined_to_its_end() -> None:
    """The next line is still a separate line, with its own number."""
    text = b"a" * 3 * MAX_LINE + b"its end\nnext\n" + b"b" * 2 * MAX_LINE
    stream = Stream(io.BytesIO(text))
    lines = "\n".join(stream.blocks()).split("\n")
    assert [set(line) for line in lines] == [{"a"}, set("next"), {"b"}]
    assert stream.cut_lines == 2
    assert max(map(len, lines)) == MAX_LINE


def shortened(data: bytes, size: int) -> bytes:
    stream = TruncatingReader(Stream(io.BytesIO(data)))
    return b"".join(iter(lambda: stream.read(size), b""))


@examples(200)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(st.sampled_from('a"\\/\n\u00e9\u8eca\U0001f697'), max_size=20),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    ),
    st.integers(1, 9),
    st.booleans(),
)
def test_shortening_keeps_json_unchanged(value: object, size: int, is_ascii: bool) -> None:
    data = json.dumps(value, ensure_ascii=is_ascii).encode("utf-8", "replace")
    assert json.loads(shortened(data, size)) == json.loads(data)


@pytest.mark.parametrize("piece", ["a", '\\"', "\\\\", "\\u00e9", "\u00e9", "\U0001f697", 'x\\\\\\"', " ", "1"])
@pytest.mark.parametrize("size", [64 * 1024, 1000, 997])
def test_a_long_string_loses_only_its_middle(piece: str, size: int) -> None:
    data = f'{{"a": ["b", "{piece * 1_000_000}", 3], "c": "d"}}'.encode()
    value = json.loads(shortened(data, size))
    before, rest, after = value["a"]
    assert (before, after, value["c"]) == ("b", 3, "d")
    assert set(rest) == set(json.loads(f'"{piece}"'))
    assert MAX_BYTES < len(rest) < 700_000


def test_a_har_file_may_have_a_long_body_and_be_utf_16() -> None:
    har = {
        "log": {
            "entries": [{"request": {"url": "https://example.com/home?code=1&state=2"}, "body": "\u00e9" * 1_000_000}]
        }
    }
    for encoding in ("utf-8", "utf-16"):
        capture = Capture(Shown("a.har"), io.BytesIO(json.dumps(har, ensure_ascii=False).encode(encoding)))
        assert [redirect.url.text for redirect in capture] == ["https://example.com/home?code=1&state=2"]
