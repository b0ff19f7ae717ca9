"""`llms.txt`: the pages of the site for language models, as llmstxt.org describes it."""

from collections.abc import Iterable
from typing import NamedTuple

from connect_errors.rules import SITE


class Entry(NamedTuple):
    """A page of the site; `group` is its part of the navigation."""

    group: str
    title: str
    path: str
    """Its Markdown, below the site."""
    description: str


def llms_text(name: str, description: str, entries: Iterable[Entry]) -> str:
    """List the pages, each by its Markdown."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        line = f"- [{entry.title}]({SITE}{entry.path}): {entry.description}"
        groups.setdefault(entry.group, []).append(line)
    groups["Data"] = [
        f"- [errors.json]({SITE}errors.json): the handbook of all errors as data",
        f"- [redirect.json]({SITE}schemas/redirect.json): the JSON Schema of any redirect",
    ]
    parts = [f"# {name}", f"> {description}"]
    parts += [f"## {group}\n\n" + "\n".join(lines) for group, lines in groups.items()]
    return "\n\n".join(parts) + "\n"
