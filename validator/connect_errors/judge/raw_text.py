"""Undecodable text, and characters that no parameter may have: `malformed-encoding`, `forbidden-character`."""

from collections.abc import Iterator

from connect_errors import lazy_re
from connect_errors.encoding import Span, find_decoded, find_malformed
from connect_errors.judge.reading import Reading
from connect_errors.naming import named
from connect_errors.report import Finding
from connect_errors.secrets import SHOWN_PARAMETERS
from connect_errors.shown import Shown, say
from connect_errors.url import Parameter

_CONTROL = lazy_re.pattern("[\0-\x1f\x7f-\x9f]")
_ESCAPE = lazy_re.pattern("%[0-9A-Fa-f]{2}")


def raw_text_findings(reading: Reading) -> Iterator[tuple[Parameter | None, Finding]]:
    """Yield the findings, each with its parameter; None for the address."""
    text = reading.url.text
    is_well_formed = not find_malformed(text)  # then no part of it is malformed
    if not is_well_formed and (span := find_malformed(text, *reading.url.base_span)):
        yield None, _malformed(text, span)
    for parameter in reading.parameters:
        if not is_well_formed and (span := find_malformed(text, *parameter.span)):
            yield parameter, _malformed(text, span, parameter)
        elif parameter.value.isprintable() and parameter.name.isprintable():
            continue  # control characters are not printable
        elif control := find_decoded(_CONTROL, text, parameter.span):
            character, span = control
            is_shown = parameter.name in SHOWN_PARAMETERS
            what = say("the control character U+{:04X}", ord(character)) if is_shown else Shown("a control character")
            message = say("{} has {}", named(parameter), what)
            yield parameter, Finding("forbidden-character", message, parameter.name, *span)


def _malformed(text: str, span: Span, parameter: Parameter | None = None) -> Finding:
    is_broken_escape = text[span[0]] == "%" and not _ESCAPE.match(text, span[0])
    problem = Shown("bytes that are not UTF-8")
    if is_broken_escape:
        problem = Shown("a percent sign not followed by two hexadecimal digits")
    message = say("{} has {}", named(parameter) if parameter else Shown("the address"), problem)
    return Finding("malformed-encoding", message, parameter.name if parameter else None, *span)
