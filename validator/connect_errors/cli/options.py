"""Options shared by several commands."""

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

from connect_errors.catalog import outcomes
from connect_errors.cli.completion import complete_names

_Command = TypeVar("_Command", bound=Callable[..., Any])

expect_option = click.option(
    "--expect",
    metavar="OUTCOME",
    shell_complete=complete_names(outcomes),
    help="The outcome that each redirect must have, such as access_denied.",
)

strict_option = click.option("--strict", is_flag=True, help="Fail on warnings too.")

show_values_option = click.option(
    "--show-values", is_flag=True, help="Show codes, states, VINs and user info instead of ***."
)

quiet_option = click.option("-q", "--quiet", is_flag=True, help="Show only the summary.")

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use colors; auto respects NO_COLOR and FORCE_COLOR.",
)


def report_options(command: _Command) -> _Command:
    """Add the options of a command that reports redirects: what fails, and what is shown."""
    options = (strict_option, show_values_option, quiet_option, color_option)
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)
