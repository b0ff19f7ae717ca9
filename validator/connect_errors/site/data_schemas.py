"""The JSON Schemas of the data that the site and the command publish: the handbook, the rules, examples, reports."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from connect_errors.glossary import WHERE
from connect_errors.handbook import ALERT, LEADS_TO, LOG_LEVEL, RETRY, SEVERITY, STAGES, WHO_ACTS
from connect_errors.rules import REFUSES, SITE, Severity
from connect_errors.schema import Kind
from connect_errors.sending import PROBLEMS, Expected
from connect_errors.site.data import VERSION, errors_data, examples_data, rules_data, to_json
from connect_errors.site.schemas import schema_text

Schema = dict[str, Any]

_TEXT = {"type": "string"}
_ADDRESS = {"type": "string", "format": "uri"}
_TEXTS = {"type": "object", "additionalProperties": _TEXT}


def published_data() -> dict[str, str]:
    """The files of data and their schemas, by their path below the site."""
    data = {"errors": errors_data(), "rules": rules_data(), "examples": examples_data()}
    files = {f"{name}.json": to_json(content) for name, content in data.items()}
    for name, schema in (data_schemas() | report_schemas()).items():
        path = schema_path(name)
        files[path] = schema_text(schema, SITE + path)
    return files


def schema_path(name: str) -> str:
    """Where the schema of a file of data is published, below the site."""
    return f"schemas/data/{name}-v{VERSION}.json"


def data_schemas() -> dict[str, Schema]:
    """The schema of each file of data, by the file's name without `.json`."""
    return {
        "errors": _document(
            "The handbook of all errors, as `connect-errors list --format json` prints it.",
            errors=_list(_error(), "One object for each error."),
        ),
        "rules": _document(
            "Every rule that a redirect can break.", rules=_list(_rule(), "One object for each rule, in their order.")
        ),
        "examples": _document(
            "Redirects to test a handler with, as `connect-errors example --format json` prints them.",
            examples=_list(_example(), "Those that conform first, then those that each break one rule."),
        ),
        "check": _check(),
    }


def report_schemas() -> dict[str, Schema]:
    """The schema of each report of the command that is not about redirects, by its name."""
    return {"drift": _drift(), "answers": _answers(), "list": _listed(), "explanation": _explanation()}


def _listed() -> Schema:
    schema = _document(
        "What `connect-errors list --format json` prints, without the kinds that were not asked for.",
        errors=_list(_error(), "One object for each error."),
        successes=_list(_success(), "One object for each success."),
        rules=_list(_rule(), "One object for each rule, in their order."),
    )
    return schema | {"required": ["version"]}


def _explanation() -> Schema:
    where = _said("Where it is seen.", _one_of(WHERE))
    parameter = _object(
        parameter=_said("Its name.", _TEXT),
        what=_said("What it is.", _TEXT),
        advice=_said("What to do with it.", _TEXT),
        required=_said("The outcomes that require it.", _list(_TEXT)),
        optional=_said("The outcomes that may have it.", _list(_TEXT)),
        connect_url=_said("What it is on each kind of Connect URL that has it.", _TEXTS),
        example=_said("A value, or null.", {"type": ["string", "null"]}),
        page=_ADDRESS,
    )
    term = _object(
        term=_said("The name or message.", _TEXT),
        where=where,
        what=_TEXT,
        advice=_said("What to do.", _TEXT),
        page=_ADDRESS,
    )
    request = _object(request=_said("The kind of Connect URL.", _TEXT), summary=_TEXT, schema=_ADDRESS)
    rule_of_drift = _object(
        rule=_said("Its name.", _TEXT),
        severity=_one_of(get_args(Severity)),
        when=_said("When a page breaks it.", _TEXT),
        advice=_said("What to do then.", _TEXT),
        decision=_said("Which decision of this project it is about, or null.", {"type": ["string", "null"]}),
        page=_ADDRESS,
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "What `connect-errors explain --format json` prints, by what is explained.",
        "anyOf": [_error(), _success(), _rule(), parameter, term, request, rule_of_drift],
    }


