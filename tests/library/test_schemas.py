"""The schemas as a separate product: other tools accept them unchanged, and reach the same verdicts."""

import json
import shutil
import subprocess
from importlib.metadata import version

import pytest
from connect_errors.catalog import errors, outcomes, redirect_schema, successes
from connect_errors.paths import PAGES, SCHEMAS
from connect_errors.schema import Outcome
from jsonschema import Draft202012Validator

from tests.helpers.check_jsonschema import check_jsonschema
from tests.helpers.instances import SCHEMA_FILES, Instance, instances, jsonschema_verdict
from tests.helpers.paths import TESTS

AJV = TESTS / "ajv"
EACH_OUTCOME = pytest.mark.parametrize("outcome", outcomes().values(), ids=list(outcomes()))


def test_catalog_matches_the_files() -> None:
    assert list(errors()) == sorted(path.stem for path in (SCHEMAS / "errors").glob("*.json"))
    assert sorted(successes()) == sorted(path.stem for path in (SCHEMAS / "successes").glob("*.json"))
    assert list(successes()) == ["authorization_code", "vehicle_reauthentication", "user_connection"]
    assert len(errors()) >= 8


def test_errors_and_pages_correspond() -> None:
    pages = sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "index")
    assert pages == list(errors())


@pytest.mark.skipif(version("click") < "8.2", reason="check-jsonschema needs a newer Click")
def test_the_schemas_satisfy_their_metaschema() -> None:
    assert check_jsonschema("--check-metaschema", *SCHEMA_FILES) == ""


def test_redirect_schema_is_up_to_date() -> None:
    committed = json.loads((SCHEMAS / "redirect.json").read_text(encoding="utf-8"))
    assert committed == redirect_schema(), "run: python -m scripts.update_redirect_schema"


@EACH_OUTCOME
def test_schema_is_named_by_its_outcome(outcome: Outcome) -> None:
    assert outcome.schema["title"] == outcome.name
    assert "$id" not in outcome.schema
    if outcome.kind == "error":
        assert outcome.parameters["error"]["const"] == outcome.name
        assert outcome.required[:2] == ("error", "error_description")
        assert outcome.wordings
    else:
        assert outcome.required == (outcome.discriminator,)


@EACH_OUTCOME
def test_descriptions_fit_into_messages(outcome: Outcome) -> None:
    for name, schema in outcome.parameters.items():
        assert schema["type"] == "string"
        assert schema["description"].endswith(".")
        if {"pattern", "maxLength", "enum"} & schema.keys():
            assert schema["description"].startswith(("A ", "An ")), f"{name} must be …"


@EACH_OUTCOME
def test_examples_conform_to_their_own_schema_only(outcome: Outcome) -> None:
    assert len(outcome.examples) >= 2
    for example in outcome.examples:
        assert [other.name for other in outcomes().values() if not list(other.violations(example))] == [outcome.name]


@pytest.fixture(scope="session")
def ajv() -> None:
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    if not (AJV / "node_modules" / "ajv").is_dir():
        pytest.skip("Ajv is not installed: npm ci --prefix tests/ajv")


@pytest.mark.usefixtures("ajv")
def test_ajv_in_strict_mode_gives_the_same_verdicts() -> None:
    schemas = {
        path.relative_to(SCHEMAS).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in SCHEMA_FILES
    }
    cases = [
        (schema, instance)
        for instance in instances()
        for schema in {"redirect.json", "errors/vehicle_incompatible.json", _own_schema(instance)}
    ]
    result = subprocess.run(
        ["node", AJV / "judge.mjs"],
        input=json.dumps({"schemas": schemas, "cases": cases}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", "Ajv warns of nothing"
    verdicts = json.loads(result.stdout)
    assert len(verdicts) == len(cases) > 500
    assert verdicts.count(True) > 100
    for (schema, instance), verdict in zip(cases, verdicts, strict=True):
        assert jsonschema_verdict(schema, instance) is verdict, (schema, instance)


def test_redirect_schema_agrees_with_the_outcome_schemas() -> None:
    for instance in instances():
        own = jsonschema_verdict(_own_schema(instance), instance)
        assert jsonschema_verdict("redirect.json", instance) is own, instance


def test_an_unknown_error_causes_one_failure() -> None:
    schema = json.loads((SCHEMAS / "redirect.json").read_text(encoding="utf-8"))
    failures = list(Draft202012Validator(schema).iter_errors({"error": "user_cancelled"}))
    assert [(failure.validator, list(failure.absolute_path)) for failure in failures] == [("enum", ["error"])]


@pytest.mark.parametrize("value", ["400\n", "٤٠٠", "40", "4000"])
def test_portable_patterns(value: str) -> None:
    outcome = outcomes()["configuration_error"]
    assert list(outcome.violations(outcome.examples[0] | {"status_code": value}))


def _own_schema(instance: Instance) -> str:
    """Return the schema that decides: by error, then code, then vehicle_id, then user_id."""
    if "error" in instance:
        known = outcomes().get(instance["error"])
        return known.path if known else "redirect.json"
    for name, schema in (("code", "authorization_code"), ("vehicle_id", "vehicle_reauthentication")):
        if name in instance:
            return f"successes/{schema}.json"
    return "successes/user_connection.json"
