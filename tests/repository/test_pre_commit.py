"""The hook, run by pre-commit itself in a small repository of captures.

pre-commit installs the hook from a Git repository, here a copy of this checkout; pip installs the dependencies.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT
from tests.helpers.processes import NO_COMPILE

SHIPPED = (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "docs/errors", "schemas", "validator")

GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application\n"
BAD = "https://example.com/home?error=access_denied&state=s3cret\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / SHIPPED[0]).exists(), reason="the hook belongs to the repository, not to the wheel"),
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
]


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def pre_commit(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CONNECT_"))}
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=folder,
        env=environment | NO_COMPILE | {"PRE_COMMIT_HOME": str(folder.parent / "home"), "PRE_COMMIT_COLOR": "never"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("connect-errors")
    for name in SHIPPED:
        (folder / name).parent.mkdir(exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "release")
    return folder


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, hooks: Path) -> Path:
    folder = tmp_path_factory.mktemp("repository") / "work"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / ".pre-commit-config.yaml").write_text(
        "repos:\n"
        f"  - repo: {hooks}\n"
        f"    rev: {git(hooks, 'rev-parse', 'HEAD').strip()}\n"
        "    hooks:\n"
        "      - id: connect-errors\n"
    )
    (folder / "captures").mkdir()
    (folder / "captures" / "good.txt").write_text(GOOD)
    (folder / "elsewhere.txt").write_text(BAD)
    git(folder, "add", "-A")
    installed = pre_commit(folder, "install-hooks")
    if "Could not find a version" in installed.stdout or "No matching distribution" in installed.stdout:
        pytest.skip("pip cannot get what the hook depends on: the package index is out of reach")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return folder


def test_manifest(hooks: Path) -> None:
    assert pre_commit(hooks, "validate-manifest", ".pre-commit-hooks.yaml").returncode == 0


@pytest.mark.slow(seconds=12)
def test_hook(repository: Path) -> None:
    result = pre_commit(repository, "run", "--all-files")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("Passed\n")

    (repository / "captures" / "bad.txt").write_text(BAD)
    git(repository, "add", "-A")
    result = pre_commit(repository, "run", "--all-files")
    assert result.returncode == 1
    assert "- exit code: 1\n" in result.stdout
    assert "✗ captures/bad.txt:1:1 access_denied does not conform: 1 error\n" in result.stdout
    assert "2 redirects, 1 conforming, 1 error\n" in result.stdout
    assert "s3cret" not in result.stdout
