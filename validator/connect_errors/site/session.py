"""A command line and what it prints: the tool itself judges the redirects that the site shows."""

import io
import re
import shlex
from collections.abc import Mapping

from connect_errors import validate
from connect_errors.argument import shell_note
from connect_errors.formats import FORMATS, Settings
from connect_errors.report import Summary

WIDTH = 80
"""The columns of the terminal that is shown."""

_LONG_RUN_OF_ZEROS = re.compile("0{1000,}$")


def session(url: str, options: Mapping[str, str] | None = None) -> str:
    """The command line that judges a redirect, and what it prints on a terminal of `WIDTH` columns."""
    options = options or {}
    report = validate(url, **options)
    summary = Summary()
    summary.add(report)
    stream = io.StringIO()
    output = FORMATS["text"](stream, Settings(width=WIDTH))
    output.add(report.redacted())
    output.finish(summary)
    words = ["connect-errors", "validate"]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", shlex.quote(value)]
    notes = filter(None, (shell_note(url, report), *report.notes))
    printed = "".join(f"connect-errors: {note}\n" for note in notes) + stream.getvalue().rstrip()
    return f"$ {' '.join(words)} {_argument(url)}\n{printed}"


def _argument(url: str) -> str:
    """Quote a URL for a shell; one that is too long is left to the shell to make."""
    if zeros := _LONG_RUN_OF_ZEROS.search(url):
        return f'"{url[: zeros.start()]}$(printf %0{len(zeros[0])}d 0)"'
    return shlex.quote(url) if shlex.quote(url) != url else f"'{url}'"
