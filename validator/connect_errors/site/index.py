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


def by_stage() -> Iterator[tuple[Stage, list[Page]]]:
    """Group the pages by the stage at which their errors arise, in the order of Connect's screens."""
    for stage in STAGES:
        yield stage, [one for one in pages() if one.arises == stage]


def link(handbook: Page, base: str = "") -> str:
    """Link to a handbook page from a page whose path to the site's root is `base`."""
    return f"[{code(handbook.title)}]({base}errors/{handbook.title}.md)"


def _error_table() -> str:
    rows = (
        (link(one), one.severity, one.summary, WHO_ACTS[one.who_acts], RETRY[one.retry])
        for one in sorted(pages(), key=lambda one: list(SEVERITY)[::-1].index(one.severity))
    )
    return table(("Error", "Severity", "What happened", "Who acts", "Retry"), rows)


def _symptom_table() -> str:
    nothing = (
        "Connect showed an error page, and nothing came back.",
        "none",
        "Read the message on that page: [failures that never redirect](#failures-that-never-redirect).",
    )
    rows = ((one.symptom, link(one), one.next_step) for _, found in by_stage() for one in found)
    return table(("What you see or hear", "Error", "Next step"), [nothing, *rows])


def _alert_table() -> str:
    """Tabulate what to log and when to alert, for each error and for events that are not Connect errors."""
    rows = [
        (link(one), LOG_LEVEL[one.severity], ALERTS[ALERT[one.severity]])
        for one in sorted(pages(), key=lambda one: list(LOG_LEVEL)[::-1].index(one.severity))
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
        f"{number}. **{STAGES[stage]}:** {', '.join(map(link, found))}"
        for number, (stage, found) in enumerate(by_stage(), 1)
    )


def _by_severity() -> str:
    """List all codes by severity, most serious first."""
    groups = ((severity, [one for one in pages() if one.severity == severity]) for severity in reversed(SEVERITY))
    return "\n".join(
        f"- **{severity.capitalize()}:** {', '.join(map(link, found))}" for severity, found in groups if found
    )


def _test_accounts() -> str:
    rows = (
        (link(one, "../"), code(one.testing.email), code(one.testing.vin)) for one in pages() if one.testing is not None
    )
    return table(("Error", "Email, with any password", "VIN, with Single Select"), rows)


def _triggers() -> str:
    rows = ((link(one, "../"), one.trigger) for one in pages())
    return table(("Error", "How to trigger it"), rows)


INDEX_SECTIONS = {
    "errors": _error_table,
    "symptoms": _symptom_table,
    "alerts": _alert_table,
    "other-names": _other_names,
    "flow": _flow,
    "codes": _by_severity,
    "check": check_text,
    "test-accounts": _test_accounts,
    "triggers": _triggers,
}
"""The sections of the pages about all errors, by marker."""
