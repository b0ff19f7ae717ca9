"""Parameters of redirects of every kind, and jsonschema's verdicts on them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from connect_errors import validate
from connect_errors.catalog import outcomes
from connect_errors.paths import SCHEMAS
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.helpers.cases import load_cases

SCHEMA_FILES = sorted(SCHEMAS.rglob("*.json"))


Instance = dict[str, Any]


def instances() -> Iterator[Instance]:
    """Yield instances of every kind: a conforming one, and ones that deviate in one way."""
    for outcome in outcomes().values():
        for example in outcome.examples:
            yield example
            yield example | {"unknown": "x"}
            yield example | {"code": "x"}
            yield example | {"error": "x"}
            for name in example:
                yield {other: value for other, value in example.items() if other != name}
                values: tuple[Any, ...] = ("", "x", "400\n", "4000", "٤٠٠", "A" * 17, 400)
                yield from (example | {name: value} for value in values)
    for case in load_cases():
        if len(case.url) < 1000:
            yield {name: value for name, value in validate(case.url).parameters.items() if value}
    yield {}


def jsonschema_verdict(schema: str, instance: Instance) -> bool:
    return _validator(schema).is_valid(instance)


@cache
def _validator(schema: str) -> Draft202012Validator:
    # Relative references are resolved against the file's folder, as in other tools.
    root = SCHEMAS.as_uri() + "/"
    registry: Registry[Any] = Registry().with_resources(
        (root + path.relative_to(SCHEMAS).as_posix(), Resource.from_contents(json.loads(path.read_text("utf-8"))))
        for path in SCHEMA_FILES
    )
    return Draft202012Validator({"$ref": root + schema}, registry=registry)
