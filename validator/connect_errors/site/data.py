"""The handbook, the rules and the examples as data, for the site and for `--format json` of `list` and `explain`."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from connect_errors.catalog import errors, successes
from connect_errors.drift.rules import DriftRule
from connect_errors.example_redirects import Example, example, examples
from connect_errors.handbook import ALERT, LOG_LEVEL, SDKError, page
from connect_errors.invalid_redirects import invalid_examples
from connect_errors.rules import RULES, Rule
from connect_errors.schema import Outcome
from connect_errors.site.schemas import schema_address

VERSION = 1

REDIRECT_URI = "http://localhost:8000/callback"
"""The redirect URI in the examples published on the site."""
STATE = "8c5f31"
"""The state in the examples published on the site."""


def errors_data() -> dict[str, Any]:
    """Return the whole handbook: `errors.json`."""
    return {"version": VERSION, "errors": [error_data(outcome) for outcome in errors().values()]}


def successes_data() -> dict[str, Any]:
    """Return all successes."""
    return {"version": VERSION, "successes": [success_data(outcome) for outcome in successes().values()]}


def rules_data() -> dict[str, Any]:
    """Return all rules of redirects: `rules.json`."""
    return {"version": VERSION, "rules": [rule_data(rule) for rule in RULES.values()]}


def examples_data() -> dict[str, Any]:
    """Return redirects for each outcome, with and without optional parameters, and redirects that each break one rule.

    Published as `examples.json`, for teams that test a handler without Python.
    """
    valid = [
        *examples(redirect_uri=REDIRECT_URI, state=STATE),
        *examples(redirect_uri=REDIRECT_URI, state=STATE, optional=True),
    ]
    return example_list([*valid, *invalid_examples(redirect_uri=REDIRECT_URI, state=STATE)])


def example_list(redirects: list[Example]) -> dict[str, Any]:
    """Return examples as data."""
    return {"version": VERSION, "examples": [asdict(redirect) for redirect in redirects]}


def error_data(outcome: Outcome) -> dict[str, Any]:
    """Return an error: the front matter of its page, and the parameters of its schema."""
    handbook = page(outcome.name)
    return {
        "code": handbook.title,
        "summary": handbook.summary,
        "who_acts": handbook.who_acts,
        "retry": handbook.retry,
        "severity": handbook.severity,
        "log_level": LOG_LEVEL[handbook.severity],
        "alert": ALERT[handbook.severity],
        "arises": handbook.arises,
        "symptom": handbook.symptom,
        "next_step": handbook.next_step,
        "trigger": handbook.trigger,
        "message": handbook.message._asdict(),
        "second_message": handbook.second_message._asdict(),
        "logs": list(handbook.logs),
        "confused_with": dict(handbook.confused_with),
        "undocumented_names": dict(handbook.undocumented_names),
        "testing": handbook.testing._asdict() if handbook.testing else None,
        "sdks": {name: _sdk(sdk) for name, sdk in handbook.sdks._asdict().items()},
        "upstream": {
            "page": handbook.upstream.page,
            "title": handbook.upstream.title,
            "read": handbook.upstream.read.isoformat(),
            "defects": [{"what": defect.what, "decision": defect.decision} for defect in handbook.upstream.defects],
        },
        "page": handbook.address,
    } | outcome_data(outcome)


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """Return the data in the schema of an error or a success."""
    return {
        "example": example(outcome.name, optional=True),
        "parameters": [_parameter(outcome, name, schema) for name, schema in outcome.parameters.items()],
        "schema": schema_address(outcome),
    }


def success_data(outcome: Outcome) -> dict[str, Any]:
    """Return a success."""
    return {"outcome": outcome.name, "summary": outcome.schema["description"]} | outcome_data(outcome)


def rule_data(rule: Rule) -> dict[str, Any]:
    """Return a rule."""
    return {
        "rule": rule.name,
        "severity": rule.severity,
        "when": rule.when,
        "why": rule.why,
        "source": rule.source,
        "advice": rule.advice,
        "refuses": rule.refuses,
        "bad": rule.bad,
        "good": rule.good,
        "options": dict(rule.options),
        "page": rule.address,
    }


def drift_rule_data(rule: DriftRule) -> dict[str, Any]:
    """Return a drift rule."""
    return {
        "rule": rule.name,
        "severity": rule.severity,
        "when": rule.when,
        "advice": rule.advice,
        "decision": rule.decision,
        "page": rule.address,
    }


def to_json(data: Mapping[str, Any]) -> str:
    """Write data as indented JSON."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _sdk(error: SDKError) -> dict[str, Any]:
    return {"name": error.name, "details": list(error.details), "note": error.note or None}


def _parameter(outcome: Outcome, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "required": name in outcome.required,
        "branch": name == "error",
        "description": schema["description"],
        "const": schema.get("const"),
        "pattern": schema.get("pattern"),
        "examples": list(schema.get("examples", ())),
    }
