"""The command: `connect-errors`, or `python -m connect_errors`."""

import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

_TERMINATING = [getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)]
_INTERNAL_ERROR = 70
"""`ExitCode.INTERNAL_ERROR`, which a broken installation may fail to import."""

_OBJECTS_BETWEEN_COLLECTIONS = 20_000


def main() -> None:
    """Run the command line; an unexpected exception ends it with a one-line message and exit code 70."""
    try:
        _run()
    except Exception as error:  # noqa: BLE001 - message and traceback may contain a secret from a capture
        _report(error)
        sys.exit(_INTERNAL_ERROR)


def _run() -> None:
    gc.disable()  # imported objects stay: scanning them would take a tenth of the start-up
    handled = [number for number in _TERMINATING if signal.getsignal(number) != signal.SIG_IGN]  # nohup ignores SIGHUP
    _handle(handled, signal.SIG_DFL)  # there is nothing to clean up yet
    from connect_errors.cli import cli

    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)  # captures may be long, but leave hardly any garbage
    gc.enable()
    _handle(handled, _terminate)
    try:
        cli(prog_name="connect-errors")
    finally:
        _handle(handled, signal.SIG_DFL)


def _report(error: Exception) -> None:
    """Write an exception's type and place to standard error, bypassing its buffer, which may be closed or full."""
    message = f"internal error: {type(error).__name__} in {_place(error)}; no content of the capture is shown here"
    with suppress(AttributeError, OSError, ValueError):
        os.write(sys.stderr.fileno(), f"connect-errors: {message}. Please report this line.\n".encode())


def _place(error: Exception) -> str:
    """Return the innermost line of this package in the exception's traceback."""
    package = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib is a large import
    place = "an unknown place"
    step = error.__traceback__
    while step:
        file = os.path.abspath(step.tb_frame.f_code.co_filename)  # noqa: PTH100
        if file.startswith(package + os.sep):
            path = file.removeprefix(os.path.dirname(package) + os.sep)  # noqa: PTH120
            place = f"{path.replace(os.sep, '/')}:{step.tb_lineno}"
        step = step.tb_next
    return place


def _handle(numbers: list[signal.Signals], handler: "signal._HANDLER") -> None:
    for number in numbers:
        signal.signal(number, handler)


def _terminate(number: int, frame: FrameType | None) -> None:
    """Exit cleanly: reports are flushed, and partial files are removed.

    A second signal is ignored in the meantime, because `timeout` sends it twice at once; a third one kills the process.
    """
    importer = _importer(frame)
    if importer:  # callbacks of the import system swallow exceptions
        _terminate_in(importer, number)
        return
    signal.signal(number, lambda *_: signal.signal(number, signal.SIG_DFL))
    sys.exit(128 + number)


def _importer(frame: FrameType | None) -> FrameType | None:
    """Return the outermost frame that is waiting for an import, if any."""
    importer = None
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            importer = frame.f_back
        frame = frame.f_back
    return importer


def _terminate_in(frame: FrameType, number: int) -> None:
    """Exit as soon as a frame resumes, from a trace function set on it, like a debugger's."""

    def end(*_: object) -> None:
        sys.settrace(None)
        _terminate(number, None)

    frame.f_trace = end
    sys.settrace(lambda *_: None)  # frame-local trace functions are called only if a global one is set


if __name__ == "__main__":
    main()