def _drift() -> Schema:
    maybe = {"type": ["string", "null"]}
    position = {"type": "integer", "minimum": 1}
    difference = _object(
        rule=_said("The rule of drift.", _TEXT),
        severity=_one_of(get_args(Severity)),
        message=_said("How the page differs.", _TEXT),
        line=_said("Counted from 1.", position),
        column=_said("Counted from 1, in characters.", position),
        end_column=_said("The first column after the place.", position),
        known=_said("Whether the handbook has a decision about it.", {"type": "boolean"}),
        decision=_said("That decision, or null.", maybe),
        help=_said("The rule's section on the site.", _ADDRESS),
    )
    page = _object(
        source=_said("The file, or `-` for standard input.", _TEXT),
        error=_said("The error that the page is about, or null.", maybe),
        differences=_list(difference, "In the order of their places; empty with `--quiet`."),
    )
    count = {"type": "integer", "minimum": 0}
    return _document(
        "The differences between Smartcar's documentation and the schemas and handbook.",
        pages=_list(page, "One object for each page, in their order."),
        absent=_list(_TEXT, "Errors whose page was not among those given."),
        summary=_object(pages=count, errors=count, warnings=count, known=count),
    )


def _answers() -> Schema:
    maybe = {"type": ["string", "null"]}
    answer = _object(
        outcome=_said("The error or success that the redirect was made from.", _TEXT),
        kind=_said("What the outcome is.", _one_of(get_args(Kind))),
        rule=_said("The one rule that the redirect breaks, or null if it conforms.", maybe),
        parameter=_said("The parameter that breaks the rule, or null.", maybe),
        what=_said("How it breaks the rule, or null.", maybe),
        expected=_said("Whether a handler must refuse the redirect.", _one_of(get_args(Expected))),
        status=_said("The HTTP status, or null if there was no answer.", {"type": ["integer", "null"]}),
        note=_said("Where the handler redirects, or the title of its page; else empty.", _TEXT),
        problem=_said("What is wrong with the answer, or null.", _one_of([*PROBLEMS, None])),
    )
    return _document(
        "How a handler answered examples, as `connect-errors example --send --format json` prints it.",
        answers=_list(answer, "One object for each redirect, in the order in which they were sent."),
    )


def _check() -> Schema:
    """Of `check.json`, whose content may change with each version of the modules that read it."""
    outcomes = _map({"type": "object"})
    next_step = _object(
        summary=_TEXT, next_step=_TEXT, who_acts=_TEXT, retry=_TEXT, message=_list(_TEXT), page=_ADDRESS
    )
    rule = {"type": "array", "prefixItems": [_one_of(get_args(Severity)), _TEXT], "minItems": 2, "maxItems": 2}
    return _document(
        "What the checker in the browser knows: read it with `check.js` and `find.js` of the same version.",
        site=_said("The address of the site.", _ADDRESS),
        rules=_said("Severity and advice of each rule.", _map(rule)),
        errors=_said("The schema of each error.", outcomes),
        successes=_said("The schema of each success.", outcomes),
        requests=_said("The schema of each kind of Connect URL.", outcomes),
        next=_said("What to do about each error.", _map(next_step)),
        limits=_said("Lengths and counts, by name.", _map({"type": "integer"})),
        words=_said("Texts, by name.", _TEXTS),
        tables=_said("Names and lists that decide something.", _map({"type": ["array", "object"]})),
        patterns=_said("Regular expressions for the flag `u`, by name.", _TEXTS),
        casefold=_said("Characters whose case folding JavaScript does not know.", _TEXTS),
        entities=_said("Character references of HTML.", _TEXTS),
    )


