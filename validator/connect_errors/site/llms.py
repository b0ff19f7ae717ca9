"""`llms.txt` and `llms-full.txt`: the site's pages for language models (llmstxt.org)."""

from collections.abc import Iterable
from typing import NamedTuple

from connect_errors.catalog import outcomes
from connect_errors.rules import SITE
from connect_errors.site.data_schemas import data_schemas
from connect_errors.site.schemas import BUNDLE, schema_address


class Entry(NamedTuple):
    """A page of the site; `group` is its section of the navigation."""

    group: str
    title: str
    path: str
    """The path of its Markdown, below the site."""
    description: str


def llms_text(name: str, description: str, entries: Iterable[Entry]) -> str:
    """List the pages, each with a link to its Markdown."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        line = f"- [{entry.title}]({SITE}{entry.path}): {entry.description}"
        groups.setdefault(entry.group, []).append(line)
    groups["Data"] = [
        f"- [{name}.json]({SITE}{name}.json): {schema['description']}" for name, schema in data_schemas().items()
    ]
    groups["Schemas"] = [f"- [{BUNDLE}]({SITE}schemas/{BUNDLE}): any redirect, in one file"] + [
        f"- [{outcome.name}]({schema_address(outcome)}): {outcome.schema['description']}"
        for outcome in outcomes().values()
    ]
    groups["Optional"] = [f"- [llms-full.txt]({SITE}llms-full.txt): all pages in one file"]
    parts = [f"# {name}", f"> {description}"]
    parts += [f"## {group}\n\n" + "\n".join(lines) for group, lines in groups.items()]
    return "\n\n".join(parts) + "\n"


def llms_full_text(pages: Iterable[tuple[str, str]]) -> str:
    """Join the Markdown of all pages, each given with its path below the site."""
    return "\n".join(f"<!-- {SITE}{path} -->\n\n{markdown}" for path, markdown in pages)
