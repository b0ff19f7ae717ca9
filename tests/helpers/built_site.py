"""The site, built once for all workers."""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT

Build = Callable[[Path, Path], "subprocess.CompletedProcess[str]"]


def mkdocs_build(folder: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    """Build the site whose mkdocs.yml lies in `folder`."""
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
        pytest.skip("MkDocs and Material are not there: pip install -e '.[tests]'")
    return mkdocs_build


@pytest.fixture(scope="session")
def site(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, or wait until another worker has built it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built-site"
    done, target = folder / "done", folder / "site"
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 300
        while not done.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
    else:
        result = build(ROOT, target)
        complaint = result.stderr if result.returncode or "WARNING" in result.stderr else ""
        (folder / "being-written").write_text(complaint, encoding="utf-8")
        (folder / "being-written").rename(done)
    assert done.read_text(encoding="utf-8") == ""
    return target
