"""The main loop of `listen`: checks what arrives, answers, and writes reports until a stop condition holds."""

import errno
import os
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from io import RawIOBase
from typing import Any, TextIO

from connect_errors.argument import read_redirect
from connect_errors.check import Checker
from connect_errors.cli.console import echo_error, point_to_devnull
from connect_errors.cli.exit_codes import ExitCode
from connect_errors.cli.listen_messages import echo_refused, print_lines, silence_lines
from connect_errors.formats import Format
from connect_errors.listen.page import report_page
from connect_errors.listen.server import Arrival, Event, Listener, Refused, Silence
from connect_errors.redirect import Place, Redirect
from connect_errors.report import RedactedReport
from connect_errors.shown import Shown, say
from connect_errors.summary import Summary
from connect_errors.url import URL


class Session:
    """Checks what arrives, answers the browser, and writes the reports."""

    def __init__(self, checker: Checker, writers: list[Format], saved: TextIO | None) -> None:
        self._checker = checker
        self._writers = writers
        self._saved = saved
        self._arrivals = 0

    def wait(
        self, listener: Listener, timeout: float | None, is_enough: Callable[[RedactedReport], bool]
    ) -> ExitCode | None:
        """Process events until `is_enough`, a timeout or a signal; return the exit code of the signal, if any."""
        try:
            with closing(listener.events(timeout, _signals())) as events:
                for event in events:
                    report = self.process(event, listener)
                    if report and is_enough(report):
                        break
        except OSError as error:
            if error.errno != errno.EIO or error.filename:
                raise
            return ExitCode.HANGUP  # the terminal was closed, and SIGHUP has not arrived yet
        return ExitCode(128 + listener.stopped_by) if listener.stopped_by else None

    def process(self, event: Event, listener: Listener) -> RedactedReport | None:
        """Process an event; return the report if it is a redirect."""
        if isinstance(event, Refused):
            echo_refused(event)
            return None
        if isinstance(event, Silence):
            print_lines(*silence_lines(listener.redirect_uri.text))
            return None
        if isinstance(event, Arrival):
            self._arrivals += 1
            report = self._checker.check_one(Redirect(URL(event.url), Place(Shown("listen"), self._arrivals)))
            event.respond(report_page(event.nonce, report))
        else:
            redirect = read_redirect(event.text, Place(Shown("-"), event.line))
            if redirect.must_be_absolute and redirect.url.problem and not redirect.url.too_long:
                echo_error(say("the pasted text is not an address: {}", redirect.url.problem[0]))
                return None
            report = self._checker.check_one(redirect)
            for note in report.notes:
                echo_error(note)
        for writer in self._writers:
            writer.add(report)
            writer.flush()
        if self._saved:
            self._saved.write(f"{report.url}\n")
        return report


def finish(writers: list[Format], summary: Summary, *, is_closed: bool) -> None:
    """Finish all reports; files are completed even if the terminal was closed."""
    for writer in writers:
        try:
            writer.finish(summary)
        except OSError:
            if not is_closed:
                raise
    if is_closed:
        with suppress(AttributeError):
            try:
                sys.stdout.flush()
            except OSError:
                point_to_devnull(sys.stdout)


def standard_input() -> RawIOBase | None:
    """Return standard input if it is a terminal, a pipe or a socket, on which lines may still arrive."""
    with suppress(AttributeError, OSError, ValueError):  # standard input may be missing
        buffer: Any = sys.stdin.buffer
        stream: RawIOBase = buffer.raw
        mode = os.fstat(stream.fileno()).st_mode
        if stream.isatty() or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            return stream
    return None


def _signals() -> tuple[int, ...]:
    """Return the signals that stop listening, except ignored ones (nohup ignores SIGHUP)."""
    numbers = (getattr(signal, name, None) for name in ("SIGHUP", "SIGINT", "SIGTERM"))
    return tuple(number for number in numbers if number and signal.getsignal(number) != signal.SIG_IGN)
