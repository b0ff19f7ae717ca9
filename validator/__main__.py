"""The command: `connect-errors`, or `python -m validator`."""

import gc
import sys


def main() -> None:
    """Run the command line."""
    gc.disable()  # what imports make stays: looking through it would be a tenth of the start-up; captures enable it
    try:
        from validator.cli import cli  # inside, so that Ctrl-C ends quietly even while it is imported

        cli(prog_name="connect-errors")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
