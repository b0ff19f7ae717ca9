"""The published schemas, and their tables."""

import json
from collections.abc import Mapping
from typing import Any

from connect_errors.catalog import outcomes, redirect_schema, requests, successes
from connect_errors.example_redirects import example
from connect_errors.paths import OUTPUT_SCHEMA
from connect_errors.rules import SITE
from connect_errors.schema import Outcome, Schema
from connect_errors.site.markdown import code, fence, paragraphs, table

REDIRECT = "redirect"
"""The name of the schema of any redirect."""

BUNDLE = "redirect.bundled.json"
"""The file with the schema of any redirect and all schemas it references."""


def published_schemas() -> dict[str, str]:
    """Return the schemas of redirects and of the report, by path below the site, each with its address as `$id`."""
    schemas = {outcome.path: outcome.schema for outcome in outcomes().values()}
    schemas |= {request.path: request.schema for request in requests().values()}
    schemas[f"{REDIRECT}.json"] = redirect_schema()
    schemas[BUNDLE] = bundled_schema()
    schemas["output/v1.json"] = json.loads(OUTPUT_SCHEMA.read_text(encoding="utf-8"))
    return {f"schemas/{path}": schema_text(schema, f"{SITE}schemas/{path}") for path, schema in schemas.items()}


def bundled_schema() -> dict[str, Any]:
    """Return the schema of any redirect in one file, with the schemas of all outcomes in its `$defs`."""
    bundle: dict[str, Any] = redirect_schema()
    for outcome in outcomes().values():
        bundle = _with_reference(bundle, outcome.path, f"#/$defs/{outcome.name}")
    without_dialect = {
        outcome.name: {key: value for key, value in outcome.schema.items() if key != "$schema"}
        for outcome in outcomes().values()
    }
    return bundle | {"$defs": without_dialect}


def _with_reference(schema: Any, old: str, new: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(schema, dict):
        return {
            key: new if (key, value) == ("$ref", old) else _with_reference(value, old, new)
            for key, value in schema.items()
        }
    return [_with_reference(item, old, new) for item in schema] if isinstance(schema, list) else schema


def schema_text(schema: Mapping[str, Any], identifier: str | None = None) -> str:
    """Write a schema as JSON, with an `$id` if it is published."""
    head = {"$schema": schema["$schema"]} | ({"$id": identifier} if identifier else {})
    return json.dumps(head | dict(schema), indent=2, ensure_ascii=False) + "\n"


def schema_address(outcome: Schema) -> str:
    """Return the address at which the schema is published."""
    return f"{SITE}schemas/{outcome.path}"


def parameter_table(outcome: Outcome) -> str:
    """Tabulate the parameters of a schema."""
    rows = (
        (code(name), "yes" if name in outcome.required else "no", _constraint(name, schema))
        for name, schema in outcome.parameters.items()
    )
    branch = f"Only the value of {code('error')} is safe to branch on. " if outcome.kind == "error" else ""
    forbidden = f"{code(outcome.discriminator)} never appears together with {_either(outcome.forbidden)}. "
    return paragraphs(
        table(("Parameter", "Required", "What it is"), rows),
        f"{branch}{forbidden if outcome.forbidden else ''}"
        "Ignore parameters that are not in this table: Smartcar may add some.",
    )


def success_section(outcome: Outcome, level: int = 2) -> str:
    """Describe a success, which has no handbook page."""
    return paragraphs(
        f"{'#' * level} {outcome.name}",
        outcome.schema["description"],
        fence(example(outcome.name, optional=True)),
        parameter_table(outcome),
        f"Schema: <{schema_address(outcome)}>",
    )


def _constraint(name: str, schema: Mapping[str, Any]) -> str:
    sentences = [schema["description"]]
    if "const" in schema:
        sentences.append(f"Always {code(schema['const'])}.")
    if "pattern" in schema:
        sentences.append(f"Pattern: {code(schema['pattern'])}.")
    elif "minLength" in schema:
        sentences.append("Not empty.")
    if name == "error_description":
        wordings = "; ".join(map(code, schema["examples"]))
        sentences.append(f"It may change at any time. Documented so far: {wordings}")
    elif "examples" in schema:
        sentences.append(f"Example: {code(schema['examples'][0])}.")
    if name == "state":
        sentences.append("**Check it first**, before you use anything else in the redirect.")
    return " ".join(sentences)


def _either(names: tuple[str, ...]) -> str:
    *others, last = map(code, names)
    return f"{', '.join(others)} or {last}" if others else last


def request_section(request: Schema, level: int = 3) -> str:
    """Describe a kind of Connect URL."""
    header = ("Parameter", "Required", "What it is", "Example")
    rows = [
        [
            code(name),
            "yes" if name in request.required else "no",
            schema["description"],
            code(schema["examples"][0]),
        ]
        for name, schema in request.parameters.items()
    ]
    return paragraphs(
        f"{'#' * level} {request.name}",
        f"{request.schema['description']} It must have `client_id` or `application_id`.",
        table(header, rows),
        f"Schema: <{schema_address(request)}>",
    )


def _schema_table() -> str:
    rows: list[tuple[str, str, str]] = [
        (f"[{code(outcome.name)}](../schemas/{outcome.path})", outcome.kind, outcome.schema["description"])
        for outcome in outcomes().values()
    ]
    rows.append((f"[{code(REDIRECT)}](../schemas/{REDIRECT}.json)", "any", redirect_schema()["description"]))
    rows += [
        (f"[{code(request.name)}](../schemas/{request.path})", "none", request.schema["description"])
        for request in requests().values()
    ]
    return table(("Schema", "Outcome", "What it describes"), rows)


SCHEMA_SECTIONS = {
    "schemas": _schema_table,
    "requests": lambda: paragraphs(*map(request_section, requests().values())),
    "successes": lambda: paragraphs(*(success_section(outcome, level=3) for outcome in successes().values())),
}
