"""The JSON Schemas of query parameters that Connect sends or accepts, and the validation of decoded parameters."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from connect_errors.paths import SCHEMAS, CatalogError

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Kind = Literal["error", "success"]

DISCRIMINATORS = ("error", "code", "vehicle_id", "user_id")
"""The parameters that decide the outcome; the first one with a value wins."""

FOLDERS: dict[Kind, str] = {"error": "errors", "success": "successes"}
"""The folders of the outcomes' schemas, below `schemas/`."""

_KEYWORDS = frozenset(
    {"$schema", "title", "description", "type", "properties", "additionalProperties", "required", "examples"}
)
"""Supported keywords of a whole schema."""

_VALUE_KEYWORDS = frozenset({"type", "title", "description", "examples", "const", "pattern", "minLength", "maxLength"})
"""Supported keywords of a parameter's schema."""


class Violation(NamedTuple):
    """A violation of a schema by an instance, without the instance's values."""

    keyword: str | None
    """The violated keyword; None for the schema `false`."""
    parameter: str | None
    """None if the violation has no path: for a missing parameter, and for the schema `false`."""


class _Constraint(NamedTuple):
    """A keyword of a parameter's schema, compiled."""

    violation: Violation
    """The violation reported for a value that does not satisfy it."""
    is_met: Callable[[str], object]


class Schema:
    """The JSON Schema (draft 2020-12) of query parameters that Connect sends or accepts.

    Args:
        name: the name of the schema's file, without its extension.
        folder: the file's folder below `schemas/`.
    """

    def __init__(self, name: str, folder: str, schema: Mapping[str, Any]) -> None:
        self.name = name
        self.path = f"{folder}/{name}.json"
        """The path of the schema, below `schemas/`."""
        self.schema = schema

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    @cached_property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """The schemas of the allowed parameters by name, in the order of the schema."""
        return {name: schema for name, schema in self._properties.items() if schema is not False}

    @cached_property
    def forbidden(self) -> tuple[str, ...]:
        """The parameters that must be absent: those that decide another outcome."""
        return tuple(name for name, schema in self._properties.items() if schema is False)

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(self.schema["required"])

    @property
    def examples(self) -> tuple[dict[str, str], ...]:
        """Whole instances: the decoded parameters of a redirect, by name."""
        return tuple(self.schema["examples"])

    def violations(self, instance: Mapping[str, str]) -> tuple[Violation, ...]:
        """Validate decoded parameters. `instance` must not include parameters without a value.

        The schemas of redirects use few keywords, which are evaluated here, because importing `jsonschema` takes longer
        than everything else in a run. Schemas with other keywords, such as those of requests, are left to `jsonschema`.
        Property tests compare both.

        Raises:
            CatalogError: the schema is invalid.
        """
        try:
            constraints = self._constraints
            violations = (
                self._validate_with_jsonschema(instance)
                if constraints is None
                else self._evaluate(instance, constraints)
            )
            return tuple(violations)
        except Exception as error:
            error_type = type(error).__name__  # its message may contain the whole schema
            raise CatalogError(
                f"{SCHEMAS / self.path}: not a JSON Schema ({error_type}); reinstall connect-errors"
            ) from error

    def _evaluate(
        self, instance: Mapping[str, str], constraints: Mapping[str, tuple[_Constraint, ...]]
    ) -> list[Violation]:
        """Look at the keywords in the order in which `jsonschema` does."""
        violations = []
        for keyword in self._order:
            if keyword == "required":
                violations += [Violation(keyword, None) for name in self.required if name not in instance]
                continue
            for name in constraints:
                if name in instance:
                    value = instance[name]
                    violations += [
                        constraint.violation for constraint in constraints[name] if not constraint.is_met(value)
                    ]
        return violations

    def _validate_with_jsonschema(self, instance: Mapping[str, str]) -> Iterator[Violation]:
        for error in self._validator.iter_errors(instance):
            keyword = error.validator if isinstance(error.validator, str) else None
            yield Violation(keyword, str(error.absolute_path[0]) if error.absolute_path else None)

    @property
    def _properties(self) -> Mapping[str, Any]:
        properties: Mapping[str, Any] = self.schema["properties"]
        return properties

    @cached_property
    def _order(self) -> tuple[str, ...]:
        """Keywords that can constrain an object of strings, in the order of the schema."""
        return tuple(keyword for keyword in self.schema if keyword in ("properties", "required"))

    @cached_property
    def _constraints(self) -> dict[str, tuple[_Constraint, ...]] | None:
        """The constraints on each parameter's value; None if the schema has an unsupported keyword."""
        additional = self.schema.get("additionalProperties", True)
        is_object = self.schema.get("type", "object") == "object"
        if not self.schema.keys() <= _KEYWORDS or not is_object or additional not in (True, {"type": "string"}):
            return None
        by_parameter: dict[str, tuple[_Constraint, ...]] = {}
        for name, schema in self._properties.items():
            constraints = _value_schema(name, schema)
            if constraints is None:
                return None
            if constraints:
                by_parameter[name] = constraints
        return by_parameter

    @cached_property
    def _validator(self) -> "Validator":
        from jsonschema import Draft202012Validator  # a large import, which no redirect needs
        from referencing import Registry

        # By default, jsonschema would fetch the target of a `$ref`.
        return Draft202012Validator(self.schema, registry=Registry())


class Outcome(Schema):
    """An outcome of Connect, one error or one success, with its schema."""

    def __init__(self, name: str, kind: Kind, schema: Mapping[str, Any]) -> None:
        super().__init__(name, FOLDERS[kind], schema)
        self.kind = kind

    @cached_property
    def discriminator(self) -> str:
        """The parameter whose value selects this outcome."""
        return next(name for name in DISCRIMINATORS if name in self.schema["required"])

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        """The documented wordings of `error_description`; none for a success."""
        return tuple(self.parameters.get("error_description", {}).get("examples", ()))


def _value_schema(name: str, schema: Any) -> tuple[_Constraint, ...] | None:  # noqa: ANN401 - a JSON Schema
    """Compile a parameter's schema; None if it has an unsupported keyword."""
    if schema is False:
        return (_Constraint(Violation(None, None), lambda _value: False),)
    if schema is True or not schema.keys() <= _VALUE_KEYWORDS or schema.get("type", "string") != "string":
        return None
    compiled: dict[str, Callable[[Any], Callable[[str], object]]] = {
        "const": lambda constant: lambda value: value == constant,
        "pattern": lambda pattern: re.compile(pattern).search,
        "minLength": lambda length: lambda value: len(value) >= length,
        "maxLength": lambda length: lambda value: len(value) <= length,
    }
    constraining = [keyword for keyword in schema if keyword in compiled]
    return tuple(_Constraint(Violation(keyword, name), compiled[keyword](schema[keyword])) for keyword in constraining)
