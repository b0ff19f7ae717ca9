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
    (folder / "logs/last year").mkdir(parents=True)
    lines = log(4000).splitlines(keepends=True)
    for number in range(40):
        name = f"last year/{number}.log" if number < 5 else f"an access {number}.log"
        (folder / "logs" / name).write_bytes(b"".join(lines[number::40]))
    (folder / "logs/no redirect.log").write_bytes(lines[0] if b"callback" not in lines[0] else lines[1])
    tool = folder / "bin/connect-errors"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m connect_errors "$@"\n')
    tool.chmod(0o755)
    return sorted(str(path.relative_to(folder)) for path in (folder / "logs").rglob("*.log"))


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


def test_summaries_add_up_every_time(folder: Path, logs: list[str], run: Run) -> None:
    expected = json.loads(run("validate", "--quiet", "--format", "json", *logs, cwd=folder).stdout)["summary"]
    assert expected["redirects"] > 300
    for _ in range(2):
        result = run_sh(folder, "summarize.sh")
        assert json.loads(result.stdout) == expected
        assert result.returncode == 123  # some do not conform
        run_sh(folder, "redirects.sh")  # its reports are not captures


def test_reports_can_be_concatenated_every_time(folder: Path, logs: list[str], run: Run) -> None:
    expected = run("validate", "--format", "jsonl", *logs, cwd=folder).stdout.splitlines()
    for _ in range(2):
        assert run_sh(folder, "redirects.sh").returncode == 123
        assert {str(path.relative_to(folder / "reports")) for path in (folder / "reports").rglob("*.*")} == {
            f"{path}.jsonl" for path in logs
        }
        assert [
            line for path in logs for line in (folder / f"reports/{path}.jsonl").read_text().splitlines()
        ] == expected
