"""Captures, each beside its expected reports: `captures/NAME` and `captures/NAME.toml`."""

import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Invoke
from validator.captures import Capture, CaptureError
from validator.captures.lines import BLOCK, LONGEST_LINE
from validator.judge import judge
from validator.redaction import redact
from validator.url import URL

FOLDER = Path(__file__).parent / "captures"
CAPTURES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".toml")
EACH_CAPTURE = pytest.mark.parametrize("path", CAPTURES, ids=[path.name for path in CAPTURES])


def expected(path: Path) -> dict[str, Any]:
    beside = path.with_name(f"{path.name}.toml")
    assert beside.exists(), f"{path.name} needs its expected reports in {beside.name}"
    defaults = {"exit_code": 0, "passed_over": 0}
    return defaults | tomllib.loads(beside.read_text(encoding="utf-8"))


def facts(redirect: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": redirect["line"],
        "column": redirect["column"],
        "url": redirect["url"],
        "outcome": redirect.get("outcome"),
        "rules": redirect.get("rules", []),
    }


@EACH_CAPTURE
def test_library_reads(path: Path) -> None:
    with path.open("rb") as stream:
        capture = Capture(path.name, stream)
        reports = [redact(judge(redirect)) for redirect in capture]
    found = [
        {
            "line": report.place.line,
            "column": report.place.column,
            "url": report.url,
            "outcome": report.outcome,
            "rules": [finding.rule for finding in report.findings],
        }
        for report in reports
    ]
    assert found == [facts(redirect) for redirect in expected(path)["redirects"]]
    assert capture.input_format == expected(path)["input_format"]
    assert capture.passed_over == expected(path)["passed_over"]


@EACH_CAPTURE
@pytest.mark.parametrize("from_stdin", [False, True], ids=["file", "stdin"])
def test_command_line_reads(path: Path, invoke: Invoke, *, from_stdin: bool) -> None:
    if from_stdin:
        result = invoke("validate", "--format", "json", stdin=path.read_bytes())
    else:
        result = invoke("validate", "--format", "json", str(path))
    document = json.loads(result.stdout)
    found = [
        facts(redirect | {"rules": [finding["rule"] for finding in redirect["findings"]]})
        for redirect in document["redirects"]
    ]
    assert found == [facts(redirect) for redirect in expected(path)["redirects"]]
    assert {redirect["source"] for redirect in document["redirects"]} <= {"-" if from_stdin else str(path)}
    assert document["summary"]["passed_over"] == expected(path)["passed_over"]
    assert result.exit_code == expected(path)["exit_code"]


def read(data: bytes, **options: Any) -> Capture:
    return Capture("-", io.BytesIO(data), **options)


def test_only_urls_under_the_redirect_uri_are_redirects() -> None:
    data = b"Location: https://a.example/cb?code=1\n\nLocation: https://b.example/cb?code=2\n\nLocation: https://b.example/cb\n"
    capture = read(data, redirect_uri=URL("https://b.example/cb"))
    assert [redirect.url.text for redirect in capture] == ["https://b.example/cb?code=2", "https://b.example/cb"]
    assert capture.passed_over == 1


@pytest.mark.parametrize(
    ("query", "is_redirect"),
    [
        ("error=", True),
        ("error_description=x", True),
        ("code=1", True),
        ("user_id=1", False),
        ("user_id=1&state=2", True),
        ("vehicle_id=1", False),
        ("state=2&vehicle_id=1", True),
        ("state=2", False),
        ("test=blah", False),
    ],
)
def test_what_looks_like_a_redirect(query: str, is_redirect: bool) -> None:
    capture = read(f"Location: https://a.example/cb?{query}\n".encode())
    assert len(list(capture)) == is_redirect
    assert capture.passed_over == (not is_redirect)


def test_a_list_judges_every_line() -> None:
    assert len(list(read(b"https://a.example/?test=blah\nnonsense\n", input_format="urls"))) == 2


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01\0\0\0", b"https://a.example/?code=1\n\0\0"])
def test_binary(data: bytes) -> None:
    with pytest.raises(CaptureError, match="it is a binary file, not a capture"):
        list(read(data))


def test_what_was_readable_of_a_truncated_gzip_is_yielded() -> None:
    data = (FOLDER / "list.gz").read_bytes()[:-8]
    redirects = iter(read(data))
    assert next(redirects).url.text == "https://app.example/home?code=1"
    assert next(redirects).place.line == 2
    with pytest.raises(CaptureError, match="after line 2"):
        next(redirects)


def test_a_line_of_any_length_is_bounded() -> None:
    data = b"https://a.example/?state=" + b"a" * 5_000_000 + b"\nhttps://a.example/?code=1\n"
    first, second = read(data)
    assert first.url.too_long
    assert len(first.url.text) <= LONGEST_LINE + BLOCK
    assert (second.url.text, second.place.line) == ("https://a.example/?code=1", 2)
