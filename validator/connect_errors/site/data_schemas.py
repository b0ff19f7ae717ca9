"""The JSON Schemas of the data published on the site: the handbook, the rules, examples, the data of the checker."""

from typing import get_args

from connect_errors.handbook import ALERT, LEADS_TO, LOG_LEVEL, RETRY, SEVERITY, STAGES, WHO_ACTS
from connect_errors.rules import REFUSES, Severity
from connect_errors.schema import Kind
from connect_errors.site.schema_words import (
    ADDRESS,
    MAYBE,
    TEXT,
    TEXTS,
    Schema,
    describe,
    document,
    keys,
    list_of,
    map_of,
    one_of,
)


def data_schemas() -> dict[str, Schema]:
    """Return the schema of each data file, by the file's name without `.json`."""
    return {
        "errors": document(
            "The handbook of all errors, as `connect-errors list --format json` prints it.",
            errors=list_of(error_schema(), "One object for each error."),
        ),
        "rules": document(
            "Every rule that a redirect can break.",
            rules=list_of(rule_schema(), "One object for each rule, in a fixed order."),
        ),
        "examples": document(
            "Redirects to test a handler with, as `connect-errors example --format json` prints them.",
            examples=list_of(_example(), "First those that conform, then those that each break one rule."),
        ),
        "check": _check(),
    }


def _check() -> Schema:
    """Return the schema of `check.json`, whose content may change with the scripts that read it."""
    outcomes = map_of({"type": "object"})
    next_step = keys(summary=TEXT, next_step=TEXT, who_acts=TEXT, retry=TEXT, message=list_of(TEXT), page=ADDRESS)
    rule = {"type": "array", "prefixItems": [one_of(get_args(Severity)), TEXT], "minItems": 2, "maxItems": 2}
    return document(
        "The data of the checker in the browser, for `check.js` and `find.js` of the same version.",
        site=describe("The address of the site.", ADDRESS),
        rules=describe("Severity and advice of each rule.", map_of(rule)),
        errors=describe("The schema of each error.", outcomes),
        successes=describe("The schema of each success.", outcomes),
        requests=describe("The schema of each kind of Connect URL.", outcomes),
        next=describe("What to do about each error.", map_of(next_step)),
        limits=describe("Lengths and counts, by name.", map_of({"type": "integer"})),
        words=describe("Texts, by name.", TEXTS),
        tables=describe("Tables of names that the checks depend on.", map_of({"type": ["array", "object"]})),
        patterns=describe("Regular expressions for the flag `u`, by name.", TEXTS),
        casefold=describe("Case folding of characters for which JavaScript has none.", TEXTS),
        entities=describe("The named characters of HTML, separated by spaces, each with its names: `&;AMP amp`.", TEXT),
    )


