"""Values that a program or a person wrote in place of the real one."""

import re

from connect_errors import lazy_re
from connect_errors.shown import Shown

_NO_VALUE = {
    "undefined": Shown("undefined, which JavaScript writes for a missing value"),
    "null": Shown("null, which programs write for a missing value"),
    "(null)": Shown("(null), which Objective-C and C write for a missing value"),
    "none": Shown("None, which Python writes for a missing value"),
    "nil": Shown("nil, which Ruby, Go and Swift write for a missing value"),
    "nan": Shown("NaN, which JavaScript writes for a value that is not a number"),
}
_MASK = lazy_re.pattern(
    r"[*•]{3}|\A(?:[\[<](?:filtered|hidden|masked|private|redacted|removed|scrubbed)[\]>]|redacted|x{4,16})\Z",
    re.IGNORECASE,
)
"""Masks of Rails, Sentry, pino, Datadog, OpenTelemetry, os_log, CI systems, this package and others."""
MASK_REMEDY = "Check the redirect itself: in a log, a filter replaced the value."
_OBJECT = lazy_re.pattern(r"\[object \w+\]", re.ASCII)
_TEMPLATE = lazy_re.pattern(r"\$?\{{1,2} ?[A-Za-z_][\w.-]* ?\}{1,2}|<[A-Za-z_][\w. -]*>|%[A-Z_]+%", re.ASCII)
_SAMPLE = lazy_re.pattern(r"(?:YOUR|INSERT|REPLACE)[_ -][A-Z0-9_ -]+|your[_-][a-z0-9_-]+", re.ASCII)
_FORMS = (
    (_OBJECT, Shown("[object …], which JavaScript writes for an object converted to a string")),
    (_TEMPLATE, Shown("a template variable that was not filled in")),
    (_SAMPLE, Shown("a placeholder from documentation")),
)
_TEST_VALUE = lazy_re.pattern(r"(?<![a-z])(?:test|mock|fake|dummy|sample|example|foo|bar|abc|user|vehicle)(?![a-z])")
_QUOTES = {"'": "'", '"': '"', "`": "`", "\u2019": "\u2018", "\u201d": "\u201c"}
"""Closing quotes with their opening counterparts."""

# Every placeholder contains one of these, raw or encoded in the usual way, or asterisks, so that no shape omits it.
_RAW_WORDS = "|".join(map(re.escape, _NO_VALUE))
_FIRST = {start for word in (*_NO_VALUE, *"yirx$%") for start in (word[0], word[0].upper())}
"""First characters of all placeholders in raw values: for most values, one character decides."""
_FIRST_DECODED = frozenset(_FIRST) | frozenset("{<[")
IN_RAW_VALUE = (
    rf"(?=[{''.join(sorted(_FIRST))}])"
    rf"(?i:(?:{_RAW_WORDS}|%28null%29|redacted|x{{4,16}})(?![^&\n])|your|insert|replace|(?:\$|%24)?%7B|%5B|%3C)"
)
"""Matches, at the start of a raw value, every possible placeholder, and more."""

NO_QUOTE_BEFORE = "(?<!['\"`])(?<!%2[27])(?<!%60)"
"""Matches at the end of a raw value, unless it ends with a quote, raw or encoded."""


def is_masked(value: str) -> bool:
    """Whether a decoded value was masked by what recorded it, so that nobody can know it."""
    return _MASK.search(value) is not None


def placeholder(value: str) -> Shown | None:
    """Say which placeholder a decoded value is, as the end of a sentence ("state is …"); None if it is not one."""
    if value[:1] not in _FIRST_DECODED and "***" not in value and "•••" not in value:
        return None
    if description := _NO_VALUE.get(value.casefold()):
        return description
    if is_masked(value):
        return Shown("masked: whatever recorded it hid the value")
    for pattern, description in _FORMS:
        if pattern.fullmatch(value):
            return description
    return None


def ends_with_stray_quote(value: str) -> bool:
    """Whether a decoded value ends with an unmatched quote, which probably surrounded the URL."""
    opening = _QUOTES.get(value[-1:])
    if opening is None or len(value) == 1:
        return False
    return value.count(opening) % 2 == 1 if opening == value[-1] else opening not in value


def looks_like_test_value(value: str) -> bool:
    """Whether a decoded value contains a word that is typical of tests."""
    return bool(_TEST_VALUE.search(value.casefold()))
