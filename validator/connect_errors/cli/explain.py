"""`connect-errors explain`: the page of an error, or the section of a rule, in the terminal."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from connect_errors.catalog import errors, successes
from connect_errors.cli.console import UsageError, standard_output, write_json
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.escaping import shorten
from connect_errors.handbook import undocumented_names
from connect_errors.redaction import shown_argument
from connect_errors.rules import RULES
from connect_errors.shown import own, say
from connect_errors.site.data import drift_rule_data, error_data, rule_data, success_data, to_json
from connect_errors.site.drift import drift_rule_section
from connect_errors.site.errors import error_page
from connect_errors.site.rules import rule_section
from connect_errors.site.schemas import success_section
from connect_errors.suggestion import suggestion

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
    """Explain what an error or a rule means, and what to do.

    NAME is an error, such as access_denied, a rule, such as missing-parameter, or a success. The text is the same as
    on the site; it is Markdown unless it goes to a terminal.
    """
    text, data = _look_up(name)
    out = standard_output()
    if output_format == "json":
        write_json(to_json(data()))
    elif out.isatty():
        _draw(text())
    else:
        out.write(text().rstrip() + "\n")


def _look_up(name: str) -> tuple[Callable[[], str], Callable[[], dict[str, Any]]]:
    """Find what makes the text, and what makes the data, of that name."""
    if name in errors():
        return partial(error_page, name), partial(error_data, errors()[name])
    if name in RULES:
        return partial(rule_section, RULES[name]), partial(rule_data, RULES[name])
    if name in successes():
        return partial(success_section, successes()[name]), partial(success_data, successes()[name])
    if hint := undocumented_names().get(name):
        raise UsageError(say("{} is not an error that Connect documents: {}", own(name), own(hint)))
    if name in DRIFT_RULES:
        return partial(drift_rule_section, DRIFT_RULES[name]), partial(drift_rule_data, DRIFT_RULES[name])
    nearest = suggestion(name, (*errors(), *RULES, *successes(), *DRIFT_RULES))
    raise UsageError(say("no error, rule or success is called {}{}", shorten(shown_argument(name)), nearest))


def _draw(markdown: str) -> None:
    from rich.console import Console  # large imports, needed only on a terminal
    from rich.markdown import Markdown
    from rich.theme import Theme

    console = Console(theme=Theme({"markdown.code": "cyan"}))  # without a background, which may be another
    console.print(Markdown(markdown, code_theme="ansi_dark"), width=min(console.width, _LARGEST_WIDTH))
