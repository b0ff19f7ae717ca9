"""The command line: options in, exit codes out. Each command has a module, imported only when it is called."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import IO, Any, TextIO

import click

from connect_errors.catalog import CatalogError
from connect_errors.escaping import escape_unprintable
from connect_errors.redaction import shown_text

EXIT_CODES = {
    0: "every redirect conforms",
    1: "at least one does not (with --strict: or has a warning)",
    2: "wrong usage, or a capture that could not be read",
    3: "no redirect was found in the captures",
    129: "the terminal was closed",
    130: "ended by Ctrl-C",
    141: "the reader of the output closed the pipe",
    143: "ended by SIGTERM",
}


_LONGEST_MESSAGE = 5000
"""Characters of an error or a note; it may have a path, of 4,096 at most."""

_COMMANDS = {
    "validate": "connect_errors.cli.validate:validate",
    "explain": "connect_errors.cli.explain:explain",
    "list": "connect_errors.cli.list_errors:list_errors",
    "example": "connect_errors.cli.example:example",
    "schema": "connect_errors.cli.schema:schema",
    "drift": "connect_errors.cli.drift:drift",
}
"""The commands, by name, in the order of the help; where each is, as entry points are written."""


def exit_code_table() -> str:
    """List the exit codes, for the end of a command's help."""
    rows = (f"  {code:<3}  {meaning}" for code, meaning in EXIT_CODES.items())
    return "\b\nExit codes:\n" + "\n".join(rows)


def complain(message: str) -> None:
    """Write an error of the tool, or a note, to standard error."""
    with _told_if_possible():
        click.echo(f"connect-errors: {_fit(message)}", err=True)


def _fit(message: str) -> str:
    """Make a message printable, and leave out its middle where an argument made it long."""
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[: _LONGEST_MESSAGE // 2]}…{message[-_LONGEST_MESSAGE // 2 :]}"
    return escape_unprintable(message)


def standard_output() -> TextIO:
    """Standard output.

    Raises:
        OSError: it is closed.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed", "standard output")
    return sys.stdout


def write_json(text: str) -> None:
    """Write JSON to standard output, in UTF-8 whatever the locale (RFC 8259 §8.1)."""
    click.echo(text.encode(), standard_output(), nl=False)


class _Failure(click.ClickException):
    """An error of the tool or of its surroundings."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - it always goes to standard error
        complain(self.message)


class _Group(click.Group):
    """Ends with the exit codes of `EXIT_CODES`, whatever happens."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 - as Click has it
        try:
            code: Any = super().main(*args, standalone_mode=False, **extra)  # type: ignore[call-overload] # passed on
        except click.ClickException as error:
            with _told_if_possible():
                error.show()
            code = error.exit_code
        if standalone_mode:
            sys.exit(code)
        return code

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401 - as Click has it
        with _faults():  # help and version are written here
            return super().make_context(*args, **extra)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # noqa: ANN401 - as Click has it
        if args and "://" in args[0]:
            ctx.fail("To check a URL: connect-errors validate 'URL'")
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as Click has it
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as Click has it
        if cmd_name not in _COMMANDS:
            return None
        module, _, function = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as Click has it
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # not every encoding has every character
        with _faults():
            return super().invoke(ctx)


@click.group(
    cls=_Group,
    no_args_is_help=False,  # not every version of Click counts it as wrong usage
    context_settings={"auto_envvar_prefix": "CONNECT_ERRORS", "help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="connect-errors", message="%(prog)s %(version)s")
def cli() -> None:
    """Check captured redirects of Smartcar Connect, and look up what to do about each error."""


@contextmanager
def _faults() -> Iterator[None]:
    """Write out what is reported already, whatever happens; then give what failed its message and its exit code."""
    try:
        try:
            yield
        except click.UsageError as error:
            raise _without_secrets(error) from error
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError as error:
        _abandon(sys.stdout)
        raise click.exceptions.Exit(141) from error
    except OSError as error:
        _abandon(sys.stdout)
        # Of all that names no file, only the working directory can be missing.
        nameless = "working directory" if isinstance(error, FileNotFoundError) else "standard output"
        raise _Failure(f"{error.filename or nameless}: {error.strerror or error}") from error
    except CatalogError as error:
        raise _Failure(str(error)) from error


def _without_secrets(error: click.UsageError) -> click.UsageError:
    """What was typed in the wrong place may be a URL."""
    words = (shown_text(word) if "://" in word else word for word in error.format_message().split(" "))
    return click.UsageError(_fit(" ".join(words)), error.ctx)


@contextmanager
def _told_if_possible() -> Iterator[None]:
    """Go on where standard error cannot be written: nobody can be told."""
    try:
        yield
    except OSError:
        _abandon(sys.stderr)


def _abandon(stream: TextIO) -> None:
    """Keep Python from flushing a standard stream once more when it ends."""
    with suppress(AttributeError, OSError, ValueError):  # there may be none
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
