"""Results of the command and of the site's checker for a redirect."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from connect_errors import validate
from connect_errors.formats.json import JSONRedirects
from connect_errors.report_batch import ReportBatch
from connect_errors.site.check_data import check_json

from tests.helpers.paths import ROOT

MODULE = ROOT / "docs" / "assets" / "check.js"
NEEDS_MODULE = pytest.mark.skipif(not MODULE.exists(), reason="the checker is tested in a checkout, not with a wheel")
_RUNNER = Path(__file__).with_name("validate.mjs")


class Given(NamedTuple):
    """A text, and the options for validating it."""

    text: str
    options: Mapping[str, Any] = MappingProxyType({})


def by_command(given: Given) -> dict[str, Any]:
    """Return the redirect in the JSON output, with the advice of each finding; or the error about the options."""
    try:
        report = validate(given.text, **given.options).redacted()
    except ValueError as error:
        return {"error": str(error)}
    [line] = JSONRedirects("{").dumps(ReportBatch.of(report))
    redirect: dict[str, Any] = json.loads(line)
    for shown, finding in zip(redirect["findings"], report.findings, strict=True):
        shown["advice"] = finding.advice
    return redirect


def node() -> str:
    """Return the path of Node; skip the test if it is not installed."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not there")
    return found


@cache
def _data() -> str:
    return check_json()


def by_checker(many: Iterable[Given], *, finds: bool = False) -> list[Any]:
    """Return the results of the site's checker, all from one Node process."""
    lines = [json.dumps({"text": text, "options": dict(options), "finds": finds}) for text, options in many]
    with TemporaryDirectory() as folder:
        data = Path(folder, "check.json")
        data.write_text(_data(), encoding="utf-8")
        done = subprocess.run(
            [node(), _RUNNER, MODULE, data],
            input="\n".join(lines),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]  # a text may have other line ends


def differences(many: list[Given]) -> list[str]:
    """Return the texts on which the two differ, with both results."""
    found = []
    for given, checked in zip(many, by_checker(many), strict=True):
        if (expected := by_command(given)) != checked:
            keys = [key for key in {**expected, **checked} if expected.get(key) != checked.get(key)]
            details = "\n".join(f"  {key}: {expected.get(key)!r}\n  not {checked.get(key)!r}" for key in keys)
            found.append(f"{given!r}\n{details}")
    return found
