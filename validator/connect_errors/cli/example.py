"""`connect-errors example`: redirects that Connect would send, or that break a rule, to test a handler with."""

import click

from connect_errors.address import registration_note
from connect_errors.cli.console import echo_error, standard_output, write_json
from connect_errors.example_redirects import CALLBACK, examples
from connect_errors.invalid_redirects import invalid_examples
from connect_errors.url import URL

EPILOG = """\b
Examples:
  connect-errors example access_denied --redirect-uri http://localhost:8000/callback --state 8c5f31
  connect-errors example --all --invalid | connect-errors validate -
"""


@click.command(epilog=EPILOG)
@click.argument("names", nargs=-1, metavar="[OUTCOME]...")
@click.option(
    "--all", "every", envvar="CONNECT_ERRORS_EXAMPLE_ALL", is_flag=True, help="Make one for every error and success."
)
@click.option("--redirect-uri", metavar="URI", help=f"Where it comes to; a query of its own is kept. Else {CALLBACK}.")
@click.option("--state", metavar="TEXT", help="The state that was sent, and comes back.")
@click.option("--optional", is_flag=True, help="Add all optional parameters.")
@click.option("--invalid", is_flag=True, help="Make redirects that each break one rule.")
@click.option(
    "--format",
    "output_format",
    envvar="CONNECT_ERRORS_EXAMPLE_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A URL a line, or each with its outcome, and the rule that it breaks.",
)
def example(
    names: tuple[str, ...],
    redirect_uri: str | None,
    state: str | None,
    output_format: str,
    *,
    every: bool,
    optional: bool,
    invalid: bool,
) -> None:
    """Print redirects to test a handler with.

    An OUTCOME is an error, such as access_denied, or a success, such as authorization_code. Its redirect is what
    Connect would send: it conforms. Values come from the examples of the schemas.
    """
    if bool(names) == every:
        raise click.UsageError("name an outcome or several, or take every one with --all.")
    make = invalid_examples if invalid else examples
    try:
        found = make(*names, redirect_uri=redirect_uri, state=state, optional=optional)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if redirect_uri is not None and (note := registration_note(URL(redirect_uri))):
        echo_error(note)
    if output_format == "json":
        from connect_errors.site.data import example_list, to_json  # a large import

        write_json(to_json(example_list(found)))
    else:
        click.echo("\n".join(one.url for one in found), standard_output())
