"""Locales that are not UTF-8: arguments, file names, and the output of every command."""

import json
import os
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Run
from tests.helpers.processes import slow_after_first

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix locales")

WORDING = "The user’s vehicle is not compatible."
URL = f"https://example.com/?error=vehicle_incompatible&error_description={WORDING.replace(' ', '+')}"
NAME = "Škoda ☂ capture.txt"
MACHINE_FORMATS = ("json", "jsonl", "sarif", "junit", "github")

LOCALES = {
    "plain C": {"LC_ALL": "C"},
    "strict C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "Latin-1": {"PYTHONIOENCODING": "latin-1"},
}


def each_locale(*quickly: str) -> pytest.MarkDecorator:
    """Parametrize with every locale; by default, only with some."""
    params = [
        pytest.param(encoding, id=name, marks=() if name in quickly else pytest.mark.slow)
        for name, encoding in LOCALES.items()
    ]
    return pytest.mark.parametrize("locale", params)


@each_locale("strict C")
def test_reports(locale: dict[str, str], tmp_path: Path, run: Run) -> None:
    (tmp_path / NAME).write_text(f"{URL}\n", encoding="utf-8")
    arguments = ["validate", *(f"--format={name}={name}" for name in MACHINE_FORMATS), NAME, URL]
    result = run("--", *arguments, cwd=tmp_path, env=os.environ | locale)
    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads((tmp_path / "json").read_bytes())
    assert [redirect["source"] for redirect in document["redirects"]] == [NAME, "argument"]
    for redirect in document["redirects"]:
        assert redirect["parameters"]["error_description"] == WORDING
        assert [finding["rule"] for finding in redirect["findings"]] == ["outside-oauth-charset"]
    assert json.loads((tmp_path / "sarif").read_bytes())["version"] == "2.1.0"
    assert ET.fromstring((tmp_path / "junit").read_bytes())[0].get("tests") == "2"  # noqa: S314 - our own output


@each_locale("strict C", "Latin-1")
def test_text_on_standard_output(locale: dict[str, str], tmp_path: Path, run: Run) -> None:
    (tmp_path / NAME).write_text(f"{URL}\n", encoding="utf-8")
    result = run("validate", NAME, cwd=tmp_path, env=os.environ | locale)
    assert (result.returncode, result.stderr) == (0, "")
    assert "error_description has a character outside RFC 6749's character set: U+2019" in result.stdout


@each_locale("Latin-1")
def test_json_is_always_utf_8(locale: dict[str, str], run: Run) -> None:
    page = json.loads(run("explain", "vehicle_incompatible", "--format=json", env=os.environ | locale).stdout)
    assert WORDING in page["parameters"][1]["examples"]
    schema = json.loads(run("schema", "redirect", env=os.environ | locale).stdout)
    assert "(RFC 6749 §3.1)" in schema["description"]


@each_locale("strict C", "Latin-1")
@pytest.mark.parametrize("command", slow_after_first(["explain vehicle_incompatible --full", "list"], 1))
def test_text_for_people(command: str, locale: dict[str, str], run: Run) -> None:
    result = run(*command.split(), env=os.environ | locale, encoding=locale.get("PYTHONIOENCODING", "utf-8"))
    assert (result.returncode, result.stderr) == (0, "")


@each_locale("strict C")
def test_arguments(locale: dict[str, str], run: Run) -> None:
    environment = os.environ | locale
    options = ["--state=Škoda", "--redirect-uri=https://example.com/Škoda"]
    url = "https://example.com/Škoda?user_id=0b2f8b53-3b4c-4d4a-8f9b-2f2f2f2f2f2f&state=Škoda"
    rules = []
    for state in ("", "x"):
        result = run("validate", "--format=json", *options, url + state, env=environment)
        (redirect,) = json.loads(result.stdout)["redirects"]
        rules.append([finding["rule"] for finding in redirect["findings"]])
    assert rules == [["outside-oauth-charset"], ["outside-oauth-charset", "state-mismatch"]]


@each_locale("strict C")
def test_messages(locale: dict[str, str], run: Run) -> None:
    environment = os.environ | locale
    result = run("validate", "Škoda", env=environment)
    assert result.returncode == 2
    assert result.stderr.startswith("connect-errors: ")
    assert result.stderr.endswith("koda: no such file, and not a URL or a query such as error=access_denied\n")
    assert run("explain", "Škoda", env=environment).returncode == 2
    assert run("validate", "--format=Škoda", env=environment).returncode == 2
