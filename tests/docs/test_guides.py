"""The guides: everything that can be copied from them is valid and works."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pre_commit.commands.validate_config import validate_config

from scripts.console import fences
from tests.conftest import Invoke
from tests.helpers.check_jsonschema import check_jsonschema
from tests.helpers.paths import GUIDES

GOOD = "https://example.com/callback?error=access_denied&error_description=User+denied+access+to+application\n"

pytestmark = pytest.mark.skipif(not GUIDES.is_dir(), reason="the guides belong to the repository, not to the wheel")


def blocks(guide: str, language: str) -> list[tuple[str, str]]:
    """Return the fenced blocks of a guide: title and text."""
    all_fences = fences((GUIDES / guide).read_text(encoding="utf-8"))
    return [(fence.title, fence.text) for fence in all_fences if fence.language == language]


@pytest.mark.parametrize(
    ("title", "schema"),
    [
        (".github/workflows/redirects.yml", "github-workflows"),
        (".github/workflows/action.yml", "github-workflows"),
        (".gitlab-ci.yml", "gitlab-ci"),
    ],
)
def test_files_for_ci(title: str, schema: str, tmp_path: Path) -> None:
    ((_, text),) = [block for block in blocks("use-it-in-ci.md", "yaml") if block[0] == title]
    (tmp_path / "file.yml").write_text(text)
    assert check_jsonschema("--builtin-schema", f"vendor.{schema}", tmp_path / "file.yml") == ""


def test_files_for_pre_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [text for title, text in blocks("use-it-in-ci.md", "yaml") if title == ".pre-commit-config.yaml"]
    assert len(texts) == 2
    for text in texts:
        (tmp_path / "config.yaml").write_text(text)
        assert validate_config([str(tmp_path / "config.yaml")]) == 0
        assert capsys.readouterr() == ("", "")


def test_commands(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "captures").mkdir()
    (tmp_path / "captures" / "good.txt").write_text(GOOD)
    text = (GUIDES / "use-it-in-ci.md").read_text(encoding="utf-8")
    commands = re.findall(r"connect-errors (validate .*) captures/\*$", text, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        result = invoke(*shlex.split(command), "captures/good.txt", cwd=tmp_path)
        assert (result.exit_code, result.stderr) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {
        "captures",
        "redirects.json",
        "redirects.sarif",
        "redirects.xml",
    }


def test_mocks(tmp_path: Path) -> None:
    (title, test), *others = blocks("check-your-mocks.md", "python")
    (tmp_path / title).write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", title]
    environment = {"COLUMNS": "300", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    ((_, expected),) = blocks("check-your-mocks.md", "text")
    assert expected in result.stdout
    assert "1 failed, 2 passed" in result.stdout
    for _, text in others:
        subprocess.run([sys.executable, "-c", text], check=True)
