"""Ctrl-C and other signals at any point: no traceback, no partial file, and existing files stay intact.

Nothing depends on timing: the command runs under a profiler, which raises the signal at the n-th event in chosen code.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Invoke
from tests.helpers.processes import EACH_FORMAT, slow_after_first

if not hasattr(os, "fork"):
    pytest.skip("needs POSIX signals", allow_module_level=True)

BAD = "https://example.com/home?error=access_denied&state=abc"
OLD = "of another day"
COMMAND = [sys.executable, "-m", "connect_errors", "validate", "--input-format=urls"]
ENDINGS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}

EVERY_POINT = """
import json, os, signal, sys
from pathlib import Path
from connect_errors.__main__ import main
import connect_errors.cli.validate
import connect_errors.formats.json, connect_errors.formats.text

number, step, where, arguments = int(sys.argv[1]), int(sys.argv[2]), tuple(sys.argv[3].split()), sys.argv[4:]

def run(point):
    for descriptor, name in ((1, "../out"), (2, "../err")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    sys.argv = ["connect-errors", *arguments]
    before = signal.getsignal(number)

    def count(frame, event, _):
        nonlocal point
        if event in {"call", "c_return"} and frame.f_code.co_filename.endswith(where):  # Python looks for signals there
            point -= signal.getsignal(number) != before
            if point == 0:
                sys.setprofile(None)
                signal.raise_signal(number)

    sys.setprofile(count)
    main()

folder, old = Path(), Path("report").read_text()
outcomes = {}
point = 1
while True:
    for path in folder.iterdir():
        path.unlink()
    Path("report").write_text(old)
    if not (pid := os.fork()):
        run(point)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    files = {path.name: path.read_text() for path in folder.iterdir()}
    outcome = json.dumps([code, Path("../out").read_text(), Path("../err").read_text(), files])
    outcomes.setdefault(outcome, []).append(point)
    if code == 1:
        break
    point += step
print(json.dumps([[*json.loads(outcome), points] for outcome, points in outcomes.items()]))
"""
"""Runs that are interrupted at ever later points, until one ends before its point is reached."""

WHILE_IMPORTING = """
import signal, sys
from connect_errors.__main__ import main

number, module = int(sys.argv.pop(1)), sys.argv.pop(1)

def raise_there(frame, event, _):
    if event == "call" and frame.f_code.co_name == "<module>" and frame.f_code.co_filename.endswith(module):
        sys.setprofile(None)
        signal.raise_signal(number)

sys.setprofile(raise_there)
main()
"""
"""A run that is interrupted at the start of a module's import."""

IN_THE_MIDDLE_OF_CLEANING = """
import os, pathlib, signal
from connect_errors.__main__ import main

def unlink(path):
    signal.raise_signal(signal.SIGINT)
    os.unlink(path)

pathlib.Path.unlink = unlink
main()
"""

ALL = "__main__.py connect_errors/outputs.py contextlib.py cli/__init__.py cli/validate.py cli/output.py json.py"


@pytest.mark.parametrize(
    ("number", "step", "where"),
    [
        (signal.SIGINT, 2, "connect_errors/outputs.py"),
        pytest.param(signal.SIGINT, 1, "connect_errors/outputs.py", marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, 9, ALL, marks=pytest.mark.slow),  # 1 tries every point
        pytest.param(signal.SIGTERM, 11, ALL, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, 11, ALL, marks=pytest.mark.slow),
    ],
)
def test_a_signal_at_every_point(number: signal.Signals, step: int, where: str, tmp_path: Path, invoke: Invoke) -> None:
    arguments = ["validate", "--format=text", "--format=json=report", BAD]
    folder = tmp_path / "folder"
    folder.mkdir()
    text = invoke(*arguments, cwd=folder).stdout
    new = (folder / "report").read_text()
    (folder / "report").write_text(OLD)
    result = subprocess.run(
        [sys.executable, "-c", EVERY_POINT, str(int(number)), str(step), where, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    *interrupted, whole = json.loads(result.stdout)
    assert whole[:4] == [1, text, "", {"report": new}]
    assert sum(len(points) for *_, points in interrupted) >= 10
    for code, out, err, files, _ in interrupted:
        assert code in {ENDINGS[number], -number}  # the latter after all work is done
        assert err == ""
        assert text.startswith(out)
        assert files in ({"report": OLD}, {"report": new})
    assert {files["report"] for _, _, _, files, _ in interrupted} == {OLD, new}


@pytest.mark.parametrize("number", slow_after_first(ENDINGS, 1))
@pytest.mark.parametrize(
    ("module", "is_ready"),
    [
        ("click/core.py", False),
        ("connect_errors/cli/__init__.py", False),
        ("connect_errors/cli/validate.py", True),
        ("connect_errors/formats/json.py", True),
    ],
)
def test_a_signal_while_modules_are_imported(
    number: signal.Signals, module: str, is_ready: bool, tmp_path: Path
) -> None:
    result = subprocess.run(
        [sys.executable, "-c", WHILE_IMPORTING, str(int(number)), module, "validate", "--format=json=report", BAD],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (ENDINGS[number] if is_ready else -number, b"", b"")
    assert list(tmp_path.iterdir()) == []


def start(name: str, folder: Path, command: Sequence[str] = COMMAND, **options: Any) -> "subprocess.Popen[bytes]":
    """Start a run that waits for more standard input after writing its first report."""
    process = subprocess.Popen(
        [*command, "--format=jsonl", f"--format={name}=report"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        **options,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{BAD}\n".encode() * 2)
    process.stdin.flush()
    process.stdout.readline()
    return process


@EACH_FORMAT
def test_sigterm_leaves_the_file_unchanged(name: str, tmp_path: Path) -> None:
    (tmp_path / "report").write_text(OLD)
    with start(name, tmp_path) as process:
        process.terminate()
        assert process.wait(30) == 143
        assert process.stderr
        assert process.stderr.read() == b""
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report", OLD)]


def test_under_nohup(tmp_path: Path) -> None:
    with start("json", tmp_path, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as process:
        process.send_signal(signal.SIGHUP)
        process.communicate()
    assert process.returncode == 1
    assert json.loads((tmp_path / "report").read_text())["summary"]["redirects"] == 2


def test_a_second_ctrl_c_does_not_interrupt_cleanup(tmp_path: Path) -> None:
    command = [sys.executable, "-c", IN_THE_MIDDLE_OF_CLEANING, "validate"]
    with start("json", tmp_path, command) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr
        assert process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_writes_completed_reports(tmp_path: Path, invoke: Invoke) -> None:
    os.mkfifo(tmp_path / "pipe")
    different = "".join(f"{BAD}&number{number}=1\n" for number in range(3))
    with subprocess.Popen(
        [*COMMAND, "--format=text", "--format=jsonl=pipe"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        assert process.stdin
        with (tmp_path / "pipe").open("rb") as pipe:
            process.stdin.write(different.encode())
            process.stdin.flush()
            for _ in range(3):
                pipe.readline()  # the text is written as well, but buffered
            process.send_signal(signal.SIGINT)
            out, err = process.communicate()
    assert (process.returncode, err) == (130, b"")
    assert invoke("validate", stdin=different).stdout.startswith(out.decode())
    assert out.decode().count("✗ ") == 3
