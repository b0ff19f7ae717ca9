"""Unexpected exceptions: one line with their type and place, and never their message."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from connect_errors import __main__
from connect_errors.cli.exit_codes import ExitCode

SECRET = "s3cret-c0de"  # noqa: S105 - a value to look for
URL = f"https://example.com/home?code={SECRET}&state=1"
BAD = "https://example.com/home?error=access_denied&state=1"
LINE = "; no content of the capture is shown here. Please report this line.\n"

PLANTED = f"""
    def fail(*arguments, **named):
        raise KeyError("{URL}")
"""


def run_planted(planted: str, *arguments: str, stderr: int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    program = f"{dedent(PLANTED)}\n{dedent(planted)}\nfrom connect_errors.__main__ import main\nmain()\n"
    command = [sys.executable, "-c", program, *arguments]
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False
    )
    assert SECRET not in f"{result.stdout}{result.stderr}"
    assert "Traceback" not in f"{result.stdout}{result.stderr}"
    return result


@pytest.mark.parametrize(
    ("planted", "arguments", "place"),
    [
        ("import connect_errors.judge as judge; judge.judge = fail", ["validate", URL], "check.py"),
        ("import connect_errors.judge as judge; judge.judge = fail", ["validate", "{list}"], "check.py"),
        ("import connect_errors.handbook as handbook; handbook.page = fail", ["list"], "site/data.py"),
        ("import click; click.Context.__init__ = fail", ["list"], "cli/__init__.py"),
        ("import importlib.metadata as metadata; metadata.version = fail", ["--version"], "__init__.py"),
    ],
)
def test_only_type_and_place_are_shown(planted: str, arguments: list[str], place: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(f"{URL}\n")
    result = run_planted(planted, *(argument.replace("{list}", str(tmp_path / "list")) for argument in arguments))
    assert (result.returncode, result.stdout) == (70, "")
    start, _, rest = result.stderr.partition(f" in connect_errors/{place}:")
    assert start == "connect-errors: internal error: KeyError"
    assert rest.lstrip("0123456789") == LINE


def test_completed_reports_are_kept(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("the one before")
    planted = f"""
        import connect_errors.judge as judge
        right = judge.judge
        judge.judge = lambda redirect, *rest: fail() if "{SECRET}" in redirect.url.text else right(redirect, *rest)
    """
    result = run_planted(planted, "validate", "--format=text", f"--format=json={report}", BAD, URL)
    assert result.returncode == 70
    assert result.stdout.startswith("✗ access_denied does not conform: 1 error\n")
    assert result.stdout.endswith(" what drops it on the way.\n  │ &state=***\n")
    assert result.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert report.read_text() == "the one before"


@pytest.mark.parametrize("module", ["click", "connect_errors.catalog", "connect_errors.judge"])
def test_broken_installation(module: str) -> None:
    result = run_planted(f"import sys; sys.modules['{module}'] = None", "validate", URL)
    assert (result.returncode, result.stdout) == (70, "")
    assert result.stderr.startswith("connect-errors: internal error: ModuleNotFoundError in connect_errors/")
    assert result.stderr.endswith(LINE)


def test_reader_of_standard_error_closes() -> None:
    read, write = os.pipe()
    os.close(read)
    result = run_planted("import connect_errors.judge as judge; judge.judge = fail", "validate", URL, stderr=write)
    os.close(write)
    assert (result.returncode, result.stdout) == (70, "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_closed_standard_error() -> None:
    planted = "import sys; sys.modules['click'] = None; from connect_errors.__main__ import main; main()"
    result = subprocess.run(["sh", "-c", f'"{sys.executable}" -c "{planted}" 2>&-'], capture_output=True, check=False)
    assert (result.returncode, result.stdout) == (70, b"")


def test_exit_code_is_documented() -> None:
    assert __main__._INTERNAL_ERROR == ExitCode.INTERNAL_ERROR  # noqa: SLF001 - it is defined twice
