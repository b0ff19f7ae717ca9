"""What a shell completes: names of outcomes, rules, formats and the like, and files."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def complete_names(names: Callable[[], Iterable[str]]) -> Completer:
    """Complete one of some names, which are looked up when a shell asks for them."""
    return lambda _context, _parameter, incomplete: [name for name in names() if name.startswith(incomplete)]


def complete_files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Leave it to the shell to complete the name of a file."""
    from click.shell_completion import CompletionItem  # only a shell needs it

    return [CompletionItem(incomplete, type="file")]
