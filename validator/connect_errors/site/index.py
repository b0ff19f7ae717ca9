"""Sections about all errors: the tables, the guide by symptom, other names, the flow, test data."""

from collections.abc import Iterator

from connect_errors.catalog import errors
from connect_errors.handbook import (
    ALERT,
    LOG_LEVEL,
    RETRY,
    SEVERITY,
    STAGES,
    WHO_ACTS,
    Page,
    Stage,
    page,
    undocumented_names,
)
from connect_errors.oauth import OAUTH_ERRORS
from connect_errors.site.check_form import check_text
from connect_errors.site.markdown import code, table

FLOW_CAPTION = "Where in Connect each error arises, from your application to your callback:"

ALERTS = {
    "first": "page someone on the first occurrence",
    "rate": "alert when the rate rises",
    "never": "never",
}
"""Meanings of the alert policies."""


def pages() -> list[Page]:
    """Return the pages of all errors, in the order of the catalog."""
    return [page(name) for name in errors()]


def pages_by_stage() -> Iterator[tuple[Stage, list[Page]]]:
    """Group the pages by the stage at which their errors arise, in the order of Connect's screens."""
    for stage in STAGES:
        yield stage, [handbook for handbook in pages() if handbook.arises == stage]


def link(handbook: Page, base: str = "") -> str:
    """Link to a handbook page from a page whose path to the site's root is `base`."""
    return f"[{code(handbook.title)}]({base}errors/{handbook.title}.md)"


def _error_table() -> str:
    rows = (
        (link(handbook), handbook.severity, handbook.summary, WHO_ACTS[handbook.who_acts], RETRY[handbook.retry])
        for handbook in sorted(pages(), key=lambda handbook: list(SEVERITY)[::-1].index(handbook.severity))
    )
    return table(("Error", "Severity", "What happened", "Who acts", "Retry"), rows)


def _symptom_table() -> str:
    no_redirect = (
        "Connect showed an error page, and nothing came back.",
        "none",
        "Read the message on that page: [failures that never redirect](#failures-that-never-redirect).",
    )
    in_order = (handbook for _, handbooks in pages_by_stage() for handbook in handbooks)
    rows = ((handbook.symptom, link(handbook), handbook.next_step) for handbook in in_order)
    return table(("What you see or hear", "Error", "Next step"), [no_redirect, *rows])


def _alert_table() -> str:
    """Tabulate what to log and when to alert, for each error and for events that are not Connect errors."""
    rows = [
        (link(handbook), LOG_LEVEL[handbook.severity], ALERTS[ALERT[handbook.severity]])
        for handbook in sorted(pages(), key=lambda handbook: list(LOG_LEVEL)[::-1].index(handbook.severity))
    ]
    rows += [
        ("a code you do not know", "error", ALERTS["first"]),
        ("a refused redirect, such as one with a different `state`", "warning", ALERTS["rate"]),
        ("a session that timed out without a redirect", "info", ALERTS["rate"]),
    ]
    return table(("Outcome", "Log level", "Alert"), rows)


def _other_names() -> str:
    rows = [(code(name), hint) for name, hint in undocumented_names().items()]
    oauth = "OAuth defines it (RFC 6749 §4.1.2.1), but Smartcar does not document it for Connect."
    rows += [(code(name), oauth) for name in sorted(OAUTH_ERRORS)]
    return table(("Name", "What we know"), rows)


def _flow() -> str:
    return f"{FLOW_CAPTION}\n\n" + "\n".join(
        f"{number}. **{STAGES[stage]}:** {', '.join(map(link, handbooks))}"
        for number, (stage, handbooks) in enumerate(pages_by_stage(), 1)
    )


def _severity_list() -> str:
    """List all codes by severity, most serious first."""
    groups = (
        (severity, [handbook for handbook in pages() if handbook.severity == severity])
        for severity in reversed(SEVERITY)
    )
    return "\n".join(
        f"- **{severity.capitalize()}:** {', '.join(map(link, handbooks))}"
        for severity, handbooks in groups
        if handbooks
    )


def _test_accounts() -> str:
    rows = (
        (link(handbook, "../"), code(handbook.testing.email), code(handbook.testing.vin))
        for handbook in pages()
        if handbook.testing is not None
    )
    return table(("Error", "Email, with any password", "VIN, with Single Select"), rows)


def _triggers() -> str:
    rows = ((link(handbook, "../"), handbook.trigger) for handbook in pages())
    return table(("Error", "How to trigger it"), rows)


INDEX_SECTIONS = {
    "errors": _error_table,
    "symptoms": _symptom_table,
    "alerts": _alert_table,
    "other-names": _other_names,
    "flow": _flow,
    "codes": _severity_list,
    "check": check_text,
    "test-accounts": _test_accounts,
    "triggers": _triggers,
}
"""The sections of the pages about all errors, by marker."""
