"""The generated sections of a handbook page, and the whole page."""

from functools import partial

from connect_errors import validate
from connect_errors.catalog import errors
from connect_errors.example_redirects import Example, example
from connect_errors.handbook import LEADS_TO, RETRY, SDK_NAMES, SEVERITY, WHO_ACTS, Message, Page, page
from connect_errors.invalid_redirects import invalid_examples
from connect_errors.schema import Outcome
from connect_errors.site.markdown import Section, absolute_links, code, fence, fill_markers, paragraphs, table
from connect_errors.site.samples import handler_samples
from connect_errors.site.schemas import parameter_table, published_schemas, schema_address
from connect_errors.site.sdks import sdk_cell
from connect_errors.site.session import session


def error_page(name: str) -> str:
    """Render the whole page of an error, as published and as printed by `explain`."""
    markdown = fill_markers(page(name).body, error_sections(name))
    return absolute_links(markdown, f"errors/{name}.md").rstrip() + "\n"


def error_sections(name: str) -> dict[str, Section]:
    """Return the sections of an error's page, by marker."""
    outcome, handbook = errors()[name], page(name)
    return {
        "overview": partial(_overview, handbook),
        "redirect": partial(_redirect, outcome),
        "parameters": partial(parameter_table, outcome),
        "handler": partial(handler_samples, handbook),
        "messages": partial(_messages, handbook),
        "testing": partial(_testing, handbook),
        "invalid": partial(_invalid, outcome),
        "confused-with": partial(_confused_with, handbook),
        "sdks": partial(_sdks, handbook),
        "schema": partial(_schema, outcome, handbook),
    }


def _overview(handbook: Page) -> str:
    return paragraphs(
        handbook.summary,
        f"- **Who acts:** {WHO_ACTS[handbook.who_acts]}\n"
        f"- **Retry:** {RETRY[handbook.retry]}\n"
        f"- **Severity:** {SEVERITY[handbook.severity]}",
        f"**Next step:** {handbook.next_step}",
    )


def _redirect(outcome: Outcome) -> str:
    url = example(outcome.name, optional=True)
    decoded = ((code(name), code(value)) for name, value in validate(url).parameters.items())
    return paragraphs(fence(url), table(("Parameter", "Decoded"), decoded))


def _messages(handbook: Page) -> str:
    messages = handbook.message, handbook.second_message
    targets = dict.fromkeys(LEADS_TO[message.leads_to] for message in messages)
    return paragraphs(*map(_card, messages), f"The button leads to {' or '.join(targets)}.")


def _card(message: Message) -> str:
    return paragraphs(
        f"{message.tone.capitalize()}:",
        f"> **{message.title}**\n>\n> {message.body}\n>\n> {code(message.button)}",
    )


def _testing(handbook: Page) -> str:
    if handbook.testing is None:
        return ""
    return table(("Email", "VIN"), [map(code, handbook.testing)])


def _invalid(outcome: Outcome) -> str:
    return paragraphs(
        *(
            paragraphs(_describe_deviation(redirect), fence(session(redirect.url), "console"))
            for redirect in broken_redirects(outcome)
        )
    )


def broken_redirects(outcome: Outcome) -> list[Example]:
    """Break a redirect of an error in three ways: a required parameter, a constraint, the code."""
    alternatives = ({"missing-parameter"}, {"invalid-value", "conflicting-outcome"}, {"unknown-error"})
    candidates = invalid_examples(outcome.name)
    return [next(candidate for candidate in candidates if candidate.rule in rules) for rules in alternatives]


def _describe_deviation(broken: Example) -> str:
    text, name = broken.what or "", broken.parameter or ""
    return f"{code(name)}{text[len(name) :]}:" if name and text.startswith(name) else f"{text[0].upper()}{text[1:]}:"


def _confused_with(handbook: Page) -> str:
    return "\n".join(f"- [{code(name)}]({name}.md): {how}" for name, how in handbook.confused_with.items())


def _sdks(handbook: Page) -> str:
    rows = ((SDK_NAMES[key], sdk_cell(error)) for key, error in handbook.sdks._asdict().items())
    return table(("SDK", "Reports it as"), rows)


def _schema(outcome: Outcome, handbook: Page) -> str:
    upstream = handbook.upstream
    defects = "\n".join(f"- {defect.what} {defect.decision}" for defect in upstream.defects)
    return paragraphs(
        f"Published as <{schema_address(outcome)}>, JSON Schema draft 2020-12: "
        f"[download it](../schemas/{outcome.path}).",
        fence(published_schemas()[f"schemas/{outcome.path}"].rstrip(), "json"),
        f"Smartcar describes the error on [its own page]({upstream.page}), last checked {upstream.read}."
        + (" Known mistakes on that page, and how we treat them:" if defects else ""),
        defects,
    )
