"""Output files: atomic, except devices and pipes, which a rename must not replace."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from connect_errors.formats import FORMATS
from connect_errors.outputs import atomic_write

from tests.conftest import Invoke, Run
from tests.helpers.processes import EACH_FORMAT, slow_after_first, start_validate

BAD = "https://example.com/home?error=access_denied&state=abc"


def test_all_formats_in_one_run(tmp_path: Path, invoke: Invoke) -> None:
    names = [name for name in FORMATS if name != "text"]
    result = invoke("validate", "--format=text", *(f"--format={name}={name}.out" for name in names), BAD, cwd=tmp_path)
    assert result.exit_code == 1
    assert result.stdout == invoke("validate", BAD, cwd=tmp_path).stdout
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.out" for name in names}
    for name in names:
        alone = invoke("validate", f"--format={name}", BAD, cwd=tmp_path).stdout
        assert (tmp_path / f"{name}.out").read_text(encoding="utf-8") == alone


@EACH_FORMAT
def test_ctrl_c_leaves_the_file_unchanged(name: str, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("of another day")
    with start_validate("--format=jsonl", f"--format={name}=report", cwd=tmp_path) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(f"{BAD}\n".encode() * 5)
        process.stdin.flush()
        process.stdout.readline()  # it is running
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b""
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report", "of another day")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full does not exist")
def test_error_names_the_full_device(tmp_path: Path, run: Run) -> None:
    result = run("validate", "--format=text", "--format=sarif=report", "--format=json=/dev/full", BAD, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (2, "connect-errors: /dev/full: No space left on device\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on file sizes")
@EACH_FORMAT
def test_full_disk_leaves_the_file_unchanged(name: str, tmp_path: Path) -> None:
    import resource

    (tmp_path / "report").write_text("of another day")
    result = subprocess.run(
        [sys.executable, "-m", "connect_errors", "validate", "--input-format=urls", f"--format={name}=report"],
        input="".join(f"{BAD}&number{number}=1\n" for number in range(1000)).encode(),
        capture_output=True,
        check=False,
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert (result.returncode, result.stderr) == (2, b"connect-errors: report: File too large\n")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report", "of another day")]


@pytest.mark.parametrize(
    ("place", "message"),
    slow_after_first(
        [
            ("missing/report", "No such file or directory"),
            (".", "Is a directory"),
            ("a-file/report", "Not a directory"),
        ],
        1,
    ),
)
def test_unwritable_output_is_reported_before_reading(place: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    with start_validate(f"--format=json={place}", cwd=tmp_path) as process:
        assert process.wait(30) == 2  # standard input is still open
        assert process.stderr
        assert process.stderr.read().decode() == f"connect-errors: {place}: {message}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="/dev/stdout does not exist")
def test_standard_output_by_path(tmp_path: Path, run: Run) -> None:
    assert json.loads(run("validate", "--format=json=/dev/stdout", BAD).stdout)["version"] == 1
    (tmp_path / "out").write_text("{}\n")
    with (tmp_path / "out").open("ab") as out:
        process = start_validate("--format=json=/dev/stdout", cwd=tmp_path, stdout=out.fileno())
        process.communicate(BAD.encode(), timeout=20)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out").read_text().startswith('{}\n{\n  "version": 1,')


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_named_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with start_validate("--format=json=pipe", cwd=tmp_path) as process, (tmp_path / "pipe").open("rb") as pipe:
        process.communicate(BAD.encode())
        assert json.loads(pipe.read())["version"] == 1
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix file modes")
def test_symbolic_link_and_mode_are_kept(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "report").touch()
    (tmp_path / "report").chmod(0o640)
    (tmp_path / "latest").symlink_to("report")
    invoke("validate", "--format=json=latest", BAD, cwd=tmp_path)
    assert (tmp_path / "latest").is_symlink()
    assert json.loads((tmp_path / "report").read_text())["version"] == 1
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o640


def test_new_file_has_the_default_mode(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with atomic_write(tmp_path / "report"):
        assert not (tmp_path / "report").exists()
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="creating symbolic links requires administrator rights")
def test_two_paths_to_the_same_file_are_rejected(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "link").symlink_to("report")
    result = invoke("validate", "--format=json=report", "--format=sarif=link", BAD, cwd=tmp_path)
    assert result.exit_code == 2
    assert "two formats name the same file." in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs inode numbers")
@pytest.mark.parametrize("name", slow_after_first(["link", "/dev/stdout", "report"]))
def test_file_that_is_standard_output_is_rejected(name: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("report")
    with (tmp_path / "report").open("wb") as file:
        result = redirected("--format=text", f"--format=json={name}", BAD, cwd=tmp_path, stdout=file)
    assert result.returncode == 2
    assert "two formats name the same file." in result.stderr
    assert (tmp_path / "report").read_bytes() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs inode numbers")
@pytest.mark.parametrize(
    ("capture", "name"), slow_after_first([("./log", "./log"), ("-", "standard input"), ("log", "log")])
)
def test_standard_output_must_not_be_an_input(capture: str, name: str, tmp_path: Path) -> None:
    """Each line of JSON contains a redirect, too, so the file would grow forever."""
    log = tmp_path / "log"
    log.write_text(f"{BAD}\n")
    with log.open("rb") as read, log.open("ab") as added:
        result = redirected("--format=jsonl", capture, cwd=tmp_path, stdin=read, stdout=added)
    assert result.returncode == 2
    assert result.stderr.endswith(f"Error: standard output goes to {name}, which is also an input.\n")
    assert log.read_text() == f"{BAD}\n"


def redirected(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run `validate` with files as its streams."""
    command = [sys.executable, "-m", "connect_errors", "validate", *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8", check=False, timeout=20, **options)


def test_long_file_name(tmp_path: Path, invoke: Invoke) -> None:
    name = "a" * 255
    assert invoke("validate", f"--format=json={name}", BAD, cwd=tmp_path).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]
