"""How messages name what was given: short, printable, and without a secret."""

import re

from connect_errors.escaping import shorten
from connect_errors.redaction import shown_name
from connect_errors.shown import Shown, say
from connect_errors.url import Parameter

_WORD = re.compile(r"[\w.*=\[\]-]+")


def named(parameter: Parameter) -> Shown:
    """Name a parameter."""
    return quoted(shorten(shown_name(parameter.name))) if parameter.name else Shown("a parameter without a name")


def quoted(text: Shown) -> Shown:
    """Put a text that may be shown into quotes, if it is not a word."""
    return text if _WORD.fullmatch(text) else say('"{}"', text)
