"""Output files: regular files are written atomically, devices and pipes directly."""

import errno
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
def atomic_write(path: Path, mode: int | None = None) -> Iterator[TextIO]:
    """Write to a temporary file next to the target, and rename it at the end; an exception leaves the target unchanged.

    Anything but a regular file, such as `/dev/stdout` or a named pipe, is written directly.

    Args:
        path: the target.
        mode: its permissions; by default those of the existing file, or those that the umask allows.

    Raises:
        OSError: it cannot be written; the error names the file.
    """
    if _is_special_file(path):
        with _open(path, path, os.O_APPEND) as stream:
            yield stream
        return
    target = Path(os.path.realpath(path))  # keep symbolic links
    if target.exists():
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        mode = stat.S_IMODE(target.stat().st_mode) if mode is None else mode
    temporary = target.with_name(f".connect-errors-{os.urandom(8).hex()}.part")
    try:
        with _open(temporary, path, os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode) as stream:
            yield stream
        with naming_file(path):
            if mode is not None:
                temporary.chmod(mode)  # regardless of the umask
            temporary.replace(target)
    except BaseException:
        with suppress(OSError):  # for example, if it could not be created
            temporary.unlink()
        raise


@contextmanager
def appended_file(path: Path) -> Iterator[TextIO]:
    """Append to a file.

    Raises:
        OSError: it cannot be written; the error names the file.
    """
    with _open(path, path, os.O_CREAT | os.O_APPEND) as stream:
        yield stream


@contextmanager
def naming_file(what: Path | str) -> Iterator[None]:
    """Make operating-system errors name a file that the user knows; the error of a failed write names none."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(what)) from error


def _is_special_file(path: Path) -> bool:
    """Whether a rename must not replace a path: it is not a regular file, or standard output is redirected to it."""
    return path.exists() and (not path.is_file() or _is_stdout(path))


def _is_stdout(path: Path) -> bool:
    with suppress(OSError):  # standard output may be closed
        return os.path.samestat(path.stat(), os.fstat(1))
    return False


def _open(path: Path, name: Path, flags: int, mode: int = 0o666) -> TextIO:
    return io.TextIOWrapper(io.BufferedWriter(_File(path, name, flags, mode)), "utf-8", newline="\n")


class _File(io.FileIO):
    """A file whose errors name it as the user did."""

    def __init__(self, path: Path, name: Path, flags: int, mode: int) -> None:
        self._named = name
        with naming_file(name):
            super().__init__(os.open(path, os.O_WRONLY | flags, mode), "w")

    def write(self, data: "ReadableBuffer", /) -> int:
        with naming_file(self._named):
            return super().write(data)

    def close(self) -> None:
        with naming_file(self._named):  # some file systems report only on close that they are full
            super().close()
