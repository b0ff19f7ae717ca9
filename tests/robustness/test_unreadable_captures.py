"""One unreadable capture among fifty: the other forty-nine are reported."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Invoke, Run

BAD = "https://example.com/home?error=access_denied&state=abc"
NAMES = [f"{number:02}.txt" for number in range(50)]
UNREADABLE = "25.txt"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_text(f"{BAD}\n")
    (tmp_path / UNREADABLE).unlink()
    return tmp_path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no such file, and not a URL or a query such as error=access_denied"),  # noqa: ARG005 - makes none
        (
            lambda path: path.symlink_to("nowhere"),
            "no such file, and not a URL or a query such as error=access_denied",
        ),
        (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
        pytest.param(
            lambda path: path.symlink_to("/proc/self/mem"),
            "Input/output error",
            marks=pytest.mark.skipif(
                not Path("/proc/self/mem").exists(), reason="needs a file that can be opened but not read"
            ),
        ),
        (Path.mkdir, "it is a directory; name the files in it"),
        (lambda path: path.write_bytes(b"\0"), "it is a binary file, not text"),
        (
            lambda path: path.write_bytes(b"\x1f\x8b?"),
            "Compressed file ended before the end-of-stream marker was reached",
        ),
    ],
    ids=["missing", "dangling", "loop", "failing", "folder", "binary", "gzip"],
)
def test_one_unreadable_capture_of_fifty(
    make: Callable[[Path], object], message: str, folder: Path, invoke: Invoke
) -> None:
    make(folder / UNREADABLE)
    result = invoke("validate", "--format=json", *NAMES, cwd=folder)
    check(result.exit_code, result.stdout, result.stderr, message)


def test_one_forbidden_capture_of_fifty(folder: Path, unprivileged: dict[str, Any], run: Run) -> None:
    (folder / UNREADABLE).write_text(BAD)
    (folder / UNREADABLE).chmod(0)
    result = run("validate", "--format=json", *NAMES, cwd=folder, **unprivileged)
    check(result.returncode, result.stdout, result.stderr, "Permission denied")


def check(code: int, out: str, err: str, message: str) -> None:
    assert (code, err) == (2, f"connect-errors: {UNREADABLE}: {message}\n")
    sources = [redirect["source"] for redirect in json.loads(out)["redirects"]]
    assert sources == [name for name in NAMES if name != UNREADABLE]


def test_machine_readable_formats_report_unreadable_captures(folder: Path, invoke: Invoke) -> None:
    result = invoke("validate", "--format=text", "--format=junit=junit", "--format=sarif=sarif", *NAMES, cwd=folder)
    assert "\n48 more like 00.txt:1:1: access_denied requires error_description [missing-parameter]\n" in result.stdout
    suite = ET.parse(folder / "junit").getroot()[0]  # noqa: S314 - our own output
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("50", "49", "1")
    (sarif,) = json.loads((folder / "sarif").read_text())["runs"]
    assert len(sarif["results"]) == 49
    (invocation,) = sarif["invocations"]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_overlong_name(invoke: Invoke) -> None:
    result = invoke("validate", "a" * 5000, BAD)
    assert (result.exit_code, result.stderr[:21], result.stderr[-21:]) == (
        2,
        "connect-errors: ***: ",
        ": File name too long\n",
    )
