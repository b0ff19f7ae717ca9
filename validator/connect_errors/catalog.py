"""The outcomes and their schemas, as the files in `schemas/` give them. Nothing else lists the errors."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from connect_errors.paths import SCHEMAS

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

Kind = Literal["error", "success"]

DECIDING = ("error", "code", "vehicle_id", "user_id")
"""The parameters that decide the outcome; the first one with a value does."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class CatalogError(Exception):
    """A schema or a handbook page that this package ships cannot be read."""


class Outcome:
    """What a redirect can say: one error or one success, and its JSON Schema (draft 2020-12)."""

    def __init__(self, name: str, kind: Kind, schema: Mapping[str, Any]) -> None:
        self.name = name
        self.kind = kind
        self.schema = schema

    def __repr__(self) -> str:
        return f"Outcome({self.name})"

    @property
    def path(self) -> str:
        """Its schema's place below `schemas/`."""
        return f"{_FOLDERS[self.kind]}/{self.name}.json"

    @cached_property
    def deciding(self) -> str:
        """The parameter whose value decides for this outcome."""
        return next(name for name in DECIDING if name in self.schema["required"])

    @cached_property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """The schemas of the parameters that it may carry, by name, in the order of the schema."""
        return {name: schema for name, schema in self.schema["properties"].items() if schema is not False}

    @cached_property
    def forbidden(self) -> tuple[str, ...]:
        """The parameters that it must not come with: those that another outcome is decided by."""
        return tuple(name for name, schema in self.schema["properties"].items() if schema is False)

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(self.schema["required"])

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        """The documented wordings of `error_description`; none for a success."""
        return tuple(self.parameters.get("error_description", {}).get("examples", ()))

    @property
    def examples(self) -> tuple[dict[str, str], ...]:
        """Whole instances: the decoded parameters of a redirect, by name."""
        return tuple(self.schema["examples"])

    def violations(self, instance: Mapping[str, str]) -> "Iterator[ValidationError]":
        """Compare decoded parameters with the schema. A parameter without a value is no part of `instance`."""
        try:
            yield from self._validator.iter_errors(instance)
        except Exception as error:
            what = type(error).__name__  # its message may hold the whole schema
            raise CatalogError(f"{SCHEMAS / self.path}: not a JSON Schema ({what}); install again") from error

    @cached_property
    def _validator(self) -> "Validator":
        from jsonschema import Draft202012Validator  # a large import, needed only where something is judged
        from referencing import Registry

        # By itself, jsonschema would fetch what a `$ref` names.
        return Draft202012Validator(self.schema, registry=Registry())


_FOLDERS: dict[Kind, str] = {"error": "errors", "success": "successes"}


@cache
def errors() -> dict[str, Outcome]:
    """The errors by code, sorted."""
    return _load("error")


@cache
def successes() -> dict[str, Outcome]:
    """The successes by name, in the order in which they are decided for."""
    found = _load("success").values()
    return {outcome.name: outcome for outcome in sorted(found, key=lambda one: DECIDING.index(one.deciding))}


@cache
def outcomes() -> dict[str, Outcome]:
    """Errors, then successes, by name."""
    return errors() | successes()


@cache
def recognized_parameters() -> frozenset[str]:
    """The names of all parameters that any schema has."""
    return frozenset(name for outcome in outcomes().values() for name in outcome.parameters)


def outcome_of(parameters: Mapping[str, str]) -> Outcome | None:
    """Decide the outcome of decoded parameters by name; None for an unknown error or for no outcome at all."""
    deciding = next((name for name in DECIDING if parameters.get(name)), None)
    if deciding == "error":
        return errors().get(parameters["error"])
    return next((outcome for outcome in successes().values() if outcome.deciding == deciding), None)


def redirect_schema() -> dict[str, Any]:
    """Build the schema of any redirect: one decision after the other, so that only one outcome's failures show."""
    decision: dict[str, Any] = {"$ref": list(successes().values())[-1].path}
    for outcome in reversed(list(successes().values())[:-1]):
        decision = _if_present(outcome.deciding, {"$ref": outcome.path}, decision)
    known = {
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
        "description": "Any redirect of Connect: "
        "decided by error, then code, then vehicle_id, then user_id, and judged by the schema of that outcome. "
        "A parameter without a value counts as omitted (RFC 6749 §3.1) and is left out.",
        "type": "object",
    } | _if_present("error", known, decision)


def _if_present(name: str, then: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {name: True}, "required": [name]}, "then": then, "else": otherwise}


def _load(kind: Kind) -> dict[str, Outcome]:
    folder = SCHEMAS / _FOLDERS[kind]
    found = {path.stem: Outcome(path.stem, kind, _read(path)) for path in sorted(folder.glob("*.json"))}
    if not found:
        raise CatalogError(f"{folder}: no schema is there; install again")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return _checked(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError, re.error) as error:
        raise CatalogError(f"{path}: not a schema of this catalog ({error}); install again") from error


def _checked(schema: Any) -> dict[str, Any]:  # noqa: ANN401 - what the JSON holds
    """Refuse a schema on which this package would stumble. Whether it is right, the tests say."""
    match schema:
        case {"$schema": str(), "description": str(), "properties": dict(), "required": [*_], "examples": [_, *_]}:
            properties, required = schema["properties"], set(schema["required"])
        case _:
            raise ValueError("$schema, description, properties, required and examples are not all there")
    for name, parameter in properties.items():
        match parameter:
            case False:
                continue
            case {"description": str(), "const": str()} | {"description": str(), "examples": [str(), *_]}:
                re.compile(parameter.get("pattern", ""))
                sum(parameter.get(length, 0) for length in ("minLength", "maxLength"))
            case _:
                raise ValueError(f"the parameter {name} has no description, or neither const nor examples")
    if not required & set(DECIDING) or not all(isinstance(properties.get(name), dict) for name in required):
        raise ValueError("required is empty, or names no parameter")
    if not all(_is_instance(one, required) for one in schema["examples"]):
        raise ValueError("an example is no object of texts, or has not all that is required")
    checked: dict[str, Any] = schema
    return checked


def _is_instance(example: Any, required: set[str]) -> bool:  # noqa: ANN401 - what the JSON holds
    return (
        isinstance(example, dict)
        and example.keys() >= required
        and all(isinstance(value, str) for value in example.values())
    )
