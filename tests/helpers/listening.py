"""`connect-errors listen` in a separate process, waiting for redirects."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PYTHON = (sys.executable, "-m", "connect_errors")
LISTEN = ("listen", "--port=0")
CLIENT = "3f2b9c1e-5d5e-4f0a-9d6b-2f1c0a7e4b11"
CODE = "e1dd0eb7-ec1d-4b8a-8a6b-5d1f5ab2b8ed"
DENIED = "error=access_denied&error_description=User+denied+access+to+application"
INCOMPLETE = "error=access_denied&state=s3cret"
TIME = re.compile(r"\b\d\d:\d\d:\d\d\b")


class Command:
    """The command, waiting for redirects."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.stderr_lines: list[str] = []
        assert process.stderr
        while "Waiting" not in (self.stderr_lines or [""])[-1]:
            line = process.stderr.readline()
            assert line, self.stderr_lines
            self.stderr_lines.append(line.rstrip("\n"))
        self.redirect_uri = self.stderr_lines[0].split()[-1]
        self.port = urlsplit(self.redirect_uri).port or 0

    def open(self, query: str, path: str = "/callback") -> int:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=10)
        connection.request("GET", f"{path}?{query}" if query else path)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    def end(self, number: signal.Signals | None = None) -> tuple[int, str, str]:
        """End it; return the exit code and its output, with times replaced by `TIME`."""
        if number:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        assert "Traceback" not in err
        return self.process.returncode, TIME.sub("TIME", out or ""), err


@contextmanager
def listening(*arguments: str | Path, stdin: int = subprocess.DEVNULL, **options: Any) -> Iterator[Command]:
    with subprocess.Popen(
        [*options.pop("command", PYTHON), *LISTEN, *arguments],
        stdin=stdin,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=options.pop("env", dict(os.environ)),  # readline puts COLUMNS into the inherited environment
        **options,
    ) as process:
        try:
            yield Command(process)
        finally:
            process.kill()
