"""`connect-errors example`: prints redirects that Connect would send, or that each break a rule, to test a handler."""

import click
from click.core import ParameterSource

from connect_errors.address import registration_note
from connect_errors.catalog import outcomes
from connect_errors.cli.completion import complete_names
from connect_errors.cli.console import UsageError, echo_error, standard_output, write_json
from connect_errors.cli.numbers import Number
from connect_errors.cli.options import color_option
from connect_errors.example_redirects import CALLBACK, examples
from connect_errors.invalid_redirects import invalid_examples
from connect_errors.shown import InvalidArgumentError, Shown, own, say
from connect_errors.url import URL

DEFAULT_TIMEOUT = 10
"""Seconds to wait for a handler's response."""

EPILOG = """\b
Examples:
  connect-errors example access_denied --redirect-uri http://localhost:8000/callback --state 8c5f31
  connect-errors example --all --invalid | connect-errors validate -
  connect-errors example --all --invalid --send http://localhost:8000/callback \\
    --start http://localhost:8000/connect

\b
Exit codes with --send:
  0    every example was answered as expected
  1    at least one was not: the handler failed, refused what it must answer, or
       treated as a success what it must refuse
  2    wrong usage, nothing is listening, or no session starts
"""


@click.command(epilog=EPILOG)
@click.argument("names", nargs=-1, metavar="[OUTCOME]...", shell_complete=complete_names(outcomes))
@click.option(
    "--all", "every", envvar="CONNECT_ERRORS_EXAMPLE_ALL", is_flag=True, help="Make one for every error and success."
)
@click.option(
    "--redirect-uri", metavar="URI", help=f"Where the redirect goes; its own query is kept. By default {CALLBACK}."
)
@click.option("--state", metavar="TEXT", help="The state that was sent, which the redirect returns.")
@click.option("--optional", is_flag=True, help="Add all optional parameters.")
@click.option("--invalid", is_flag=True, help="Make redirects that each break one rule.")
@click.option(
    "--format",
    "output_format",
    envvar="CONNECT_ERRORS_EXAMPLE_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="One URL per line, or each with its outcome and the rule that it breaks.",
)
@click.option("--send", metavar="URL", help="Send them to the handler at this URL, and show its responses.")
@click.option("--start", metavar="URL", help="With --send: the URL that starts a session; requested for each example.")
@click.option("--cookie", metavar="TEXT", help="With --send: the session's cookies, such as 'session=8c5f31'.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=Number(0.1, 600),
    default=DEFAULT_TIMEOUT,
    show_default=True,
    help="With --send: the time limit for each request.",
)
@color_option
@click.pass_context
def example(
    ctx: click.Context,
    names: tuple[str, ...],
    redirect_uri: str | None,
    state: str | None,
    output_format: str,
    send: str | None,
    start: str | None,
    cookie: str | None,
    timeout: float,
    color: str,
    *,
    every: bool,
    optional: bool,
    invalid: bool,
) -> None:
    """Print redirects to test a handler with.

    An OUTCOME is an error, such as access_denied, or a success, such as authorization_code. Its redirect is what
    Connect would send: it conforms. Values come from the examples in the schemas.

    With --send, each is sent to your handler as a browser would send it, and a table shows the responses. Redirects
    that conform are sent first, even with --invalid. The redirect URI defaults to the URL of --send.
    """
    if names and every:
        raise UsageError(Shown("name outcomes or use --all, not both."))
    if not names and not every:
        raise UsageError(Shown("name one or more outcomes, or use --all for every one."))
    if send is not None:
        from connect_errors.cli.send import send_examples  # the HTTP client is a large import

        if start is not None and state is not None:
            raise UsageError(Shown("--start gets a new state for each example: give --state or --start, not both."))
        session = {"start": start, "cookie": cookie or "", "timeout": timeout}
        choice = {"redirect_uri": redirect_uri or send, "state": state, "optional": optional, "invalid": invalid}
        ctx.exit(send_examples(names, send, session, choice, output_format, color))
    for name in ("start", "cookie", "timeout"):
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise UsageError(say("--{} needs --send.", own(name)))
    make = invalid_examples if invalid else examples
    try:
        redirects = make(*names, redirect_uri=redirect_uri, state=state, optional=optional)
    except InvalidArgumentError as error:
        raise UsageError(error.message) from error
    if redirect_uri is not None and (note := registration_note(URL(redirect_uri))):
        echo_error(note)
    if output_format == "json":
        from connect_errors.site.data import example_list, to_json  # a large import

        write_json(to_json(example_list(redirects)))
    else:
        click.echo("\n".join(redirect.url for redirect in redirects), standard_output())
