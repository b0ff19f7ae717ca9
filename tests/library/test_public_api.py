"""The names in the library, and its version, whether installed or not."""

import ast
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import connect_errors
import pytest

from tests.conftest import Run
from tests.typing import __file__ as typing_tests

PUBLIC = [
    "ConnectError",
    "Example",
    "Finding",
    "Place",
    "Refused",
    "Report",
    "Success",
    "__version__",
    "example",
    "examples",
    "invalid_examples",
    "receive",
    "validate",
]


def test_dir_shows_the_public_names() -> None:
    assert dir(connect_errors) == PUBLIC
    assert all(getattr(connect_errors, name) for name in PUBLIC)
    assert sorted([*connect_errors.__all__, "__version__"]) == PUBLIC


def test_every_public_name_is_in_the_typing_tests() -> None:
    tree = ast.parse(Path(typing_tests).with_name("api.py").read_text(encoding="utf-8"))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert set(PUBLIC) - used == set()


def test_the_version(run: Run) -> None:
    assert connect_errors.__version__ == version("connect-errors")
    assert run("--version").stdout == f"connect-errors {version('connect-errors')}\n"


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--version"], 0), (["validate", "--format=sarif", "https://example.com/?error=x"], 1)]
)
def test_checkout_without_installation(arguments: list[str], code: int) -> None:
    planted = """
import importlib.metadata as metadata, sys
def not_found(name): raise metadata.PackageNotFoundError(name)
metadata.version = not_found
from connect_errors.__main__ import main
main()
"""
    result = subprocess.run([sys.executable, "-c", planted, *arguments], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (code, "")
    if "--version" in arguments:
        assert result.stdout == "connect-errors 0.0.0+unknown\n"
    else:
        driver = json.loads(result.stdout)["runs"][0]["tool"]["driver"]
        assert (driver["version"], driver["semanticVersion"]) == ("0.0.0+unknown", "0.0.0+unknown")


def test_receive_imports_only_what_it_needs() -> None:
    program = """
import sys
from connect_errors import receive
print(receive("/callback?code=1&state=a", state="a", redirect_uri="https://example.com/callback"))
heavy = ("click", "ijson", "markdown_it", "rich", "connect_errors.cli", "connect_errors.formats", "connect_errors.site")
print([name for name in heavy if name in sys.modules])
"""
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "authorization_code\n[]\n"


def test_importing_the_library_imports_no_submodules() -> None:
    program = "import sys, connect_errors; print([name for name in sys.modules if name.startswith('connect_errors.')])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"
