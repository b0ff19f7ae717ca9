"""Warnings about values that their schema allows.

The rules: `placeholder-value`, `undocumented-wording`, `outside-oauth-charset`, `double-encoded`.
"""

import re
from collections.abc import Collection, Mapping

from connect_errors import lazy_re
from connect_errors.catalog import recognized_parameters
from connect_errors.encoding import find_decoded
from connect_errors.judge.reading import Reading
from connect_errors.oauth import OUTSIDE_CHARSET, is_in_every_charset
from connect_errors.placeholders import MASK_REMEDY, ends_with_stray_quote, is_masked, placeholder
from connect_errors.report import Finding
from connect_errors.secrets import SHOWN_PARAMETERS
from connect_errors.shown import Shown, join, own, say
from connect_errors.url import URL, Parameter

MAX_CHARACTERS = 5
"""Maximum number of characters of a value listed in a message."""

_ESCAPE = lazy_re.pattern("%[0-9A-Fa-f]{2}")


def value_findings(
    reading: Reading,
    decodable: Mapping[str, Parameter],
    explained: Collection[str | None],
    sent_state: str | None,
) -> list[Finding]:
    """Find the warnings about values of known parameters.

    Args:
        reading: the redirect.
        decodable: its first parameters, by name, without those whose raw text is malformed.
        explained: the parameters that another finding already describes as placeholders.
        sent_state: the state that was sent, which may end with a quote.
    """
    findings: list[Finding] = []
    known = recognized_parameters()
    for name, parameter in decodable.items():
        if name not in known:
            continue
        value = parameter.value
        if description := placeholder(value):
            if name not in explained:
                message = say("{} is {}", own(name), description)
                remedy = MASK_REMEDY if is_masked(value) else None
                findings.append(Finding("placeholder-value", message, name, *parameter.value_span, remedy=remedy))
        elif ends_with_stray_quote(value) and not (name == "state" and value == sent_state):
            message = say("{} ends with a quote, probably one that was around the URL", own(name))
            findings.append(Finding("placeholder-value", message, name, *parameter.value_span))
        else:
            findings += _text_findings(reading, parameter)
    return findings


def _text_findings(reading: Reading, parameter: Parameter) -> list[Finding]:
    findings = []
    name, value = parameter.name, parameter.value
    wordings = reading.outcome.wordings if reading.outcome and name == "error_description" else ()
    if wordings and value and value not in wordings:
        message = Shown("no page documents this error_description")
        findings.append(Finding("undocumented-wording", message, name, *parameter.value_span))
    charset = None if is_in_every_charset(value) else OUTSIDE_CHARSET.get(name)
    if charset and charset.search(value) and (outside := find_decoded(charset, reading.url.text, parameter.value_span)):
        message = say("{} has {}", own(name), _characters_outside(charset, name, value))
        if value in wordings:
            message = say("{}; Smartcar documents this wording", message)
        findings.append(Finding("outside-oauth-charset", message, name, *outside[1]))
    # A value that is a URL has escapes of its own.
    if "%" in value and _ESCAPE.search(value) and not URL(value).scheme:
        message = say("{} is still percent-encoded after decoding", own(name))
        findings.append(Finding("double-encoded", message, name, *parameter.value_span))
    return findings


def _characters_outside(charset: re.Pattern[str], name: str, value: str) -> Shown:
    """Describe the characters of a value that are outside a set; list them if the value may be shown."""
    characters = list(dict.fromkeys(charset.findall(value)))
    what = Shown("a character") if len(characters) == 1 else Shown("characters")
    what = say("{} outside RFC 6749's character set", what)
    if name not in SHOWN_PARAMETERS:
        return what
    names = [say("U+{:04X}", ord(character)) for character in characters[:MAX_CHARACTERS]]
    if more := len(characters) - len(names):
        names.append(say("{} more", more))
    return say("{}: {}", what, join(", ", names))
