"""Tables of the site's pages that a program measures and writes."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECURITY = ROOT / "docs" / "reference" / "security.md"


def write_table(page: Path, table: str) -> None:
    """Put a table of Markdown in the place of the one on a page that has the same first line.

    Raises:
        ValueError: the page has no such table, or several.
    """
    heading = table.partition("\n")[0]
    old = re.compile(rf"^{re.escape(heading)}\n.*?\n(?=\n)", re.MULTILINE | re.DOTALL)
    text, found = old.subn(lambda _: table, page.read_text(encoding="utf-8"))
    if found != 1:
        raise ValueError(f"{page.name} has {found} tables with the columns {heading}")
    page.write_text(text, encoding="utf-8")
