"""`connect-errors listen`: redirects as they arrive on this machine in, reports and an exit code out."""

import errno
import os
import re
import secrets
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TextIO, get_args

import click

from connect_errors.argument import read_redirect
from connect_errors.catalog import errors
from connect_errors.check import Checker
from connect_errors.cli.console import UsageError, echo_error, point_to_devnull
from connect_errors.cli.exit_codes import EXIT_CODES, ExitCode, exit_code_of, exit_code_table
from connect_errors.cli.expectation import expect_option, expectation_of
from connect_errors.cli.listening import (
    instructions,
    open_browser,
    print_lines,
    silence_lines,
    tell_counts,
    tell_refused,
)
from connect_errors.cli.output import (
    Output,
    color_option,
    format_option,
    open_output,
    quiet_option,
    show_values_option,
    strict_option,
)
from connect_errors.escaping import shorten
from connect_errors.formats import LIVE_FORMATS, Format, Settings
from connect_errors.handbook import Page, page
from connect_errors.listen.authorize import DEFAULT_SCOPE, ConnectSession, Mode
from connect_errors.listen.page import report_page
from connect_errors.listen.server import LIMITS, Arrival, Event, Listener, Refused, Silence
from connect_errors.listen.sockets import ListenError
from connect_errors.outputs import whole_file
from connect_errors.redaction import shown_argument
from connect_errors.redirect import Place, Redirect
from connect_errors.report import RedactedReport, Summary
from connect_errors.shown import InvalidArgumentError, Shown, own, say
from connect_errors.suggestion import suggestion
from connect_errors.url import URL

_DEFAULT_PATH = "/callback"
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_MEANINGS = EXIT_CODES | {
    ExitCode.FAILURE: "wrong usage, or cannot listen at the port",
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
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen at; 0 takes a free one.",
)
@click.option("--path", metavar="PATH", help="The path of the callback; else that of --redirect-uri, or /callback.")
@click.option(
    "--redirect-uri",
    metavar="URI",
    help="The registered redirect URI, where a proxy or a tunnel leads from it to this port.",
)
@click.option("--state", metavar="TEXT", help="The state that was sent; with --client-id, else a fresh one.")
@expect_option
@click.option("--test", metavar="ERROR", help="Say how to provoke this error, expect it, and end when it has arrived.")
@click.option("--client-id", metavar="UUID", help="The application's id: print the URL that opens Connect.")
@click.option(
    "--open", "opens", envvar="CONNECT_ERRORS_LISTEN_OPEN", is_flag=True, help="Open that URL in the browser."
)
@click.option("--scope", metavar="TEXT", help=f"The permissions to ask for, separated by spaces; else {DEFAULT_SCOPE}.")
@click.option("--mode", type=click.Choice(get_args(Mode)), help="The mode of Connect; else live.")
@click.option("--single-select-vin", metavar="VIN", help="Offer this vehicle alone.")
@click.option("--reauthenticate", metavar="VEHICLE_ID", help="Authenticate a connected vehicle again.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after this many redirects.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="End after this time.")
@format_option(LIVE_FORMATS, "CONNECT_ERRORS_LISTEN_FORMAT")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the URLs into this file, which nobody else can read, one per line; masked unless --show-values.",
)
@strict_option
@show_values_option
@quiet_option
@color_option
@click.pass_context
def listen(
    ctx: click.Context,
    port: int,
    path: str | None,
    redirect_uri: str | None,
    state: str | None,
    expect: str | None,
    test: str | None,
    client_id: str | None,
    scope: str | None,
    mode: Mode | None,
    single_select_vin: str | None,
    reauthenticate: str | None,
    count: int | None,
    timeout: float | None,
    outputs: tuple[Output, ...],
    save: Path | None,
    *,
    strict: bool,
    show_values: bool,
    quiet: bool,
    color: str,
    opens: bool,
) -> None:
    """Receive redirects on this machine, and check each as it arrives.

    Register http://localhost:8000/callback as a redirect URI, run this, and go through Connect: the report is in the
    terminal and on the page where the browser arrives. Codes are never exchanged, stored or logged.

    An address that is pasted into the terminal is checked, too, such as that of a browser on another machine.

    Every option can also come from the environment: CONNECT_ERRORS_LISTEN_STATE is --state.
    """
    handbook = _handbook(test, expect)
    given = {
        "--scope": scope,
        "--mode": mode,
        "--single-select-vin": single_select_vin,
        "--reauthenticate": reauthenticate,
        "--open": opens or None,
    }
    if client_id is None and (needless := next((name for name, value in given.items() if value is not None), None)):
        raise UsageError(say("{} needs --client-id, from which the Connect URL is made.", own(needless)))
    if mode is None and reauthenticate is None and handbook and handbook.testing:
        mode = "simulated"  # where the test account is
    connect = None if client_id is None else _connect(client_id, state, scope, mode, single_select_vin, reauthenticate)
    given_uris = () if redirect_uri is None else (redirect_uri,)
    expectation = expectation_of(given_uris, connect.state if connect else state, test or expect)
    registered = next(iter(expectation.redirect_uris), None)
    path = _path(path, registered)
    summary = Summary()
    with ExitStack() as stack:
        settings = Settings(quiet=quiet, strict=strict)
        writers = [
            LIVE_FORMATS[name](*stack.enter_context(open_output(file, color, settings))) for name, file in outputs
        ]
        saved = stack.enter_context(whole_file(save, 0o600)) if save else None
        try:
            listener = stack.enter_context(Listener(port, path, registered, stdin=_stdin(), limits=LIMITS))
        except ListenError as error:
            echo_error(error.message)
            ctx.exit(ExitCode.FAILURE)
        expectation = replace(expectation, redirect_uris=(listener.redirect_uri,))
        print_lines(*instructions(listener.redirect_uri.text, connect, handbook))
        session = _Session(Checker(expectation, summary, show_values=show_values), writers, saved)
        if opens and connect:
            open_browser(connect.url(listener.redirect_uri.text))
        ended_by = session.wait(listener, timeout, lambda report: _is_enough(report, summary, count, test))
        summary.passed_over += listener.refusals.total()
        tell_counts(listener)
        _finish(writers, summary, is_closed=ended_by == ExitCode.HANGUP)
    if ended_by:
        ctx.exit(ended_by)
    if not summary.redirects:
        echo_error(Shown("no redirect arrived"))
    ctx.exit(exit_code_of(summary, strict=strict))


