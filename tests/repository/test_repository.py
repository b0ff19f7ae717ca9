"""The files for GitHub, pre-commit and just: valid, pinned, and the action's steps work."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pre_commit.commands.validate_config import validate_config
from ruamel.yaml import YAML

from scripts.console import fences, write_files
from tests.helpers.check_jsonschema import check_jsonschema
from tests.helpers.paths import GUIDES, ROOT
from tests.helpers.processes import NO_COMPILE

ACTION = ROOT / "action.yml"
FILES = {
    "github-workflows": sorted(ROOT.glob(".github/workflows/*.yml")),
    "github-actions": [ACTION],
    "dependabot": [ROOT / ".github/dependabot.yml"],
    "github-issue-forms": [ROOT / ".github/ISSUE_TEMPLATE/wrong-verdict.yml"],
    "github-issue-config": [ROOT / ".github/ISSUE_TEMPLATE/config.yml"],
}
GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application\n"
BAD = "https://example.com/home?error=access_denied&state=s3cret\n"

pytestmark = pytest.mark.skipif(not ACTION.exists(), reason="these files belong to the repository, not to the wheel")


def run(
    *command: str | Path, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("schema", FILES)
def test_files_for_github(schema: str) -> None:
    assert FILES[schema]
    assert check_jsonschema("--builtin-schema", f"vendor.{schema}", *FILES[schema]) == ""


def test_every_action_is_pinned() -> None:
    paths = [*FILES["github-workflows"], ACTION]
    uses = [line for path in paths for line in re.findall(r"uses: (\S.*)", path.read_text("utf-8"))]
    others = [
        reference
        for reference in uses
        if not re.fullmatch(r"[\w-]+(?:/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+", reference)
    ]
    assert [reference.split(" ")[0] for reference in others] == ["./"]
    assert len(uses) > 10


def test_the_files_for_pre_commit(capsys: pytest.CaptureFixture[str]) -> None:
    assert validate_config([str(ROOT / ".pre-commit-config.yaml")]) == 0
    assert capsys.readouterr() == ("", "")


def test_parts_of_ci_exist() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    parts = set(re.findall(r"^(\w+)\(\) \{ #", script, re.MULTILINE))
    workflows = "".join(path.read_text("utf-8") for path in FILES["github-workflows"])
    named = re.findall(r"(?:parts: |run: \.ci/run |:-)([a-z][a-z ]+)$", workflows, re.MULTILINE)
    assert len(named) >= 6
    assert {part for line in named for part in line.split()} <= parts
    (whole,) = re.findall(r"\$\{@:-([a-z +]+)\}", script)
    assert set(re.split("[ +]", whole)) == parts


def test_the_justfile() -> None:
    if not shutil.which("just"):
        pytest.skip("just is not installed: pip install --group ci")
    result = run("just", "--summary")
    assert (result.returncode, result.stdout) == (0, "all bench fuzz lint setup site test update\n")


def step(name: str) -> tuple[str, dict[str, str]]:
    """Return a step of the action: its script, and its environment with the default inputs."""
    action = YAML(typ="safe").load(ACTION.read_text("utf-8"))
    (named,) = (candidate for candidate in action["runs"]["steps"] if candidate.get("name") == name)
    values = {f"inputs.{key}": definition["default"] for key, definition in action["inputs"].items()}
    values["steps.python.outputs.python-path"] = sys.executable
    environment = {
        key: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], text) for key, text in named["env"].items()
    }
    return named["run"], environment


needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")


@needs_bash
@pytest.mark.parametrize(
    ("inputs", "code", "out", "err"),
    [
        ({"CAPTURES": "captures/good*"}, 0, "", ""),
        ({}, 1, "::error file=captures/bad.txt,line=1,col=26,endColumn=45,title=missing-parameter::", ""),
        ({"CAPTURES": "captures/good.txt\ncaptures/with blank.txt\n"}, 1, "::error file=captures/with blank.txt", ""),
        ({"CAPTURES": "captures/nothing*"}, 2, "", "connect-errors: captures/nothing*: "),
        (
            {"CAPTURES": "captures/good.txt", "CONNECT_ERRORS_VALIDATE_EXPECT": "no_vehicles"},
            1,
            "::error file=captures/good.txt,line=1,col=26,endColumn=45,title=unexpected-outcome::",
            "",
        ),
        (
            {"CAPTURES": "captures/good.txt", "CONNECT_ERRORS_VALIDATE_REDIRECT_URI": "https://example.com/other"},
            1,
            "::error file=captures/good.txt",
            "",
        ),
    ],
)
def test_the_action_validates(inputs: dict[str, str], code: int, out: str, err: str, tmp_path: Path) -> None:
    (tmp_path / "captures").mkdir()
    for name, text in (("good.txt", GOOD), ("bad.txt", BAD), ("with blank.txt", BAD)):
        (tmp_path / "captures" / name).write_text(text)
    script, environment = step("Validate")
    environment |= {"RUNNER_TEMP": str(tmp_path), "GITHUB_WORKSPACE": str(tmp_path)} | inputs
    result = run("bash", "-e", "-o", "pipefail", "-c", script, folder=tmp_path, environment=environment)
    assert result.returncode == code, result.stderr
    assert result.stdout.startswith(out)
    assert result.stdout or not out
    assert result.stderr.startswith(err)
    assert "s3cret" not in result.stdout + result.stderr


@needs_bash
def test_the_example_of_the_action_finds_the_captures_of_its_page(tmp_path: Path) -> None:
    page = (GUIDES / "use-it-in-ci.md").read_text("utf-8")
    write_files(page, tmp_path)
    (workflow,) = (fence.text for fence in fences(page) if fence.title == ".github/workflows/action.yml")
    (job,) = YAML(typ="safe").load(workflow)["jobs"].values()
    (inputs,) = (step["with"] for step in job["steps"] if "connect-errors" in step["uses"])
    assert list(inputs) == ["captures"]
    script, environment = step("Validate")
    environment |= {"RUNNER_TEMP": str(tmp_path), "GITHUB_WORKSPACE": str(tmp_path), "CAPTURES": inputs["captures"]}
    result = run("bash", "-e", "-o", "pipefail", "-c", script, folder=tmp_path, environment=environment)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith(
        "::error file=captures/redirects.txt,line=2,col=36,endColumn=48,title=unknown-error"
    )


@needs_bash
def test_the_action_writes_a_file_for_code_scanning(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD)
    script, environment = step("Validate")
    environment |= {"RUNNER_TEMP": str(tmp_path), "CAPTURES": "good.txt", "SARIF": "redirects.sarif"}
    assert run("bash", "-e", "-c", script, folder=tmp_path, environment=environment).returncode == 0
    assert '"version": "2.1.0"' in (tmp_path / "redirects.sarif").read_text("utf-8")


@needs_bash
@pytest.mark.slow(seconds=10)
def test_the_action_installs(tmp_path: Path) -> None:
    script, environment = step("Install")
    environment |= {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(ROOT)} | NO_COMPILE
    result = run("bash", "-e", "-c", script, environment=environment)
    if "Could not find a version" in result.stderr or "No matching distribution" in result.stderr:
        pytest.skip("pip cannot get what the action depends on: the package index is out of reach")
    assert result.returncode == 0, result.stderr
    shown = run(
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(tmp_path / 'connect-errors')!r}); import connect_errors as it; print(it)",
    )
    assert str(tmp_path) in shown.stdout
