"""GitHub Actions: workflow commands, parsed like the runner, and the job summary."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Invoke
from tests.formats.conftest import Render
from tests.helpers.inert import check_summary

GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application"
BAD = "https://example.com/home?error=access_denied&state=abc"
DOUBTFUL = "https://example.com/home?code=1&lang=en"


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def parse(line: str) -> Command:
    """Parse a line like the runner: properties up to the first `::`, then the data, both unescaped."""
    match = re.fullmatch(r"::([a-z-]+)(?: (.*?))?::(.*)", line)
    assert match, line
    pairs = [pair.split("=", 1) for pair in (match[2] or "").split(",") if pair]
    return Command(match[1], {name: _unescaped(value, ":,") for name, value in pairs}, _unescaped(match[3], ""))


def _unescaped(text: str, more: str) -> str:
    for character in f"\r\n{more}%":
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def test_annotation(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "a.txt").write_text(f"{GOOD}\n{BAD}\n{DOUBTFUL}\n")
    result = invoke("validate", "--format=github", "a.txt", cwd=tmp_path)
    error, warning = map(parse, result.stdout.splitlines())
    assert error == Command(
        "error",
        {"file": "a.txt", "line": "2", "col": "26", "endColumn": "45", "title": "missing-parameter"},
        "access_denied requires error_description\n"
        "Connect always sends it: correct the recording or the mock, or find out what drops it on the way.\n"
        "https://example.com/home?error=access_denied&state=***\n"
        "https://connect-errors.github.io/reference/rules/#missing-parameter",
    )
    assert (warning.name, warning.properties["title"]) == ("warning", "unrecognized-parameter")


@pytest.mark.parametrize("name", ["100%25, a:b.txt", "a%0Ab.txt"])
def test_file_names_are_escaped(name: str, tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / name).write_text(BAD)
    (line,) = invoke("validate", "--format=github", name, cwd=tmp_path).stdout.splitlines()
    assert parse(line).properties["file"] == name


def test_percent_signs_are_escaped(render: Render) -> None:
    (line,) = render("github", "https://example.com/?error=a%25b&error_description=%250A").splitlines()[:1]
    assert parse(line).data.splitlines()[2] == "https://example.com/?error=a%25b&error_description=%250A"


def test_paths_are_relative_to_the_repository(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package" / "captures").mkdir(parents=True)
    (tmp_path / "package" / "captures" / "a.txt").write_text(BAD)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    result = invoke("validate", "--format=github", "captures/a.txt", cwd=tmp_path / "package")
    assert parse(result.stdout.strip()).properties["file"] == "package/captures/a.txt"


def test_place_in_a_har_file(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": [{"request": {"url": BAD}}]}}))
    command = parse(invoke("validate", "--format=github", "a.har", cwd=tmp_path).stdout.strip())
    assert command.properties == {"file": "a.har", "title": "missing-parameter"}
    place = "(at /log/entries/0/request/url)"
    assert command.data.startswith(f"access_denied requires error_description {place}\n")


def test_place_of_an_escaped_url_in_a_line(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "a.log").write_text("started\n" + json.dumps({"url": BAD}).replace("&", r"\u0026") + "\n")
    command = parse(invoke("validate", "--format=github", "a.log", cwd=tmp_path).stdout.strip())
    assert command.properties == {"file": "a.log", "line": "2", "title": "missing-parameter"}


def test_strict_makes_errors_of_warnings(invoke: Invoke) -> None:
    assert parse(invoke("validate", "--format=github", DOUBTFUL).stdout.strip()).name == "warning"
    assert parse(invoke("validate", "--format=github", "--strict", DOUBTFUL).stdout.strip()).name == "error"


def test_sources_that_are_not_files(invoke: Invoke) -> None:
    assert parse(invoke("validate", "--format=github", BAD).stdout.strip()).properties == {"title": "missing-parameter"}
    assert invoke("validate", "--format=github", "-", "missing", stdin=GOOD).stdout.startswith("::error file=missing::")


def test_summary(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(f"{GOOD}\n{BAD}\n{DOUBTFUL}\nhttps://example.com/?error=nope&error_description=x\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    (tmp_path / "summary.md").write_text("Of another command.\n\n")
    invoke("validate", "--format=github", "a.txt", cwd=tmp_path)
    text = (tmp_path / "summary.md").read_text().replace("&#95;", "_").replace("&#46;", ".").replace("&#58;", ":")
    links = re.findall(r"\[([a-z-]+)\]\((\S+)\)", text)
    assert {f"https://connect-errors.github.io/reference/rules/#{rule}" for rule, _ in links} == set(
        dict(links).values()
    )
    assert re.sub(r"\(https://\S+\)", "(…)", text).splitlines() == [
        "Of another command.",
        "",
        "### Connect redirects",
        "",
        "| outcome | redirects | conforming |",
        "|---|--:|--:|",
        "| access_denied | 2 | 1 |",
        "| authorization_code | 1 | 1 |",
        "| unknown error | 1 | 0 |",
        "| **all** | 4 | 2 |",
        "",
        "| | place | finding | rule |",
        "|---|---|---|---|",
        "| error | <code>a.txt:2:1</code> | access_denied requires error_description | [missing-parameter](…) |",
        "| warning | <code>a.txt:3:1</code> | lang is not a Connect parameter | [unrecognized-parameter](…) |",
        "| error | <code>a.txt:4:1</code> | nope is not an error code that Connect documents | [unknown-error](…) |",
        "",
    ]


@pytest.mark.parametrize(("more", "note"), [(1, "1 more finding is"), (1000, "1,000 more findings are")])
def test_summary_of_many_findings_is_short(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int, note: str
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert len(render("github", *[BAD] * (100 + more)).splitlines()) == 100 + more
    text = (tmp_path / "summary.md").read_text()
    check_summary(text)
    lines = text.splitlines()
    assert sum(line.startswith("| error |") for line in lines) == 100
    assert lines[-2] == f"{note} in the log of this step."


def test_quiet(tmp_path: Path, invoke: Invoke) -> None:
    file = tmp_path / "summary.md"
    result = invoke("validate", "-q", "--format=github", BAD, GITHUB_STEP_SUMMARY=str(file))
    assert result.stdout == ""
    assert "| **all** | 1 | 0 |" in file.read_text()
    assert "place" not in file.read_text()


def test_unwritable_summary(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "missing/summary.md")
    result = invoke("validate", "--format=github", BAD, cwd=tmp_path)
    assert (result.exit_code, result.stderr) == (2, "connect-errors: missing/summary.md: No such file or directory\n")
