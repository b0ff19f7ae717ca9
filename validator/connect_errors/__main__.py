"""The command: `connect-errors`, or `python -m connect_errors`."""

import gc
import signal
import sys
from types import FrameType

_ENDING = [getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)]


def main() -> None:
    """Run the command line."""
    gc.disable()  # what imports make stays: looking through it would be a tenth of the start-up; captures enable it
    heeded = [number for number in _ENDING if signal.getsignal(number) != signal.SIG_IGN]  # nohup ignores one
    _handle(heeded, signal.SIG_DFL)  # there is nothing to clean up yet
    from connect_errors.cli import cli

    _handle(heeded, _end)
    try:
        cli(prog_name="connect-errors")
    finally:
        _handle(heeded, signal.SIG_DFL)


def _handle(numbers: list[signal.Signals], handler: "signal._HANDLER") -> None:
    for number in numbers:
        signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    """End in order: what is reported is written, and no partial file is left.

    A second signal is ignored meanwhile, since `timeout` sends it twice at once; the third one ends it on the spot.
    """
    if _is_importing(frame) and hasattr(signal, "setitimer"):  # callbacks of the import system drop exceptions
        signal.signal(signal.SIGALRM, lambda _, frame: _end(number, frame))
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        return
    signal.signal(number, lambda *_: signal.signal(number, signal.SIG_DFL))
    sys.exit(128 + number)


def _is_importing(frame: FrameType | None) -> bool:
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame is not None


if __name__ == "__main__":
    main()
