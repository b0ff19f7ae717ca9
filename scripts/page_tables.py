"""Tables on the site's pages that programs measure and update."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECURITY = ROOT / "docs" / "reference" / "security.md"


def write_table(page: Path, table: str) -> None:
    """Update the table on a page that has the same first line as the given Markdown table.

    Each row replaces the one that starts with the same cell; new rows are appended.

    Raises:
        ValueError: the page has no such table, or several.
    """
    heading, rule, *rows = table.splitlines()
    old = re.compile(rf"^{re.escape(heading)}\n.*\n((?:\|.*\n)*)", re.MULTILINE)

    def merge(match: re.Match[str]) -> str:
        by_name = {_name(row): row for row in (*match[1].splitlines(), *rows)}
        return "\n".join([heading, rule, *by_name.values(), ""])

    text, count = old.subn(merge, page.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{page.name} has {count} tables with the columns {heading}")
    page.write_text(text, encoding="utf-8")


def _name(row: str) -> str:
    return row.split("|")[1]
