"""The guide's shell scripts, compared with one run of the command over all files."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.engines.conftest import log

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, ("bash", "xargs", "jq"))), reason="needs xargs and jq"),
]


@pytest.fixture
def logs(folder: Path) -> list[str]:
    (folder / "logs").mkdir()
    lines = log(4000).splitlines(keepends=True)
    for number in range(40):
        (folder / f"logs/an access {number}.log").write_bytes(b"".join(lines[number::40]))
    (folder / "logs/no redirect.log").write_bytes(lines[0] if b"callback" not in lines[0] else lines[1])
    tool = folder / "bin/connect-errors"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m connect_errors "$@"\n')
    tool.chmod(0o755)
    return sorted(f"logs/{path.name}" for path in (folder / "logs").iterdir())


def run_sh(folder: Path, script: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-o", "pipefail", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_summaries_add_up(folder: Path, logs: list[str], run: Run) -> None:
    result = run_sh(folder, "summarize.sh")
    expected = json.loads(run("validate", "--quiet", "--format", "json", *logs, cwd=folder).stdout)["summary"]
    assert json.loads(result.stdout) == expected
    assert expected["redirects"] > 300
    assert result.returncode == 123  # some do not conform


def test_reports_can_be_concatenated(folder: Path, logs: list[str], run: Run) -> None:
    assert run_sh(folder, "redirects.sh").returncode == 123
    merged = [line for path in logs for line in (folder / f"{path}.redirects.jsonl").read_text().splitlines()]
    assert merged == run("validate", "--format", "jsonl", *logs, cwd=folder).stdout.splitlines()
