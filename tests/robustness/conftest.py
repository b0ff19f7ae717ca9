"""Fixtures for the tests of faults: runs without root's permissions."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import connect_errors
import pytest
from connect_errors.paths import PAGES, SCHEMAS

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


@pytest.fixture
def unprivileged(tmp_path: Path) -> dict[str, Any]:
    """Return options for `subprocess.run` that make file modes effective, which root ignores."""
    if sys.platform == "win32":
        pytest.skip("needs Unix file modes")
    options: dict[str, Any] = {"preexec_fn": _drop_capabilities} if os.geteuid() == 0 else {}
    forbidden = tmp_path / "forbidden"
    forbidden.touch(0)
    result = subprocess.run([sys.executable, "-c", "open('forbidden')"], cwd=tmp_path, capture_output=True, **options)  # noqa: PLW1510 - it should fail
    forbidden.unlink()
    if b"PermissionError" not in result.stderr:
        pytest.skip("root cannot give up its permissions here")
    return options


def _drop_capabilities() -> None:
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    package = Path(connect_errors.__file__).parent
    shutil.copytree(
        package,
        tmp_path / "validator" / "connect_errors",
        ignore=shutil.ignore_patterns("__pycache__", "schemas", "docs"),
    )
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    shutil.copytree(PAGES, tmp_path / "docs" / "errors")
    return tmp_path
