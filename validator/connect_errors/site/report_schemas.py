"""The JSON Schemas of the command's reports that are not about redirects: drift, answers, list, explain."""

from typing import get_args

from connect_errors.glossary import WHERE
from connect_errors.rules import Severity
from connect_errors.schema import Kind
from connect_errors.sending import PROBLEMS, Expected
from connect_errors.site.data_schemas import error_schema, rule_schema, success_schema
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
    one_of,
)


def report_schemas() -> dict[str, Schema]:
    """Return the schema of each report that is not about redirects, by its name."""
    return {"drift": _drift(), "answers": _answers(), "list": _list(), "explanation": _explanation()}


def _list() -> Schema:
    schema = document(
        "What `connect-errors list --format json` prints: the kinds that were asked for.",
        errors=list_of(error_schema(), "One object for each error."),
        successes=list_of(success_schema(), "One object for each success."),
        rules=list_of(rule_schema(), "One object for each rule, in a fixed order."),
    )
    return schema | {"required": ["version"]}


def _explanation() -> Schema:
    where = describe("Where it is seen.", one_of(WHERE))
    parameter = keys(
        parameter=describe("Its name.", TEXT),
        what=describe("What it is.", TEXT),
        advice=describe("What to do with it.", TEXT),
        required=describe("The outcomes that require it.", list_of(TEXT)),
        optional=describe("The outcomes that may have it.", list_of(TEXT)),
        connect_url=describe("What it is on each kind of Connect URL that has it.", TEXTS),
        example=describe("A value, or null.", MAYBE),
        page=ADDRESS,
    )
    term = keys(
        term=describe("The name or message.", TEXT),
        where=where,
        what=TEXT,
        advice=describe("What to do.", TEXT),
        page=ADDRESS,
    )
    request = keys(request=describe("The kind of Connect URL.", TEXT), summary=TEXT, schema=ADDRESS)
    rule_of_drift = keys(
        rule=describe("Its name.", TEXT),
        severity=one_of(get_args(Severity)),
        when=describe("When a page breaks it.", TEXT),
        advice=describe("What to do then.", TEXT),
        decision=describe("The decision, if the difference is known on every page, or null.", MAYBE),
        page=ADDRESS,
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "What `connect-errors explain --format json` prints, depending on what is explained.",
        "anyOf": [error_schema(), success_schema(), rule_schema(), parameter, term, request, rule_of_drift],
    }


def _drift() -> Schema:
    position = {"type": "integer", "minimum": 1}
    difference = keys(
        rule=describe("The drift rule.", TEXT),
        severity=one_of(get_args(Severity)),
        message=describe("How the page differs.", TEXT),
        line=describe("Counted from 1.", position),
        column=describe("Counted from 1, in characters.", position),
        end_column=describe("The column after the last character of the place.", position),
        known=describe("Whether the handbook has a decision about it.", {"type": "boolean"}),
        decision=describe("That decision, or null.", MAYBE),
        help=describe("The rule's section on the site.", ADDRESS),
    )
    page = keys(
        source=describe("The file, or `-` for standard input.", TEXT),
        error=describe("The error that the page is about, or null.", MAYBE),
        differences=list_of(difference, "In the order of their places; empty with `--quiet`."),
    )
    count = {"type": "integer", "minimum": 0}
    return document(
        "The differences between Smartcar's documentation and the schemas and handbook.",
        pages=list_of(page, "One object for each page, in the order given."),
        absent=list_of(TEXT, "Errors whose page was not among those given."),
        summary=keys(pages=count, errors=count, warnings=count, known=count),
    )


def _answers() -> Schema:
    answer = keys(
        outcome=describe("The error or success that the redirect was made from.", TEXT),
        kind=describe("What the outcome is.", one_of(get_args(Kind))),
        rule=describe("The one rule that the redirect breaks, or null if it conforms.", MAYBE),
        parameter=describe("The parameter that breaks the rule, or null.", MAYBE),
        what=describe("How it breaks the rule, or null.", MAYBE),
        expected=describe("Whether a handler must refuse the redirect.", one_of(get_args(Expected))),
        status=describe("The HTTP status, or null if there was no response.", {"type": ["integer", "null"]}),
        note=describe("Where the handler redirects, or the title of its page; otherwise empty.", TEXT),
        problem=describe("What is wrong with the response, or null.", one_of([*PROBLEMS, None])),
    )
    return document(
        "How a handler responded to examples, as `connect-errors example --send --format json` prints it.",
        answers=list_of(answer, "One object for each redirect, in the order in which they were sent."),
    )
