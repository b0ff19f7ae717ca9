"""The command: `connect-errors`, or `python -m connect_errors`."""

import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

_TERMINATING = [getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)]
_INTERNAL_ERROR = 70
"""`ExitCode.INTERNAL_ERROR`, which a broken installation may not be able to import."""

_OBJECTS_BETWEEN_COLLECTIONS = 20_000


def main() -> None:
    """Run the command line; an exception that nothing expects ends it with one line, and exit code 70."""
    try:
        _run()
    except Exception as error:  # noqa: BLE001 - its message and its traceback may have a secret of a capture
        _report(error)
        sys.exit(_INTERNAL_ERROR)


def _run() -> None:
    gc.disable()  # what imports make stays: looking through it would be a tenth of the start-up
    handled = [number for number in _TERMINATING if signal.getsignal(number) != signal.SIG_IGN]  # nohup ignores one
    _handle(handled, signal.SIG_DFL)  # there is nothing to clean up yet
    from connect_errors.cli import cli

    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)  # captures may be long, but leave hardly anything to collect
    gc.enable()
    _handle(handled, _terminate)
    try:
        cli(prog_name="connect-errors")
    finally:
        _handle(handled, signal.SIG_DFL)


def _report(error: Exception) -> None:
    """Write the type and the place of an exception to standard error, past its buffer: it may be closed or full."""
    message = f"internal error: {type(error).__name__} in {_place(error)}; nothing of the capture is shown here"
    with suppress(AttributeError, OSError, ValueError):
        os.write(sys.stderr.fileno(), f"connect-errors: {message}. Please report this line.\n".encode())


def _place(error: Exception) -> str:
    """The innermost line of this package that the exception came through."""
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
    """End in order: what is reported is written, and no partial file is left.

    A second signal is ignored meanwhile, since `timeout` sends it twice at once; the third one ends it on the spot.
    """
    importer = _importer(frame)
    if importer:  # callbacks of the import system drop exceptions
        _terminate_in(importer, number)
        return
    signal.signal(number, lambda *_: signal.signal(number, signal.SIG_DFL))
    sys.exit(128 + number)


def _importer(frame: FrameType | None) -> FrameType | None:
    """The outermost frame that waits for an import, if there is one."""
    importer = None
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            importer = frame.f_back
        frame = frame.f_back
    return importer


def _terminate_in(frame: FrameType, number: int) -> None:
    """End as soon as a frame goes on; its trace is called there, as a debugger's would be."""

    def end(*_: object) -> None:
        sys.settrace(None)
        _terminate(number, None)

    frame.f_trace = end
    sys.settrace(lambda *_: None)  # without one, no frame's own trace is called


if __name__ == "__main__":
    main()
