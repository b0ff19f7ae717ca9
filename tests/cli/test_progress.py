"""Progress is drawn only on a terminal, and only for long work."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")

LINE = "https://example.com/callback?code=1&state={:0100}\n"
MANY = 65_000  # more than 8 MiB


def run(capture: Path, *, on_terminal: bool) -> tuple[str, str]:
    """Validate a capture; return standard output, and what standard error received."""
    terminal, end = os.openpty()
    stderr_output = bytearray()

    def read() -> None:
        while not stderr_output.endswith(b"the end"):
            stderr_output.extend(os.read(terminal, 65536))

    reader = threading.Thread(target=read)
    reader.start()
    command = [sys.executable, "-m", "connect_errors", "validate", "-q", str(capture)]
    stderr = end if on_terminal else subprocess.PIPE
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, env=environment, text=True, check=False)
    os.write(end, b"the end")
    reader.join(30)
    os.close(end)
    os.close(terminal)
    return result.stdout, result.stderr or stderr_output.decode().removesuffix("the end")


@pytest.mark.parametrize(
    ("lines", "on_terminal", "is_drawn"), [(MANY, True, True), (MANY, False, False), (100, True, False)]
)
def test_progress(lines: int, on_terminal: bool, is_drawn: bool, tmp_path: Path) -> None:
    capture = tmp_path / "capture.txt"
    with capture.open("w") as file:
        file.writelines(LINE.format(number) for number in range(lines))
    output, stderr_output = run(capture, on_terminal=on_terminal)
    assert f"{lines:,} redirects, {lines:,} conforming\n" in output
    assert ("MB" in stderr_output and "/s" in stderr_output) is is_drawn
    assert "\x1b" not in output
