"""The sdist and the wheel: reproducible from the same sources, and without stray files.

They are built by the build backend itself, like in an isolated build, which would download it.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from connect_errors.catalog import errors, outcomes, requests

from tests.helpers.once import make_once
from tests.helpers.paths import ROOT
from tests.helpers.processes import slow_after_first

STRAY = {".venv", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__", "node_modules"}
"""Files that development leaves in a checkout."""

ELSEWHERE = {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "1"}

pytestmark = pytest.mark.skipif(
    not (ROOT / "validator").exists(), reason="the sources are tested in a checkout, not with a wheel"
)


def sources(root: Path, folder: str = ".") -> list[str]:
    files = (path.relative_to(root) for path in (root / folder).rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in files if not STRAY & {*path.parts})


def build(source: Path, target: Path, *options: str, umask: int = -1, **env: str) -> Path:
    """Build the sdist, or what the options say, and return its file."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", target, *(options or ["--target=sdist"])]
    plain = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    subprocess.run(command, cwd=source, env=plain | env, umask=umask, capture_output=True, check=True)
    (file,) = target.iterdir()
    return file


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (file,) = make_once(tmp_path_factory, "sdist", lambda target: build(ROOT, target)).iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (file,) = make_once(tmp_path_factory, "wheel", lambda target: build(ROOT, target, "--target=wheel")).iterdir()
    return file


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return source


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another checkout: created in another order, at another time, with stricter permissions, and used for work."""
    folder = tmp_path_factory.mktemp("elsewhere") / "another checkout, für sich"
    for name in reversed(sources(ROOT)):
        copy = folder / name
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)
        copy.chmod((ROOT / name).stat().st_mode & 0o700)
        os.utime(copy, (1e9, 1e9))
    for stray in (
        ".venv/lib/x.py",
        "validator/connect_errors/__pycache__/x.pyc",
        "tests/.hypothesis/x",
        "tests/node_modules/x.js",
    ):
        (folder / stray).parent.mkdir(parents=True)
        (folder / stray).write_text("stray")
    (folder / "captured.har").write_text("code=s3cret")
    return folder


@pytest.mark.slow
def test_sdist_is_reproducible(sdist: Path, elsewhere: Path, tmp_path: Path) -> None:
    again = build(elsewhere, tmp_path, umask=0o077, **ELSEWHERE)
    assert again.name == sdist.name
    assert again.read_bytes() == sdist.read_bytes()


@pytest.mark.parametrize("source", slow_after_first(["unpacked", "elsewhere"], 1))
def test_wheel_is_reproducible(source: str, wheel: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    again = build(request.getfixturevalue(source), tmp_path, "--target=wheel", umask=0o077, **ELSEWHERE)
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_sdist_contents(unpacked: Path) -> None:
    assert sorted(path.name for path in unpacked.iterdir()) == [
        ".gitignore",
        ".pre-commit-hooks.yaml",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "SECURITY.md",
        "benchmarks",
        "docs",
        "mkdocs.yml",
        "mkdocs_hooks.py",
        "overrides",
        "pyproject.toml",
        "schemas",
        "scripts",
        "tests",
        "validator",
    ]
    for folder in ("benchmarks", "docs", "schemas", "scripts", "tests", "validator"):
        assert sources(unpacked, folder) == sources(ROOT, folder)


def test_wheel_contents(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {
        "connect_errors",
        wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info",
    }
    assert {name for name in names if name.startswith("connect_errors/")} == {
        *(name for name in sources(ROOT / "validator", "connect_errors") if name.endswith(".py")),
        "connect_errors/formats/output-v1.json",
        "connect_errors/listen/page.css",
        "connect_errors/py.typed",
        "connect_errors/schemas/redirect.json",
        *(f"connect_errors/schemas/{message.path}" for message in (*outcomes().values(), *requests().values())),
        *(f"connect_errors/docs/errors/{code}.md" for code in errors()),
    }
