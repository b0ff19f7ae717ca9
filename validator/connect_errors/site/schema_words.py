"""Building blocks for the schemas of published data: objects with required keys, lists, enumerations."""

from collections.abc import Iterable, Mapping
from typing import Any

from connect_errors.site.data import VERSION

Schema = dict[str, Any]

TEXT = {"type": "string"}
ADDRESS = {"type": "string", "format": "uri"}
TEXTS = {"type": "object", "additionalProperties": TEXT}
MAYBE = {"type": ["string", "null"]}


def schema_path(name: str) -> str:
    """Return the path, below the site, at which the schema of a data file is published."""
    return f"schemas/data/{name}-v{VERSION}.json"


def document(description: str, **properties: Schema) -> Schema:
    """Describe a whole file or report, which has a version."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "description": description}
    version = describe("Changes when a key is removed or changes its meaning.", {"const": VERSION})
    return head | keys(version=version, **properties)


def keys(**properties: Schema) -> Schema:
    """Describe an object whose keys are all required; more may be added within a version."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_of(items: Schema, description: str = "") -> Schema:
    """Describe a list of any length."""
    return ({"description": description} if description else {}) | {"type": "array", "items": items}


def map_of(values: Schema) -> Schema:
    """Describe an object with arbitrary names."""
    return {"type": "object", "additionalProperties": values}


def describe(description: str, schema: Schema) -> Schema:
    """Add a description."""
    return {"description": description} | schema


def one_of(values: Mapping[str, str | None] | Iterable[str | None]) -> Schema:
    """Allow a set of values; a mapping gives the meaning of each."""
    if isinstance(values, Mapping) and any(values.values()):
        return {"oneOf": [{"const": value, "description": meaning} for value, meaning in values.items()]}
    return {"enum": list(values)}
