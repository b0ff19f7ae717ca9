"""`connect-errors drift`: compares pages of Smartcar's documentation with ours."""

import click

from connect_errors import handbook
from connect_errors.captures.stream import CaptureError, Stream
from connect_errors.catalog import errors
from connect_errors.cli.completion import complete_files
from connect_errors.cli.console import echo_error, standard_output
from connect_errors.cli.exit_codes import ExitCode
from connect_errors.cli.input import open_input
from connect_errors.cli.options import color_option, quiet_option, strict_option
from connect_errors.cli.output import Output, check_inputs, format_option, open_output
from connect_errors.drift.comparison import RESPONSE_PAGES, compare, summarize
from connect_errors.drift.formats import DRIFT_FORMATS
from connect_errors.formats.base import Settings
from connect_errors.redaction import shown_source
from connect_errors.shown import Shown, say

_MAX_PAGE = 64 * 1024
"""Maximum length of a page, in characters; Smartcar's longest page has a tenth of that."""

_EPILOG = """\b
Example:
  connect-errors drift access-denied.md no-vehicles.md

\b
Exit codes:
  0    the pages say what the schemas and the handbook say, or differ only in known ways
  1    at least one difference is new (with --strict: or a warning)
  2    wrong usage, or a page that could not be read
"""


@click.command(epilog=_EPILOG)
@click.argument("pages", nargs=-1, metavar="[PAGE]...", shell_complete=complete_files)
@format_option(DRIFT_FORMATS, "CONNECT_ERRORS_DRIFT_FORMAT")
@click.option(
    "--list",
    "only_list",
    envvar="CONNECT_ERRORS_DRIFT_LIST",
    is_flag=True,
    help="Print the addresses of the pages, one per line, and exit.",
)
@strict_option
@quiet_option
@color_option
@click.pass_context
def drift(
    ctx: click.Context,
    pages: tuple[str, ...],
    outputs: tuple[Output, ...],
    *,
    only_list: bool,
    strict: bool,
    quiet: bool,
    color: str,
) -> None:
    """Compare Smartcar's documentation with ours.

    A PAGE is the Markdown source of a page, published at the page's address with .md appended: a file, or - for
    standard input, the default. Nothing is downloaded. Known differences, on which a decision was made, are shown but
    do not cause a failure.
    """
    if only_list:
        sources = [handbook.page(code).upstream.source for code in errors()]
        click.echo("\n".join([*sources, *RESPONSE_PAGES]), standard_output())
        return
    check_inputs(outputs, pages or ("-",))
    reports = []
    unreadable: list[tuple[Shown, Shown]] = []
    for source in pages or ("-",):
        try:
            reports.append(compare(shown_source(source), _read(source)))
        except CaptureError as error:
            unreadable.append((shown_source(source), error.message))
            echo_error(say("{}: {}", *unreadable[-1]))
    result = summarize(reports, unreadable)
    for name, path in outputs:
        with open_output(path, color, Settings(quiet=quiet, strict=strict)) as (stream, settings):
            stream.write(DRIFT_FORMATS[name](result, stream, settings))
    if unreadable:
        ctx.exit(ExitCode.FAILURE)
    ctx.exit(ExitCode.FINDINGS if result.errors or (strict and result.warnings) else ExitCode.CONFORMS)


def _read(source: str) -> str:
    """Read a page.

    Raises:
        CaptureError: it cannot be read, or is too long.
    """
    if "://" in source:
        raise CaptureError(Shown("URLs are not downloaded: fetch the page and pass its file"))
    with open_input(source) as stream:
        text = ""
        for block in Stream(stream).blocks():
            text += f"{block}\n"
            if len(text) > _MAX_PAGE:
                raise CaptureError(say("pages are limited to {} KiB", _MAX_PAGE // 1024))
    return text
