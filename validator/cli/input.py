"""Where input comes from: a file, or standard input."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from validator.captures.lines import CaptureError
from validator.cli import complain


@contextmanager
def open_input(source: str, or_else: str = "") -> Iterator[io.BufferedReader]:
    """Open a file by its path, or standard input as `-`; `or_else` says what else a missing file might be.

    Raises:
        CaptureError: it cannot be opened.
    """
    if source == "-":
        if sys.stdin is None:
            raise CaptureError("standard input is closed")
        if sys.stdin.isatty():
            complain("reading standard input; end it with Ctrl-D")
        yield cast("io.BufferedReader", sys.stdin.buffer)
        return
    if not source:
        raise CaptureError("an empty argument names no file")
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - closed below; an error while reading is not one of opening
    except FileNotFoundError as error:
        raise CaptureError(f"no such file{or_else}") from error
    except IsADirectoryError as error:
        raise CaptureError("it is a directory; name the files in it") from error
    except OSError as error:
        raise CaptureError(error.strerror or str(error)) from error
    with stream:
        yield stream
