"""The exit codes of the command, and their meanings."""

from collections.abc import Mapping
from enum import IntEnum

from connect_errors.summary import Summary


class ExitCode(IntEnum):
    """An exit code. Codes from 129 on are what a shell reports for a process ended by a signal (128 + its number)."""

    CONFORMS = 0
    FINDINGS = 1
    FAILURE = 2
    NO_REDIRECT = 3
    INTERNAL_ERROR = 70
    HANGUP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


EXIT_CODES = {
    ExitCode.CONFORMS: "every redirect conforms",
    ExitCode.FINDINGS: "at least one does not (with --strict: or has a warning)",
    ExitCode.FAILURE: "wrong usage, or a capture that could not be read",
    ExitCode.NO_REDIRECT: "no redirect was found in the captures",
    ExitCode.INTERNAL_ERROR: "an internal error: a bug in connect-errors, or a broken installation",
    ExitCode.HANGUP: "the terminal was closed",
    ExitCode.INTERRUPTED: "ended by Ctrl-C",
    ExitCode.BROKEN_PIPE: "the reader of the output closed the pipe",
    ExitCode.TERMINATED: "ended by SIGTERM",
}
"""The meanings, for the help and the reference."""


def exit_code_of(summary: Summary, *, strict: bool) -> ExitCode:
    """Return the exit code of a run in which all captures were read."""
    if not summary.redirects:
        return ExitCode.NO_REDIRECT
    return ExitCode.FINDINGS if summary.errors or (strict and summary.warnings) else ExitCode.CONFORMS


def exit_code_table(meanings: Mapping[ExitCode, str] = EXIT_CODES) -> str:
    """Format a list of exit codes for the end of a command's help."""
    rows = (f"  {code:<3}  {meaning}" for code, meaning in meanings.items())
    return "\b\nExit codes:\n" + "\n".join(rows)
