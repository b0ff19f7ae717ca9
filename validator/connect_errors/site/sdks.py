"""Representation of each error in Smartcar's SDKs: a cell of the error's page, and the matrix of all."""

from connect_errors.handbook import SDK_NAMES, SDKError
from connect_errors.site.index import link, pages
from connect_errors.site.markdown import code, table


def sdk_cell(error: SDKError) -> str:
    """Format an SDK's representation of an error, with the details it exposes."""
    details = f"with {', '.join(map(code, error.details))}" if error.details else ""
    return ", ".join(filter(None, (code(error.name), details, error.note)))


def _matrix() -> str:
    rows = ((link(handbook, "../"), *map(sdk_cell, handbook.sdks)) for handbook in pages())
    return table(("Error", *SDK_NAMES.values()), rows)


SDK_SECTIONS = {"sdk-errors": _matrix}
"""The sections of the page about SDKs, by marker."""
