"""Captures that change, are truncated or vanish while being read: everything read before counts."""

import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from connect_errors.captures import Capture, CaptureError
from connect_errors.shown import Shown

from tests.conftest import Invoke

BAD = "https://example.com/home?error=access_denied&state=abc"
MANY = 3000
"""Redirects whose reports exceed a pipe's buffer: the command blocks until its reader continues."""

EOF = "Compressed file ended before the end-of-stream marker was reached"


def change(capture: Path, modify: Callable[[], object]) -> tuple[int, list[dict[str, Any]], bytes]:
    """Change a capture after its first report is read, while the command is blocked on the others."""
    with subprocess.Popen(
        [sys.executable, "-m", "connect_errors", "validate", "--format=jsonl", "--input-format=urls", capture],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        lines = [process.stdout.readline()]
        modify()
        lines += process.stdout.readlines()
        return process.wait(30), [json.loads(line) for line in lines], process.stderr.read()


def fill(capture: Path) -> Path:
    capture.write_text(f"{BAD}&nothing={'x' * 200}\n" * MANY, encoding="utf-8")
    return capture


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot delete open files")
def test_deleted(tmp_path: Path) -> None:
    capture = fill(tmp_path / "capture")
    code, reports, err = change(capture, capture.unlink)
    assert (code, len(reports), err) == (1, MANY, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot replace open files")
def test_replaced(tmp_path: Path) -> None:
    capture = fill(tmp_path / "capture")
    (tmp_path / "other").write_text("")
    code, reports, err = change(capture, lambda: (tmp_path / "other").replace(capture))
    assert (code, len(reports), err) == (1, MANY, b"")


def test_truncated(tmp_path: Path) -> None:
    capture = fill(tmp_path / "capture")
    code, reports, err = change(capture, lambda: os.truncate(capture, 0))
    assert (code, err) == (1, b"")
    assert 100 < len(reports) < MANY
    assert {report["outcome"] for report in reports[:-1]} == {"access_denied"}


def test_growing(tmp_path: Path) -> None:
    capture = fill(tmp_path / "capture")

    def grow() -> None:
        with capture.open("a") as file:
            file.write(f"{BAD}&last=1\n")

    code, reports, err = change(capture, grow)
    assert (code, len(reports), err) == (1, MANY + 1, b"")
    assert reports[-1]["line"] == MANY + 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_named_pipe_whose_writer_exits_within_a_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(
        [sys.executable, "-m", "connect_errors", "validate", "--format=jsonl", "pipe"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        (tmp_path / "pipe").write_text(f"{BAD}\nhttps://exam")
        out, err = process.communicate()
    assert (process.returncode, err) == (1, b"")
    assert [json.loads(line)["url"][:20] for line in out.splitlines()] == ["https://example.com/", "https://exam"]


@pytest.mark.parametrize(("cut", "line"), [(-1, 3), (-8, 3), (-9, 3)])
def test_truncated_gzip(cut: int, line: int, invoke: Invoke) -> None:
    result = invoke("validate", "-q", "--format=json", stdin=gzip.compress(f"{BAD}\n".encode() * line)[:cut])
    assert (result.exit_code, result.stderr) == (2, f"connect-errors: -: {EOF}, after line {line}\n")
    assert json.loads(result.stdout)["summary"]["redirects"] == line


def test_damaged_gzip(invoke: Invoke) -> None:
    whole = gzip.compress(f"{BAD}\n".encode())
    for damaged, message in (
        (whole[:-5] + b"\1" + whole[-4:], "CRC check failed"),
        (whole[:-4] + b"\1\1\1\1", "Incorrect length of data produced"),
        (whole + b"more", "Not a gzipped file (***'), after line 1"),
        (whole[:10] + b"\xff" * 9, "Error -3 while decompressing data"),
    ):
        result = invoke("validate", "-q", stdin=damaged)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"connect-errors: -: {message}")
        assert result.stderr.count("\n") == 1


def test_truncated_har(invoke: Invoke) -> None:
    entry = {"request": {"url": BAD}}
    whole = json.dumps({"log": {"entries": [entry] * 3}})
    for length, redirects in (
        (len(whole) - 1, 3),
        (whole.rindex('"}') + 1, 3),
        (whole.rindex('"}'), 2),
        (whole.index(BAD), 0),
    ):
        result = invoke("validate", "-q", "--format=json", stdin=whole[:length])
        assert result.exit_code == 2
        assert result.stderr.startswith("connect-errors: -: its JSON is damaged or cut off")
        assert json.loads(result.stdout)["summary"]["redirects"] == redirects


class Failing(io.RawIOBase):
    """A file on a disk that fails after its first bytes."""

    def __init__(self, beginning: bytes) -> None:
        self._rest = beginning

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            raise OSError(5, "Input/output error")
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize(
    ("beginning", "redirects", "message"),
    [
        ("", 0, "Input/output error"),
        (f"{BAD}\n{BAD}\nhttps://exam", 2, "Input/output error, after line 2"),
        (f"HTTP/1.1 302 Found\nLocation: {BAD}\nVia:", 1, "Input/output error, after line 2"),
        (f"GET {BAD} HTTP/1.1\nHost: example.com\nVia", 1, "Input/output error, after line 2"),
        (f'a "GET {BAD} HTTP/1.1"\na "G', 1, "Input/output error, after line 1"),
        (f'{{"log": {{"entries": [{{"request": {{"url": "{BAD}"}}, ', 1, "Input/output error, in /log/entries/0"),
        ('{\n"log": ', 0, "Input/output error"),
    ],
)
def test_failing_disk(beginning: str, redirects: int, message: str) -> None:
    capture = Capture(Shown("capture"), io.BufferedReader(Failing(beginning.encode())))
    urls: list[str] = []
    with pytest.raises(CaptureError) as caught:
        urls.extend(redirect.url.text for redirect in capture)  # keeps what comes before an exception
    assert str(caught.value) == message
    assert urls == [BAD] * redirects


@pytest.mark.parametrize(
    ("data", "urls"),
    [
        (f"{BAD}\n".encode("utf-16") + b"h", [BAD, "\ufffd"]),
        ("\ufeffhttps://a.example/?state=".encode("utf-16-le") + b"\x00\xd8\n\0", ["https://a.example/?state=\ufffd"]),
    ],
    ids=["half a character at the end", "half of a pair"],
)
def test_damaged_utf_16(data: bytes, urls: list[str]) -> None:
    assert [redirect.url.text for redirect in Capture(Shown("capture"), io.BytesIO(data), "urls")] == urls
