"""The `--format` option, and the writers that it creates."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from connect_errors.cli.completion import complete_names
from connect_errors.cli.console import BadValueError, UsageError, standard_output
from connect_errors.escaping import shorten
from connect_errors.formats import Format, Registered, Settings
from connect_errors.outputs import atomic_write
from connect_errors.redaction import shown_argument, shown_source
from connect_errors.shown import Shown, own, say

STDIO = "-"
"""Stands for standard input or output in place of a file name."""

Output = tuple[str, Path | None]
"""A format and the file it is written to; None for standard output."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


def format_option(names: Iterable[str], variable: str) -> Callable[[_Command], _Command]:
    """Add `--format FORMAT[=FILE]`, repeatable; `variable` is the name of its environment variable."""
    return click.option(
        "--format",
        "outputs",
        callback=lambda _context, _option, values: _parse(values, tuple(names)),
        envvar=variable,
        metavar="FORMAT[=FILE]",
        multiple=True,
        default=["text"],
        shell_complete=complete_names(lambda: names),
        help=f"The output format: {', '.join(names)}; text by default. Repeatable; only one can go to standard output.",
    )


def _parse(values: tuple[str, ...], names: tuple[str, ...]) -> tuple[Output, ...]:
    """Parse each `FORMAT` or `FORMAT=FILE`, and reject two outputs to the same place."""
    outputs: list[Output] = []
    for value in values:
        name, equals, file = value.partition("=")
        if name not in names:
            raise BadValueError(say("'{}' is not one of {}.", shorten(shown_argument(name)), own(", ".join(names))))
        if equals and not file:
            raise BadValueError(say("give a file name after {}=.", own(name)))
        outputs.append((name, Path(file) if equals and file != STDIO else None))
    paths = [path for _, path in outputs]
    if paths.count(None) > 1:
        raise BadValueError(Shown("only one format can go to standard output; give the others a file: FORMAT=FILE."))
    if any(is_same_place(*pair) for pair in combinations(paths, 2)):
        raise BadValueError(Shown("two formats name the same file."))
    return tuple(outputs)


def is_same_place(first: Path | None, second: Path | None) -> bool:
    """Whether two outputs would overwrite each other; None is standard output, wherever it is redirected to."""
    if first and second:
        return os.path.realpath(first) == os.path.realpath(second)
    identity = _identity(first or 1)
    return first is second or (identity is not None and identity == _identity(second or 1))


def check_inputs(outputs: Iterable[Output], sources: Iterable[str]) -> None:
    """Check that no output would overwrite or extend an input, under any of its names.

    Raises:
        UsageError: an output would.
    """
    outputs_by_identity = {identity: path for _, path in outputs if (identity := _identity(path or 1))}
    for source in sources if outputs_by_identity else ():
        identity = _identity(0 if source == STDIO else source)
        if identity in outputs_by_identity:
            name = shorten(shown_source(source)) if source != STDIO else Shown("standard input")
            if outputs_by_identity[identity]:
                raise UsageError(say("--format would overwrite {}, which is also an input.", name))
            raise UsageError(say("standard output goes to {}, which is also an input.", name))


def _identity(file: str | Path | int) -> tuple[int, int] | None:
    """Return the device and inode of a regular file or a pipe; None for anything else."""
    try:
        status = os.fstat(file) if isinstance(file, int) else Path(file).stat()
    except (OSError, ValueError):  # the file does not exist, or is a URL
        return None
    has_identity = stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode)
    return (status.st_dev, status.st_ino) if has_identity else None


def open_writers(
    stack: ExitStack, formats: Mapping[str, Registered], outputs: Iterable[Output], color: str, settings: Settings
) -> list[Format]:
    """Create a writer for each output, and register its closing with the stack.

    Raises:
        OSError: an output cannot be written.
    """
    return [formats[name](*stack.enter_context(open_output(path, color, settings))) for name, path in outputs]


@contextmanager
def open_output(path: Path | None, color: str, settings: Settings) -> Iterator[tuple[TextIO, Settings]]:
    """Open an output: a file that is written atomically, or standard output.

    Raises:
        OSError: it cannot be written.
    """
    if path:
        with atomic_write(path) as stream:
            yield stream, settings._replace(color=color == "always")
        return
    stream = standard_output()
    yield stream, settings._replace(color=_wants_color(color, stream), width=_width(stream))


def _wants_color(when: str, stream: TextIO) -> bool:
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):  # no-color.org
        return False
    if os.environ.get("FORCE_COLOR"):  # force-color.org
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _width(stream: TextIO) -> int | None:
    if not stream.isatty() and "COLUMNS" not in os.environ:
        return None
    import shutil  # imports the archive formats, and is rarely needed

    return shutil.get_terminal_size((0, 0)).columns or None  # a serial line and COLUMNS=0 give no width
