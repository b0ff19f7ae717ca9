"""The schemas of the command's output: our own for JSON and JSON Lines, and SARIF's.

SARIF's is the one in Microsoft's sarif-multitool (npm, 5.7.0, MIT license): 2.1.0 in draft 2020-12.
"""

import json
from functools import cache
from typing import Any

from connect_errors.paths import OUTPUT_SCHEMA
from connect_errors.site.report_schemas import report_schemas
from jsonschema import Draft202012Validator

from tests.helpers.paths import DATA

SCHEMA = json.loads(OUTPUT_SCHEMA.read_text(encoding="utf-8"))
DOCUMENT_VALIDATOR = Draft202012Validator(SCHEMA)
LINE_VALIDATOR = Draft202012Validator({"$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]})
SARIF_VALIDATOR = Draft202012Validator(json.loads((DATA / "sarif-2.1.0.json").read_text(encoding="utf-8")))


def read_sarif(text: str) -> dict[str, Any]:
    document = json.loads(text)
    SARIF_VALIDATOR.validate(document)
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def forbid_other_keys(schema: Any) -> Any:
    """Return the schema without permission for undescribed keys."""
    if isinstance(schema, list):
        return [forbid_other_keys(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: forbid_other_keys(value) for key, value in schema.items()}
    return result | {"additionalProperties": False} if isinstance(result.get("properties"), dict) else result


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = report_schemas()[name]
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(forbid_other_keys(schema))


def schema_violations(name: str, report: str) -> list[str]:
    """Return the violations of its schema in a report of the command."""
    return [error.message for error in _validator(name).iter_errors(json.loads(report))]
