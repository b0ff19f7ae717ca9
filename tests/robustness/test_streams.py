"""Inherited standard streams and files: non-blocking, with high descriptors, read and written at once."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Invoke, Run
from tests.helpers.processes import slow_after_first

BAD = "https://example.com/home?error=access_denied&state=abc"
COMMAND = [sys.executable, "-m", "connect_errors", "validate"]
LINES = 3_000

unix = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix")


@unix
@pytest.mark.parametrize("name", slow_after_first(["jsonl", "text", "junit"], 1))
def test_nonblocking_output_is_complete(name: str, tmp_path: Path) -> None:
    capture = tmp_path / "capture.txt"
    capture.write_text("".join(f"{BAD}{number}&x{number}=1\n" for number in range(LINES)))
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    data = b""
    with subprocess.Popen([*COMMAND, "--format", name, str(capture)], stdout=writer, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            has_ended = process.poll() is not None
            with suppress(BlockingIOError):
                data += os.read(reader, 16 * 1024)
                continue
            if has_ended:
                break
            time.sleep(0.001)
        process.kill()
        assert process.stderr
        assert (process.wait(), process.stderr.read()) == (1, b"")
    assert not os.get_blocking(writer)
    os.close(writer)
    os.close(reader)
    if name == "jsonl":
        assert data.count(b"\n") == LINES
    elif name == "junit":
        assert data.count(b"<testcase ") == LINES
        assert data.endswith(b"</testsuites>\n")
    else:
        assert b"3,000 redirects, 0 conforming, 3,000 errors, 3,000 warnings" in data


MANY = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (1200, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
for _ in range(1100):
    os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)
os.execv(sys.executable, [sys.executable, "-m", "connect_errors", "validate", "-q", "-"])
"""


@unix
def test_descriptors_beyond_the_select_limit() -> None:
    result = subprocess.run(
        [sys.executable, "-c", MANY], input=f"{BAD}\n", capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert "1 redirect, 0 conforming" in result.stdout


@pytest.mark.parametrize("command", ["validate", "drift"])
@pytest.mark.parametrize("alias", ["same", "dotted", "symbolic link", "hard link"])
def test_a_report_never_overwrites_its_capture(alias: str, command: str, tmp_path: Path, invoke: Invoke) -> None:
    capture = tmp_path / "capture.txt"
    capture.write_text(BAD)
    output = {"same": capture, "dotted": tmp_path / "x" / ".." / "capture.txt"}.get(alias, tmp_path / "other")
    if alias == "symbolic link":
        output.symlink_to(capture)
    elif alias == "hard link":
        os.link(capture, output)
    (tmp_path / "x").mkdir()
    result = invoke(command, f"--format=json={output}", str(capture))
    assert result.exit_code == 2
    assert "--format would overwrite" in result.stderr
    assert capture.read_text() == BAD
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"capture.txt", "x", output.name})


@unix
def test_a_report_never_overwrites_standard_input(tmp_path: Path) -> None:
    capture = tmp_path / "capture.txt"
    capture.write_text(BAD)
    with capture.open() as stdin:
        result = subprocess.run(
            [*COMMAND, f"--format=json={capture}"], stdin=stdin, capture_output=True, text=True, timeout=30, check=False
        )
    assert (result.returncode, result.stdout, capture.read_text()) == (2, "", BAD)
    assert result.stderr.endswith("Error: --format would overwrite standard input, which is also an input.\n")


def test_a_hyphen_is_standard_output(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke("validate", "--format=json=-", BAD).stdout == invoke("validate", "--format=json", BAD).stdout
    assert (
        "only one format can go to standard output"
        in invoke("validate", "--format=json=-", "--format=text", BAD).stderr
    )
    assert list(tmp_path.iterdir()) == []


@unix
def test_a_read_only_report_is_kept(tmp_path: Path, unprivileged: dict[str, Any], run: Run) -> None:
    report = tmp_path / "report.json"
    report.write_text("kept")
    report.chmod(0o444)
    result = run("validate", f"--format=json={report}", BAD, **unprivileged)
    assert (result.returncode, result.stderr) == (2, f"connect-errors: {report}: Permission denied\n")
    assert report.read_text() == "kept"


@pytest.mark.parametrize("name", ["argument", "-", "--quiet", "a b", "code.txt", "\u00fc", "\x1b[31m", "a\nb", "#"])
def test_files_with_odd_names(name: str, tmp_path: Path, invoke: Invoke) -> None:
    if sys.platform == "win32" and not name.isprintable():
        pytest.skip("Windows has no such names")
    (tmp_path / name).write_text(BAD)
    result = invoke("validate", "--format=github", "--", f"./{name}" if name == "-" else name, cwd=tmp_path)
    assert result.exit_code == 1
    assert ",line=1,col=" in result.stdout
    assert "\x1b" not in result.stdout
    shutil.rmtree(tmp_path)
