"""Addresses pasted into the terminal of `listen`, or written to a pipe; a terminal that is closed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.listening import DENIED, INCOMPLETE, listening


def test_addresses_through_a_pipe() -> None:
    with listening("--count=2", stdin=subprocess.PIPE) as command:
        assert command.process.stdin
        command.process.stdin.write(f"what?\n\n  {command.redirect_uri}?{DENIED}\n{command.redirect_uri}?{INCOMPLETE}")
        code, out, err = command.end()
    assert (code, err) == (
        1,
        "connect-errors: the pasted text is not an address: it does not start with a scheme such as https://\n",
    )
    assert out.endswith("\n2 redirects, 1 conforming, 1 error\n")


def test_listening_continues_after_the_pipe_ends() -> None:
    with listening("--count=1", stdin=subprocess.PIPE) as command:
        assert command.process.stdin
        command.process.stdin.close()
        command.process.stdin = None
        command.open(DENIED)
        assert command.end()[0] == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")
def test_address_pasted_into_the_terminal() -> None:
    ours, theirs = os.openpty()
    with listening("--count=1", stdin=theirs, start_new_session=True) as command:
        os.write(ours, f"{command.redirect_uri}?{DENIED}\n".encode())
        assert command.end()[0] == 0
    os.close(ours)
    os.close(theirs)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")
def test_closed_terminal(tmp_path: Path) -> None:
    """All three streams are the terminal; output files are kept."""
    script = (
        "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from connect_errors.__main__ import main; main()"
    )
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", script, "listen", "--port=0", "--format=text", "--format=json=report"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=tmp_path,
    ) as process:
        os.close(theirs)
        output = b""
        while b"Press Ctrl-C" not in output:
            output += os.read(ours, 4096)
        match = re.search(rb"http://localhost:(\d+)/callback", output)
        assert match
        os.write(ours, match[0] + f"?{DENIED}\n".encode())
        while b"conforms" not in output:
            output += os.read(ours, 4096)
        os.close(ours)
        assert process.wait(20) == 129
    assert json.loads((tmp_path / "report").read_text())["summary"]["redirects"] == 1


WITHOUT_READERS = """
import asyncio, os, sys
if sys.argv.pop(1) == "terminal":
    import fcntl, termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)

def add_reader(*arguments):
    raise NotImplementedError

asyncio.SelectorEventLoop.add_reader = add_reader
asyncio.SelectorEventLoop.remove_reader = add_reader
from connect_errors.__main__ import main
main()
"""
"""A system whose event loop cannot wait for a terminal, such as Windows."""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")
@pytest.mark.parametrize("kind", ["pipe", "terminal"])
def test_pasting_without_add_reader(kind: str) -> None:
    ours, theirs = os.openpty() if kind == "terminal" else os.pipe()[::-1]
    with listening(
        "--count=3", stdin=theirs, start_new_session=True, command=[sys.executable, "-c", WITHOUT_READERS, kind]
    ) as command:
        os.write(ours, f"what?\n{command.redirect_uri}?{DENIED}\n".encode())
        os.write(ours, f"{command.redirect_uri}?{INCOMPLETE}\n".encode())
        assert command.open(DENIED) == 200
        code, out, err = command.end()  # although a thread is still reading
    os.close(ours)
    os.close(theirs)
    assert code == 1
    assert (
        err == "connect-errors: the pasted text is not an address: it does not start with a scheme such as https://\n"
    )
    assert out.endswith("\n3 redirects, 2 conforming, 1 error\n")
