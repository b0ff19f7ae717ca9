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
    r"(^|[.:;] )Of (a|an|each|every|most|more|what|which|such|one|few|two|many)\b": "in a, for each: no inversion",
    r"\bheld to\b|\bholds? (it|them|both|all|each|every \w+) to\b": "compares with, ensures",
    r"\bwhat (it|they|this|that) (is|are) made of\b": "its parts",
    r"\b(is|are) there (twice|already|as|without)\b": "appears",
    r"\bsuch a one\b|\bseldom\b": "one like that; rarely",
    r"(?i)\btest(ing)?( or simulated)? mode\b(?! VIN)": "simulated mode; Smartcar's own message has the older name",
    r"\b(licence|colour|behaviour|catalogue|neighbour|honour)\w*": "American spelling",
    r"\b(un)?recognis|\bapologis|\bnormalis|\bjudgement\b|\b(mis)?spelt\b": "American spelling",
}

# A clause that circles the thing: "What is raised where…" is "Exceptions raised when…", "How many…" is "Number of…".
CIRCLING = re.compile(r"(What|Whatever|Which|Who|Whose|How|Where|When|Why)\b")

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


def test_wording() -> None:
    problems = [
        f"{name}: {match[0]!r} ({instead}): {line.strip()[:100]}"
        for name in (*DOCUMENTS, *MODULES)
        for line in prose(ROOT / name)
        for pattern, instead in PATTERNS.items()
        if (match := re.search(pattern, line))
    ]
    assert problems == []


def test_patterns_match_the_wording_that_they_ban() -> None:
    line = "The outcome stands behind the #; such as break a rule are told, a URL a line, in spelt colours."
    assert sum(bool(re.search(pattern, line)) for pattern in PATTERNS) == 6
    line = "A test holds it to what it is made of: Of a log, which seldom is large, a value is there twice."
    assert sum(bool(re.search(pattern, line)) for pattern in PATTERNS) == 5


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the docstrings of modules, classes, functions and attributes: strings that are statements."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str()) as docstring):
                yield docstring


@pytest.mark.parametrize("name", MODULES)
def test_docstrings_do_not_start_with_a_clause(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    problems = [
        f"{name}:{docstring.lineno}: {str(docstring.value).strip()[:100]}"
        for docstring in docstrings(tree)
        if CIRCLING.match(str(docstring.value).strip())
    ]
    assert problems == []


def test_docstrings_that_start_with_a_clause_are_found() -> None:
    text = '"""How it is done."""\nMOST = 1\n"""What is kept."""\n\ndef f():\n    """Whether it is one."""\n'
    circling = [docstring for docstring in docstrings(ast.parse(text)) if CIRCLING.match(str(docstring.value))]
    assert [docstring.lineno for docstring in circling] == [1, 3]
