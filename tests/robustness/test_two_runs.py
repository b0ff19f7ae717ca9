"""Two runs that write the same report concurrently: the file is one of the two, whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BAD = "https://example.com/home?error=access_denied&state=abc"


def start(folder: Path, redirects: int) -> "subprocess.Popen[bytes]":
    """Start a run that has opened its report and waits for more standard input. Two lines make a list."""
    process = subprocess.Popen(
        [sys.executable, "-m", "connect_errors", "validate", "--format=json=report", "--format=jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{BAD}\n".encode() * redirects)
    process.stdin.flush()
    process.stdout.readline()
    return process


@pytest.mark.parametrize("is_first_first", [True, False])
def test_the_last_run_to_end_wins(is_first_first: bool, tmp_path: Path) -> None:
    with start(tmp_path, 2) as first, start(tmp_path, 1000) as second:
        for process in (first, second) if is_first_first else (second, first):
            process.communicate()
            assert process.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    document = json.loads((tmp_path / "report").read_text())
    assert document["summary"]["redirects"] == (1000 if is_first_first else 2)


def test_runs_that_end_at_the_same_time(tmp_path: Path) -> None:
    with start(tmp_path, 2) as first, start(tmp_path, 3) as second:
        for process in (first, second):
            assert process.stdin
            process.stdin.close()
        assert (first.wait(30), second.wait(30)) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    document = json.loads((tmp_path / "report").read_text())
    assert len(document["redirects"]) == document["summary"]["redirects"]
    assert document["summary"]["redirects"] in {2, 3}
