"""What "Test your handler" shows, against the two programs of "Write a callback"."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from connect_errors import invalid_examples
from connect_errors.catalog import errors
from connect_errors.site.data import errors_data, to_json

from tests.site.callback import PROGRAMS, Application
from tests.site.console import ROOT, fences, run, write_files

GUIDE = ROOT / "docs/guides/test-your-handler.md"
OUTCOMES = [*errors(), "authorization_code"]
REFUSAL_OF_REPETITIONS = " or any(len(values) > 1 for values in parameters.values())"

pytestmark = pytest.mark.skipif(not GUIDE.exists(), reason="the guide is tested in a checkout, not with a wheel")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for guide in (GUIDE, GUIDE.with_name("write-a-callback.md")):
        write_files(guide.read_text(encoding="utf-8"), tmp_path)
    (tmp_path / "errors.json").write_text(to_json(errors_data()), encoding="utf-8")
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def run_pytest(folder: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "test_callback.py"]
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_test_passes(program: str, folder: Path) -> None:
    interpreter = PROGRAMS[program]
    if not shutil.which(interpreter):
        pytest.skip("Node is not there")
    replace(folder / "test_callback.py", '[sys.executable, "callback.py"]', str([interpreter, program]))
    invalid = invalid_examples(*OUTCOMES, redirect_uri="http://localhost:8000/callback", state="8c5f31")
    assert f"\n{len(OUTCOMES) + len(invalid)} passed in " in run_pytest(folder)


def test_the_test_finds_what_is_wrong(folder: Path) -> None:
    replace(folder / "callback.py", REFUSAL_OF_REPETITIONS, "")
    (shown, *_) = (fence.text for fence in fences(GUIDE.read_text(encoding="utf-8")) if fence.language == "text")
    printed = run_pytest(folder)
    assert shown in printed
    assert "(state-mismatch)" not in printed


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("xargs"), reason="curl or xargs is not there")
def test_the_shell_opens_every_redirect(application: Application, tmp_path: Path) -> None:
    found = fences(GUIDE.read_text(encoding="utf-8"))
    opened, counted = (fence.text for fence in found if fence.language == "bash")
    _, log, counts = (fence.text for fence in found if fence.language == "text")
    results = [run(script.replace("8000", str(application.port)), tmp_path) for script in (opened, counted)]
    assert [(result.returncode, result.stderr) for result in results] == [(0, ""), (0, "")]
    assert results[1].stdout == counts
    assert application.logged().startswith(log)
