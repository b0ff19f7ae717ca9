"""Quoting of names in messages: short, printable, and without secrets."""

from connect_errors import lazy_re
from connect_errors.escaping import shorten
from connect_errors.redaction import shown_name
from connect_errors.shown import Shown, say
from connect_errors.url import Parameter

_WORD = lazy_re.pattern(r"[\w.*=\[\]-]+")


def named(parameter: Parameter) -> Shown:
    """Quote a parameter's name."""
    return quoted(shorten(shown_name(parameter.name))) if parameter.name else Shown("a parameter without a name")


def quoted(text: Shown) -> Shown:
    """Put quotes around text that may be shown, unless it is a single word."""
    return text if _WORD.fullmatch(text) else say('"{}"', text)
