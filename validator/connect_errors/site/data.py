"""The handbook, the rules and the examples as data: files of the site, `--format json` of `list` and `explain`."""

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
"""The redirect URI of the examples that the site publishes."""
STATE = "8c5f31"
"""The state of the examples that the site publishes."""


def errors_data() -> dict[str, Any]:
    """All of the handbook: `errors.json`."""
    return {"version": VERSION, "errors": [error_data(outcome) for outcome in errors().values()]}


def successes_data() -> dict[str, Any]:
    """All successes."""
    return {"version": VERSION, "successes": [success_data(outcome) for outcome in successes().values()]}


def rules_data() -> dict[str, Any]:
    """All rules of redirects: `rules.json`."""
    return {"version": VERSION, "rules": [rule_data(rule) for rule in RULES.values()]}


def examples_data() -> dict[str, Any]:
    """A redirect for each outcome, without and with the optional parameters, and redirects that each break one rule.

    They are `examples.json`, for teams that test a handler without Python.
    """
    valid = [
        *examples(redirect_uri=REDIRECT_URI, state=STATE),
        *examples(redirect_uri=REDIRECT_URI, state=STATE, optional=True),
    ]
    return example_list([*valid, *invalid_examples(redirect_uri=REDIRECT_URI, state=STATE)])


def example_list(found: list[Example]) -> dict[str, Any]:
    """Examples as data."""
    return {"version": VERSION, "examples": [asdict(one) for one in found]}


def error_data(outcome: Outcome) -> dict[str, Any]:
    """One error: what its page says in front matter, and what its schema says of the parameters."""
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
        "sdks": {name: _sdk(one) for name, one in handbook.sdks._asdict().items()},
        "upstream": {
            "page": handbook.upstream.page,
            "title": handbook.upstream.title,
            "read": handbook.upstream.read.isoformat(),
            "defects": [{"what": one.what, "decision": one.decision} for one in handbook.upstream.defects],
        },
        "page": handbook.address,
    } | outcome_data(outcome)


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """What the schema of an error or a success says."""
    return {
        "example": example(outcome.name, optional=True),
        "parameters": [_parameter(outcome, name, schema) for name, schema in outcome.parameters.items()],
        "schema": schema_address(outcome),
    }


def success_data(outcome: Outcome) -> dict[str, Any]:
    """One success."""
    return {"outcome": outcome.name, "summary": outcome.schema["description"]} | outcome_data(outcome)


def rule_data(rule: Rule) -> dict[str, Any]:
    """One rule."""
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
    """One rule of drift."""
    return {
        "rule": rule.name,
        "severity": rule.severity,
        "when": rule.when,
        "advice": rule.advice,
        "decision": rule.decision,
        "page": rule.address,
    }


def to_json(data: Mapping[str, Any]) -> str:
    """Write data for people and programs."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _sdk(one: SDKError) -> dict[str, Any]:
    return {"name": one.name, "details": list(one.details), "note": one.note or None}


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
