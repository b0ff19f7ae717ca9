"""Sections that tell of all errors at once: the table, the guide by symptom, other names, the flow."""

from collections.abc import Iterator

from connect_errors.catalog import errors
from connect_errors.handbook import RETRY, STAGES, WHO_ACTS, Page, Stage, page, undocumented_names
from connect_errors.judge import OAUTH_ERRORS
from connect_errors.site.markdown import code, table


def pages() -> list[Page]:
    """The pages of all errors, by code."""
    return [page(name) for name in errors()]


def by_stage() -> Iterator[tuple[Stage, list[Page]]]:
    """The pages by where in Connect their errors arise, in the order of its screens."""
    for stage in STAGES:
        yield stage, [one for one in pages() if one.arises == stage]


def _link(handbook: Page) -> str:
    return f"[{code(handbook.title)}](errors/{handbook.title}.md)"


def _error_table() -> str:
    rows = ((_link(one), one.summary, WHO_ACTS[one.who_acts], RETRY[one.retry]) for one in pages())
    return table(("Error", "What happened", "Who acts", "Retry"), rows)


def _symptom_table() -> str:
    rows = ((one.symptom, _link(one), one.next_step) for _, found in by_stage() for one in found)
    return table(("What you see or hear", "Error", "Next step"), rows)


def _other_names() -> str:
    rows = [(code(name), hint) for name, hint in undocumented_names().items()]
    oauth = "OAuth defines it (RFC 6749 §4.1.2.1), but Smartcar does not document it for Connect."
    rows += [(code(name), oauth) for name in sorted(OAUTH_ERRORS)]
    return table(("Name", "What is known of it"), rows)


def _flow() -> str:
    return "\n".join(
        f"{number}. **{STAGES[stage]}:** {', '.join(map(_link, found))}"
        for number, (stage, found) in enumerate(by_stage(), 1)
    )


INDEX_SECTIONS = {"errors": _error_table, "symptoms": _symptom_table, "other-names": _other_names, "flow": _flow}
