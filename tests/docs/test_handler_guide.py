"""The examples in "Test your handler", run against the Flask recipe."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from connect_errors import examples, invalid_examples

from scripts.console import fences, run_script, write_files
from tests.helpers.paths import ROOT
from tests.helpers.recipes import CALLBACK_GUIDES, RECIPES, REDIRECT_URI, Application

GUIDE = ROOT / "docs/guides/test-your-handler.md"
RAW_QUERY = "request.query_string.decode('latin-1')"
LOST_REPETITIONS = "urlencode(request.args)"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not GUIDE.exists(), reason="the guide is tested in a checkout, not with a wheel"),
    pytest.mark.skipif(
        not importlib.util.find_spec("flask"), reason="Flask is not installed: pip install --group recipes"
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for guide in (GUIDE, CALLBACK_GUIDES / "flask.md"):
        write_files(guide.read_text(encoding="utf-8"), tmp_path)
    return tmp_path


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    (flask,) = (recipe for recipe in RECIPES if recipe.name == "flask")
    flask.make(tmp_path)
    running = Application(flask, tmp_path, tmp_path / "log")
    try:
        yield running
    finally:
        running.end()


def shown(language: str) -> list[str]:
    return [fence.text for fence in fences(GUIDE.read_text(encoding="utf-8")) if fence.language == language]


def run_pytest(folder: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "test_callback.py"],
        cwd=folder,
        env=os.environ | {"COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    ).stdout


def test_example_test_passes(folder: Path) -> None:
    options = {"redirect_uri": REDIRECT_URI, "state": "8c5f31"}
    count = len(examples(**options)) + len(invalid_examples(**options))  # type: ignore[arg-type] # both are texts
    assert f"\n{count} passed in " in run_pytest(folder)


def test_example_test_detects_faults(folder: Path) -> None:
    path = folder / "app.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(RAW_QUERY) == 1
    path.write_text(text.replace(RAW_QUERY, LOST_REPETITIONS), encoding="utf-8")
    (failure,) = shown("text")
    printed = run_pytest(folder)
    assert failure in printed
    assert "(state-mismatch)" not in printed


def test_table_matches_the_recipe(application: Application) -> None:
    (text,) = shown("session")
    command_line, _, output = text.removeprefix("$ ").partition("\n")
    result = run_script(command_line.replace("8000", str(application.port)), application.program)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == output
