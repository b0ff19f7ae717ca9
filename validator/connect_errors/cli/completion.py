"""Shell completion: names of outcomes, rules, formats and the like, and of files."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def complete_names(names: Callable[[], Iterable[str]]) -> Completer:
    """Complete a name; the names are looked up only when a shell asks for them."""
    return lambda _context, _parameter, incomplete: [name for name in names() if name.startswith(incomplete)]


def complete_files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Leave the completion of file names to the shell."""
    from click.shell_completion import CompletionItem  # only shells need it

    return [CompletionItem(incomplete, type="file")]
