"""The options that state what the application knows about its redirects."""

import os

from connect_errors.address import registration_note
from connect_errors.cli.console import UsageError, echo_error
from connect_errors.expectation import Expectation
from connect_errors.shown import InvalidArgumentError, Shown
from connect_errors.url import URL


def expectation_of(redirect_uris: tuple[str, ...], state: str | None, expect: str | None) -> Expectation:
    """Build the expectation from the options; redirect URIs that Smartcar would not register get a note.

    Raises:
        UsageError: a redirect URI or the outcome is invalid, or the state is empty.
    """
    if state == "":  # as from a variable that is not set; a comparison with it would be none
        raise UsageError(Shown("--state is empty: give the state that was sent, or leave the option out."))
    try:
        registered = tuple(URL(as_utf_8(uri)) for uri in redirect_uris)
        expectation = Expectation(registered, state and as_utf_8(state), expect)
    except InvalidArgumentError as error:
        raise UsageError(error.message) from error
    for note in filter(None, map(registration_note, registered)):
        echo_error(note)
    return expectation


def as_utf_8(argument: str) -> str:
    """Decode an argument as UTF-8 if the locale is ASCII and its bytes became lone surrogates."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return os.fsencode(argument).decode("utf-8", "surrogateescape")
    return argument
