"""The formats: a single registry, whose modules are imported only when used."""

import subprocess
import sys

import pytest
from connect_errors.cli.reference import COMMAND_LINE_SECTIONS
from connect_errors.formats import FORMATS

from tests.conftest import Invoke
from tests.formats.conftest import Render
from tests.helpers.processes import EACH_FORMAT

GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application"
BAD = "https://example.com/home?error=access_denied"


def test_help_and_usage_errors_name_all_formats(invoke: Invoke) -> None:
    names = ", ".join(FORMATS)
    assert names in " ".join(invoke("validate", "--help").stdout.split())
    assert f"'yaml' is not one of {names}." in invoke("validate", "--format", "yaml", GOOD).stderr


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_with_a_newline(name: str, render: Render) -> None:
    assert render(name, GOOD, BAD).endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_exit_code_does_not_depend_on_the_format(name: str, invoke: Invoke) -> None:
    assert invoke("validate", "--format", name, GOOD).exit_code == 0
    assert invoke("validate", "--format", name, BAD).exit_code == 1
    assert invoke("validate", "--format", name, stdin="").exit_code == 3
    assert invoke("validate", "--format", name, GOOD, "missing").exit_code == 2


@EACH_FORMAT
def test_only_the_chosen_format_is_imported(name: str) -> None:
    others = [f"connect_errors.formats.{other}" for other in FORMATS if other not in (name, "json")]
    heavy = [] if name in ("sarif", "junit") else ["xml.etree.ElementTree", "importlib.metadata", "hashlib"]
    script = (
        "import sys, click, jsonschema\n"
        "theirs = set(sys.modules)\n"  # jsonschema before 4.26 imports hashlib itself
        "from connect_errors.cli import cli\n"
        f"cli(['validate', '--format={name}=/dev/null', {GOOD!r}], standalone_mode=False)\n"
        f"print(sorted(set({others + heavy!r}) & (set(sys.modules) - theirs)))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_reference_names_all_formats() -> None:
    table = COMMAND_LINE_SECTIONS["formats"]()
    assert [line.split("`")[1] for line in table.splitlines() if "`" in line] == list(FORMATS)
