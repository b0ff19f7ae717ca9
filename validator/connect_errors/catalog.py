"""The outcomes and their schemas, loaded from `schemas/`. Nothing else lists the errors."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from connect_errors.paths import SCHEMAS, CatalogError
from connect_errors.schema import DISCRIMINATORS, FOLDERS, Kind, Outcome, Schema

_REQUESTS = "requests"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def errors() -> dict[str, Outcome]:
    """Return the errors by code, sorted."""
    return _load("error")


@cache
def successes() -> dict[str, Outcome]:
    """Return the successes by name, in the order in which the outcome is decided."""
    ranked = sorted(_load("success").values(), key=lambda outcome: DISCRIMINATORS.index(outcome.discriminator))
    return {outcome.name: outcome for outcome in ranked}


@cache
def requests() -> dict[str, Schema]:
    """Return the kinds of Connect URLs, by the last segment of their path."""
    return {name: Schema(name, _REQUESTS, schema) for name, schema in _read_all(_REQUESTS).items()}


@cache
def outcomes() -> dict[str, Outcome]:
    """Return errors, then successes, by name."""
    return errors() | successes()


@cache
def recognized_parameters() -> frozenset[str]:
    """Return the names of all parameters in any schema."""
    return frozenset(name for outcome in outcomes().values() for name in outcome.parameters)


def outcome_of(parameters: Mapping[str, str]) -> Outcome | None:
    """Determine the outcome from decoded parameters; None if the error is unknown or there is no outcome."""
    name = next((name for name in DISCRIMINATORS if parameters.get(name)), None)
    if name == "error":
        return errors().get(parameters["error"])
    return _successes_by_discriminator().get(name) if name else None


@cache
def _successes_by_discriminator() -> dict[str, Outcome]:
    return {outcome.discriminator: outcome for outcome in reversed(successes().values())}


def redirect_schema() -> dict[str, Any]:
    """Build the schema of any redirect: nested conditions, so that only one outcome's failures are reported."""
    decision: dict[str, Any] = {"$ref": list(successes().values())[-1].path}
    for outcome in reversed(list(successes().values())[:-1]):
        decision = _if_present(outcome.discriminator, {"$ref": outcome.path}, decision)
    known_error = {
        "properties": {"error": {"enum": list(errors())}},
        "allOf": [
            {
                "if": {"properties": {"error": {"const": outcome.name}}},
                "then": {"$ref": outcome.path},
            }
            for outcome in errors().values()
        ],
    }
    return {
        "$schema": _DIALECT,
        "title": "redirect",
        "description": "Any redirect from Connect: "
        "decided by error, then code, then vehicle_id, then user_id, and judged by the schema of that outcome. "
        "A parameter without a value counts as omitted (RFC 6749 §3.1) and is left out.",
        "type": "object",
    } | _if_present("error", known_error, decision)


def _if_present(name: str, then: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {name: True}, "required": [name]}, "then": then, "else": otherwise}


def _load(kind: Kind) -> dict[str, Outcome]:
    return {name: Outcome(name, kind, schema) for name, schema in _read_all(FOLDERS[kind]).items()}


def _read_all(folder: str) -> dict[str, dict[str, Any]]:
    schemas = {path.stem: _read(path) for path in sorted((SCHEMAS / folder).glob("*.json"))}
    if not schemas:
        raise CatalogError(f"{SCHEMAS / folder}: no schema is there; reinstall connect-errors")
    return schemas


def _read(path: Path) -> dict[str, Any]:
    try:
        return _checked(json.loads(path.read_text(encoding="utf-8")), path.parent.name)
    except (OSError, ValueError, TypeError, RecursionError, re.error) as error:
        raise CatalogError(f"{path}: not a schema of this catalog ({error}); reinstall connect-errors") from error


def _checked(schema: Any, folder: str) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Reject a schema that this package could not use. Its correctness is left to the tests."""
    match schema:
        case {"$schema": str(), "description": str(), "properties": dict(), "required": [*_], "examples": [_, *_]}:
            properties, required = schema["properties"], set(schema["required"])
        case _:
            raise ValueError("$schema, description, properties, required and examples are not all present")
    for name, parameter in properties.items():
        match parameter:
            case False:
                continue
            case {"description": str(), "const": str()} | {"description": str(), "examples": [str(), *_]}:
                re.compile(parameter.get("pattern", ""))
                sum(parameter.get(length, 0) for length in ("minLength", "maxLength"))
            case _:
                raise ValueError(f"the parameter {name} has no description, or neither const nor examples")
    has_discriminator = folder == _REQUESTS or bool(required & set(DISCRIMINATORS))
    if not has_discriminator or not all(isinstance(properties.get(name), dict) for name in required):
        raise ValueError("required is empty, or names an unknown parameter")
    if not all(_is_instance(example, required) for example in schema["examples"]):
        raise ValueError("an example is not an object of strings, or lacks a required parameter")
    checked: dict[str, Any] = schema
    return checked


def _is_instance(example: Any, required: set[str]) -> bool:  # noqa: ANN401 - any JSON value
    return (
        isinstance(example, dict)
        and example.keys() >= required
        and all(isinstance(value, str) for value in example.values())
    )
