"""The site, built once for all workers."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.once import make_once
from tests.helpers.paths import ROOT

Build = Callable[[Path, Path], "subprocess.CompletedProcess[str]"]


def mkdocs_build(folder: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    """Build the site whose mkdocs.yml is in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="session")
def build() -> Build:
    if not (ROOT / "mkdocs.yml").exists():
        pytest.skip("the site is built in a checkout, not from an installed wheel")
    if importlib.util.find_spec("material") is None:
        pytest.skip("MkDocs and Material are not installed: pip install -e '.[tests]'")
    return mkdocs_build


@pytest.fixture(scope="session")
def site(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(target: Path) -> None:
        result = build(ROOT, target)
        if result.returncode or "WARNING" in result.stderr:
            raise RuntimeError(result.stderr)

    return make_once(tmp_path_factory, "site", make)
