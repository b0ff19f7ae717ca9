"""The command, inside this process: bytes in, exit code and the bytes of both streams out."""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from validator.cli import cli


class Done(NamedTuple):
    """What a run of the command came to."""

    exit_code: object
    out: str
    err: str


def run(arguments: Sequence[str], stdin: bytes = b"") -> Done:
    """Run the command. An exception of it comes through; output that is not UTF-8 is one, too."""
    with _streams(stdin) as (out, err):
        try:
            code: object = cli(list(arguments), prog_name="connect-errors")
        except SystemExit as exit_:
            code = exit_.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
        return Done(code, out.getvalue().decode(), err.getvalue().decode())


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
