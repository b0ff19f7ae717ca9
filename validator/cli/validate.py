"""`connect-errors validate`: captures in, reports and an exit code out."""

import errno
import gc
import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO, cast

import click

from validator.captures import INPUT_FORMATS, Capture, CaptureError
from validator.cli import complain, exit_code_table
from validator.formats import FORMATS, Format, Settings, Shown, most_shown
from validator.judge import Expectation, judge
from validator.outputs import whole_file
from validator.redaction import brief, redact, shown_text
from validator.redirect import Place, Redirect
from validator.report import Report, Summary
from validator.url import URL

EXAMPLE = """\b
Example:
  connect-errors validate 'https://example.com/home?error=access_denied'

"""


def _parse_formats(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, Path | None], ...]:
    """Read each `FORMAT` or `FORMAT=FILE`, and see that no two share a place."""
    formats = []
    for value in values:
        name, equals, file = value.partition("=")
        if name not in FORMATS:
            raise click.BadParameter(f"{brief(name)!r} is none of {', '.join(FORMATS)}.")
        if equals and not file:
            raise click.BadParameter(f"name a file behind {name}=.")
        formats.append((name, Path(file) if equals else None))
    places = [path and os.path.realpath(path) for _, path in formats]
    if places.count(None) > 1:
        raise click.BadParameter("only one can be on standard output; give the others a file: FORMAT=FILE.")
    if len(set(places)) < len(places):
        raise click.BadParameter("two of them name the same file.")
    return tuple(formats)


