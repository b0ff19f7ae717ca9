"""`connect-errors validate`: checks captures, and reports what it finds."""

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import partial

import click

from connect_errors.address import is_at, registration_note
from connect_errors.argument import read_argument, read_redirect, shell_note
from connect_errors.capture_report import CaptureReport
from connect_errors.captures import INPUT_FORMATS, Capture, CaptureError
from connect_errors.check import Checker
from connect_errors.cli.completion import complete_files
from connect_errors.cli.console import echo_error
from connect_errors.cli.exit_codes import ExitCode, exit_code_of, exit_code_table
from connect_errors.cli.expectation import as_utf_8, expectation_of
from connect_errors.cli.input import open_input
from connect_errors.cli.options import expect_option, report_options
from connect_errors.cli.output import Output, check_inputs, format_option, open_writers
from connect_errors.connect_url import is_connect_url
from connect_errors.formats import FORMATS, Format, Settings, max_detail
from connect_errors.redaction import shown_source
from connect_errors.redirect import ARGUMENT, Place, Redirect
from connect_errors.shown import Shown, own, say
from connect_errors.summary import Summary
from connect_errors.url import URL

EXAMPLE = """\b
Example:
  connect-errors validate 'https://example.com/home?error=access_denied'

"""


@click.command(epilog=EXAMPLE + exit_code_table())
@click.argument("captures", nargs=-1, metavar="[CAPTURE]...", shell_complete=complete_files)
@format_option(FORMATS, "CONNECT_ERRORS_VALIDATE_FORMAT")
@click.option(
    "--input-format",
    type=click.Choice(INPUT_FORMATS),
    default="auto",
    show_default=True,
    help="The format of the captures; auto detects it from their content.",
)
@click.option(
    "--redirect-uri",
    "redirect_uris",
    metavar="URI",
    envvar="CONNECT_ERRORS_VALIDATE_REDIRECT_URI",
    multiple=True,
    help="The registered redirect URI; repeatable, separated by spaces in the environment. A URL or a list must match "
    "it; in other captures, only URLs at it count.",
)
@click.option("--state", metavar="TEXT", help="The state that was sent.")
@expect_option
@report_options
@click.pass_context
def validate(
    ctx: click.Context,
    captures: tuple[str, ...],
    outputs: tuple[Output, ...],
    input_format: str,
    redirect_uris: tuple[str, ...],
    state: str | None,
    expect: str | None,
    *,
    strict: bool,
    show_values: bool,
    quiet: bool,
    color: str,
) -> None:
    """Check redirects against the schemas.

    A CAPTURE is a URL (in quotes: the shell ends a command at &), a file, or - for standard input, the default. A file
    holds text of any kind, such as logs, HTTP messages or mail; JSON of any shape, such as a HAR file; or a list of
    URLs.

    Every option can also be set in the environment: CONNECT_ERRORS_VALIDATE_STATE sets --state.
    """
    check_inputs(outputs, captures or ("-",))
    expectation = expectation_of(redirect_uris, state, expect)
    summary = Summary()
    unreadable = is_empty = False
    with ExitStack() as stack:
        settings = Settings(quiet=quiet, strict=strict)
        writers = open_writers(stack, FORMATS, outputs, color, settings)
        checker = Checker(expectation, summary, show_values=show_values)
        for number, source in enumerate(captures or ("-",), 1):
            if _is_redirect(source):
                capture = _check_argument(source, number, checker, writers)
            else:
                capture = _check_capture(source, input_format, checker, writers)
            for writer in writers:
                writer.add_capture(capture)
            unreadable = unreadable or capture.unreadable is not None
            is_empty = is_empty or not capture.redirects
        for writer in writers:
            writer.finish(summary)
    if not summary.redirects and not unreadable:
        echo_error(Shown("no redirect was found"))
    if unreadable:
        ctx.exit(ExitCode.FAILURE)
    if strict and is_empty:
        ctx.exit(ExitCode.NO_REDIRECT)
    ctx.exit(exit_code_of(summary, strict=strict))


def _hint(source: str) -> Shown:
    """Say what an argument might be instead of a file."""
    from connect_errors.lookup import look_up  # not needed for a file

    matches = look_up(source)
    if len(matches) == 1 and matches[0].topic.kind == "error":
        return say("; what the error means: connect-errors explain {}", own(matches[0].topic.name))
    return Shown(", and not a URL or a query such as error=access_denied")


def _flush(writers: Iterable[Format]) -> None:
    for writer in writers:
        writer.flush()


def _is_redirect(source: str) -> bool:
    """Whether an argument is a redirect, not a file name: an existing file is a file unless the name has a scheme."""
    return "://" in source or (source != "-" and not os.path.lexists(source) and read_argument(source).is_redirect)


def _check_argument(source: str, number: int, checker: Checker, writers: Sequence[Format]) -> CaptureReport:
    """Check a redirect given as an argument."""
    redirect = read_redirect(as_utf_8(source), Place(ARGUMENT.source, number))
    report = checker.check_one(redirect)
    argument_notes = shell_note(source, report), _registration_note(redirect, checker.expectation.redirect_uris)
    notes = (*filter(None, argument_notes), *report.notes)
    for note in notes:
        echo_error(note)
    for writer in writers:
        writer.add(report)
    return CaptureReport(ARGUMENT.source, "argument", redirects=1, notes=notes)


def _registration_note(redirect: Redirect, registered: Sequence[URL]) -> Shown | None:
    """Note that Smartcar would not redirect to an address, unless it is a registered one, noted already."""
    url = redirect.url
    if not redirect.must_be_absolute or url.problem or is_connect_url(url) or is_at(url, registered):
        return None
    return registration_note(url)


def _check_capture(source: str, input_format: str, checker: Checker, writers: Sequence[Format]) -> CaptureReport:
    """Check a file, or standard input."""
    from connect_errors.captures.report import report_on, sentences  # not needed for a URL
    from connect_errors.cli.progress import show_progress

    name = shown_source(source)
    detail = max_detail(writer.detail for writer in writers)
    capture = None
    unreadable = None
    try:
        with open_input(source, _hint) as raw_stream, show_progress(raw_stream) as stream:
            registered = checker.expectation.redirect_uris
            capture = Capture(name, stream, input_format, registered, partial(_flush, writers))
            for reports in checker.check_in_batches(capture, detail):
                for writer in writers:
                    writer.add_batch(reports)
    except CaptureError as error:
        unreadable = error.message
    capture_report = report_on(capture, unreadable) if capture else CaptureReport(name, unreadable=unreadable)
    for sentence in sentences(capture_report):
        echo_error(say("{}: {}", name, sentence))
    if unreadable is not None:
        echo_error(say("{}: {}", name, unreadable))
    return capture_report
