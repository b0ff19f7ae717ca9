"""`connect-errors validate`: captures in, reports and an exit code out."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial

import click

from connect_errors.argument import read_argument, read_redirect, shell_note
from connect_errors.captures import INPUT_FORMATS, Capture, CaptureError
from connect_errors.captures.selection import AMBIGUOUS, REASONS
from connect_errors.catalog import outcomes
from connect_errors.check import Checker
from connect_errors.cli.completion import complete_files, complete_names
from connect_errors.cli.console import echo_error
from connect_errors.cli.exit_codes import ExitCode, exit_code_of, exit_code_table
from connect_errors.cli.expectation import as_utf_8, expectation_of
from connect_errors.cli.input import open_input
from connect_errors.cli.output import Output, check_inputs, color_option, format_option, open_output, quiet_option
from connect_errors.formats import FORMATS, Format, Settings, max_detail
from connect_errors.redaction import shown_source
from connect_errors.redirect import ARGUMENT, Place
from connect_errors.report import Detail, RedactedReport, Summary
from connect_errors.shown import Shown, say

_NO_URL = Shown(', and not a URL (no "://")')

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
    help="What the captures are; auto detects it by their content.",
)
@click.option(
    "--redirect-uri",
    "redirect_uris",
    metavar="URI",
    multiple=True,
    help="The registered redirect URI; repeatable. A URL or a list must have it; of other captures, only URLs at it "
    "count.",
)
@click.option("--state", metavar="TEXT", help="The state that was sent.")
@click.option(
    "--expect",
    metavar="OUTCOME",
    shell_complete=complete_names(outcomes),
    help="The outcome that each redirect must have, such as access_denied.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--show-values", is_flag=True, help="Show codes, states, VINs and user info too, instead of ***.")
@quiet_option
@color_option
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

    A CAPTURE is a URL (in quotes: the shell ends a command at &), a file, or - for standard input, which is read
    when there is none: text of any kind, such as logs, HTTP messages or mail; JSON of any shape, such as a HAR file; or
    a list of URLs.

    Every option can also come from the environment: CONNECT_ERRORS_VALIDATE_STATE is --state.
    """
    check_inputs(outputs, captures or ("-",))
    expectation = expectation_of(redirect_uris, state, expect)
    summary = Summary()
    unreadable = is_empty = False
    with ExitStack() as stack:
        settings = Settings(quiet=quiet, strict=strict)
        writers = [_writer(stack, output, color, settings) for output in outputs]
        detail = max_detail(writer.detail for writer in writers)
        checker = Checker(expectation, summary, show_values=show_values)
        for number, source in enumerate(captures or ("-",), 1):
            before = summary.redirects
            try:
                for report in _reports(source, number, input_format, checker, detail, partial(_flush, writers)):
                    for writer in writers:
                        writer.add(report)
            except CaptureError as error:
                unreadable = True
                name = shown_source(source)
                echo_error(say("{}: {}", name, error.message))
                for writer in writers:
                    writer.unreadable(name, error.message)
            is_empty = is_empty or summary.redirects == before
        for writer in writers:
            writer.finish(summary)
    if not summary.redirects and not unreadable:
        echo_error(Shown("no redirect was found"))
    if unreadable:
        ctx.exit(ExitCode.FAILURE)
    if strict and is_empty:
        ctx.exit(ExitCode.NO_REDIRECT)
    ctx.exit(exit_code_of(summary, strict=strict))


def _writer(stack: ExitStack, output: Output, color: str, settings: Settings) -> Format:
    name, path = output
    return FORMATS[name](*stack.enter_context(open_output(path, color, settings)))


def _flush(writers: Iterable[Format]) -> None:
    for writer in writers:
        writer.flush()


def _is_redirect(source: str) -> bool:
    """Tell a redirect from the name of a file: one that is there is a file, unless it has a scheme."""
    return "://" in source or (source != "-" and not os.path.lexists(source) and read_argument(source).is_redirect)


def _reports(
    source: str, number: int, input_format: str, checker: Checker, detail: Detail, flush: Callable[[], None]
) -> Iterator[RedactedReport]:
    """Check one CAPTURE of the command line, and yield the reports to show."""
    if _is_redirect(source):
        report = checker.check_one(read_redirect(as_utf_8(source), Place(ARGUMENT.source, number)))
        for note in (shell_note(source, report), *report.notes):
            if note:
                echo_error(note)
        yield report
        return
    from connect_errors.cli.progress import watched  # not needed for a URL

    gc.enable()  # a capture may be long
    with open_input(source, _NO_URL) as unwatched, watched(unwatched) as stream:
        name = shown_source(source)
        capture = Capture(name, stream, input_format, checker.expectation.redirect_uris, flush)
        is_read = False
        try:
            yield from checker.check(capture, detail)
            is_read = True
        finally:
            for note in _notes(capture, is_read=is_read):
                echo_error(say("{}: {}", name, note))
            if capture.cut_lines:
                lines = Shown("1 line is") if capture.cut_lines == 1 else say("{:,} lines are", capture.cut_lines)
                echo_error(say("{}: {} longer than 1 MiB, and read at the beginning only", name, lines))
            if capture.leaks:
                times = Shown("once") if capture.leaks == 1 else say("{:,} times", capture.leaks)
                leak = say("a Referer carries an authorization code, {}: the application leaks it", times)
                echo_error(say("{}: {}", name, leak))


def _notes(capture: Capture, *, is_read: bool) -> Iterator[Shown]:
    """Say what of a capture is not reported, so that nothing of it is passed over in silence."""
    for reason, count in sorted(capture.passed_over.items()):
        who = Shown("other URL passed over: it") if count == 1 else Shown("other URLs passed over: each")
        yield say("{:,} {} {}", count, who, Shown(REASONS[reason]))
    if is_read and not capture.passed_over and not capture.redirects and not capture.is_list:
        lines = say("{:,} {}, ", capture.lines, Shown("line") if capture.lines == 1 else Shown("lines"))
        urls = say("{:,} {}, ", capture.urls, Shown("URL") if capture.urls == 1 else Shown("URLs"))
        nothing = Shown("none") if capture.lines else Shown("nothing")
        seen = say("{}{}", lines if capture.lines else Shown(""), urls if capture.urls else Shown(""))
        yield say("{}{} with Connect's parameters", seen, nothing)
    if any(capture.passed_over[reason] for reason in AMBIGUOUS):
        yield Shown("if one of them is a redirect, name its address with --redirect-uri")
