"""The outcomes and their schemas, as the files in `schemas/` give them. Nothing else lists the errors."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from connect_errors.paths import SCHEMAS

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Kind = Literal["error", "success"]

DISCRIMINATORS = ("error", "code", "vehicle_id", "user_id")
"""The parameters that decide the outcome; the first one with a value does."""

MAX_COMPARED = 1000
"""Combinations of parameters that are remembered for an outcome."""

_LIKENESS_KEYWORDS = frozenset(
    {"$schema", "title", "description", "type", "properties", "additionalProperties", "required", "examples"}
)
"""Those of a whole schema that look at no value: all is said about one by the parameter's own schema."""

_VALUE_KEYWORDS = frozenset({"type", "title", "description", "examples", "const", "pattern", "minLength", "maxLength"})

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class CatalogError(Exception):
    """A schema or a handbook page that this package ships cannot be read."""


class Violation(NamedTuple):
    """What `jsonschema` says about an instance, without its values."""

    keyword: str | None
    """The keyword that is not met; None for the schema `false`."""
    parameter: str | None
    """None where it gives no path: for an absent parameter, and for the schema `false`."""


class _Likeness(NamedTuple):
    """A value that `jsonschema` may compare in the place of all those that its schema allows."""

    example: str
    schema: Mapping[str, Any]
    matches: Callable[[str], object]
    min_length: int
    max_length: float

    def stands_for(self, value: str) -> bool:
        """Whether the schema allows the value, by what each keyword means to `jsonschema`."""
        if self.schema.get("const", value) != value:
            return False
        return self.min_length <= len(value) <= self.max_length and self.matches(value) is not None


class Message:
    """What Connect sends or takes in the query of a URL, and its JSON Schema (draft 2020-12).

    Args:
        name: the name of the schema's file, without its ending.
        folder: the file's folder below `schemas/`.
    """

    def __init__(self, name: str, folder: str, schema: Mapping[str, Any]) -> None:
        self.name = name
        self.path = f"{folder}/{name}.json"
        """Its schema's place below `schemas/`."""
        self.schema = schema

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

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

    @property
    def examples(self) -> tuple[dict[str, str], ...]:
        """Whole instances: the decoded parameters of a redirect, by name."""
        return tuple(self.schema["examples"])

    def violations(self, instance: Mapping[str, str]) -> tuple[Violation, ...]:
        """Compare decoded parameters with the schema. A parameter without a value is no part of `instance`.

        `jsonschema` decides, once for each combination of parameters: a value that meets all that the schema says
        about it is as good as an example that does, and a parameter that no schema names may have any value. Where a
        value does not, or a schema says what `_LIKENESS_KEYWORDS` does not have, it compares the values themselves.
        """
        likenesses = self._likenesses
        if likenesses is None:
            return tuple(self._compare(instance))
        names = []
        for name, value in instance.items():
            if name in self._named:
                likeness = likenesses.get(name)
                if likeness is None or not likeness.stands_for(value):
                    return tuple(self._compare(instance))
                names.append(name)
        key = frozenset(names)
        found = self._compared.get(key)
        if found is None:
            found = tuple(self._compare({name: likenesses[name].example for name in names}))
            if len(self._compared) < MAX_COMPARED:
                self._compared[key] = found
        return found

    def _compare(self, instance: Mapping[str, str]) -> Iterator[Violation]:
        try:
            for error in self._validator.iter_errors(instance):
                keyword = error.validator if isinstance(error.validator, str) else None
                yield Violation(keyword, str(error.absolute_path[0]) if error.absolute_path else None)
        except Exception as error:
            what = type(error).__name__  # its message may hold the whole schema
            raise CatalogError(f"{SCHEMAS / self.path}: not a JSON Schema ({what}); install again") from error

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset((*self.schema["properties"], *self.schema["required"]))

    @cached_property
    def _compared(self) -> dict[frozenset[str], tuple[Violation, ...]]:
        """What `jsonschema` found, by the names of the parameters whose values all meet their schemas."""
        return {}

    @cached_property
    def _likenesses(self) -> dict[str, _Likeness] | None:
        """The parameters whose values matter to nothing but their own schemas; None where other keywords see them."""
        others = self.schema.get("additionalProperties", True)
        if not self.schema.keys() <= _LIKENESS_KEYWORDS or others not in (True, {"type": "string"}):
            return None
        found = {name: _likeness(schema) for name, schema in self.schema["properties"].items()}
        return {name: likeness for name, likeness in found.items() if likeness}

    @cached_property
    def _validator(self) -> "Validator":
        from jsonschema import Draft202012Validator  # a large import, needed only where something is judged
        from referencing import Registry

        # By itself, jsonschema would fetch what a `$ref` names.
        return Draft202012Validator(self.schema, registry=Registry())


