"""The reference of the published data: its files, and the values of their fields."""

from collections.abc import Mapping
from typing import Any

from connect_errors.handbook import RETRY, SEVERITY, STAGES, WHO_ACTS
from connect_errors.site.data_schemas import data_schemas, schema_path
from connect_errors.site.index import ALERTS
from connect_errors.site.markdown import code, paragraphs, table

_VALUES: dict[str, Mapping[Any, str]] = {
    "who_acts": WHO_ACTS,
    "retry": RETRY,
    "severity": {value: meaning.partition(", ")[2] for value, meaning in SEVERITY.items()},
    "alert": ALERTS,
    "arises": STAGES,
}


def _files() -> str:
    rows = (
        (f"[{name}.json](../{name}.json)", f"[{name}-v1.json](../{schema_path(name)})", schema["description"])
        for name, schema in data_schemas().items()
    )
    return table(("File", "Its schema", "What it has"), rows)


def _fields(name: str) -> str:
    (items,) = (one["items"] for one in data_schemas()[name]["properties"].values() if "items" in one)
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
