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
    document,
    keys,
    list_of,
    map_of,
    one_of,
    said,
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
        site=said("The address of the site.", ADDRESS),
        rules=said("Severity and advice of each rule.", map_of(rule)),
        errors=said("The schema of each error.", outcomes),
        successes=said("The schema of each success.", outcomes),
        requests=said("The schema of each kind of Connect URL.", outcomes),
        next=said("What to do about each error.", map_of(next_step)),
        limits=said("Lengths and counts, by name.", map_of({"type": "integer"})),
        words=said("Texts, by name.", TEXTS),
        tables=said("Tables of names that the checks depend on.", map_of({"type": ["array", "object"]})),
        patterns=said("Regular expressions for the flag `u`, by name.", TEXTS),
        casefold=said("Case folding of characters for which JavaScript has none.", TEXTS),
        entities=said("Character references of HTML.", TEXTS),
    )


def error_schema() -> Schema:
    """Return the schema of an error with its handbook page."""
    message = keys(
        title=said("The heading.", TEXT),
        body=said("What to say below it.", TEXT),
        button=said("The label of the button.", TEXT),
        leads_to=said("Where the button leads.", one_of(LEADS_TO)),
        tone=said("Its tone.", TEXT),
    )
    sdk = keys(
        name=said("The type, class or text to test for.", TEXT),
        details=list_of(TEXT, "Parameters of the redirect that the SDK passes on."),
        note=said("Additional information, or null.", MAYBE),
    )
    defect = keys(what=said("The mistake.", TEXT), decision=said("How it is treated here.", TEXT))
    return keys(
        code=said("The value of the parameter `error`.", TEXT),
        summary=said("What happened.", TEXT),
        who_acts=said("Who has to act.", one_of(WHO_ACTS)),
        retry=said("Whether and when to offer Connect again.", one_of(RETRY)),
        severity=said("How serious one occurrence is.", one_of(SEVERITY)),
        log_level=said("The level to log it at.", one_of(dict.fromkeys(LOG_LEVEL.values()))),
        alert=said(
            "When to alert: on the first occurrence, when the rate rises, or never.",
            one_of(dict.fromkeys(ALERT.values())),
        ),
        arises=said("Where in Connect it arises.", one_of(STAGES)),
        symptom=said("How the developer notices it.", TEXT),
        next_step=said("What the developer does next.", TEXT),
        trigger=said("How to trigger it at Smartcar.", TEXT),
        message=said("What to tell the user.", message),
        second_message=said("The same in another tone.", message),
        logs=list_of(TEXT, "Parameters that a handler logs along with the code, masked."),
        confused_with=said("Codes that are easily confused with it, each with the difference.", TEXTS),
        undocumented_names=said("Names for it that other sources use, each with a hint.", TEXTS),
        testing=said(
            "What triggers it in Smartcar's test or simulated mode, or null.",
            {"anyOf": [keys(email=TEXT, vin=TEXT), {"type": "null"}]},
        ),
        sdks=said("How each of Smartcar's SDKs reports it.", keys(ios=sdk, android=sdk, javascript=sdk, flutter=sdk)),
        upstream=said(
            "Smartcar's own page.",
            keys(
                page=ADDRESS,
                title=TEXT,
                read=said("The day it was last read.", {"type": "string", "format": "date"}),
                defects=list_of(defect, "Known mistakes of that page."),
            ),
        ),
        page=said("The handbook page.", ADDRESS),
        example=said("A redirect with all optional parameters.", ADDRESS),
        parameters=list_of(_parameter(), "The parameters of the redirect."),
        schema=said("The JSON Schema of the parameters.", ADDRESS),
    )


def success_schema() -> Schema:
    """Return the schema of a success, which has no page."""
    return keys(
        outcome=said("Its name.", TEXT),
        summary=said("What happened.", TEXT),
        example=said("A redirect with it.", ADDRESS),
        parameters=list_of(_parameter(), "The parameters that it may have."),
        schema=said("Its JSON Schema.", ADDRESS),
    )


def _parameter() -> Schema:
    return keys(
        name=TEXT,
        required=said("Whether every redirect with this code has it.", {"type": "boolean"}),
        branch=said("Whether code may branch on its value.", {"type": "boolean"}),
        description=TEXT,
        const=said("The only value, or null.", MAYBE),
        pattern=said("The regular expression of its values, or null.", MAYBE),
        examples=list_of(TEXT, "Examples; of `error_description`, the documented wordings."),
    )


def rule_schema() -> Schema:
    """Return the schema of a rule with its examples."""
    return keys(
        rule=said("Its name.", TEXT),
        severity=said("Whether a redirect that breaks it still conforms.", one_of(get_args(Severity))),
        when=said("When a redirect breaks it.", TEXT),
        why=said("What goes wrong for an application.", TEXT),
        source=said("Where the rule comes from; empty if it is specific to this tool.", TEXT),
        advice=said("What to do then.", TEXT),
        refuses=said("How a callback reacts to such a redirect.", one_of(REFUSES)),
        bad=said("A redirect that breaks this rule and no other.", TEXT),
        good=said("The same redirect, fixed.", ADDRESS),
        options=said("The options with which both are validated.", TEXTS),
        page=said("Its section on the site.", ADDRESS),
    )


def _example() -> Schema:
    return keys(
        outcome=said("The error or success that it was made from.", TEXT),
        kind=said("What the outcome is.", one_of(get_args(Kind))),
        url=said("The redirect.", TEXT),
        options=said("What the application knows: its redirect URI and the state it sent.", TEXTS),
        rule=said("The one rule that it breaks, or null if it conforms.", MAYBE),
        parameter=said("The parameter that breaks the rule, or null.", MAYBE),
        what=said("How it breaks the rule, or null.", MAYBE),
    )
