"""If any cell of a table changes, exactly that cell is reported."""

import re
from collections.abc import Iterator

import pytest
from connect_errors.drift.comparison import compare

from tests.conftest import Invoke
from tests.helpers.paths import DRIFT_PAGES
from tests.helpers.processes import slow_after_first

# Pages on which nothing else is new.
STYLES = ["access-denied.md", "oem-login-cancelled.md", "server-error.md", "invalid-subscription.md"]
OTHERS = ["access_denied", "no_vehicles", "state", "status_code", "error", "make", "true", "false", "VIN", "Parameter"]


def changes(cell: str) -> Iterator[str]:
    """Yield changes of a cell's content."""
    text = cell.strip()
    if not text:
        yield " x "
        return
    yield cell.replace(text, "")
    yield cell.replace(text, f"{text}x")
    yield cell.replace(text, text[1:])
    yield cell.replace(text, text[:-1])
    words = text.split()
    for word in words if len(words) > 1 else ():
        yield cell.replace(word, "other", 1)
    for other in OTHERS:
        yield f" {other} "
        yield f" `{other}` "


def plain(cell: str) -> str:
    """Return a cell's text without markup; headers are compared case-insensitively."""
    return re.sub(r"[`\\]", "", cell).strip().lower()


def changed(page: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield the page with one cell changed: line and columns of the changed cell."""
    lines = (DRIFT_PAGES / page).read_text(encoding="utf-8").split("\n")
    for index, line in enumerate(lines):
        if not line.startswith("|") or set(line) <= set("|- "):
            continue
        for cell in re.finditer("[^|]+", line):
            for new in changes(cell[0]):
                if plain(new) != plain(cell[0]):
                    row = line[: cell.start()] + new + line[cell.end() :]
                    text = "\n".join([*lines[:index], row, *lines[index + 1 :]])
                    yield text, index + 1, cell.start() + 1, cell.start() + 1 + len(new)


@pytest.mark.parametrize("page", slow_after_first(STYLES))
def test_a_changed_cell_is_reported(page: str) -> None:
    cases = list(changed(page))
    assert len(cases) > 100
    missed = [
        text.split("\n")[line - 1]
        for text, line, start, end in cases
        if not any(
            difference.mark.line == line and start <= difference.mark.column <= end and not difference.is_known
            for difference in compare(page, text).differences
            if difference.definition.severity == "error"
        )
    ]
    assert missed == []


def test_a_changed_cell_fails(invoke: Invoke) -> None:
    text = (DRIFT_PAGES / "invalid-subscription.md").read_text(encoding="utf-8")
    assert invoke("drift", stdin=text.encode()).exit_code == 0
    assert invoke("drift", stdin=text.replace("0SCAUDI0155C49A95 |", "0SCAUDI0155C49A96 |").encode()).exit_code == 1
