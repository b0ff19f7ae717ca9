"""The command-line reference, generated from the commands."""

import click

from connect_errors import lazy_re
from connect_errors.cli import cli
from connect_errors.cli.exit_codes import EXIT_CODES
from connect_errors.formats import FORMATS
from connect_errors.site.markdown import Section, code, fence, paragraphs, table

_AS_TYPED = lazy_re.pattern(r"(?<![\w`-])(?:--[a-z][a-z-]+|[A-Z]+(?:_[A-Z]+)+)(?![\w`])")
"""An option, or the name of an environment variable."""


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
    names, _ = option.get_help_record(context) or ("", "")
    text = _mark_code(option.help or "").replace("***", "`***`")
    parts = (text, _values(option), f"Environment: {code(_variable(option, context))}.")
    return f"{code(names)}\n:   {' '.join(filter(None, parts))}"


def _values(option: click.Option) -> str:
    """Return the default that the help shows and the range of a number, as a sentence."""
    default = f"Default: {code(str(option.default))}" if option.show_default else ""
    values = "; ".join(filter(None, [default, _range(option.type)]))
    return f"{values[0].upper()}{values[1:]}." if values else ""


def _range(kind: object) -> str:
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return ""
    if kind.max is None:
        return f"{'more than' if kind.min_open else 'at least'} {kind.min}"
    return f"from {kind.min} to {kind.max}"


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
