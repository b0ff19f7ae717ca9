"""The options of `listen` from which the Connect URL is built."""

import secrets
from collections.abc import Callable
from functools import reduce
from typing import Any, TypedDict, TypeVar

import click

from connect_errors.catalog import requests
from connect_errors.cli.completion import complete_names
from connect_errors.cli.console import UsageError
from connect_errors.handbook import Page
from connect_errors.listen.authorize import DEFAULT_SCOPE, ConnectSession
from connect_errors.shown import join, own, say

_OLDER_MODES = {"test": "simulated"}

_Command = TypeVar("_Command", bound=Callable[..., Any])


class ConnectOptions(TypedDict):
    """The values of the options, by parameter name; see `connect_options`."""

    client_id: str | None
    scope: str | None
    mode: str | None
    single_select_vin: str | None
    reauthenticate: str | None
    opens: bool


def _modes() -> list[str]:
    examples: list[str] = requests()["authorize"].parameters["mode"]["examples"]
    return examples


_OPTIONS = (
    click.option("--client-id", metavar="UUID", help="The application's id, to print the URL that opens Connect."),
    click.option(
        "--open", "opens", envvar="CONNECT_ERRORS_LISTEN_OPEN", is_flag=True, help="Open that URL in the browser."
    ),
    click.option(
        "--scope", metavar="TEXT", help=f"The permissions to ask for, separated by spaces; by default, {DEFAULT_SCOPE}."
    ),
    click.option(
        "--mode",
        metavar="MODE",
        shell_complete=complete_names(_modes),
        help="Connect's mode: live or simulated; by default live, or the one that --test needs.",
    ),
    click.option("--single-select-vin", metavar="VIN", help="Offer only this vehicle."),
    click.option("--reauthenticate", metavar="VEHICLE_ID", help="Authenticate a connected vehicle again."),
)


def connect_options(command: _Command) -> _Command:
    """Add the options to a command."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def connect_session(
    options: ConnectOptions, state: str | None, redirect_uri: str, handbook: Page | None
) -> ConnectSession | None:
    """Return the parameters to open Connect with; None without a client id. A state is generated if none is given.

    Args:
        options: the values of the options.
        state: the value of `--state`.
        redirect_uri: the URI that Connect redirects to.
        handbook: the page of the error to provoke, whose parameters of the Connect URL are the defaults.

    Raises:
        UsageError: an option needs `--client-id` or excludes the error, or the Connect URL has findings.
    """
    values = {f"--{name.replace('_', '-')}": value for name, value in options.items() if name != "opens"}
    client_id = options["client_id"]
    if client_id is None:
        values |= {"--open": options["opens"] or None}
        if option := next((name for name, value in values.items() if value is not None), None):
            raise UsageError(say("{} needs --client-id, from which the Connect URL is built.", own(option)))
        return None
    mode, vin = options["mode"], options["single_select_vin"]
    if handbook and handbook.connect:
        _check_mode(options, handbook.title, handbook.connect.mode)
        mode = mode or handbook.connect.mode
        vin = vin or handbook.connect.single_select_vin
    session = ConnectSession(
        client_id,
        secrets.token_urlsafe(16) if state is None else state,
        options["scope"],
        mode,
        vin,
        options["reauthenticate"],
    )
    if findings := session.findings(redirect_uri):
        messages = join("; ", (finding.message for finding in findings))
        raise UsageError(say("the Connect URL would be rejected: {}", messages))
    return session


def _check_mode(options: ConnectOptions, test: str, required: str) -> None:
    """Reject options with which the steps to provoke an error do not lead to it."""
    if options["reauthenticate"] is not None:
        raise UsageError(
            say(
                "--test {} needs a Connect URL in {} mode; that of --reauthenticate has no mode.",
                own(test),
                own(required),
            )
        )
    mode = options["mode"] or required
    if _OLDER_MODES.get(mode, mode) != required:
        raise UsageError(
            say("--test {} needs --mode {}; --expect {} works in any mode.", own(test), own(required), own(test))
        )
