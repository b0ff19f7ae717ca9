"""Schemas, handbook and rules → the site's Markdown and data, as pure functions. `explain` prints the same text.

A page holds markers, comments alone on their line such as `<!-- parameters -->`; a generated section replaces each.
"""

import sys

from connect_errors.site.data_files import DATA_SECTIONS
from connect_errors.site.drift import DRIFT_SECTIONS
from connect_errors.site.errors import error_sections
from connect_errors.site.index import INDEX_SECTIONS
from connect_errors.site.markdown import Section
from connect_errors.site.rules import RULE_SECTIONS
from connect_errors.site.schemas import SCHEMA_SECTIONS
from connect_errors.site.sdks import SDK_SECTIONS
from connect_errors.site.topics import TOPIC_SECTIONS

__all__ = ["SECTIONS", "forget", "sections_of"]

SECTIONS: dict[str, Section] = {
    **INDEX_SECTIONS,
    **RULE_SECTIONS,
    **DRIFT_SECTIONS,
    **SCHEMA_SECTIONS,
    **SDK_SECTIONS,
    **DATA_SECTIONS,
    **TOPIC_SECTIONS,
}
"""The sections of all pages but the handbook's, by marker."""


def sections_of(path: str) -> dict[str, Section]:
    """The sections of a page, given by its path below `docs/`, by marker."""
    folder, _, name = path.rpartition("/")
    return error_sections(name.removesuffix(".md")) if folder == "errors" else SECTIONS


def forget() -> None:
    """Forget all that was read from schemas and pages, so that an edit of one shows."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "connect_errors":
            for value in vars(module).values():
                if clear := getattr(value, "cache_clear", None):
                    clear()