def error_schema() -> Schema:
    """Return the schema of an error with its handbook page."""
    message = keys(
        title=describe("The heading.", TEXT),
        body=describe("What to say below it.", TEXT),
        button=describe("The label of the button.", TEXT),
        leads_to=describe("Where the button leads.", one_of(LEADS_TO)),
        tone=describe("Its tone.", TEXT),
    )
    sdk = keys(
        name=describe("The type, class or text to test for.", TEXT),
        details=list_of(TEXT, "Parameters of the redirect that the SDK passes on."),
        note=describe("Additional information, or null.", MAYBE),
    )
    defect = keys(what=describe("The mistake.", TEXT), decision=describe("How it is treated here.", TEXT))
    return keys(
        code=describe("The value of the parameter `error`.", TEXT),
        summary=describe("What happened.", TEXT),
        who_acts=describe("Who has to act.", one_of(WHO_ACTS)),
        retry=describe("Whether and when to offer Connect again.", one_of(RETRY)),
        severity=describe("How serious one occurrence is.", one_of(SEVERITY)),
        log_level=describe("The level to log it at.", one_of(dict.fromkeys(LOG_LEVEL.values()))),
        alert=describe(
            "When to alert: on the first occurrence, when the rate rises, or never.",
            one_of(dict.fromkeys(ALERT.values())),
        ),
        arises=describe("Where in Connect it arises.", one_of(STAGES)),
        symptom=describe("How the developer notices it.", TEXT),
        next_step=describe("What the developer does next.", TEXT),
        trigger=describe("How to trigger it at Smartcar.", TEXT),
        message=describe("What to tell the user.", message),
        second_message=describe("The same in another tone.", message),
        logs=list_of(TEXT, "Parameters that a handler logs along with the code, masked."),
        confused_with=describe("Codes that are easily confused with it, each with the difference.", TEXTS),
        undocumented_names=describe("Names for it that other sources use, each with a hint.", TEXTS),
        testing=describe(
            "What triggers it in Smartcar's test or simulated mode, or null.",
            {"anyOf": [keys(email=TEXT, vin=TEXT), {"type": "null"}]},
        ),
        sdks=describe(
            "How each of Smartcar's SDKs reports it.", keys(ios=sdk, android=sdk, javascript=sdk, flutter=sdk)
        ),
        upstream=describe(
            "Smartcar's own page.",
            keys(
                page=ADDRESS,
                title=TEXT,
                read=describe("The day it was last read.", {"type": "string", "format": "date"}),
                defects=list_of(defect, "Known mistakes of that page."),
            ),
        ),
        page=describe("The handbook page.", ADDRESS),
        example=describe("A redirect with all optional parameters.", ADDRESS),
        parameters=list_of(_parameter(), "The parameters of the redirect."),
        schema=describe("The JSON Schema of the parameters.", ADDRESS),
    )


def success_schema() -> Schema:
    """Return the schema of a success, which has no page."""
    return keys(
        outcome=describe("Its name.", TEXT),
        summary=describe("What happened.", TEXT),
        example=describe("A redirect with it.", ADDRESS),
        parameters=list_of(_parameter(), "The parameters that it may have."),
        schema=describe("Its JSON Schema.", ADDRESS),
    )


def _parameter() -> Schema:
    return keys(
        name=TEXT,
        required=describe("Whether every redirect with this code has it.", {"type": "boolean"}),
        branch=describe("Whether code may branch on its value.", {"type": "boolean"}),
        description=TEXT,
        const=describe("The only value, or null.", MAYBE),
        pattern=describe("The regular expression of its values, or null.", MAYBE),
        examples=list_of(TEXT, "Examples; of `error_description`, the documented wordings."),
    )


def rule_schema() -> Schema:
    """Return the schema of a rule with its examples."""
    return keys(
        rule=describe("Its name.", TEXT),
        severity=describe("Whether a redirect that breaks it still conforms.", one_of(get_args(Severity))),
        when=describe("When a redirect breaks it.", TEXT),
        why=describe("What goes wrong for an application.", TEXT),
        source=describe("Where the rule comes from; empty if it is specific to this tool.", TEXT),
        advice=describe("What to do then.", TEXT),
        refuses=describe("How a callback reacts to such a redirect.", one_of(REFUSES)),
        bad=describe("A redirect that breaks this rule and no other.", TEXT),
        good=describe("The same redirect, fixed.", ADDRESS),
        options=describe("The options with which both are validated.", TEXTS),
        page=describe("Its section on the site.", ADDRESS),
    )


def _example() -> Schema:
    return keys(
        outcome=describe("The error or success that it was made from.", TEXT),
        kind=describe("What the outcome is.", one_of(get_args(Kind))),
        url=describe("The redirect.", TEXT),
        options=describe("What the application knows: its redirect URI and the state it sent.", TEXTS),
        rule=describe("The one rule that it breaks, or null if it conforms.", MAYBE),
        parameter=describe("The parameter that breaks the rule, or null.", MAYBE),
        what=describe("How it breaks the rule, or null.", MAYBE),
    )
