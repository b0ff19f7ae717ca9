"""What the tests share: how much of them runs, and the command, as users run it and inside this process.

`pytest` alone runs all but what is marked `slow`, and few examples of each property; `pytest --all` runs everything.
Its last lines say what was left out.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from connect_errors.cli import cli
from hypothesis import is_hypothesis_test, settings

import tests.helpers.properties  # noqa: F401 - it registers the profiles
from tests.helpers.expectations import write_missing
from tests.helpers.paths import CAPTURES, CASES
from tests.helpers.processes import starts_processes

pytest_plugins = ["tests.helpers.browser"]

# A shell's background job ignores them, and so would each process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Invoke = Callable[..., Result]

SEPARATE: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
"""Click before 8.2 mixes standard error into standard output unless it is told not to."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run slow tests too, and many examples of each property")
    parser.addoption("--update", action="store_true", help="write the expectations of new captures and cases")


LEFT_OUT = pytest.StashKey[int]()
"""Slow tests that were not asked for."""
UPDATED = pytest.StashKey[list[Path]]()
"""Files that `--update` wrote."""


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("ci" if config.getoption("--all") else "dev")
    if config.getoption("--update") and not hasattr(config, "workerinput"):
        config.stash[UPDATED] = list(write_missing(CAPTURES, CASES))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Start no workers for a file or two: they would take longer than the tests."""
    chosen = [argument for argument in config.args if ".py" in argument]
    if not chosen or len(chosen) > 2:
        return None
    config.option.dist = "no"
    return 0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow, unless it is asked for; begin with what takes longest: no worker waits at the end."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("property")
        if starts_processes(item):
            item.add_marker("process")
    is_asked_for = config.getoption("--all") or config.option.markexpr or any("::" in one for one in config.args)
    left_out = [] if is_asked_for else [item for item in items if item.get_closest_marker("slow")]
    config.stash[LEFT_OUT] = len(left_out)
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    items.sort(key=lambda item: not (item.get_closest_marker("slow") or item.get_closest_marker("property")))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what a worker left out: only the process that started it writes a summary."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)  # each collects the same


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line what did not run, and why."""
    for path in config.stash.get(UPDATED, []):
        terminalreporter.write_line(f"written, to be reviewed: {path.relative_to(config.rootpath)}")
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    parts = [f"{number} ({reason})" for reason, number in reasons.most_common()]
    if slow := config.stash.get(LEFT_OUT, 0):
        parts.insert(0, f"{slow} slow (pytest --all runs them)")
    if parts:
        terminalreporter.write_line(f"left out: {', '.join(parts)}")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tester's terminal and settings out of the expected texts."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith("CONNECT_ERRORS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def run() -> Run:
    """Run the command in a process of its own. Output in another encoding than the expected one fails the test."""

    def run(
        *arguments: str | bytes, stdin: str | bytes = b"", encoding: str = "utf-8", **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-m", "connect_errors", *arguments],
            input=stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin,
            capture_output=True,
            check=False,
            timeout=60,
            **options,
        )
        out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
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
