"""Results of the command and of the site's checker for a redirect."""

import atexit
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Timer
from types import MappingProxyType
from typing import IO, Any, Literal, NamedTuple

import pytest
from connect_errors import validate
from connect_errors.formats.json import JSONRedirects
from connect_errors.report_batch import ReportBatch
from connect_errors.site.check_data import check_json

from tests.helpers.paths import ROOT

MODULE = ROOT / "docs" / "assets" / "check.js"
NEEDS_MODULE = pytest.mark.skipif(not MODULE.exists(), reason="the checker is tested in a checkout, not with a wheel")
_TIMEOUT = 120
"""Seconds."""
_RUNNER = Path(__file__).with_name("validate.mjs")


class Input(NamedTuple):
    """A text, and the options for validating it."""

    text: str
    options: Mapping[str, Any] = MappingProxyType({})


def command_result(source: Input) -> dict[str, Any]:
    """Return the redirect in the JSON output, or the error about the options."""
    try:
        report = validate(source.text, **source.options).redacted()
    except ValueError as error:
        return {"error": str(error)}
    [text] = JSONRedirects("{").dumps(ReportBatch.of(report))
    redirect: dict[str, Any] = json.loads(text)
    return redirect


def node() -> str:
    """Return the path of Node; skip the test if it is not installed."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("Node is not installed")
    return path


class _Checker(NamedTuple):
    """The site's checker in a process of Node, which is started once for all tests."""

    process: "subprocess.Popen[bytes]"
    errors: IO[bytes]

    def end(self) -> None:
        with self.process, self.errors:
            pass


@cache
def _checker() -> _Checker:
    errors = TemporaryFile()  # noqa: SIM115 - it is closed when the tests end
    with TemporaryDirectory() as folder:
        data = Path(folder, "check.json")
        data.write_text(check_json(), encoding="utf-8")
        process = subprocess.Popen(
            [node(), _RUNNER, MODULE, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
        started = _Checker(process, errors)
        atexit.register(started.end)
        assert _ask(started, b"") == []  # it has read the data
    return started


def _ask(checker: _Checker, lines: bytes) -> list[Any]:
    assert checker.process.stdin
    assert checker.process.stdout
    timeout = Timer(_TIMEOUT, checker.process.kill)
    timeout.start()
    try:
        checker.process.stdin.write(lines + b"\n")
        checker.process.stdin.flush()
        answers = []
        while (line := checker.process.stdout.readline()) != b"\n":
            assert line, _error_output(checker)
            answers.append(json.loads(line))
    finally:
        timeout.cancel()
    return answers


def _error_output(checker: _Checker) -> str:
    checker.errors.seek(0)
    return checker.errors.read().decode("utf-8", "replace") or "the checker was ended, or took too long"


def checker_results(inputs: Iterable[Input], call: Literal["validate", "find", "lookUp"] = "validate") -> list[Any]:
    """Return what a function of the site's checker returns for each input."""
    lines = [json.dumps({"call": call, "text": text, "options": dict(options)}) + "\n" for text, options in inputs]
    return _ask(_checker(), "".join(lines).encode())


def differences(inputs: list[Input]) -> list[str]:
    """Return the texts on which the two differ, with both results."""
    problems = []
    for source, checked in zip(inputs, checker_results(inputs), strict=True):
        if (expected := command_result(source)) != checked:
            keys = [key for key in {**expected, **checked} if expected.get(key) != checked.get(key)]
            details = "\n".join(f"  {key}: {expected.get(key)!r}\n  not {checked.get(key)!r}" for key in keys)
            problems.append(f"{source!r}\n{details}")
    return problems
