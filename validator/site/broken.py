"""Redirects that break a schema on purpose, each in one way, derived from the schema itself."""

from collections.abc import Iterator
from typing import NamedTuple

from validator import validate
from validator.catalog import CatalogError, Outcome, successes
from validator.site.markdown import code
from validator.site.url import fullest, to_url


class Broken(NamedTuple):
    """A broken redirect, and what is wrong with it, as a sentence."""

    what: str
    url: str


def broken_redirects(outcome: Outcome) -> tuple[Broken, ...]:
    """Break a redirect of an error: a required parameter, a constraint, the code.

    Raises:
        CatalogError: one of them conforms after all.
    """
    found = tuple(_broken(outcome))
    for one in found:
        if validate(one.url).conforms:
            raise CatalogError(f"{outcome.name}: a redirect that is shown as invalid conforms: {one.what}")
    return found


def _broken(outcome: Outcome) -> Iterator[Broken]:
    example = _smallest(outcome)
    absent = outcome.required[-1]
    yield Broken(f"{code(absent)} is not there:", to_url({key: example[key] for key in example if key != absent}))
    full = fullest(outcome)
    patterned = (name for name, schema in outcome.parameters.items() if "pattern" in schema and name in full)
    if name := next(patterned, None):
        yield Broken(f"{code(name)} lost its last character:", to_url(example | {name: full[name][:-1]}))
    elif outcome.forbidden:
        name = outcome.forbidden[0]
        success = next(one for one in successes().values() if one.deciding == name)
        value = success.examples[0][name]
        yield Broken(f"{code(name)}, the parameter of a success, came along:", to_url(example | {name: value}))
    misspelt = outcome.name.replace("_", "-")
    yield Broken("The code is written with hyphens:", to_url(example | {outcome.deciding: misspelt}))


def _smallest(outcome: Outcome) -> dict[str, str]:
    """The required parameters alone, in the documented wording that breaks no rule."""
    full = fullest(outcome)
    for wording in outcome.wordings:
        example = {name: full[name] for name in outcome.required} | {"error_description": wording}
        if not validate(to_url(example)).findings:
            return example
    raise CatalogError(f"{outcome.name}: every documented wording breaks a rule")
