"""Shared configuration: the selection of tests, and fixtures that run the command in a process or in this one.

`pytest` alone runs everything except tests marked `slow` or `browser`, with few examples per property; `pytest --all`
runs everything. Its last lines say what was left out.
"""

import gc
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import chdir
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from connect_errors.cli import cli
from hypothesis import is_hypothesis_test, settings

import tests.helpers.properties  # noqa: F401 - registers the profiles
from tests.helpers.expectations import write_missing
from tests.helpers.paths import CAPTURES, CASES
from tests.helpers.processes import starts_processes

pytest_plugins = ["tests.helpers.browser", "tests.helpers.built_site"]

# A shell's background jobs ignore them, and so would each process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
# Python's readline, which pytest imports, sets it for child processes, bypassing os.environ.
os.unsetenv("COLUMNS")
# Hundreds of processes are started, each of which would compile the package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Invoke = Callable[..., Result]

SEPARATE: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
"""Click before 8.2 mixes standard error into standard output by default."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run slow tests too, and many examples of each property")
    parser.addoption("--update", action="store_true", help="write the expectations of new captures and cases")


LEFT_OUT = pytest.StashKey[dict[str, int]]()
"""Number of tests left out: slow ones, and those that need a browser."""
UPDATED = pytest.StashKey[list[Path]]()
"""Files written by `--update`."""


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("ci" if config.getoption("--all") else "dev")
    if config.getoption("--update") and not hasattr(config, "workerinput"):
        config.stash[UPDATED] = list(write_missing(CAPTURES, CASES))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Start no workers for a file or two: starting them would take longer than the tests."""
    chosen = [argument for argument in config.args if ".py" in argument]
    if not chosen or len(chosen) > 2:
        return None
    config.option.dist = "no"
    return 0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out slow tests unless requested, and order the others so that no worker waits for another."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("property")
        if starts_processes(item):
            item.add_marker("process")
    is_named = any(name in config.option.markexpr for name in ("slow", "browser"))
    is_asked_for = config.getoption("--all") or is_named or any("::" in one for one in config.args)
    left_out = [] if is_asked_for else [item for item in items if _is_slow(item)]
    counted = Counter("browser" if item.get_closest_marker("browser") else "slow" for item in left_out)
    config.stash[LEFT_OUT] = dict(counted)
    if left_out:
        ids = {id(item) for item in left_out}
        items[:] = [item for item in items if id(item) not in ids]
        config.hook.pytest_deselected(items=left_out)
    first = next((item for item in items if _needs_site(item)), None)
    items.sort(
        key=lambda item: (
            item is not first,
            -_seconds(item),
            _needs_site(item),
            not (_is_slow(item) or _is_property(item)),
        )
    )


def pytest_collection_finish() -> None:
    """Exempt the collected tests from garbage collection: thousands of them live as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _is_slow(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


def _seconds(item: pytest.Item) -> float:
    """Return the duration that a test declares, in seconds."""
    markers = (item.get_closest_marker(name) for name in ("slow", "browser"))
    return max((marker.kwargs.get("seconds", 0) for marker in markers if marker), default=0)


def _is_property(item: pytest.Item) -> bool:
    return item.get_closest_marker("property") is not None


def _needs_site(item: pytest.Item) -> bool:
    """Whether a test needs the built site: one of them runs first, the others after tests of the same duration."""
    return "site" in getattr(item, "fixturenames", ())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Pass on what a worker left out: only the controlling process writes a summary."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})  # each collects the same


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Summarize in one line what did not run, and why."""
    for path in config.stash.get(UPDATED, []):
        terminalreporter.write_line(f"written, to be reviewed: {path.relative_to(config.rootpath)}")
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    parts = [f"{number} ({reason})" for reason, number in reasons.most_common()]
    if left_out := config.stash.get(LEFT_OUT, {}):
        kinds = {"slow": "{} slow", "browser": "{} in a browser"}
        names = [kinds[kind].format(left_out[kind]) for kind in kinds if kind in left_out]
        parts.insert(0, f"{' and '.join(names)} (pytest --all runs them)")
    if parts:
        terminalreporter.write_line(f"left out: {', '.join(parts)}")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tester's terminal and settings from influencing the expected output."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith("CONNECT_ERRORS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def run() -> Run:
    """Run the command in a separate process. Output in an unexpected encoding fails the test."""

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
    """Run the command in this process, which is fast; an exception in the command fails the test."""

    def invoke(*arguments: str, stdin: str | bytes = b"", cwd: Path | None = None, **env: str) -> Result:
        with chdir(cwd or "."):
            result = CliRunner(**SEPARATE).invoke(cli, arguments, input=stdin, env=env, prog_name="connect-errors")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke
