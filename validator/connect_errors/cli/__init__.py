"""The command group. Each command's module is imported only when the command is called."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any

import click

from connect_errors.cli.console import (
    BadValueError,
    UsageError,
    blocking_streams,
    echo_error,
    ignore_closed_stderr,
    point_to_devnull,
    shorten,
    standard_output,
)
from connect_errors.cli.exit_codes import ExitCode
from connect_errors.paths import CatalogError
from connect_errors.redaction import shown_argument, shown_error, shown_message, shown_source
from connect_errors.shown import Shown, own, say
from connect_errors.suggestion import suggestion

_COMMANDS = {
    "validate": "connect_errors.cli.validate:validate",
    "explain": "connect_errors.cli.explain:explain",
    "list": "connect_errors.cli.list_errors:list_errors",
    "example": "connect_errors.cli.example:example",
    "schema": "connect_errors.cli.schema:schema",
    "listen": "connect_errors.cli.listen:listen",
    "drift": "connect_errors.cli.drift:drift",
}
"""The commands as entry points, by name, in the order of the help."""


class _Failure(click.ClickException):
    """An error of the tool or its environment."""

    exit_code = ExitCode.FAILURE

    def __init__(self, message: Shown) -> None:
        super().__init__(message)
        self.shown = message

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - always standard error
        echo_error(self.shown)


class _Group(click.Group):
    """Exits with an `ExitCode`; unexpected exceptions are left to `connect_errors.__main__`."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 - as in Click
        with blocking_streams():
            try:
                code: Any = super().main(*args, standalone_mode=False, **extra)  # type: ignore[call-overload] # passed on
            except click.ClickException as error:
                with ignore_closed_stderr():
                    error.show()
                code = error.exit_code
        if standalone_mode:
            sys.exit(code)
        return code

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401 - as in Click
        with _handle_errors():  # help and version are written here
            return super().make_context(*args, **extra)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # noqa: ANN401 - as in Click
        if args and any(mark in args[0] for mark in ("://", "?", "=")) and not args[0].startswith("-"):
            raise UsageError(Shown("To check a URL: connect-errors validate 'URL'"))
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            name = shorten(shown_argument(args[0]))
            raise UsageError(say("there is no command called {}{}", name, suggestion(args[0], _COMMANDS)))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in Click
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as in Click
        if cmd_name not in _COMMANDS:
            return None
        module, _, function = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as in Click
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # not every encoding has every character
        with _handle_errors():
            return super().invoke(ctx)


def _show_version(ctx: click.Context) -> None:
    from connect_errors import __version__  # slow to look up

    click.echo(f"{ctx.find_root().info_name} {__version__}", standard_output())
    ctx.exit()


@click.group(
    cls=_Group,
    no_args_is_help=False,  # versions of Click differ on whether this is a usage error
    context_settings={"auto_envvar_prefix": "CONNECT_ERRORS", "help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=lambda ctx, _option, value: _show_version(ctx) if value else None,
    help="Show the version and exit.",
)
def cli() -> None:
    """Check captured redirects of Smartcar Connect, and look up what to do about each error."""


@contextmanager
def _handle_errors() -> Iterator[None]:
    """Flush completed reports on any failure, then turn the failure into a message and an exit code."""
    try:
        try:
            yield
        except click.UsageError as error:
            raise _redact_usage_error(error) from error
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError as error:
        point_to_devnull(sys.stdout)
        raise click.exceptions.Exit(ExitCode.BROKEN_PIPE) from error
    except OSError as error:
        point_to_devnull(sys.stdout)
        # If no file is named, only the working directory can be missing.
        nameless = Shown("working directory") if isinstance(error, FileNotFoundError) else Shown("standard output")
        name = shown_source(os.fsdecode(error.filename)) if error.filename else nameless
        raise _Failure(say("{}: {}", name, shown_error(error))) from error
    except CatalogError as error:
        raise _Failure(own(str(error))) from error  # about our own files


def _redact_usage_error(error: click.UsageError) -> click.UsageError:
    """Mask what was typed: it may be a URL or a secret. Our own messages never quote either."""
    is_own = isinstance(error, (UsageError, BadValueError))
    message = Shown(error.format_message()) if is_own else shown_message(error.format_message())
    return click.UsageError(shorten(message), error.ctx)
