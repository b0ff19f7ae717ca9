"""The command: `connect-errors`, or `python -m validator`."""

import gc
import signal
import sys
from types import FrameType

_ENDING = [getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)]


def main() -> None:
    """Run the command line."""
    gc.disable()  # what imports make stays: looking through it would be a tenth of the start-up; captures enable it
    heeded = [number for number in _ENDING if signal.getsignal(number) != signal.SIG_IGN]  # nohup ignores one
    for number in heeded:
        signal.signal(number, _end)
    try:
        from validator.cli import cli  # inside, so that a signal ends it quietly even while it is imported

        cli(prog_name="connect-errors")
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    """End in order: what is reported is written, and no partial file is left.

    A second signal is ignored meanwhile, since `timeout` sends it twice at once; the third one ends it on the spot.
    """
    signal.signal(number, lambda *_: signal.signal(number, signal.SIG_DFL))
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
