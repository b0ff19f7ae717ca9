"""Run the command in this process: from bytes to the exit code and the bytes of both streams."""

import io
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from connect_errors.cli import cli


class Result(NamedTuple):
    """The result of a run of the command."""

    exit_code: object
    out: str
    err: str
    job_summary: str
    """The job summary that GitHub would show."""


def run(arguments: Sequence[str], stdin: bytes = b"", columns: int | None = None) -> Result:
    """Run the command, on a terminal with `columns` columns if given.

    Its exceptions are not caught; output that is not UTF-8 raises one, too.
    """
    environment = {"PATH": os.environ.get("PATH", "")} | ({"COLUMNS": str(columns)} if columns else {})
    if "--format=github" not in arguments:
        return _run(arguments, stdin, environment)
    with tempfile.NamedTemporaryFile() as file:
        result = _run(arguments, stdin, environment | {"GITHUB_STEP_SUMMARY": file.name})
        return result._replace(job_summary=Path(file.name).read_text(encoding="utf-8"))


def _run(arguments: Sequence[str], stdin: bytes, environment: dict[str, str]) -> Result:
    with patch.dict(os.environ, environment, clear=True), _streams(stdin) as (out, err):
        try:
            code: object = cli(list(arguments), prog_name="connect-errors")
        except SystemExit as exit_:
            code = exit_.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
        return Result(code, out.getvalue().decode(), err.getvalue().decode(), "")


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    sys.stdout = io.TextIOWrapper(out, "utf-8", newline="\n")
    sys.stderr = io.TextIOWrapper(err, "utf-8", newline="\n", errors="backslashreplace")
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
