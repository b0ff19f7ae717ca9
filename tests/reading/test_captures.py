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
from urllib.parse import quote

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


DENIED = "User denied access to application."
INCOMPATIBLE = "The user's vehicle is not compatible."
JSON_STATE = '{"r":"/home","n":42}'
CODE = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
ID = "725146a3-69f4-46c8-965d-54b3b6f81eb7"
MASKS = ("[FILTERED]", "***")
WHOLE_VALUES = {
    "error": {"access_denied", "acces_denied", "no_vehicles", "vehicle_incompatible", "session_expired"},
    "error_description": {
        *(DENIED, INCOMPATIBLE, INCOMPATIBLE.replace("'", "’"), "The session has expired."),
        "No vehicles found. Please add vehicles to your account and try again.",
    },
    "state": {"8c5f31", "61be07", "1", "2", "9", "kX9vQ2pL7mZ", "eyJhIjoxfQ==", JSON_STATE, *MASKS},
    "code": {CODE, *MASKS},
    "user_id": {ID},
    "userId": {ID},
    "vehicle_id": {ID},
    "external_id": {"a"},
    "vin": {"5YJ3E1EA7KF317000"},
    "make": {"TESLA"},
    "model": {"Model 3"},
    "year": {"2019"},
}
"""The values that the kinds of captures have: all that is found is one of them, not a part of one, nor more."""

NOT_WHOLE = {"curl trace-ascii"}
"""Kinds of captures of which a state is cut off."""


def parameters_of(kind: dict[str, Any], text: str) -> list[list[tuple[str, str]]]:
    uris = [URL(kind["args"][1])] if "--redirect-uri" in kind["args"] else []
    redirects = Capture(Shown("-"), io.BytesIO(text.encode()), redirect_uris=uris)
    urls = [redirect.url for redirect in redirects]
    return [
        [(parameter.name, parameter.value) for parameter in (*url.parameters, *url.fragment_parameters)] for url in urls
    ]


def test_every_parameter_of_each_kind_is_found_whole() -> None:
    def check(kind: dict[str, Any]) -> None:
        text = kind["input"]
        for parameters in map(dict, parameters_of(kind, text)):
            assert [name for name, value in parameters.items() if value not in WHOLE_VALUES[name]] == []
            assert "8c5f31" not in text or "state" in parameters
            assert "User" not in text or parameters.get("error") != "access_denied" or "error_description" in parameters

    check_each([kind for kind in KINDS if kind["name"] not in NOT_WHOLE], check, lambda kind: kind["name"])


def test_an_apostrophe_changes_nothing_in_any_kind() -> None:
    """The other description has the same length, so that tables remain aligned."""
    apostrophe = "The owner's car is not compatible."

    def check(kind: dict[str, Any]) -> None:
        encoded = kind["input"].replace(quote(DENIED), quote(apostrophe))
        assert parameters_of(kind, encoded.replace(DENIED, apostrophe)) == [
            [(name, apostrophe if value == DENIED else value) for name, value in parameters]
            for parameters in parameters_of(kind, kind["input"])
        ]

    in_apostrophes = (f"'{DENIED}", f"&#x27;{DENIED}", f"&#39;{DENIED}", f"'error_description={DENIED}")
    kinds = [
        kind for kind in KINDS if DENIED in kind["input"] and not any(text in kind["input"] for text in in_apostrophes)
    ]
    check_each(kinds, check, lambda kind: kind["name"])


def test_the_padding_of_base64_changes_nothing_in_any_kind() -> None:
    """Where an equals sign is not escaped, and not at the end of a line that goes on."""
    padded = "eyJhIjoxfQ=="
    changed = ("=3D", "\\=", "and nothing happens after that")

    def check(kind: dict[str, Any]) -> None:
        assert parameters_of(kind, kind["input"].replace("8c5f31", padded)) == [
            [(name, value.replace("8c5f31", padded)) for name, value in parameters]
            for parameters in parameters_of(kind, kind["input"])
        ]

    kinds = [kind for kind in KINDS if "8c5f31" in kind["input"] and not any(text in kind["input"] for text in changed)]
    check_each(kinds, check, lambda kind: kind["name"])


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