@click.command(epilog=EXAMPLE + exit_code_table())
@click.argument("captures", nargs=-1, metavar="[CAPTURE]...")
@click.option(
    "--format",
    "formats",
    callback=_parse_formats,
    envvar="CONNECT_ERRORS_VALIDATE_FORMAT",
    metavar="FORMAT[=FILE]",
    multiple=True,
    default=["text"],
    help=f"How to report: {', '.join(FORMATS)}; text by default. Repeatable, with one on standard output.",
)
@click.option(
    "--input-format",
    type=click.Choice(INPUT_FORMATS),
    default="auto",
    show_default=True,
    help="What the captures are; auto tells it by their content.",
)
@click.option(
    "--redirect-uri",
    metavar="URI",
    help="The registered redirect URI. A URL or a list must have it; of other captures, only URLs at it count.",
)
@click.option("--state", metavar="TEXT", help="The state that was sent.")
@click.option("--expect", metavar="OUTCOME", help="The outcome that each redirect must have, such as access_denied.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--show-values", is_flag=True, help="Show codes, states, VINs and user info too, instead of ***.")
@click.option("-q", "--quiet", is_flag=True, help="Show the summary alone.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use colors; auto heeds NO_COLOR and FORCE_COLOR.",
)
@click.pass_context
def validate(
    ctx: click.Context,
    captures: tuple[str, ...],
    formats: tuple[tuple[str, Path | None], ...],
    input_format: str,
    redirect_uri: str | None,
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
    when there is none: a list of URLs, HTTP messages, an access log or a HAR file.

    Every option can also come from the environment: CONNECT_ERRORS_VALIDATE_STATE is --state.
    """
    expectation = _expectation(redirect_uri, state, expect)
    summary = Summary()
    unreadable = False
    with ExitStack() as outputs:
        settings = Settings(quiet=quiet, strict=strict)
        writers = [outputs.enter_context(_writer(name, path, color, settings)) for name, path in formats]
        shows = most_shown(writer.shows for writer in writers)
        for number, source in enumerate(captures or ("-",), 1):
            try:
                for report in _reports(source, number, input_format, expectation, summary, shows):
                    shown = redact(report, show_values=show_values)
                    for writer in writers:
                        writer.add(shown)
            except CaptureError as error:
                unreadable = True
                name = shown_text(source)
                complain(f"{name}: {error}")
                for writer in writers:
                    writer.unreadable(name, str(error))
        for writer in writers:
            writer.finish(summary)
    if not summary.redirects and not unreadable:
        complain(_why_nothing(summary, expectation))
    if unreadable:
        ctx.exit(2)
    if not summary.redirects:
        ctx.exit(3)
    ctx.exit(1 if summary.errors or (strict and summary.warnings) else 0)


def _expectation(redirect_uri: str | None, state: str | None, expect: str | None) -> Expectation:
    try:
        return Expectation(None if redirect_uri is None else URL(redirect_uri), state, expect)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _why_nothing(summary: Summary, expectation: Expectation) -> str:
    if expectation.redirect_uri and summary.passed_over:
        return "no redirect was found: no URL is at --redirect-uri"
    return "no redirect was found: no list of URLs, and no HTTP message, log or HAR file with a URL of Connect's"


@contextmanager
def _writer(name: str, path: Path | None, color: str, settings: Settings) -> Iterator[Format]:
    if path:
        with whole_file(path) as stream:
            yield FORMATS[name](stream, settings._replace(color=color == "always"))
    else:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed", "standard output")
        here = settings._replace(color=_wants_color(color, sys.stdout), width=_width(sys.stdout))
        yield FORMATS[name](sys.stdout, here)


def _wants_color(when: str, stream: TextIO) -> bool:
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):  # no-color.org
        return False
    if os.environ.get("FORCE_COLOR"):  # force-color.org
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _width(stream: TextIO) -> int | None:
    return shutil.get_terminal_size().columns if stream.isatty() or "COLUMNS" in os.environ else None


def _reports(
    source: str, number: int, input_format: str, expectation: Expectation, summary: Summary, shows: Shown
) -> Iterator[Report]:
    """Judge one CAPTURE of the command line, and yield the reports to show."""
    if "://" in source:
        report = judge(Redirect(URL(source), Place("argument", number)), expectation)
        summary.add(report)
        is_cut_off = "&" not in source and any(finding.rule == "missing-parameter" for finding in report.findings)
        if is_cut_off and sys.stderr and sys.stderr.isatty():
            complain("a shell ends a command at &: put the URL in quotes, if it has more parameters")
        yield report
        return
    from validator.bulk import reports  # not needed for a URL
    from validator.cli.progress import watched

    gc.enable()  # a capture may be long
    with _open(source) as opened, watched(opened) as stream:
        name = shown_text(source)
        capture = Capture(source, stream, input_format, expectation.redirect_uri)
        try:
            yield from reports(capture, expectation, summary, shows)
        finally:
            summary.passed_over += capture.passed_over
            if capture.passed_over:
                complain(f"{name}: {capture.passed_over:,} other URL{'s'[: capture.passed_over != 1]} passed over")
            if capture.cut_lines:
                lines = "1 line is" if capture.cut_lines == 1 else f"{capture.cut_lines:,} lines are"
                complain(f"{name}: {lines} longer than 1 MiB, and read at the beginning only")
            if capture.leaks:
                times = "once" if capture.leaks == 1 else f"{capture.leaks:,} times"
                complain(f"{name}: a Referer carries an authorization code, {times}: the application leaks it")


@contextmanager
def _open(source: str) -> Iterator[io.BufferedReader]:
    if source == "-":
        if sys.stdin is None:
            raise CaptureError("standard input is closed")
        if sys.stdin.isatty():
            complain("reading standard input; end it with Ctrl-D")
        yield cast("io.BufferedReader", sys.stdin.buffer)
        return
    if not source:
        raise CaptureError("an empty argument names no capture")
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - closed below; an error while reading is not one of opening
    except FileNotFoundError as error:
        raise CaptureError("no such file, and no URL, which has :// behind its scheme") from error
    except IsADirectoryError as error:
        raise CaptureError("it is a directory; name the files in it") from error
    except OSError as error:
        raise CaptureError(error.strerror or str(error)) from error
    with stream:
        yield stream
