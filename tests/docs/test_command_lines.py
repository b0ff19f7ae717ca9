"""Every command line on every page runs, and prints the output shown."""

import re
import shlex
from pathlib import Path

import pytest
from connect_errors.cli import cli

from scripts.console import commands, fences, format_block, replay, run_script, write_files
from tests.conftest import Invoke
from tests.helpers.paths import ROOT

LANGUAGES = {"bash", "console", "js", "json", "python", "session", "sh", "text", "yaml"}
"""`bash` and `session` need a program running next to them, and have their own tests."""
STATUS = "echo $?"
PAGES = sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md"))


def test_pages_exist() -> None:
    if not (ROOT / "docs").is_dir():
        pytest.skip("the pages are tested in a checkout, not with an installed wheel")
    assert len(PAGES) >= 18


def needs_shell(line: str) -> bool:
    """Whether a command line contains more than our command, options and quoted text."""
    return not re.fullmatch(r"connect-errors(?: +(?:[\w./:=@%,+-]|'[^']*')+)+", line)


def replay_inside(text: str, folder: Path, invoke: Invoke) -> str:
    """Like `replay`, but in this process if a command line needs no shell."""
    lines = commands(text)
    if any(needs_shell(line) for line in lines if line != STATUS):
        return replay(text, folder)
    outputs: list[str] = []
    status = 0
    for line in lines:
        if line == STATUS:
            outputs.append(str(status))
            status = 0
        else:
            result = invoke(*shlex.split(line)[1:], cwd=folder, COLUMNS="80")
            status = result.exit_code
            outputs.append(result.output)
    return format_block(lines, outputs)


@pytest.mark.parametrize("page", PAGES)
def test_console_blocks(site: Path, tmp_path: Path, page: str, invoke: Invoke) -> None:
    markdown = (site / page).read_text()
    write_files(markdown, tmp_path)
    for fence in fences(markdown):
        assert fence.language in LANGUAGES
        if fence.language == "console":
            assert commands(fence.text)
            assert replay_inside(fence.text, tmp_path, invoke) == fence.text, "python -m scripts.console writes it anew"
        elif fence.language == "sh":
            result = run_script(fence.text, tmp_path)
            assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("page", [page for page in PAGES if not page.startswith("errors/")])
def test_python_blocks_without_a_title(site: Path, tmp_path: Path, page: str) -> None:
    for number, fence in enumerate(fences((site / page).read_text())):
        if fence.language == "python" and not fence.title:
            (tmp_path / f"sample{number}.py").write_text(fence.text)
            result = run_script(f"python sample{number}.py", tmp_path)
            assert result.returncode == 0, result.stderr


@pytest.mark.slow  # for pip
def test_workflow_steps(site: Path, tmp_path: Path) -> None:
    markdown = (site / "guides/use-it-in-ci.md").read_text()
    write_files(markdown, tmp_path)
    workflow = (tmp_path / ".github/workflows/redirects.yml").read_text()
    steps = re.findall(r"- run: (.*)", workflow)
    results = [run_script(step, tmp_path) for step in steps]
    assert [result.returncode for result in results] == [0, 1], "the page's redirects have a misspelt code"
    assert "did you mean" in results[-1].stdout


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_running_text_exist(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    for command in re.findall(r"`connect-errors ([a-z-]+)", text):
        assert command in cli.list_commands(None)  # type: ignore[arg-type] # it ignores the context
