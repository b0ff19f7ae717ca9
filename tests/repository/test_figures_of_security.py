"""The mutation testing tool, and its figures and those of fuzzing on the page about security."""

import re
from pathlib import Path

import pytest

from scripts.mutation import MODULES, SAMPLE, TESTS, changes, sample, table
from scripts.page_tables import write_table
from tests.fuzz import __main__ as fuzzing
from tests.fuzz.targets import TARGETS
from tests.helpers.paths import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / ".ci").is_dir(), reason="it belongs to the repository, not to the wheel")

SOURCE = """
def f(a, b):
    if a < 3 and not b:
        return a + b
    return b is None
"""


def test_changes() -> None:
    found_changes = [(change.line, change.before, change.after) for change in changes(SOURCE)]
    assert sorted(found_changes) == [
        (3, "3", "4"),
        (3, "a < 3", "a <= 3"),
        (3, "a < 3 and (not b)", "a < 3 or not b"),
        (3, "not b", "not not b"),
        (4, "a + b", "a - b"),
        (5, "b is None", "b is not None"),
    ]
    sources = {change.source for change in changes(SOURCE)}
    assert len(sources) == len(found_changes)
    assert all(compile(source, "f.py", "exec") for source in sources)


def test_sampling_is_deterministic() -> None:
    possible = list(changes(SOURCE * 5))
    assert len(possible) == 30
    assert len(sample(possible)) == SAMPLE
    assert sample(possible) == sample(possible)


def rows(heading: str) -> list[tuple[str, list[int]]]:
    """Return the rows of the page's table that starts with the heading: a name, and its figures."""
    page = (ROOT / "docs" / "reference" / "security.md").read_text(encoding="utf-8")
    (text,) = re.findall(rf"^{re.escape(heading)}.*\n\|[-:|]+\n((?:\|.*\n)+)\n", page, re.MULTILINE)
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return [(name, [int(figure.replace(",", "")) for figure in figures]) for name, *figures in cells]


def test_security_page_has_every_module() -> None:
    figures = rows("| Module |")
    assert [name for name, _ in figures] == list(MODULES)
    for _, (possible, tried, noticed) in figures:
        assert tried == min(SAMPLE, possible) >= noticed


def test_security_page_has_every_fuzzing_target() -> None:
    figures = rows("| Target | Inputs |")
    assert [name for name, _ in figures] == list(TARGETS)
    assert sum(minutes for _, (_, minutes, _) in figures) == 60, "the page says that it took an hour"


def test_tables_are_markdown() -> None:
    assert table([("url", 91, 10, 7)]) == (
        "| Module | Possible changes | Tried | Noticed |\n|---|--:|--:|--:|\n| `url` | 91 | 10 | 7 |\n"
    )
    assert fuzzing.table([fuzzing.Run("url", 12345, 721, 1323, has_failed=False)]) == (
        "| Target | Inputs | Minutes | Edges reached |\n|---|--:|--:|--:|\n| `url` | 12,345 | 12 | 1,323 |\n"
    )


def test_tested_modules_exist() -> None:
    assert [name for name in TESTS if not (ROOT / "tests" / "library" / f"{name}.py").exists()] == []
    package = ROOT / "validator" / "connect_errors"
    assert [name for name in MODULES if not (package / f"{name.replace('.', '/')}.py").exists()] == []


def test_ci_fuzzes_as_long_as_the_page_says() -> None:
    page = (ROOT / "docs" / "reference" / "security.md").read_text(encoding="utf-8")
    (tries,) = re.findall(r"`\.ci/run` tries the same (\d+) inputs of each target", page)
    assert f"tests.fuzz --tries {tries}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_write_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("| A | B |\n|---|---|\n| 1 | 2 |\n\n| A | C |\n|---|---|\n| 1 | 2 |\n| 3 | 3 |\n\nText\n")
    write_table(page, "| A | C |\n|---|---|\n| 3 | 4 |\n| 5 | 6 |\n")
    assert page.read_text() == (
        "| A | B |\n|---|---|\n| 1 | 2 |\n\n| A | C |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n\nText\n"
    )
    with pytest.raises(ValueError, match=r"page\.md has 0 tables with the columns \| A \| D \|"):
        write_table(page, "| A | D |\n|---|---|\n")
