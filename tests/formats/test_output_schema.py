"""The published schema of the JSON output, checked against the output for all cases and captures."""

import json
from pathlib import Path
from typing import Any

import pytest
from connect_errors import validate
from jsonschema import Draft202012Validator

from tests.conftest import Invoke
from tests.helpers import cases
from tests.helpers.output_schemas import DOCUMENT_VALIDATOR, LINE_VALIDATOR, SCHEMA
from tests.helpers.paths import CAPTURES


def _undescribed(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """Return the keys of an output that the schema does not describe, although it allows them for later releases."""
    schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if isinstance(value, list):
        return [key for item in value for key in _undescribed(item, schema["items"], path)]
    if not isinstance(value, dict) or "additionalProperties" in schema:
        return []
    known = schema["properties"]
    unknown = [f"{path}/{key}" for key in value if key not in known]
    return unknown + [key for name in value if name in known for key in _undescribed(value[name], known[name], name)]


def test_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("arguments", [[], ["--show-values"], ["--strict"]], ids=str)
def test_cases(arguments: list[str], invoke: Invoke) -> None:
    urls = [case.url for case in cases.load_cases() if "\0" not in case.url]
    stdin = "\n".join(urls).encode("utf-8", "surrogatepass")
    document = json.loads(invoke("validate", *arguments, "--format=json", stdin=stdin).stdout)
    DOCUMENT_VALIDATOR.validate(document)
    assert document["redirects"]
    assert _undescribed(document, SCHEMA) == []


@pytest.mark.parametrize("path", [path for path in sorted(CAPTURES.iterdir()) if path.suffix != ".toml"], ids=str)
def test_captures(path: Path, invoke: Invoke) -> None:
    document = json.loads(invoke("validate", "--format=json", str(path)).stdout)
    DOCUMENT_VALIDATOR.validate(document)
    assert _undescribed(document, SCHEMA) == []
    lines = [json.loads(line) for line in invoke("validate", "--format=jsonl", str(path)).stdout.splitlines()]
    for line in lines:
        LINE_VALIDATOR.validate(line)
    assert lines == [{"version": 1} | redirect for redirect in document["redirects"]]


def test_document_says_what_to_do_about_each_error(invoke: Invoke) -> None:
    urls = [f"https://example.com/?error={error}" for error in ("access_denied", "no_vehicles", "x", "access_denied")]
    handbook = json.loads(invoke("validate", "--format=json", *urls, "https://example.com/?code=1").stdout)["handbook"]
    assert list(handbook) == ["access_denied", "no_vehicles"]
    assert handbook["access_denied"] == {
        "next_step": "Say what each permission is for, then offer Connect again.",
        "who_acts": "vehicle-owner",
        "retry": "ask-again",
        "severity": "expected",
        "message": {
            "title": "Your vehicle is not connected yet",
            "body": "No access was given this time. You can look through the permissions again whenever you like.",
            "button": "Review permissions",
            "leads_to": "connect",
            "tone": "friendly",
        },
    }


def test_a_report_has_the_object_of_the_output(invoke: Invoke) -> None:
    url = "https://example.com/?error=access_denied&state=s3cr3t"
    [redirect] = json.loads(invoke("validate", "--format=json", url).stdout)["redirects"]
    assert validate(url).to_dict() == redirect
    [shown] = json.loads(invoke("validate", "--format=json", "--show-values", url).stdout)["redirects"]
    assert validate(url).redacted(show_values=True).to_dict() == shown


def test_quiet(invoke: Invoke) -> None:
    url = "https://example.com/?code=1"
    document = json.loads(invoke("validate", "-q", "--format=json", url).stdout)
    DOCUMENT_VALIDATOR.validate(document)
    assert document["redirects"] == []
    line = json.loads(invoke("validate", "-q", "--format=jsonl", url).stdout)
    LINE_VALIDATOR.validate(line)
    assert line == {"version": 1, "captures": document["captures"], "summary": document["summary"]}


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"redirects": [{}]},
        {"summary": {}},
        {"captures": [{}]},
    ],
    ids=str,
)
def test_schema_rejects_other_documents(change: dict[str, Any], invoke: Invoke) -> None:
    document = json.loads(invoke("validate", "--format=json", "https://example.com/?code=1").stdout)
    assert DOCUMENT_VALIDATOR.is_valid(document)
    assert not DOCUMENT_VALIDATOR.is_valid(document | change)
    line = {"version": 1} | document["redirects"][0]
    assert LINE_VALIDATOR.is_valid(line)
    assert not LINE_VALIDATOR.is_valid({key: value for key, value in line.items() if key != "url"})
