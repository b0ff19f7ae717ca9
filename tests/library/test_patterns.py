"""No pattern backtracks excessively: recheck proves for each that time is linear in the text.

Every pattern in every module is checked, and those in the schemas, except modules that write the site: their input is
the project's own.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import NamedTuple, cast

import connect_errors
import pytest
from connect_errors.captures.anchors import anchor_pattern, start_pattern
from connect_errors.expectation import NO_EXPECTATION
from connect_errors.lazy_re import LazyPattern
from connect_errors.paths import SCHEMAS
from connect_errors.secrets import _secret_name
from connect_errors.shapes import interchangeable_values, undocumented_descriptions
from connect_errors.url import URL

from tests.helpers.paths import TESTS

RECHECK = TESTS / "recheck"
EXCLUDED_MODULES = ("connect_errors.site", "connect_errors.cli.reference")
COMPILING_FUNCTIONS = {
    ("connect_errors.lazy_re", "compiled"),
    ("connect_errors.catalog", "_checked"),
    ("connect_errors.schema", "_value_schema"),
    ("connect_errors.secrets", "_secret_name"),
    ("connect_errors.shapes", "interchangeable_values"),
    ("connect_errors.shapes", "undocumented_descriptions"),
    ("connect_errors.captures.anchors", "_any_case"),
    ("connect_errors.captures.anchors", "anchor_pattern"),
    ("connect_errors.captures.anchors", "start_pattern"),
}
"""The functions that compile patterns: those of the schemas, or from the catalog."""
FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}
MAX_BMP_CHARACTER = "\uffff"
"""Characters above it take two UTF-16 units, which JavaScript matches separately without the flag `u`."""


class JSPattern(NamedTuple):
    """A pattern in JavaScript's notation, and whether it is only matched at a single position of a text."""

    name: str
    pattern: str
    flags: str

    @classmethod
    def of(cls, name: str, pattern: "re.Pattern[str]", *, is_anchored: bool = False) -> "JSPattern":
        flags = {letter for flag, letter in FLAGS.items() if pattern.flags & flag}
        flags |= {"i"} if "(?i:" in pattern.pattern else set()
        flags |= {"u"} if max(pattern.pattern) > MAX_BMP_CHARACTER else set()
        return cls(name, _in_javascript(pattern.pattern, is_anchored=is_anchored), "".join(sorted(flags)))


def _in_javascript(pattern: str, *, is_anchored: bool) -> str:
    """Translate to an equivalent pattern, or a slower one: no possessive parts, one case flag for the whole."""
    text = re.sub(r"([*+?}])\+", r"\1", pattern.replace("(?P<", "(?<").replace("(?i:", "(?:"))
    text = text.replace(r"\A", "^").replace(r"\Z", "(?![\\s\\S])")
    return f"^(?:{text})" if is_anchored else text


def _modules() -> list[ModuleType]:
    names = [module.name for module in pkgutil.walk_packages(connect_errors.__path__, "connect_errors.")]
    return [importlib.import_module(name) for name in names if not name.startswith(EXCLUDED_MODULES)]


def _find_anchored(module: ModuleType) -> set[str]:
    """Return names of patterns on which a module calls only `match` and `fullmatch`."""
    tree = ast.walk(ast.parse(inspect.getsource(module)))
    uses = [node for node in tree if isinstance(node, ast.Attribute | ast.Name)]
    matched = [
        node.value.id
        for node in uses
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in ("match", "fullmatch")
    ]
    loaded = [node.id for node in uses if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return {name for name in matched if loaded.count(name) == matched.count(name)}


def _patterns(name: str, value: object) -> Iterator[tuple[str, "re.Pattern[str]"]]:
    if isinstance(value, LazyPattern):
        yield name, cast("re.Pattern[str]", value)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _patterns(f"{name}[{key!r}]", one)
    elif isinstance(value, tuple | list | set | frozenset):
        for index, one in enumerate(value):
            yield from _patterns(f"{name}[{index}]", one)


@cache
def all_patterns() -> tuple[JSPattern, ...]:
    return tuple(_find_patterns())


def _find_patterns() -> Iterator[JSPattern]:
    for module in _modules():
        matched = _find_anchored(module)
        for variable, value in vars(module).items():
            if not variable.startswith("__"):
                for name, pattern in _patterns(f"{module.__name__}.{variable}", value):
                    yield JSPattern.of(name, pattern, is_anchored=variable in matched)
    yield JSPattern.of("connect_errors.secrets._secret_name()", _secret_name())
    yield JSPattern.of("connect_errors.shapes.interchangeable_values()", interchangeable_values(NO_EXPECTATION))
    yield JSPattern.of("connect_errors.shapes.undocumented_descriptions()", undocumented_descriptions(NO_EXPECTATION))
    uris = (URL("https://example.com/callback"), URL("https://example.com"))
    anchors = anchor_pattern(uris, locations=True)  # every alternative; the other anchor patterns lack some
    yield JSPattern.of("connect_errors.captures.anchors.anchor_pattern()", anchors)
    starts = start_pattern(("error", "/callback"), ("example.com",), locations=True)
    yield JSPattern.of("connect_errors.captures.anchors.start_pattern()", starts)
    for path in sorted(SCHEMAS.rglob("*.json")):
        for name, schema in json.loads(path.read_text(encoding="utf-8")).get("properties", {}).items():
            if isinstance(schema, dict) and "pattern" in schema:
                yield JSPattern(f"{path.stem}: {name}", schema["pattern"], "")


def verdicts(patterns: Iterable[JSPattern]) -> list[str]:
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    if not (RECHECK / "node_modules" / "recheck").is_dir():
        pytest.skip("recheck is not installed: npm ci --prefix tests/recheck")
    result = subprocess.run(
        ["node", RECHECK / "judge.mjs"],
        input=json.dumps([(one.pattern, one.flags) for one in patterns]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    judgments: list[str] = json.loads(result.stdout)
    return judgments


@pytest.mark.slow(seconds=20)
def test_no_pattern_backtracks_excessively() -> None:
    distinct = {one[1:]: one for one in all_patterns()}.values()
    bad = {one.name: verdict for one, verdict in zip(distinct, verdicts(distinct), strict=True) if verdict != "safe"}
    assert bad == {}


def test_excessive_backtracking_is_detected() -> None:
    """A search scans the rest of a long run of letters from each position in it."""
    slow = re.compile(r"(?P<name>[a-z]+)@")
    searched, anchored, nested = verdicts(
        [
            JSPattern.of("searched", slow),
            JSPattern.of("matched", slow, is_anchored=True),
            JSPattern.of("nested", re.compile("(?:[a-z]+)+@"), is_anchored=True),
        ]
    )
    assert "2nd degree polynomial" in searched
    assert anchored == "safe"
    assert "exponential" in nested


def test_all_patterns_are_found() -> None:
    names = {one.name for one in all_patterns()}
    assert len(names) > 50
    assert {
        "connect_errors.url._SCHEME",
        "connect_errors.secrets._UUID",
        "connect_errors.oauth.OUTSIDE_CHARSET['state']",
        "connect_errors.captures.messages._LOCATION",
        "vehicle_incompatible: vin",
    } <= names


def test_no_other_function_compiles_patterns() -> None:
    """Patterns are where this test finds them: at the top of a module."""
    compiling = {
        (module.__name__, function.name)
        for module in _modules()
        for function in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("re", "lazy_re")
        if node.attr not in ("Pattern", "Match", "error")
    }
    assert compiling == COMPILING_FUNCTIONS
