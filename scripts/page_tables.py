"""Tables of the site's pages that a program measures and writes."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECURITY = ROOT / "docs" / "reference" / "security.md"


def write_table(page: Path, table: str) -> None:
    """Put the rows of a table of Markdown into the one on a page that has the same first line.

    Each row takes the place of the one that starts with the same cell; new ones come last.

    Raises:
        ValueError: the page has no such table, or several.
    """
    heading, rule, *rows = table.splitlines()
    old = re.compile(rf"^{re.escape(heading)}\n.*\n((?:\|.*\n)*)", re.MULTILINE)

    def merged(match: re.Match[str]) -> str:
        by_name = {_name(row): row for row in (*match[1].splitlines(), *rows)}
        return "\n".join([heading, rule, *by_name.values(), ""])

    text, found = old.subn(merged, page.read_text(encoding="utf-8"))
    if found != 1:
        raise ValueError(f"{page.name} has {found} tables with the columns {heading}")
    page.write_text(text, encoding="utf-8")


def _name(row: str) -> str:
    return row.split("|")[1]
