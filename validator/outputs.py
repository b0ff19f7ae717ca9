"""Where reports are written: files that appear whole or not at all; devices and pipes are written straight."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Write a file beside its place, and put it there at the end; after an exception nothing has changed.

    What is no file, such as `/dev/stdout` or a named pipe, is written as it comes.

    Raises:
        OSError: it cannot be written; the error names the file.
    """
    if _is_written_straight(path):
        with _open(path, path, os.O_APPEND) as stream:
            yield stream
        return
    place = Path(os.path.realpath(path))  # a symbolic link stays one
    part = place.with_name(f".connect-errors-{os.urandom(8).hex()}.part")
    stream = _open(part, path, os.O_CREAT | os.O_EXCL)
    try:
        with stream:
            yield stream
        if place.exists():
            part.chmod(stat.S_IMODE(place.stat().st_mode))
        part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _is_written_straight(path: Path) -> bool:
    """Tell what a rename must not replace: what is no regular file, and the file that standard output goes to."""
    return path.exists() and (not path.is_file() or _is_stdout(path))


def _is_stdout(path: Path) -> bool:
    with suppress(OSError):  # it may be closed
        return os.path.samestat(path.stat(), os.fstat(1))
    return False


def _open(path: Path, name: Path, flags: int) -> TextIO:
    return io.TextIOWrapper(io.BufferedWriter(_File(path, name, flags)), "utf-8", newline="\n")


class _File(io.FileIO):
    """A file whose errors name it as the user did; those of a failed write name nothing by themselves."""

    def __init__(self, path: Path, name: Path, flags: int) -> None:
        self._named = str(name)
        try:
            super().__init__(os.open(path, os.O_WRONLY | flags, 0o666), "w")
        except OSError as error:
            raise self._error(error) from error

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> OSError:
        return OSError(error.errno, error.strerror, self._named)
