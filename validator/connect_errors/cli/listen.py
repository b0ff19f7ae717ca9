"""`connect-errors listen`: checks redirects as they arrive on this machine."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import click

from connect_errors import lazy_re
from connect_errors.catalog import errors
from connect_errors.check import Checker
from connect_errors.cli.browser import open_browser
from connect_errors.cli.completion import complete_names
from connect_errors.cli.connect_options import ConnectOptions, connect_options, connect_session
from connect_errors.cli.console import UsageError, echo_error
from connect_errors.cli.exit_codes import EXIT_CODES, ExitCode, exit_code_of, exit_code_table
from connect_errors.cli.expectation import expectation_of
from connect_errors.cli.listen_messages import echo_counts, instructions, print_lines
from connect_errors.cli.listen_session import Session, finish, standard_input
from connect_errors.cli.numbers import Number, WholeNumber
from connect_errors.cli.options import expect_option, report_options
from connect_errors.cli.output import Output, format_option, is_same_place, open_writers
from connect_errors.escaping import shorten
from connect_errors.formats import LIVE_FORMATS, Settings
from connect_errors.handbook import Page, page
from connect_errors.listen.server import LIMITS, Listener
from connect_errors.listen.sockets import ListenError
from connect_errors.outputs import atomic_write
from connect_errors.redaction import shown_argument
from connect_errors.report import RedactedReport
from connect_errors.shown import Shown, say
from connect_errors.suggestion import suggestion
from connect_errors.summary import Summary
from connect_errors.url import URL

_DEFAULT_PATH = "/callback"
_PATH = lazy_re.pattern(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_MEANINGS = EXIT_CODES | {
    ExitCode.FAILURE: "wrong usage, or cannot listen on the port",
    ExitCode.NO_REDIRECT: "no redirect arrived before --timeout",
}
_EXAMPLES = """\b
Examples:
  connect-errors listen
  connect-errors listen --test access_denied --client-id UUID --open

"""


@click.command(epilog=_EXAMPLES + exit_code_table(_MEANINGS))
@click.option(
    "--port",
    type=WholeNumber(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on; 0 picks a free one.",
)
@click.option(
    "--path", metavar="PATH", help="The path of the callback; by default, that of --redirect-uri, or /callback."
)
@click.option(
    "--redirect-uri",
    metavar="URI",
    help="The registered redirect URI, if a proxy or a tunnel forwards it to this port.",
)
@click.option("--state", metavar="TEXT", help="The state that was sent; with --client-id, a new one by default.")
@expect_option
@click.option(
    "--test",
    metavar="ERROR",
    shell_complete=complete_names(errors),
    help="Show how to provoke this error, expect it, and stop when it arrives.",
)
@connect_options
@click.option("--count", type=WholeNumber(1), metavar="N", help="Stop after this many redirects.")
@click.option("--timeout", type=Number(0, min_open=True), metavar="SECONDS", help="Stop after this time.")
@format_option(LIVE_FORMATS, "CONNECT_ERRORS_LISTEN_FORMAT")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the URLs to this file, readable only by you, one per line; masked unless --show-values.",
)
@report_options
@click.pass_context
def listen(
    ctx: click.Context,
    port: int,
    path: str | None,
    redirect_uri: str | None,
    state: str | None,
    expect: str | None,
    test: str | None,
    count: int | None,
    timeout: float | None,
    outputs: tuple[Output, ...],
    save: Path | None,
    *,
    strict: bool,
    show_values: bool,
    quiet: bool,
    color: str,
    **connect_to: Unpack[ConnectOptions],
) -> None:
    """Receive redirects on this machine, and check each as it arrives.

    Register http://localhost:8000/callback as a redirect URI, run this, and go through Connect: the report appears in
    the terminal and on the page where the browser lands. Codes are never exchanged, stored or logged.

    You can also paste an address into the terminal, such as one from a browser on another machine.

    Every option can also be set in the environment: CONNECT_ERRORS_LISTEN_STATE sets --state.
    """
    handbook = _handbook(test, expect)
    expectation = expectation_of(() if redirect_uri is None else (redirect_uri,), state, test or expect)
    registered = next(iter(expectation.redirect_uris), None)
    path = _path(path, registered)
    address = registered.text if registered else f"http://localhost:{port}{path}"
    connect = connect_session(connect_to, expectation.state, address, handbook)
    if save and any(is_same_place(save, output) for _, output in outputs):
        raise UsageError(Shown("--save and --format name the same file."))
    summary = Summary()
    with ExitStack() as stack:
        writers = open_writers(stack, LIVE_FORMATS, outputs, color, Settings(quiet=quiet, strict=strict))
        saved = stack.enter_context(atomic_write(save, 0o600)) if save else None
        try:
            listener = stack.enter_context(Listener(port, path, registered, stdin=standard_input(), limits=LIMITS))
        except ListenError as error:
            echo_error(error.message)
            ctx.exit(ExitCode.FAILURE)
        expectation = replace(
            expectation,
            redirect_uris=(listener.redirect_uri,),
            state=connect.state if connect else expectation.state,
        )
        print_lines(*instructions(listener.redirect_uri.text, connect, handbook))
        if connect_to["opens"] and connect:
            open_browser(connect.url(listener.redirect_uri.text))
        session = Session(Checker(expectation, summary, show_values=show_values), writers, saved)
        ended_by = session.wait(listener, timeout, lambda report: _is_enough(report, summary, count, test))
        summary.passed_over += listener.refusals.total()
        echo_counts(listener)
        finish(writers, summary, is_closed=ended_by == ExitCode.HANGUP)
    if ended_by:
        ctx.exit(ended_by)
    if not summary.redirects:
        echo_error(Shown("no redirect arrived"))
    ctx.exit(exit_code_of(summary, strict=strict))


def _is_enough(report: RedactedReport, summary: Summary, count: int | None, test: str | None) -> bool:
    return summary.redirects == count or (test is not None and report.outcome == test)


def _handbook(test: str | None, expect: str | None) -> Page | None:
    if test is None:
        return None
    if test not in errors():
        raise UsageError(
            say("there is no error called {}{}", shorten(shown_argument(test)), suggestion(test, errors()))
        )
    if expect not in (None, test):
        raise UsageError(Shown("--test and --expect name different outcomes."))
    return page(test)


def _path(path: str | None, registered: URL | None) -> str:
    if path is None:
        return (registered.path or "/") if registered else _DEFAULT_PATH
    if not _PATH.fullmatch(path):
        raise UsageError(say("--path is not the path of a URL, such as /callback: {}", shown_argument(path)))
    return path
