"""`connect-errors list`: the errors, a line each."""

import click

from connect_errors.cli.console import standard_output, write_json
from connect_errors.handbook import RETRY, WHO_ACTS
from connect_errors.site.data import errors_data, to_json


@click.command(name="list")
@click.option(
    "--format",
    "output_format",
    envvar="CONNECT_ERRORS_LIST_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table, or all of the handbook as data.",
)
def list_errors(output_format: str) -> None:
    """List the errors: who acts, and whether to retry."""
    data = errors_data()
    if output_format == "json":
        write_json(to_json(data))
        return
    rows = [("error", "who acts", "retry")]
    rows += [(error["code"], WHO_ACTS[error["who_acts"]], RETRY[error["retry"]]) for error in data["errors"]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        standard_output().write(line.rstrip() + "\n")