class Outcome(Message):
    """What a redirect can say: one error or one success."""

    def __init__(self, name: str, kind: Kind, schema: Mapping[str, Any]) -> None:
        super().__init__(name, _FOLDERS[kind], schema)
        self.kind = kind

    @cached_property
    def discriminator(self) -> str:
        """The parameter whose value decides for this outcome."""
        return next(name for name in DISCRIMINATORS if name in self.schema["required"])

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        """The documented wordings of `error_description`; none for a success."""
        return tuple(self.parameters.get("error_description", {}).get("examples", ()))


def _likeness(schema: Literal[False] | Mapping[str, Any]) -> _Likeness | None:
    if schema is False:
        return _Likeness("", {}, _anything, 0, inf)  # which is as wrong as any other value
    if not schema.keys() <= _VALUE_KEYWORDS or schema.get("type", "string") != "string":
        return None
    matches = re.compile(schema["pattern"]).search if "pattern" in schema else _anything
    example = schema["const"] if "const" in schema else schema["examples"][0]
    likeness = _Likeness(example, schema, matches, schema.get("minLength", 0), schema.get("maxLength", inf))
    return likeness if likeness.stands_for(example) else None


def _anything(_value: str) -> bool:
    return True


_FOLDERS: dict[Kind, str] = {"error": "errors", "success": "successes"}
_REQUESTS = "requests"


@cache
def errors() -> dict[str, Outcome]:
    """The errors by code, sorted."""
    return _load("error")


@cache
def successes() -> dict[str, Outcome]:
    """The successes by name, in the order in which they are decided for."""
    found = _load("success").values()
    return {outcome.name: outcome for outcome in sorted(found, key=lambda one: DISCRIMINATORS.index(one.discriminator))}


@cache
def requests() -> dict[str, Message]:
    """The kinds of Connect URLs, by the last segment of their paths."""
    return {name: Message(name, _REQUESTS, schema) for name, schema in _read_all(_REQUESTS).items()}


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
    name = next((name for name in DISCRIMINATORS if parameters.get(name)), None)
    if name == "error":
        return errors().get(parameters["error"])
    return _successes_by_discriminator().get(name) if name else None


@cache
def _successes_by_discriminator() -> dict[str, Outcome]:
    return {outcome.discriminator: outcome for outcome in reversed(successes().values())}


def redirect_schema() -> dict[str, Any]:
    """Build the schema of any redirect: one decision after the other, so that only one outcome's failures show."""
    decision: dict[str, Any] = {"$ref": list(successes().values())[-1].path}
    for outcome in reversed(list(successes().values())[:-1]):
        decision = _if_present(outcome.discriminator, {"$ref": outcome.path}, decision)
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
    return {name: Outcome(name, kind, schema) for name, schema in _read_all(_FOLDERS[kind]).items()}


def _read_all(folder: str) -> dict[str, dict[str, Any]]:
    found = {path.stem: _read(path) for path in sorted((SCHEMAS / folder).glob("*.json"))}
    if not found:
        raise CatalogError(f"{SCHEMAS / folder}: no schema is there; install again")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return _checked(json.loads(path.read_text(encoding="utf-8")), path.parent.name)
    except (OSError, ValueError, TypeError, RecursionError, re.error) as error:
        raise CatalogError(f"{path}: not a schema of this catalog ({error}); install again") from error


def _checked(schema: Any, folder: str) -> dict[str, Any]:  # noqa: ANN401 - what the JSON holds
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
    is_decided = folder == _REQUESTS or bool(required & set(DISCRIMINATORS))
    if not is_decided or not all(isinstance(properties.get(name), dict) for name in required):
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
