"""The generated sections of every page, by marker."""

from connect_errors.site.data_files import DATA_SECTIONS
from connect_errors.site.drift import DRIFT_SECTIONS
from connect_errors.site.errors import error_sections
from connect_errors.site.index import INDEX_SECTIONS
from connect_errors.site.markdown import Section
from connect_errors.site.rules import RULE_SECTIONS
from connect_errors.site.schemas import SCHEMA_SECTIONS
from connect_errors.site.sdks import SDK_SECTIONS
from connect_errors.site.topics import TOPIC_SECTIONS

SECTIONS: dict[str, Section] = {
    **INDEX_SECTIONS,
    **RULE_SECTIONS,
    **DRIFT_SECTIONS,
    **SCHEMA_SECTIONS,
    **SDK_SECTIONS,
    **DATA_SECTIONS,
    **TOPIC_SECTIONS,
}
"""The sections of all pages except the handbook's, by marker."""


def sections_of(path: str) -> dict[str, Section]:
    """Return the sections of a page, given by its path below `docs/`, by marker."""
    folder, _, name = path.rpartition("/")
    return error_sections(name.removesuffix(".md")) if folder == "errors" else SECTIONS
