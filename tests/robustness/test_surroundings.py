"""The environment of the command: no home, working directory or permissions; other terminals and interpreters."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from connect_errors.formats import FORMATS

from tests.conftest import Invoke, Run
from tests.helpers.processes import slow_after_first, start_validate

BAD = "https://example.com/home?error=access_denied&state=abc"
COMMAND = [sys.executable, "-m", "connect_errors"]

unix = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix")
has_terminals = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")


@unix
@pytest.mark.parametrize("home", slow_after_first(["read-only", None, "/nowhere"], 1))
def test_home(home: str | None, tmp_path: Path, unprivileged: dict[str, Any], run: Run) -> None:
    (tmp_path / "read-only").mkdir(0o555)
    environment = {name: value for name, value in os.environ.items() if name != "HOME"}
    environment |= {} if home is None else {"HOME": str(tmp_path / home)}
    result = run(
        "validate", "--format=text", "--format=sarif=report", BAD, cwd=tmp_path, env=environment, **unprivileged
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert run("explain", "access_denied", env=environment, **unprivileged).returncode == 0
    assert list((tmp_path / "read-only").iterdir()) == []


def in_deleted_folder(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (tmp_path / "gone").mkdir()
    script = "import os; os.rmdir(os.getcwd()); from connect_errors.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path / "gone",
        capture_output=True,
        text=True,
        check=False,
    )


@unix
@pytest.mark.parametrize("name", slow_after_first(["text", "junit", "json", "jsonl"]))
def test_deleted_working_directory(name: str, tmp_path: Path, invoke: Invoke) -> None:
    arguments = ["validate", f"--format={name}", f"--format=sarif={tmp_path}/x"][:2]
    result = in_deleted_folder(tmp_path, *arguments, "missing", BAD)
    assert result.stdout == invoke(*arguments, "missing", BAD).stdout
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)


@unix
@pytest.mark.parametrize("output", ["sarif", "github", "json=report"])
def test_output_that_needs_a_working_directory(output: str, tmp_path: Path) -> None:
    result = in_deleted_folder(tmp_path, "validate", f"--format={output}", "-", BAD)
    assert (result.returncode, result.stderr) == (2, "connect-errors: working directory: No such file or directory\n")


@unix
def test_unwritable_folder(tmp_path: Path, unprivileged: dict[str, Any], run: Run) -> None:
    (tmp_path / "report").write_text("of another day")
    tmp_path.chmod(0o555)
    for name in ("report", "new"):
        result = run("validate", f"--format=json={name}", BAD, cwd=tmp_path, **unprivileged)
        assert (result.returncode, result.stderr) == (2, f"connect-errors: {name}: Permission denied\n")
    result = run("schema", "--output-dir=schemas", cwd=tmp_path, **unprivileged)
    assert (result.returncode, result.stderr) == (2, "connect-errors: schemas: Permission denied\n")
    tmp_path.chmod(0o755)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report", "of another day")]


@unix
def test_inaccessible_folder(tmp_path: Path, unprivileged: dict[str, Any], run: Run) -> None:
    (tmp_path / "closed").mkdir(0)
    result = run("validate", "--format=json=closed/report", BAD, cwd=tmp_path, **unprivileged)
    assert (result.returncode, result.stderr) == (2, "connect-errors: closed/report: Permission denied\n")


@unix
def test_a_private_report_is_private_while_being_written(tmp_path: Path) -> None:
    (tmp_path / "report").touch(0o600)
    with start_validate("--format=jsonl", "--format=json=report", cwd=tmp_path) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{BAD}\n".encode() * 2)
        process.stdin.flush()
        process.stdout.readline()
        modes = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        assert len(list(tmp_path.iterdir())) == 2
        process.communicate()
    assert modes == {0o600}
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o600


@unix
@pytest.mark.parametrize(("mode", "umask", "expected"), [(None, 0o027, 0o640), (0o666, 0o077, 0o666)])
def test_umask(mode: int | None, umask: int, expected: int, tmp_path: Path, run: Run) -> None:
    if mode is not None:
        (tmp_path / "report").touch()
        (tmp_path / "report").chmod(mode)
    run("validate", "--format=json=report", BAD, cwd=tmp_path, umask=umask)
    assert (tmp_path / "report").stat().st_mode & 0o777 == expected


@unix
def test_dangling_symbolic_link(tmp_path: Path, run: Run) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latest").symlink_to("folder/report")
    run("validate", "--format=json=latest", BAD, cwd=tmp_path)
    assert (tmp_path / "latest").is_symlink()
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["report"]
    assert json.loads((tmp_path / "folder" / "report").read_text())["version"] == 1


def on_terminal(*arguments: str, stdin: bytes = b"", stream: str = "stdout", **variables: str) -> str:
    """Return the terminal output; the other stream is discarded."""
    terminal, end = os.openpty()
    environment = os.environ | variables
    sent = b""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=end if stream == "stdout" else subprocess.DEVNULL,
        stderr=end if stream == "stderr" else subprocess.DEVNULL,
        env=environment,
    ) as process:
        assert process.stdin
        process.stdin.write(stdin)
        process.stdin.close()
        os.close(end)
        with suppress(OSError):  # Linux raises this when the other end is closed
            while data := os.read(terminal, 65536):
                sent += data
    os.close(terminal)
    return sent.decode()


@has_terminals
def test_terminal_without_colors() -> None:
    assert "\x1b[" in on_terminal("validate", BAD, TERM="xterm")
    assert "\x1b" not in on_terminal("validate", BAD, TERM="dumb")
    assert "\x1b[" in on_terminal("validate", "--color=always", BAD, TERM="dumb")
    assert "\x1b" not in on_terminal("explain", "access_denied", TERM="dumb")


@has_terminals
def test_progress_on_a_dumb_terminal() -> None:
    lines = f"{BAD}\n".encode() * 10
    assert "\x1b" in on_terminal("validate", "-q", "-", stdin=lines, stream="stderr", TERM="xterm")
    assert "\x1b" not in on_terminal("validate", "-q", "-", stdin=lines, stream="stderr", TERM="dumb")


@pytest.mark.parametrize("columns", ["", "0", "-1", "garbage"])
def test_invalid_columns(columns: str, invoke: Invoke) -> None:
    url = f"{BAD}&{'long=1' * 30}"
    unset = invoke("validate", url)
    assert invoke("validate", url, COLUMNS=columns).stdout == unset.stdout
    assert invoke("validate", "--help", COLUMNS=columns).exit_code == 0


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    capture = tmp_path_factory.mktemp("interpreters") / "capture"
    capture.write_text(f"{BAD}\n" * 10)
    return capture


def under(options: list[str], *arguments: str | Path, cwd: Path) -> list[Any]:
    """Run the command with interpreter options; return its exit code, its output, and the files it creates."""
    result = subprocess.run(
        [sys.executable, *options, "-m", "connect_errors", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    return [result.returncode, result.stdout, result.stderr, {path.name: path.read_bytes() for path in cwd.iterdir()}]


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [["-O"], ["-OO"], ["-I"], ["-X", "dev", "-W", "error"], ["-X", "warn_default_encoding", "-W", "error"]],
    ids=" ".join,
)
def test_interpreters(options: list[str], capture: Path, tmp_path: Path) -> None:
    outputs = [f"--format={name}={name}" for name in FORMATS if name != "text"]
    for arguments in (["validate", "--format=text", *outputs, capture, "missing"], ["explain", "access_denied"]):
        assert under(options, *arguments, cwd=tmp_path) == under([], *arguments, cwd=tmp_path)


@unix
@pytest.mark.parametrize("name", ["json", "junit"])
def test_failures_print_no_python_warnings(name: str, capture: Path, tmp_path: Path) -> None:
    capture.write_text(f"{BAD}\n" * 3000, encoding="utf-8")  # more than JUnit keeps in memory
    options = ["-X", "dev", "-W", "error"]
    code, _, err, files = under(options, "validate", f"--format={name}=/dev/full", capture, cwd=tmp_path)
    assert (code, err, files) == (2, "connect-errors: /dev/full: No space left on device\n", {})
