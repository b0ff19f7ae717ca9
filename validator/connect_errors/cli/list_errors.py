"""`connect-errors list`: lists the errors, the successes and the rules, one per line."""

import shutil
import textwrap
from collections.abc import Iterable
from typing import Any

import click

from connect_errors.cli.console import standard_output, write_json
from connect_errors.handbook import RETRY, WHO_ACTS
from connect_errors.site.data import errors_data, rules_data, successes_data, to_json

_KINDS = {"errors": errors_data, "successes": successes_data, "rules": rules_data}
_MIN_COLUMN = 20


@click.command(name="list")
@click.argument("kinds", nargs=-1, type=click.Choice(list(_KINDS)), metavar="[KIND]...")
@click.option(
    "--format",
    "output_format",
    envvar="CONNECT_ERRORS_LIST_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Tables, or everything known about each, as data.",
)
def list_errors(kinds: tuple[str, ...], output_format: str) -> None:
    """List the errors, the successes and the rules.

    Errors are listed with who acts and whether to retry, successes with what happened, rules with their severity and
    when a redirect breaks them. A KIND is errors, successes or rules; by default, all three are listed.
    """
    selected = [kind for kind in _KINDS if kind in kinds or not kinds]
    if output_format == "json":
        data: dict[str, Any] = {}
        for kind in selected:
            data |= _KINDS[kind]()
        write_json(to_json(data))
        return
    standard_output().write("\n".join(map(_table, selected)))


def _table(kind: str) -> str:
    rows = list(_rows(kind))
    widths = [max(map(len, column)) + 2 for column in list(zip(*rows, strict=True))[:-1]]
    indent = sum(widths)
    lines = []
    for *cells, text in rows:
        indented_cells = "".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True))
        lines += textwrap.wrap(text, _width(indent), initial_indent=indented_cells, subsequent_indent=" " * indent)
    return "".join(f"{line}\n" for line in lines)


def _rows(kind: str) -> Iterable[tuple[str, ...]]:
    entries = _KINDS[kind]()[kind]
    if kind == "errors":
        yield "error", "who acts", "retry"
        yield from ((entry["code"], WHO_ACTS[entry["who_acts"]], RETRY[entry["retry"]]) for entry in entries)
    elif kind == "successes":
        yield "success", "what happened"
        yield from ((entry["outcome"], entry["summary"]) for entry in entries)
    else:
        yield "rule", "severity", "when"
        yield from ((entry["rule"], entry["severity"], entry["when"]) for entry in entries)


def _width(indent: int) -> int:
    """Return the width to wrap at: the terminal's; elsewhere, each entry is one line."""
    if not standard_output().isatty():
        return 10_000
    return max(shutil.get_terminal_size().columns, indent + _MIN_COLUMN)
