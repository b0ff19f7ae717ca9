"""Schemas and handbook pages damaged in an editable checkout: one line that names the file."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from connect_errors.catalog import errors, outcomes, recognized_parameters, successes
from connect_errors.handbook import page, undocumented_names
from connect_errors.paths import PAGES, SCHEMAS

from tests.conftest import Invoke, Run
from tests.helpers.processes import slow_after_first

GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application"
SCHEMA = "schemas/errors/access_denied.json"
SUCCESS = "schemas/successes/user_connection.json"
PAGE = "docs/errors/access_denied.md"

LIST = ["list"]
EXPLAIN = ["explain", "access_denied"]
VALIDATE = ["validate", GOOD]

Damage = Callable[[Path], object]


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of only the schemas and pages, used by the package in this process."""
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    shutil.copytree(PAGES, tmp_path / "docs" / "errors")
    for module in ("catalog", "schema"):
        monkeypatch.setattr(f"connect_errors.{module}.SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr("connect_errors.handbook.PAGES", tmp_path / "docs" / "errors")
    clear_caches()
    yield tmp_path
    clear_caches()


def clear_caches() -> None:
    for cached in (errors, successes, outcomes, recognized_parameters, page, undocumented_names):
        cached.cache_clear()


def replace(old: str, new: str) -> Damage:
    def damage(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def write(data: bytes) -> Damage:
    return lambda path: path.write_bytes(data)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def dangle(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def message(folder: Path, code: int, out: str, err: str) -> str:
    """Return the message of a failed command, without the folder."""
    start = f"connect-errors: {folder}/"
    assert (code, out, err[: len(start)]) == (2, "", start)
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err.removeprefix(start).rstrip()


def fails(checkout: Path, run: Run, command: list[str], **options: Any) -> str:
    result = run(*command, cwd=checkout / "validator", **options)
    return message(checkout, result.returncode, result.stdout, result.stderr)


def fails_here(catalog: Path, invoke: Invoke, command: list[str]) -> str:
    result = invoke(*command)
    return message(catalog, result.exit_code, result.stdout, result.stderr)


@pytest.mark.parametrize(
    "command", slow_after_first([VALIDATE, LIST, EXPLAIN, ["schema", "access_denied"]], 1), ids=" ".join
)
def test_the_copy_works(command: list[str], checkout: Path, run: Run) -> None:
    assert run(*command, cwd=checkout / "validator").stdout == run(*command).stdout


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (write(b""), "Expecting value"),
        (write(b"{"), "Expecting property name"),
        (write(b'{"title": "caf\xe9"}'), "'utf-8' codec can't decode byte 0xe9"),
        (write(b"[" * 100_000), "maximum recursion depth exceeded"),
        (write(b"[]"), "$schema, description, properties, required and examples are not all present"),
        (write(b'{"type": "object"}'), "$schema, description, properties, required and examples are not all present"),
        (replace('"required": [', '"requires": ['), "$schema, description, properties, required and examples"),
        (replace('"required": [', '"required": [], "x": ['), "required is empty, or names an unknown parameter"),
        (replace('"required": [', '"required": ["colour", '), "required is empty, or names an unknown parameter"),
        (replace('"description": "The error code', '"text": "The error code'), "the parameter error has no descr"),
        (replace('"const": "access_denied"', '"pattern": "["'), "the parameter error has no description"),
        (replace('"minLength": 1', '"minLength": "1"'), "unsupported operand type(s)"),
        (replace('"minLength": 1', '"pattern": "["'), "unterminated character set at position 0"),
        (replace('"error": "access_denied"', '"error": 1'), "an example is not an object of strings"),
        (replace('"error": "access_denied"', '"x": "access_denied"'), "an example is not an object of strings"),
        (make_folder, "[Errno 21] Is a directory: "),
        (dangle, "[Errno 2] No such file or directory: "),
    ],
)
def test_damaged_schema(damage: Damage, why: str, catalog: Path, invoke: Invoke) -> None:
    damage(catalog / SCHEMA)
    stderr = fails_here(catalog, invoke, VALIDATE)
    assert stderr.startswith(f"{SCHEMA}: not a schema of this catalog ({why}")
    assert stderr.endswith("); reinstall connect-errors")


@pytest.mark.parametrize(
    "command", slow_after_first([["validate", "-"], LIST, EXPLAIN, ["schema", "redirect"], ["drift", "-"]], 1)
)
def test_every_command_reports_damage(command: list[str], checkout: Path, run: Run) -> None:
    (checkout / SUCCESS).write_text("{}")
    (checkout / SCHEMA).write_text("{}")
    stderr = fails(checkout, run, command, stdin=GOOD)
    assert stderr.startswith(("schemas/errors/", "schemas/successes/"))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"type": "string"', '"type": "strin"', "UnknownType"),
        ('"type": "string"', '"allOf": 7, "type": "string"', "TypeError"),
        ('"type": "string"', '"$ref": "#/nowhere", "type": "string"', "_WrappedReferencingError"),
    ],
)
def test_damage_that_only_jsonschema_detects(old: str, new: str, why: str, catalog: Path, invoke: Invoke) -> None:
    replace(old, new)(catalog / SCHEMA)
    assert fails_here(catalog, invoke, VALIDATE) == f"{SCHEMA}: not a JSON Schema ({why}); reinstall connect-errors"