class _Session:
    """Checks what arrives, answers, and writes the reports."""

    def __init__(self, checker: Checker, writers: list[Format], saved: TextIO | None) -> None:
        self._checker = checker
        self._writers = writers
        self._saved = saved
        self._arrivals = 0

    def wait(
        self, listener: Listener, timeout: float | None, is_enough: Callable[[RedactedReport], bool]
    ) -> ExitCode | None:
        """Take what happens, until it is enough, the time is over or a signal comes; return the code of the signal."""
        try:
            with closing(listener.events(timeout, _signals())) as events:
                for event in events:
                    report = self.take(event, listener)
                    if report and is_enough(report):
                        break
        except OSError as error:
            if error.errno != errno.EIO or error.filename:
                raise
            return ExitCode.HANGUP  # the terminal is closed, and the signal that says so is still on its way
        return ExitCode(128 + listener.stopped_by) if listener.stopped_by else None

    def take(self, event: Event, listener: Listener) -> RedactedReport | None:
        """Do what an event asks for; return the report if it was a redirect."""
        if isinstance(event, Refused):
            tell_refused(event)
            return None
        if isinstance(event, Silence):
            print_lines(*silence_lines(listener.redirect_uri.text))
            return None
        if isinstance(event, Arrival):
            self._arrivals += 1
            report = self._checker.check_one(Redirect(URL(event.url), Place(Shown("listen"), self._arrivals)))
            event.answer(report_page(event.nonce, report))
        else:
            redirect = read_redirect(event.text, Place(Shown("-"), event.line))
            if redirect.must_be_absolute and redirect.url.problem and not redirect.url.too_long:
                echo_error(say("what was pasted is not an address: {}", redirect.url.problem[0]))
                return None
            report = self._checker.check_one(redirect)
            for note in report.notes:
                echo_error(note)
        for writer in self._writers:
            writer.add(report)
            writer.flush()
        if self._saved:
            self._saved.write(f"{report.url}\n")
        return report


def _is_enough(report: RedactedReport, summary: Summary, count: int | None, test: str | None) -> bool:
    return summary.redirects == count if count else test is not None and report.outcome == test


def _handbook(test: str | None, expect: str | None) -> Page | None:
    if test is None:
        return None
    if test not in errors():
        raise UsageError(say("no error is called {}{}", shown_argument(shorten(test)), suggestion(test, errors())))
    if expect not in (None, test):
        raise UsageError(Shown("--test and --expect name different outcomes."))
    return page(test)


def _connect(
    client_id: str,
    state: str | None,
    scope: str | None,
    mode: Mode | None,
    single_select_vin: str | None,
    vehicle_id: str | None,
) -> ConnectSession:
    state = secrets.token_urlsafe(16) if state is None else state
    try:
        return ConnectSession(client_id, state, scope, mode, single_select_vin, vehicle_id)
    except InvalidArgumentError as error:
        raise UsageError(error.message) from error


def _path(path: str | None, registered: URL | None) -> str:
    if path is None:
        return (registered.path or "/") if registered else _DEFAULT_PATH
    if not _PATH.fullmatch(path):
        raise UsageError(say("--path is not the path of a URL, such as /callback: {}", shown_argument(path)))
    return path


def _stdin() -> int | None:
    """Standard input, if something may arrive at it while this runs: a terminal or a pipe."""
    with suppress(AttributeError, OSError, ValueError):  # there may be none
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
        if os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            return descriptor
    return None


def _signals() -> tuple[int, ...]:
    """The signals that end the wait, less those that are ignored: nohup ignores one."""
    numbers = (getattr(signal, name, None) for name in ("SIGHUP", "SIGINT", "SIGTERM"))
    return tuple(number for number in numbers if number and signal.getsignal(number) != signal.SIG_IGN)


def _finish(writers: list[Format], summary: Summary, *, is_closed: bool) -> None:
    """Write what comes last; files are kept even where the terminal was closed."""
    for writer in writers:
        try:
            writer.finish(summary)
        except OSError:
            if not is_closed:
                raise
    if is_closed:
        with suppress(AttributeError):
            try:
                sys.stdout.flush()
            except OSError:
                point_to_devnull(sys.stdout)
