"""Plain words: turns that read as translated, and British spellings, in pages, documents, data and docstrings.

Each pattern has what to write instead.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT

PATTERNS = {
    r"\b(stands?|stood)\b": "is, appears",
    r"\bmend(s|ed|ing)?\b": "fixed",
    r"\b(is|are) told\b|\btells (how|what|when|which|whether|it|them apart)\b": "is reported; says, shows",
    r"(?<!there )\b(is|are|was|were) no (URL|HAR|file|redirect|error|escape|outcome|parameter|secret|part)": "is not a",
    r"\bsuch as (break|it|they|would|never)\b": "ones that",
    r"\b(a|an|one) (URL|redirect|value|line) a line\b|\bone a line\b": "one per line",
    r"\bblanks?\b": "space",
    r"\b(came|comes?) along\b": "is present",
    r"\bsomebody\b|\bwhoever\b": "someone, anyone who",
    r"\banew\b": "again",
    r"\b(Masked|Read) besides\b": "Also masked",
    r"\b(its|their|her|the) .{0,20} behind (it|them|the #|#)": "after",
    r"\b(licence|colour|behaviour|catalogue|neighbour|honour)\w*": "American spelling",
    r"\b(un)?recognis|\bapologis|\bnormalis|\bjudgement\b|\b(mis)?spelt\b": "American spelling",
}

PACKAGE = ROOT / "validator/connect_errors"
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "tests/**/README.md", "schemas/**/*.json", "overrides/**/*.html")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)
MODULES = sorted(
    path.relative_to(ROOT).as_posix() for path in [*PACKAGE.rglob("*.py"), ROOT / "mkdocs_hooks.py"] if path.exists()
)

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="read in a checkout, not with an installed wheel")


def prose(path: Path) -> Iterator[str]:
    """Yield the lines of a document outside code, or of a module's string literals."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from re.sub(r"^```.*?^```$|`[^`\n]+`", "", text, flags=re.MULTILINE | re.DOTALL).splitlines()
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield from node.value.splitlines()


@pytest.mark.parametrize("name", [*DOCUMENTS, *MODULES])
def test_the_words_are_plain(name: str) -> None:
    found = [
        f"{match[0]!r} ({instead}): {line.strip()[:100]}"
        for line in prose(ROOT / name)
        for pattern, instead in PATTERNS.items()
        if (match := re.search(pattern, line))
    ]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    line = "The outcome stands behind the #; such as break a rule are told, a URL a line, in spelt colours."
    assert sum(bool(re.search(pattern, line)) for pattern in PATTERNS) == 6
