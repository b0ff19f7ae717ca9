"""Expensive fixtures, made once for all workers."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

_TIMEOUT = 300  # seconds


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the path made by `make`, or wait until another worker has made it; if that failed, each test fails."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    target, outcome = folder / "made", folder / "outcome"
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + _TIMEOUT
        while not outcome.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
    else:
        failure = "it was interrupted"
        try:
            make(target)
            failure = ""
        except Exception as error:
            failure = str(error)
            raise
        finally:
            (folder / "being-written").write_text(failure, encoding="utf-8")
            (folder / "being-written").rename(outcome)
    assert outcome.read_text(encoding="utf-8") == "", f"{name} could not be made"
    return target
