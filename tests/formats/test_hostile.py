"""Text from a capture is inert in every format, and no format shows a masked value."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from connect_errors.capture_report import CaptureReport
from connect_errors.formats import FORMATS, Settings
from connect_errors.shown import Shown
from connect_errors.summary import Summary

from tests.conftest import Run
from tests.formats.conftest import Render
from tests.helpers.inert import check_output, check_summary
from tests.helpers.processes import EACH_FORMAT

HOSTILE = {
    "annotation": "\n::error::pwned",
    "annotation at the start": "::error::pwned",
    "annotation behind a carriage return": "\r::add-mask::pwned",
    "command anywhere in a line": "##[error]pwned ##vso[task.complete]pwned ###[group]pwned",
    "end of CDATA": "]]><script>pwned</script>",
    "entity": "&pwned;<!ENTITY pwned SYSTEM 'file:///etc/passwd'>",
    "ANSI sequence": "\x1b[31mpwned\x1b]8;;https://evil.example\x07",
    "C1 control sequence": "\x9b31mpwned\x7f",
    "bidirectional override": "\u202epwned\u2066\u200b\ufeff",
    "line separators": "\u2028::error::pwned\x85::error::pwned\x0b\x0c",
    "lone surrogates": "pwned\ud800\udfff\udc9b",
    "what XML forbids": "\0\x08pwned\ufffe\uffff",
    "Markdown": "[pwned](javascript:pwned) | ![pwned](https://evil.example) `|` **pwned** </code><img src=x>",
    "properties": "pwned,line=7::,file=other",
    "console escapes": "pwned\\u001b[31m%1B[31m%0A::error::pwned",
}


def _percent_encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


PLACES: dict[str, Callable[[str], str]] = {
    "error": lambda text: f"https://example.com/?error={_percent_encoded(text)}",
    "error, raw": lambda text: f"https://example.com/?error={text}",
    "error_description": lambda text: (
        f"https://example.com/?error=access_denied&error_description={_percent_encoded(text)}"
    ),
    "error_description, raw": lambda text: f"https://example.com/?error=access_denied&error_description={text}",
    "name": lambda text: f"https://example.com/?code=1&{_percent_encoded(text)}=1",
    "name, raw": lambda text: f"https://example.com/?code=1&{text}",
    "repeated name": lambda text: f"https://example.com/?code=1&{_percent_encoded(text)}=1&{_percent_encoded(text)}=2",
    "fragment": lambda text: f"https://example.com/?code=1#{text}",
    "path": lambda text: f"https://example.com/{text}?code=1",
    "no URL": lambda text: text,
}


@pytest.fixture
def job_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    return path


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("name", FORMATS)
def test_redirects(name: str, place: Callable[[str], str], render: Render, job_summary: Path) -> None:
    for url in map(place, HOSTILE.values()):
        for show_values in (False, True):
            if name == "text":  # only a single redirect is shown otherwise
                check_output(name, render(name, url, show_values=show_values))
            several = (url, "https://example.com/?error=access_denied", url)
            check_output(name, render(name, *several, show_values=show_values))
        if name == "github":
            check_summary(job_summary.read_text(encoding="utf-8"))
            job_summary.unlink()


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_wrapped_line_starts_no_command(place: Callable[[str], str], render: Render) -> None:
    for filler in ("a", "a "):
        for length in range(40):
            check_output("text", render("text", place(filler * length + "::error::pwned"), width=30))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", FORMATS)
def test_capture_names(name: str, hostile: str, render: Render, job_summary: Path) -> None:
    # File names contain no NUL, and no surrogates except for bytes that are not UTF-8.
    source = hostile.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    check_output(name, render(name, "https://example.com/?error=access_denied", source=source))
    stream = io.StringIO()
    writer = FORMATS[name](stream, Settings())
    writer.add_capture(CaptureReport(Shown(source), notes=(Shown(source),), unreadable=Shown(source)))
    writer.finish(Summary())
    check_output(name, stream.getvalue())
    if name == "github":
        check_summary(job_summary.read_text(encoding="utf-8"))


@EACH_FORMAT
def test_file_name_with_a_newline(name: str, tmp_path: Path, run: Run) -> None:
    file = "a\n::error::pwned\x1b[31m\u202e.txt"
    (tmp_path / file).write_text("https://example.com/?error=access_denied\n")
    result = run("validate", f"--format={name}", file, f"no-{file}", cwd=tmp_path)
    assert result.returncode == 2
    check_output(name, result.stdout)
    check_output("text", result.stderr)


SECRETS = {
    "code": "c1a2b3c4-d5e6-4f70-8a9b-0c1d2e3f4a5b",
    "state": "s-3f9d2c71e8",
    "vin": "1FTFW1ET5DFC10312",
    "user_id": "u1a2b3c4-d5e6-4f70-8a9b-0c1d2e3f4a5b",
    "unknown": "hunter2hunter2",
}


@pytest.mark.parametrize("name", FORMATS)
def test_masked_values_do_not_appear(name: str, render: Render, job_summary: Path) -> None:
    query = "&".join(f"{key}={value}" for key, value in SECRETS.items())
    urls = [
        f"https://alice:pa55word@example.com/?error=vehicle_incompatible&{query}",
        f"https://alice:pa55word@example.com/?{query}&state=other%0A",
        f"example.com/?{query}",
    ]
    text = render(name, *urls) + (job_summary.read_text(encoding="utf-8") if name == "github" else "")
    for secret in (*SECRETS.values(), "alice", "pa55word"):
        assert secret not in text
    if name not in ("sarif", "junit"):
        assert "***" in text
    assert SECRETS["state"] in render(name, *urls, show_values=True) or name in ("text", "github")


def test_fingerprints_contain_no_secrets(render: Render) -> None:
    fingerprints = set()
    for state in ("first", "second"):
        for show_values in (False, True):
            url = f"https://example.com/?error=access_denied&state={state}"
            (result,) = json.loads(render("sarif", url, show_values=show_values))["runs"][0]["results"]
            fingerprints.add(result["partialFingerprints"]["redactedFinding/v1"])
    assert len(fingerprints) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text", "a\n  ::error::pwned\n"),
        ("text", "##[error]pwned"),
        ("json", '{"a": "\x1b"}'),
        ("jsonl", '{"version": 1}\npwned\n'),
        ("github", "::error file=a,b=c::pwned\n"),
        ("github", "::set-output name=x::pwned\n"),
        ("junit", "<testsuites><script/></testsuites>"),
        ("sarif", '{"runs": [{"results": [{"message": {"text": "[pwned](https://evil.example)"}}]}]}'),
    ],
)
def test_check_output_can_fail(name: str, text: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_output(name, text)


@pytest.mark.parametrize("text", ["<img src=x>", "[pwned](https://evil.example)", "**pwned**", "\x1b"])
def test_check_summary_can_fail(text: str) -> None:
    with pytest.raises(AssertionError):
        check_summary(text)
