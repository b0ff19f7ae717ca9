"""The published data: its files with their schemas, and their reference."""

from collections.abc import Mapping
from typing import Any

from connect_errors.handbook import RETRY, SEVERITY, STAGES, WHO_ACTS
from connect_errors.rules import SITE
from connect_errors.site.data import errors_data, examples_data, rules_data, to_json
from connect_errors.site.data_schemas import data_schemas
from connect_errors.site.index import ALERTS
from connect_errors.site.markdown import code, paragraphs, table
from connect_errors.site.report_schemas import report_schemas
from connect_errors.site.schema_words import schema_path
from connect_errors.site.schemas import schema_text

_VALUES: dict[str, Mapping[Any, str]] = {
    "who_acts": WHO_ACTS,
    "retry": RETRY,
    "severity": {value: meaning.partition(", ")[2] for value, meaning in SEVERITY.items()},
    "alert": ALERTS,
    "arises": STAGES,
}


def published_data() -> dict[str, str]:
    """Return the data files and their schemas, by path below the site."""
    data = {"errors": errors_data(), "rules": rules_data(), "examples": examples_data()}
    files = {f"{name}.json": to_json(content) for name, content in data.items()}
    for name, schema in (data_schemas() | report_schemas()).items():
        path = schema_path(name)
        files[path] = schema_text(schema, SITE + path)
    return files


def _files() -> str:
    rows = (
        (f"[{name}.json](../{name}.json)", f"[{name}-v1.json](../{schema_path(name)})", schema["description"])
        for name, schema in data_schemas().items()
    )
    return table(("File", "Its schema", "What it has"), rows)


def _fields(name: str) -> str:
    (items,) = (schema["items"] for schema in data_schemas()[name]["properties"].values() if "items" in schema)
    rows = ((code(field), schema.get("description", "")) for field, schema in items["properties"].items())
    return table(("Key", "What it is"), rows)


def _values() -> str:
    return paragraphs(
        *(
            paragraphs(
                f"### {field}",
                table(("Value", "Meaning"), ((code(value), meaning) for value, meaning in values.items())),
            )
            for field, values in _VALUES.items()
        )
    )


DATA_SECTIONS = {
    "data-files": _files,
    "data-errors": lambda: _fields("errors"),
    "data-rules": lambda: _fields("rules"),
    "data-examples": lambda: _fields("examples"),
    "data-values": _values,
}
"""The sections of the page about data, by marker."""
