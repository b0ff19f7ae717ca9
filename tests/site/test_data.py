"""The published data: each file has a schema that describes it completely, and agrees with the command."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from connect_errors import validate
from connect_errors.catalog import errors, outcomes
from connect_errors.handbook import page
from connect_errors.lookup import topics
from connect_errors.rules import RULES
from connect_errors.site.data import to_json
from connect_errors.site.data_schemas import data_schemas
from connect_errors.site.schemas import bundled_schema
from connect_errors.site.topics import explain_topic
from jsonschema import Draft202012Validator

from scripts.console import fences, write_files
from tests.conftest import Invoke
from tests.helpers.instances import instances, jsonschema_verdict
from tests.helpers.output_schemas import forbid_other_keys, schema_violations
from tests.helpers.paths import ROOT

NODE_MODULES = ROOT / "tests/ajv/node_modules"
RULES_OF_SCHEMAS = {
    "conflicting-outcome",
    "duplicate-parameter",
    "empty-parameter",
    "invalid-value",
    "missing-parameter",
    "no-outcome",
    "unknown-error",
}
"""The rules that the sample with Ajv enforces; it reads the schemas, and detects duplicates itself."""

Data = dict[str, Any]


def read_data(site: Path, name: str) -> Data:
    data: Data = json.loads((site / f"{name}.json").read_text())
    return data


@pytest.mark.parametrize("name", data_schemas())
def test_each_file_matches_its_schema_completely(site: Path, name: str) -> None:
    schema = json.loads((site / f"schemas/data/{name}-v1.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"https://connect-errors.github.io/schemas/data/{name}-v1.json"
    found = [
        error.message for error in Draft202012Validator(forbid_other_keys(schema)).iter_errors(read_data(site, name))
    ]
    assert found == []


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "tests/drift/pages").glob("*.md")))
def test_drift_output_matches_its_schema_completely(invoke: Invoke, page: str) -> None:
    result = invoke("drift", "--format", "json", str(ROOT / "tests/drift/pages" / page))
    assert schema_violations("drift", result.stdout) == []


@pytest.mark.parametrize("kinds", [[], ["errors"], ["successes", "rules"]], ids=" ".join)
def test_list_output_matches_its_schema_completely(kinds: list[str], invoke: Invoke) -> None:
    assert schema_violations("list", invoke("list", *kinds, "--format", "json").stdout) == []


def test_explain_output_matches_its_schema_completely() -> None:
    violations_by_name = {
        name: schema_violations("explanation", to_json(explain_topic(topic).data())) for name, topic in topics().items()
    }
    assert {name: violations for name, violations in violations_by_name.items() if violations} == {}


def test_errors_json_has_the_values_that_a_program_branches_on(site: Path) -> None:
    found = {error["code"]: error for error in read_data(site, "errors")["errors"]}
    assert list(found) == list(errors())
    configuration = found["configuration_error"]
    assert (configuration["severity"], configuration["log_level"], configuration["alert"]) == (
        "incident",
        "error",
        "first",
    )
    assert found["access_denied"]["alert"] == "never"
    assert found["vehicle_incompatible"]["sdks"]["ios"] == {
        "name": "vehicleIncompatible",
        "details": ["vin", "make"],
        "note": None,
    }
    for code, error in found.items():
        assert error["sdks"]["android"]["name"] == code
        assert error["next_step"] == page(code).next_step
        assert error["message"] == page(code).message._asdict()
        assert error["second_message"] == page(code).second_message._asdict()
        assert error["message"] != error["second_message"]
        assert [one["name"] for one in error["parameters"] if one["branch"]] == ["error"]
    patterns = {one["name"]: one["pattern"] for one in configuration["parameters"]}
    assert (patterns["status_code"], patterns["error"]) == ("^[0-9]{3}$", None)


def test_rules_json_has_every_rule(site: Path) -> None:
    found = read_data(site, "rules")["rules"]
    assert [one["rule"] for one in found] == list(RULES)
    assert [one["severity"] for one in found] == [rule.severity for rule in RULES.values()]


def test_published_examples_break_the_rules_that_they_name(site: Path) -> None:
    found = read_data(site, "examples")["examples"]
    valid = [one for one in found if one["rule"] is None]
    assert {one["outcome"] for one in valid} == outcomes().keys()
    assert len(valid) == 2 * len(outcomes())
    assert len(found) > 200
    assert len({one["url"] for one in found}) == len(found)
    for one in found:
        report = validate(one["url"], **one["options"])
        assert [finding.rule for finding in report.findings] == ([one["rule"]] if one["rule"] else [])


def test_the_bundled_schema_agrees_with_the_separate_ones() -> None:
    bundled = Draft202012Validator(bundled_schema())
    assert '"$ref": "#/$defs/' in json.dumps(bundled_schema())
    assert ".json" not in json.dumps(bundled_schema())
    for instance in instances():
        assert bundled.is_valid(instance) == jsonschema_verdict("redirect.json", instance)


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
def test_the_checker_sample_prints_the_output_shown(site: Path, tmp_path: Path) -> None:
    text = (ROOT / "docs/check.md").read_text()
    write_files(text, tmp_path)
    for name in ("assets/check.js", "assets/find.js", "check.json"):
        shutil.copy(site / name, tmp_path)
    (shown,) = (fence.text for fence in fences(text) if fence.text.startswith("$ node"))
    command, _, output = shown.removeprefix("$ ").partition("\n")
    result = subprocess.run(shlex.split(command), cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == output


@pytest.mark.skipif(not shutil.which("node") or not NODE_MODULES.is_dir(), reason="Node or Ajv is not installed")
def test_the_ajv_sample_finds_schema_violations(site: Path, tmp_path: Path) -> None:
    write_files((ROOT / "docs/reference/schemas.md").read_text(), tmp_path)
    shutil.copy(site / "schemas/redirect.bundled.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)

    def run_sample(*urls: str) -> list[str]:
        result = subprocess.run(
            ["node", "check-redirect.mjs", *urls], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        )
        return [line for line in result.stdout.splitlines() if not line.startswith((" ", "]"))]

    shown = [one for one in (ROOT / "docs/reference/schemas.md").read_text().splitlines() if one.startswith("[ ")]
    assert run_sample("http://localhost:8000/callback?error=no_vehicles") == shown
    found = read_data(site, "examples")["examples"]
    judged = [one for one in found if one["rule"] is None or one["rule"] in RULES_OF_SCHEMAS]
    results = run_sample(*(one["url"] for one in judged))
    assert [one["rule"] is None for one in judged] == [line == "[]" for line in results]
