"""Readers that leave, and closed standard streams: everything that can be reported is, without further errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Invoke
from tests.helpers.processes import EACH_FORMAT, slow_after_first

BAD = "https://example.com/home?error=access_denied&state=abc"
COMMAND = [sys.executable, "-m", "connect_errors"]
VALIDATE = [*COMMAND, "validate", "--input-format=urls"]


def without_reader(*arguments: str, stderr: int = subprocess.PIPE) -> "subprocess.CompletedProcess[bytes]":
    read, write = os.pipe()
    os.close(read)
    try:
        return subprocess.run(
            [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=write, stderr=stderr, check=False
        )
    finally:
        os.close(write)


@EACH_FORMAT
def test_reader_closes_before_the_first_report(name: str) -> None:
    result = without_reader("validate", f"--format={name}", BAD)
    assert (result.returncode, result.stderr) == (141, b"")


@EACH_FORMAT
def test_reader_closes_before_the_summary(name: str) -> None:
    with subprocess.Popen(
        [*VALIDATE, f"--format={name}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("".join(f"{BAD}&number{number}=1\n" for number in range(200)).encode())  # all different
        process.stdin.flush()
        if name not in {"junit", "sarif"}:  # their few reports are buffered
            assert process.stdout.read(1)
        process.stdout.close()
        process.stdin.close()  # only now can it end
        assert process.wait(30) == 141
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    "arguments",
    slow_after_first(
        [
            ["explain", "access_denied"],
            ["--help"],
            ["drift"],
            ["list"],
            ["explain", "access_denied", "--format=json"],
            ["schema", "redirect"],
            ["--version"],
        ]
    ),
    ids=" ".join,
)
def test_reader_of_other_commands_closes(arguments: list[str]) -> None:
    result = without_reader(*arguments)
    assert (result.returncode, result.stderr) == (141, b"")


def test_reader_of_both_streams_closes() -> None:
    assert without_reader("validate", "missing", BAD, stderr=subprocess.STDOUT).returncode == 141
    assert without_reader("validat", stderr=subprocess.STDOUT).returncode == 2


def test_reader_of_standard_error_closes(invoke: Invoke) -> None:
    report = invoke("validate", "missing", BAD).stdout
    read, write = os.pipe()
    os.close(read)
    result = subprocess.run(
        [*COMMAND, "validate", "missing", BAD], stdout=subprocess.PIPE, stderr=write, text=True, check=False
    )
    os.close(write)
    assert (result.returncode, result.stdout) == (2, report)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_reader_of_a_named_pipe_closes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(
        [*VALIDATE, "--format=text", "--format=json=pipe"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        assert process.stdin
        (tmp_path / "pipe").open("rb").close()  # opening blocks until the command opens it as well
        out, err = process.communicate(BAD.encode())
    assert (process.returncode, err) == (141, b"")
    assert out.decode().startswith("✗ -:1:1 access_denied does not conform: 1 error\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    "arguments",
    slow_after_first(
        ["list", "drift -", "explain access_denied", "explain access_denied --format=json", "schema redirect"]
    ),
)
def test_closed_standard_output(arguments: str) -> None:
    command = f"{sys.executable} -m connect_errors {arguments} </dev/null >&-"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (2, "connect-errors: standard output: it is closed\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_report_to_a_file_needs_no_standard_streams(tmp_path: Path, invoke: Invoke) -> None:
    command = f"{sys.executable} -m connect_errors validate --format=json=report missing '{BAD}' <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    document = json.loads((tmp_path / "report").read_text())
    assert document == json.loads(invoke("validate", "--format=json", "missing", BAD, cwd=tmp_path).stdout)
