"""Violations of an outcome's schema, reported as our rules, without values.

The rules: `missing-parameter`, `empty-parameter`, `conflicting-outcome`, `invalid-value`.
"""

from collections.abc import Iterator, Mapping

from connect_errors.judge.reading import Reading
from connect_errors.placeholders import looks_like_test_value, placeholder
from connect_errors.report import Finding
from connect_errors.schema import Outcome
from connect_errors.shown import Shown, own, say
from connect_errors.url import Parameter


def schema_findings(reading: Reading, decodable: Mapping[str, Parameter]) -> Iterator[Finding]:
    """Yield a finding for each parameter that violates the schema of a known outcome."""
    outcome, discriminator = reading.outcome, reading.discriminator
    if outcome is None or discriminator is None:
        return
    reported: set[str | None] = set()
    for violation in outcome.violations(reading.values):
        keyword = violation.keyword
        if keyword == "required":
            names: list[str | None] = [name for name in outcome.required if name not in reading.values]
        elif keyword is None:
            names = [name for name in outcome.forbidden if name in reading.values]
        else:
            names = [violation.parameter]
        for name in names:
            if name not in reported and (name in decodable or name not in reading.by_name):
                reported.add(name)
                yield _finding(reading, outcome, discriminator, name, keyword)


def _finding(
    reading: Reading, outcome: Outcome, discriminator: Parameter, name: str | None, keyword: str | None
) -> Finding:
    parameter = reading.by_name.get(name) if name else None
    if name is None:
        message = say("{} does not meet {} of its schema", own(outcome.name), own(str(keyword)))
        return Finding("invalid-value", message, None, *discriminator.span)
    if keyword is None:
        message = say("{} must not come with {}", own(outcome.name), own(name))
        return Finding("conflicting-outcome", message, name, *(parameter or discriminator).span)
    if keyword != "required":
        message = say("{} must be {}{}", own(name), _constraint(outcome.parameters[name]), _describe_value(parameter))
        return Finding("invalid-value", message, name, *(parameter or discriminator).value_span)
    if parameter:
        message = say("{} requires {}, but it has no value", own(outcome.name), own(name))
        return Finding("empty-parameter", message, name, *parameter.span)
    message = say("{} requires {}", own(outcome.name), own(name))
    if name == "error_description" and (nameless := reading.nameless_wording):
        message = say("{}: its text appears without error_description= before it", message)
        return Finding("missing-parameter", message, name, *nameless.span)
    return Finding("missing-parameter", message, name, *discriminator.span)


def _describe_value(parameter: Parameter | None) -> Shown:
    """Describe a value that violates its schema, as the end of a sentence; empty if nothing is known about it."""
    if parameter is None:
        return Shown("")
    if description := placeholder(parameter.value):
        return say("; it is {}", description)
    return Shown("; it looks like a test value") if looks_like_test_value(parameter.value) else Shown("")


def _constraint(schema: Mapping[str, str]) -> Shown:
    """Return the description of a constrained parameter, such as `A UUID: …`, as part of a sentence."""
    description = schema["description"].removesuffix(".")
    return own(description[0].lower() + description[1:])