def _error() -> Schema:
    message = _object(
        title=_said("The heading.", _TEXT),
        body=_said("What to say below it.", _TEXT),
        button=_said("The label of the button.", _TEXT),
        leads_to=_said("Where the button leads.", _one_of(LEADS_TO)),
        tone=_said("How it sounds.", _TEXT),
    )
    sdk = _object(
        name=_said("The type, class or text to test for.", _TEXT),
        details=_list(_TEXT, "Parameters of the redirect that the SDK hands over."),
        note=_said("What else to know, or null.", {"type": ["string", "null"]}),
    )
    defect = _object(what=_said("The mistake.", _TEXT), decision=_said("How it is treated here.", _TEXT))
    return _object(
        code=_said("The value of the parameter `error`.", _TEXT),
        summary=_said("What happened.", _TEXT),
        who_acts=_said("Who has to act.", _one_of(WHO_ACTS)),
        retry=_said("Whether and when to offer Connect again.", _one_of(RETRY)),
        severity=_said("How serious one occurrence is.", _one_of(SEVERITY)),
        log_level=_said("The level to log it at.", _one_of(dict.fromkeys(LOG_LEVEL.values()))),
        alert=_said(
            "When to alert: on the first occurrence, when the rate rises, or never.",
            _one_of(dict.fromkeys(ALERT.values())),
        ),
        arises=_said("Where in Connect it arises.", _one_of(STAGES)),
        symptom=_said("What the developer sees or hears of it.", _TEXT),
        next_step=_said("What the developer does next.", _TEXT),
        trigger=_said("How to trigger it at Smartcar.", _TEXT),
        message=_said("What to tell the user.", message),
        second_message=_said("The same in another tone.", message),
        logs=_list(_TEXT, "Parameters that a handler logs beside the code, masked."),
        confused_with=_said("Codes that are easily confused with it, each with the difference.", _TEXTS),
        undocumented_names=_said("Names for it that other sources use, each with a hint.", _TEXTS),
        testing=_said(
            "What triggers it in Smartcar's test or simulated mode, or null.",
            {"anyOf": [_object(email=_TEXT, vin=_TEXT), {"type": "null"}]},
        ),
        sdks=_said(
            "How each of Smartcar's SDKs reports it.", _object(ios=sdk, android=sdk, javascript=sdk, flutter=sdk)
        ),
        upstream=_said(
            "Smartcar's own page.",
            _object(
                page=_ADDRESS,
                title=_TEXT,
                read=_said("The day it was last read.", {"type": "string", "format": "date"}),
                defects=_list(defect, "Known mistakes of that page."),
            ),
        ),
        page=_said("The handbook page.", _ADDRESS),
        example=_said("A redirect with all optional parameters.", _ADDRESS),
        parameters=_list(_parameter(), "The parameters of the redirect."),
        schema=_said("The JSON Schema of the parameters.", _ADDRESS),
    )


def _success() -> Schema:
    return _object(
        outcome=_said("Its name.", _TEXT),
        summary=_said("What happened.", _TEXT),
        example=_said("A redirect with it.", _ADDRESS),
        parameters=_list(_parameter(), "Those that it may have."),
        schema=_said("Its JSON Schema.", _ADDRESS),
    )


def _parameter() -> Schema:
    return _object(
        name=_TEXT,
        required=_said("Whether every redirect with this code has it.", {"type": "boolean"}),
        branch=_said("Whether code may branch on its value.", {"type": "boolean"}),
        description=_TEXT,
        const=_said("The only value, or null.", {"type": ["string", "null"]}),
        pattern=_said("The regular expression of its values, or null.", {"type": ["string", "null"]}),
        examples=_list(_TEXT, "Examples; of `error_description`, the documented wordings."),
    )


def _rule() -> Schema:
    return _object(
        rule=_said("Its name.", _TEXT),
        severity=_said("Whether a redirect that breaks it still conforms.", _one_of(get_args(Severity))),
        when=_said("When a redirect breaks it.", _TEXT),
        why=_said("What goes wrong for an application.", _TEXT),
        source=_said("Where the rule comes from; empty for a rule of this tool alone.", _TEXT),
        advice=_said("What to do then.", _TEXT),
        refuses=_said("What a callback makes of such a redirect.", _one_of(REFUSES)),
        bad=_said("A redirect that breaks this rule and no other.", _TEXT),
        good=_said("The same redirect, corrected.", _ADDRESS),
        options=_said("The options that both are validated with.", _TEXTS),
        page=_said("Its section on the site.", _ADDRESS),
    )


def _example() -> Schema:
    maybe = {"type": ["string", "null"]}
    return _object(
        outcome=_said("The error or success that it was made from.", _TEXT),
        kind=_said("What the outcome is.", _one_of(get_args(Kind))),
        url=_said("The redirect.", _TEXT),
        options=_said("What the application knows: its redirect URI and the state it sent.", _TEXTS),
        rule=_said("The one rule that it breaks, or null if it conforms.", maybe),
        parameter=_said("The parameter that breaks the rule, or null.", maybe),
        what=_said("How it breaks the rule, or null.", maybe),
    )


def _document(description: str, **properties: Schema) -> Schema:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "description": description}
    version = _said("Changes when a key is removed or changes its meaning.", {"const": VERSION})
    return head | _object(version=version, **properties)


def _object(**properties: Schema) -> Schema:
    """All keys are always there; more may be added within a version."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema, description: str = "") -> Schema:
    return ({"description": description} if description else {}) | {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    """An object with any names."""
    return {"type": "object", "additionalProperties": values}


def _said(description: str, schema: Schema) -> Schema:
    return {"description": description} | schema


def _one_of(values: Mapping[str, str | None] | Iterable[str | None]) -> Schema:
    """Allow some values; a mapping says what each means."""
    if isinstance(values, Mapping) and any(values.values()):
        return {"oneOf": [{"const": value, "description": meaning} for value, meaning in values.items()]}
    return {"enum": list(values)}
