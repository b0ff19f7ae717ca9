"""The output of `explain` per topic: Markdown, a sentence, and data. Rules and outcomes are the same as on the site."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from connect_errors.catalog import errors, outcomes, requests, successes
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.glossary import PARAMETER_ADVICE, SECTION, WHERE, Term, Where, terms
from connect_errors.handbook import page
from connect_errors.hints import KNOWN_PARAMETERS
from connect_errors.lookup import Topic
from connect_errors.rules import RULES, SITE
from connect_errors.site.data import drift_rule_data, error_data, rule_data, success_data
from connect_errors.site.drift import drift_rule_section
from connect_errors.site.errors import error_page
from connect_errors.site.markdown import code, paragraphs, table
from connect_errors.site.rules import rule_section
from connect_errors.site.schemas import request_section, schema_address, success_section

Data = dict[str, Any]


class Explanation(NamedTuple):
    """Text and data about a topic, rendered on demand."""

    summary: str
    """One sentence."""
    text: Callable[[], str]
    """Returns Markdown."""
    data: Callable[[], Data]


def explain_topic(topic: Topic) -> Explanation:  # noqa: PLR0911 - one for each kind
    """Find the explanation of a topic."""
    name = topic.name
    match topic.kind:
        case "error":
            outcome = errors()[name]
            return Explanation(page(name).summary, partial(error_page, name), partial(error_data, outcome))
        case "success":
            outcome = successes()[name]
            summary = outcome.schema["description"]
            return Explanation(summary, partial(success_section, outcome), partial(success_data, outcome))
        case "rule":
            rule = RULES[name]
            return Explanation(rule.when, partial(rule_section, rule), partial(rule_data, rule))
        case "parameter":
            data = parameter_data(name)
            return Explanation(data["what"], partial(_parameter_section, data), lambda: data)
        case "term":
            term = terms()[name]
            return Explanation(term.what, partial(_term_section, term), partial(term_data, term))
        case "Connect URL":
            request = requests()[name]
            data = {"request": name, "summary": request.schema["description"], "schema": schema_address(request)}
            return Explanation(data["summary"], partial(request_section, request, level=2), lambda: data)
        case "drift rule":
            drift_rule = DRIFT_RULES[name]
            return Explanation(
                drift_rule.when, partial(drift_rule_section, drift_rule), partial(drift_rule_data, drift_rule)
            )


def parameter_data(name: str) -> Data:
    """Describe a parameter: its meaning, where it occurs, and what to do with it."""
    required = [outcome.name for outcome in outcomes().values() if name in outcome.required]
    optional = [
        outcome.name for outcome in outcomes().values() if name in outcome.parameters and name not in outcome.required
    ]
    asked = {
        schema.name: schema.parameters[name]["description"]
        for schema in requests().values()
        if name in schema.parameters
    }
    answered = [schema.parameters[name] for schema in outcomes().values() if name in schema.parameters]
    elsewhere = KNOWN_PARAMETERS.get(name, "")
    if name == "error":
        what = "The error code: one of eight."
    elif answered:
        what = answered[0]["description"]
    else:
        what = f"{elsewhere[:1].upper()}{elsewhere[1:]}." if elsewhere else next(iter(asked.values()))
    examples = [str(schema["examples"][0]) for schema in answered if "examples" in schema]
    return {
        "parameter": name,
        "what": what,
        "advice": PARAMETER_ADVICE.get(name) or _advice(name, is_asked=bool(asked)),
        "required": required,
        "optional": optional,
        "connect_url": asked,
        "example": examples[0] if examples else None,
        "page": f"{SITE}reference/schemas/" if answered or asked else RULES["unrecognized-parameter"].address,
    }


def _advice(name: str, *, is_asked: bool) -> str:
    if is_asked:
        return "Add it to the Connect URL. It does not come back in a redirect."
    if not name.islower():
        return "Use the parameter that redirects have."
    return RULES["unrecognized-parameter"].advice


def _parameter_section(data: Mapping[str, Any]) -> str:
    return paragraphs(
        f"## {data['parameter']}",
        f"**Parameter.** {data['what']}",
        f"**What to do:** {data['advice']}",
        "\n".join(_occurrences(data)),
        f"**Example:** {code(data['example'])}" if data["example"] else "",
        f"**More:** <{data['page']}>",
    )


def _occurrences(data: Mapping[str, Any]) -> Iterator[str]:
    for requirement in ("required", "optional"):
        if data[requirement]:
            yield f"- **{requirement.capitalize()} in:** {_outcomes(data[requirement])}"
    for name, description in data["connect_url"].items():
        yield f"- **In the Connect URL {code(name)}:** {'the same' if description == data['what'] else description}"


def _outcomes(names: list[str]) -> str:
    if len(names) == len(outcomes()):
        return "every redirect"
    if set(errors()) <= set(names):
        others = [code(name) for name in names if name not in errors()]
        return ", ".join(["every error", *others])
    return ", ".join(map(code, names))


def term_data(term: Term) -> Data:
    """Say what a term is, where it is seen, and what to do."""
    return {
        "term": term.title,
        "where": term.where,
        "what": term.what,
        "advice": term.action,
        "page": SITE + SECTION[term.where],
    }


def _term_section(term: Term) -> str:
    return paragraphs(
        f"## {term.title}",
        f"**Not an error in a Connect redirect.** {WHERE[term.where]}",
        term.what,
        f"**What to do:** {term.action}",
        f"**More:** <{SITE}{SECTION[term.where]}>",
    )


def _term_table(where: Where, title: str) -> str:
    rows = ((code(term.title), term.what, term.action) for term in terms().values() if term.where == where)
    return table((title, "Cause", "What to do"), rows)


TOPIC_SECTIONS = {
    "page-errors": partial(_term_table, "page", "Message on the page"),
    "token-errors": partial(_term_table, "token", "Error of the token exchange"),
}
"""The sections about what never redirects, by marker."""