@pytest.mark.parametrize("folder", ["schemas", "schemas/errors", "schemas/successes"])
def test_deleted_folder(folder: str, catalog: Path, invoke: Invoke) -> None:
    shutil.rmtree(catalog / folder)
    assert fails_here(catalog, invoke, VALIDATE) in {
        "schemas/errors: no schema is there; reinstall connect-errors",
        "schemas/successes: no schema is there; reinstall connect-errors",
    }


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (write(b""), "it does not start with front matter"),
        (write(b"---\n{}\n---\n"), "Page.__new__() missing "),
        (write(b"---\n[]\n---\n"), "unsupported operand type(s) for |"),
        (write(b"---\n\xff\n---\n"), "'utf-8' codec can't decode byte 0xff"),
        (replace('"title": "access_denied"', '"title": "no_vehicles"'), "its title is 'no_vehicles'"),
        (replace('"summary": "', '"summary": 7, "x": "'), "summary is 7, not a text"),
        (replace('"defects": [', '"defects": 7, "x": ['), "'int' object is not iterable"),
        (replace('"confused_with": {', '"confused_with": [], "x": {'), "'list' object has no attribute 'items'"),
        (Path.unlink, "[Errno 2] No such file or directory: "),
        (make_folder, "[Errno 21] Is a directory: "),
    ],
)
def test_damaged_page(damage: Damage, why: str, catalog: Path, invoke: Invoke) -> None:
    damage(catalog / PAGE)
    stderr = fails_here(catalog, invoke, LIST)
    assert stderr.startswith(f"{PAGE}: not a handbook page ({why}")
    assert fails_here(catalog, invoke, EXPLAIN) == stderr


@pytest.mark.parametrize(("path", "command"), [(SCHEMA, VALIDATE), pytest.param(PAGE, LIST, marks=pytest.mark.slow)])
def test_unreadable_files(
    path: str, command: list[str], checkout: Path, unprivileged: dict[str, Any], run: Run
) -> None:
    (checkout / path).chmod(0)
    assert "Permission denied" in fails(checkout, run, command, **unprivileged)


def test_a_missing_schema_is_not_an_error(checkout: Path) -> None:
    """Nothing else lists the errors: a deleted one is unknown, which is not a fault."""
    (checkout / SCHEMA).unlink()
    result = subprocess.run(
        [sys.executable, "-m", "connect_errors", *VALIDATE],
        cwd=checkout / "validator",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert "access_denied is not an error code that Connect documents" in result.stdout
