"""Open a URL in a browser that does not use this terminal."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath
from threading import Thread

from connect_errors.cli.console import echo_error
from connect_errors.shown import Shown

_TERMINAL_BROWSERS = frozenset({"browsh", "carbonyl", "elinks", "links", "links2", "lynx", "w3m", "www-browser"})
"""Browsers that draw on the terminal in which they are started."""
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"


def open_browser(url: str) -> None:
    """Open a URL without waiting; if no browser opens, standard error says so."""
    Thread(target=_open, args=(url,), daemon=True).start()


def _open(url: str) -> None:
    """Open it in a separate process: a browser may read and write the terminal, and Ctrl-C would end it."""
    devnull = subprocess.DEVNULL
    with suppress(OSError):
        result = subprocess.run(  # noqa: S603 - the program is Python, the URL made by `listen`
            (sys.executable, "-I", "-c", _OPEN, url),
            env=without_terminal(os.environ),
            stdin=devnull,
            stdout=devnull,
            stderr=devnull,
            start_new_session=True,
            check=False,
        )
        if result.returncode == 0:
            return
    echo_error(Shown("no browser could be opened outside this terminal; open the URL yourself"))


def without_terminal(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which `webbrowser` finds no browser that needs a terminal."""
    kept = {name: value for name, value in environment.items() if name not in ("BROWSER", "TERM")}
    commands = environment.get("BROWSER", "").split(os.pathsep)
    if browsers := [command for command in commands if command and not _needs_terminal(command)]:
        kept["BROWSER"] = os.pathsep.join(browsers)
    return kept


def _needs_terminal(command: str) -> bool:
    try:
        program, *_ = shlex.split(command) or [""]
    except ValueError:  # not valid shell syntax
        program = command
    return PurePath(program).stem.lower() in _TERMINAL_BROWSERS
