"""Captures with their expected reports: `captures/NAME` and `captures/NAME.toml`; and kinds of captures.

`data/real-captures.json` has one capture of each kind that integrators paste and record, with the outcomes that must
be found in it.
"""

import gc
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from connect_errors.captures import Capture
from connect_errors.check import Checker
from connect_errors.expectation import NO_EXPECTATION
from connect_errors.judge import judge
from connect_errors.redirect import Place, Redirect
from connect_errors.shown import Shown
from connect_errors.summary import Summary
from connect_errors.url import URL

from tests.conftest import Invoke
from tests.helpers.chunks import Chunks
from tests.helpers.media import KINDS
from tests.helpers.paths import CAPTURES
from tests.helpers.tables import check_each

FILES = sorted(path for path in CAPTURES.iterdir() if path.suffix != ".toml")
EACH_CAPTURE = pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])


def expected(path: Path) -> dict[str, Any]:
    expectation = path.with_name(f"{path.name}.toml")
    assert expectation.exists(), (
        f"{path.name} needs its expected reports in {expectation.name}: pytest --update writes them"
    )
    defaults = {"exit_code": 0, "passed_over": {}, "leaks": 0, "redirects": []}
    return defaults | tomllib.loads(expectation.read_text(encoding="utf-8"))


def facts(redirect: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": redirect.get("line"),
        "column": redirect.get("column"),
        "pointer": redirect.get("pointer"),
        "url": redirect["url"],
        "outcome": redirect.get("outcome"),
        "rules": redirect.get("rules", []),
    }


@EACH_CAPTURE
def test_library_reads(path: Path) -> None:
    with path.open("rb") as stream:
        capture = Capture(Shown(path.name), stream)
        reports = [judge(redirect).redacted() for redirect in capture]
    redirects = [
        {
            "line": report.place.line,
            "column": report.place.column,
            "pointer": report.place.pointer,
            "url": report.url,
            "outcome": report.outcome,
            "rules": [finding.rule for finding in report.findings],
        }
        for report in reports
    ]
    assert redirects == [facts(redirect) for redirect in expected(path)["redirects"]]
    assert capture.input_format == expected(path)["input_format"]
    assert capture.passed_over == expected(path)["passed_over"]
    assert capture.leaks == expected(path)["leaks"]


@EACH_CAPTURE
@pytest.mark.parametrize("from_stdin", [False, True], ids=["file", "stdin"])
def test_command_line_reads(path: Path, invoke: Invoke, *, from_stdin: bool) -> None:
    if from_stdin:
        result = invoke("validate", "--format", "json", stdin=path.read_bytes())
    else:
        result = invoke("validate", "--format", "json", str(path))
    document = json.loads(result.stdout)
    redirects = [
        facts(redirect | {"rules": [finding["rule"] for finding in redirect["findings"]]})
        for redirect in document["redirects"]
    ]
    assert redirects == [facts(redirect) for redirect in expected(path)["redirects"]]
    assert {redirect["source"] for redirect in document["redirects"]} <= {"-" if from_stdin else str(path)}
    assert document["summary"]["passed_over"] == sum(expected(path)["passed_over"].values())
    assert result.exit_code == expected(path)["exit_code"]
    assert ("an authorization code in the Referer" in result.stderr) == bool(expected(path)["leaks"])


@pytest.mark.parametrize("part", range(4))
def test_library_and_command_read_each_kind_alike_however_it_arrives(part: int, invoke: Invoke) -> None:
    def check(kind: dict[str, Any]) -> None:
        data = kind["input"].encode()
        uris = [URL(kind["args"][1])] if "--redirect-uri" in kind["args"] else []
        redirects = list(Capture(Shown("-"), io.BytesIO(data), redirect_uris=uris))
        assert [judge(redirect).outcome for redirect in redirects] == kind["outcomes"]

        result = invoke("validate", "--format", "json", *kind["args"], stdin=data)
        assert [redirect["outcome"] for redirect in json.loads(result.stdout)["redirects"]] == kind["outcomes"]
        assert (result.exit_code == 3) == (not kind["outcomes"])

        slow = Capture(Shown("-"), io.BufferedReader(Chunks(data, [7, 1, 90]), buffer_size=7), redirect_uris=uris)
        assert list(map(where, slow)) == list(map(where, redirects))

    check_each(KINDS[part::4], check, lambda kind: kind["name"])


def where(redirect: Redirect) -> tuple[Place, str]:
    return redirect.place, redirect.url.text


@EACH_CAPTURE
def test_reading_leaves_no_reference_cycles(path: Path) -> None:
    """Reading creates no reference cycles, because the command rarely runs the garbage collector."""
    data = path.read_bytes()
    gc.disable()
    try:
        for _ in range(2):  # the first time, modules are imported
            gc.freeze()
            for _report in Checker(NO_EXPECTATION, Summary()).check(Capture(Shown("-"), io.BytesIO(data)), "all"):
                pass
        assert gc.collect() == 0
    finally:
        gc.unfreeze()
        gc.enable()
