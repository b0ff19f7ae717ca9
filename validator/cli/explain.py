"""`connect-errors explain`: the page of an error, or the section of a rule, in the terminal."""

import sys

import click

from validator.catalog import errors, successes
from validator.handbook import undocumented_names
from validator.redaction import brief
from validator.rules import RULES
from validator.site.data import error_data, rule_data, success_data, to_json
from validator.site.errors import error_page
from validator.site.rules import rule_section
from validator.site.schemas import success_section
from validator.suggestion import suggestion

_LARGEST_WIDTH = 100


@click.command()
@click.argument("name")
@click.option(
    "--format",
    "output_format",
    envvar="CONNECT_ERRORS_EXPLAIN_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The page, or the data that it is made of.",
)
def explain(name: str, output_format: str) -> None:
    """Tell what an error or a rule means, and what to do.

    NAME is an error, such as access_denied, a rule, such as missing-parameter, or a success. The text is that of the
    site; it is Markdown where it does not go to a terminal.
    """
    if output_format == "json":
        click.echo(_data(name), nl=False)
    elif sys.stdout.isatty():
        _draw(_text(name))
    else:
        click.echo(_text(name), nl=False)


def _text(name: str) -> str:
    if name in errors():
        return error_page(name)
    if name in RULES:
        return rule_section(RULES[name]) + "\n"
    if name in successes():
        return success_section(successes()[name]) + "\n"
    raise _unknown(name)


def _data(name: str) -> str:
    if name in errors():
        return to_json(error_data(errors()[name]))
    if name in RULES:
        return to_json(rule_data(RULES[name]))
    if name in successes():
        return to_json(success_data(successes()[name]))
    raise _unknown(name)


def _unknown(name: str) -> click.UsageError:
    if hint := undocumented_names().get(name):
        return click.UsageError(f"{name} is no error that Connect documents: {hint}")
    nearest = suggestion(name, (*errors(), *RULES, *successes()))
    return click.UsageError(f"no error, rule or success is called {brief(name)}{nearest}")


def _draw(markdown: str) -> None:
    from rich.console import Console  # large imports, needed only on a terminal
    from rich.markdown import Markdown
    from rich.theme import Theme

    console = Console(theme=Theme({"markdown.code": "cyan"}))  # without a background, which may be another
    console.print(Markdown(markdown, code_theme="ansi_dark"), width=min(console.width, _LARGEST_WIDTH))
