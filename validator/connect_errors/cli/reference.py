"""The command-line reference, generated from the commands."""

import click

from connect_errors import lazy_re
from connect_errors.cli import cli
from connect_errors.cli.exit_codes import EXIT_CODES
from connect_errors.formats import FORMATS
from connect_errors.site.markdown import Section, code, fence, paragraphs, table

_AS_TYPED = lazy_re.pattern(r"(?<![\w`-])(?:--[a-z][a-z-]+|[A-Z]+(?:_[A-Z]+)+)(?![\w`])")
"""An option, or the name of an environment variable."""
_DEFAULT = lazy_re.pattern(r"\s*\[default: \(?(.*?)\)?\]$")


def _command_line() -> str:
    group = click.Context(cli, info_name="connect-errors", **cli.context_settings)
    commands = {name: cli.get_command(group, name) for name in cli.list_commands(group)}
    return paragraphs(*(_command(name, command, group) for name, command in commands.items() if command))


def _command(name: str, command: click.Command, group: click.Context) -> str:
    context = click.Context(command, info_name=name, parent=group)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = [option for option in command.params if isinstance(option, click.Option)]
    return paragraphs(
        f"## {name}",
        fence(usage),
        *(_mark_code(" ".join(part.split())) for part in (command.help or "").split("\n\n")),
        *(_option(option, context) for option in options),
    )


def _option(option: click.Option, context: click.Context) -> str:
    names, text = option.get_help_record(context) or ("", "")
    text = _DEFAULT.sub(r" Default: `\1`.", _mark_code(text)).replace("***", "`***`")
    return f"{code(names)}\n:   {text} Environment: {code(_variable(option, context))}."


def _mark_code(text: str) -> str:
    return _AS_TYPED.sub(r"`\g<0>`", text)


def _variable(option: click.Option, context: click.Context) -> str:
    if isinstance(option.envvar, str):
        return option.envvar
    return f"{context.auto_envvar_prefix}_{(option.name or '').upper()}"


def _exit_codes() -> str:
    return table(("Exit code", "Meaning"), ((code(str(number)), meaning) for number, meaning in EXIT_CODES.items()))


def _formats() -> str:
    return table(("Format", "What it is"), ((code(name), entry.description) for name, entry in FORMATS.items()))


COMMAND_LINE_SECTIONS: dict[str, Section] = {
    "command-line": _command_line,
    "exit-codes": _exit_codes,
    "formats": _formats,
}
"""The sections of the command-line reference, by marker."""
