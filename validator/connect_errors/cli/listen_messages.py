"""Messages of `listen` on standard error: what to register and open, refused requests, and why nothing arrives."""

import click

from connect_errors.cli.console import echo_error, ignore_closed_stderr
from connect_errors.escaping import escape_unprintable
from connect_errors.handbook import Page
from connect_errors.listen.authorize import ConnectSession
from connect_errors.listen.provoke import steps
from connect_errors.listen.server import Listener, Refused
from connect_errors.shown import Shown, counted, say


def print_lines(*lines: str) -> None:
    """Write lines to standard error."""
    with ignore_closed_stderr():
        for line in lines:
            click.echo(escape_unprintable(line), err=True)


def instructions(redirect_uri: str, connect: ConnectSession | None, handbook: Page | None) -> list[str]:
    """Return the instructions to get a redirect: what to register, the Connect URL, the steps that provoke an error."""
    lines = [f"Register this redirect URI:  {redirect_uri}"]
    if connect:
        lines.append(f"Open Connect:                {connect.url(redirect_uri)}")
    if handbook:
        lines += ["", f"To get {handbook.title}:", *(f"  {line}" for line in steps(handbook)), ""]
    return [*lines, "Waiting for redirects; you can also paste an address here. Press Ctrl-C to stop."]


def silence_lines(redirect_uri: str) -> list[str]:
    """Explain why no redirect arrives: the errors that Connect shows instead of redirecting, and their fixes."""
    return [
        "No redirect so far. Connect does not redirect if its page shows one of these:",
        f"  400: Unauthorized redirect_uri: register exactly {redirect_uri}",
        "  400: Invalid parameter client_id: use the application's id, a UUID, not an API client's (client_…)",
        '  400: Missing required parameter: "response_type": add response_type=code to the Connect URL',
        "If the browser is on another machine, paste the address where it ended up.",
    ]


def echo_refused(refused: Refused) -> None:
    """Report why a request was refused."""
    echo_error(say("{} a request: {}", _verb(refused), refused.reason))


def echo_counts(listener: Listener) -> None:
    """Report the number of refused requests, for reasons that occurred repeatedly, and of repeated redirects."""
    for refused, count in listener.refusals.items():
        if count > 1:
            echo_error(say("{:,} requests {}: {}", count, _verb(refused), refused.reason))
    if listener.repetitions:
        requests = counted(listener.repetitions, "request was", "requests were")
        echo_error(say("{} for a redirect that had already arrived; each redirect is counted once", requests))


def _verb(refused: Refused) -> Shown:
    return Shown("passed over") if refused.is_harmless else Shown("refused")
