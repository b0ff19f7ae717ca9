"""Mutation testing: makes small changes to the core, one at a time, and reports those that no case detects.

`python -m scripts.mutation` tries the same sample of each module every time; `--all` tries all changes, in half an
hour, and `--write` writes the figures into docs/reference/security.md. The checkout itself is not modified.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from scripts.page_tables import ROOT, SECURITY, write_table

MODULES = (
    "encoding",
    "url",
    "host",
    "address",
    "state",
    "escapes",
    "argument",
    "judge.outcome",
    "judge.parameters",
    "judge.raw_text",
    "judge.schema",
    "judge.unexpected",
    "judge.values",
    "secrets",
    "redaction",
)
"""The modules that decide what conforms and what is shown."""
TESTS = (
    "test_cases",
    "test_judge",
    "test_url",
    "test_host",
    "test_escapes",
    "test_redaction",
    "test_receive",
    "test_every_outcome",
    "test_public_api",
    "test_planted_secrets",
)
"""Only the cases: property tests detect much by chance, and take longer."""
SAMPLE = 10
SEED = 1
TIMEOUT = 60

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


class Change(NamedTuple):
    """One small change to a module."""

    line: int
    before: str
    after: str
    source: str
    """The source of the whole module, with the change."""


def main() -> int:
    """Try changes, print those that no case detects, and count."""
    parser = argparse.ArgumentParser("python -m scripts.mutation", description=__doc__)
    parser.add_argument("--all", action="store_true", help=f"try every change, not {SAMPLE} of each module")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {SECURITY.relative_to(ROOT)}")
    parser.add_argument("modules", nargs="*", default=MODULES, help="those to change")
    arguments = parser.parse_args()
    rows = []
    with TemporaryDirectory() as folder:
        copy = copy_checkout(Path(folder))
        if is_noticed(copy):
            parser.error("the cases fail without any change")
        for name in arguments.modules:
            path = copy / "validator" / "connect_errors" / f"{name.replace('.', '/')}.py"
            source = path.read_text(encoding="utf-8")
            possible = list(changes(source))
            tried = possible if arguments.all else sample(possible)
            missed = [change for change in tried if not is_noticed_in(change, copy, path)]
            path.write_text(source, encoding="utf-8")
            for change in missed:
                print(f"{name}.py:{change.line}: {change.before}  ->  {change.after}", flush=True)
            rows.append((name, len(possible), len(tried), len(tried) - len(missed)))
            print(f"{name}: {len(tried) - len(missed)} of {len(tried)} are noticed", flush=True)
    if arguments.write:
        write_table(SECURITY, table(rows))
    return 0


def changes(source: str) -> Iterator[Change]:
    """Yield the possible changes to a module: of a comparison, `and`, `not`, a sum, a number or a Boolean."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr):
            continue
        before = ast.unparse(node)
        for _ in _variants(node):
            yield Change(node.lineno, before, ast.unparse(node), ast.unparse(tree))


def _variants(node: ast.expr) -> Iterator[None]:
    """Change a node in place, and restore it after each variant was used."""
    match node:
        case ast.Compare(ops=operators):
            for index, operator in enumerate(operators):
                operators[index] = _COMPARISONS[type(operator)]()
                yield
                operators[index] = operator
        case ast.BoolOp(op=operator):
            node.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield
            node.op = operator
        case ast.BinOp(op=ast.Add() | ast.Sub() as operator):
            node.op = ast.Sub() if isinstance(operator, ast.Add) else ast.Add()
            yield
            node.op = operator
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            node.operand = ast.UnaryOp(ast.Not(), operand)
            yield
            node.operand = operand
        case ast.Constant(value=bool() | int() as value):
            node.value = not value if isinstance(value, bool) else value + 1
            yield
            node.value = value


def sample(possible: Sequence[Change]) -> list[Change]:
    """Choose some changes, always the same ones."""
    return Random(SEED).sample(possible, min(SAMPLE, len(possible)))  # noqa: S311 - no secret


def copy_checkout(folder: Path) -> Path:
    """Copy the package, and link to the rest of the checkout."""
    for path in ROOT.iterdir():
        if path.name == "validator":
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.name not in (".git", ".venv"):
            (folder / path.name).symlink_to(path)
    return folder


def is_noticed_in(change: Change, copy: Path, path: Path) -> bool:
    """Whether a case fails because of a change."""
    path.write_text(change.source, encoding="utf-8")
    return is_noticed(copy)


def is_noticed(copy: Path) -> bool:
    """Whether a case fails, or times out."""
    tests = [f"tests/library/{name}.py" for name in TESTS]
    environment = os.environ | {"PYTHONPATH": str(copy / "validator"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
    try:
        result = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return True
    return result.returncode != 0


def table(rows: Sequence[tuple[str, int, int, int]]) -> str:
    """Format the figures as a Markdown table."""
    lines = ["| Module | Possible changes | Tried | Noticed |", "|---|--:|--:|--:|"]
    lines += [f"| `{name}` | {possible} | {tried} | {noticed} |" for name, possible, tried, noticed in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
