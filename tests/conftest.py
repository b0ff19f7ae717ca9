"""What the tests share: the command, as users run it and inside this process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from typing import Any

import pytest
from click.testing import CliRunner, Result
from connect_errors.cli import cli

# A shell's background job ignores them, and so would each process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Invoke = Callable[..., Result]

SEPARATE: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
"""Click before 8.2 mixes standard error into standard output unless it is told not to."""


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tester's terminal and settings out of the expected texts."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "GITHUB_STEP_SUMMARY", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith("CONNECT_ERRORS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def run() -> Run:
    """Run the command in a process of its own. Output that is not UTF-8 fails the test."""

    def run(*arguments: str | bytes, stdin: str | bytes = b"", **options: Any) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-m", "connect_errors", *arguments],
            input=stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin,
            capture_output=True,
            check=False,
            timeout=60,
            **options,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


@pytest.fixture
def invoke() -> Invoke:
    """Run the command inside this process, which is fast; an exception of the command fails the test."""

    def invoke(*arguments: str, stdin: str | bytes = b"", **env: str) -> Result:
        result = CliRunner(**SEPARATE).invoke(cli, arguments, input=stdin, env=env, prog_name="connect-errors")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke
