"""Recognition of text that looks like a secret, and of text that looks like plain words.

Both depend only on the text itself, so that whatever is masked in one place is masked everywhere.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from connect_errors import lazy_re
from connect_errors.catalog import recognized_parameters
from connect_errors.encoding import Span

SHOWN_PARAMETERS = frozenset({"error", "error_description", "status_code", "error_message", "make", "model", "year"})
"""The parameters whose values are shown; all other values are masked."""

MAX_LEVELS = 6
"""Maximum levels of encoding; text with escapes beyond them is masked entirely."""

_MAX_WORDS = 64
"""Maximum length of a name, or of a path segment, that is shown."""
_MAX_NUMBERED = 2
"""Maximum number of parts with letters and digits in a name; a recovery code has more."""
_MAX_DIGITS = 4
"""Maximum number of digits in a name's numbers: `redirect-2.1.1`."""
_MIN_TOKEN = 16
"""Minimum length of a run of characters that may contain a token."""
_MIN_PART = 8
"""Minimum length of a part that makes such a run a token."""

# Values are examined decoded, and byte by byte as in a URL; letters, spaces and case are therefore ASCII only.
_IGNORING_CASE = re.ASCII | re.IGNORECASE
_ESCAPE = lazy_re.pattern(
    r"(?:%|\\u00|\\x|&#x0*+)([0-9A-F]{2});?|&#0*+([0-9]{2,3});|&(amp|quot|apos|lt|gt);", _IGNORING_CASE
)
"""URLs, JSON and programs, HTML."""
_ENTITIES = {"amp": "&", "quot": '"', "apos": "'", "lt": "<", "gt": ">"}
_UUID = lazy_re.pattern("[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", _IGNORING_CASE)
_VIN = lazy_re.pattern("(?<![A-Z0-9])(?=[A-Z]{0,16}[0-9])(?=[0-9]{0,16}[A-Z])[A-Z0-9]{17}(?![A-Z0-9])", _IGNORING_CASE)
_HEXADECIMAL = lazy_re.pattern("[0-9A-F]{24,}", _IGNORING_CASE)
_DATE = "(?:19|20)[0-9]{2}-?[01][0-9]-?[0-3][0-9]"
_PHONE = lazy_re.pattern(rf"(?<![0-9-])(?!{_DATE})[0-9](?:[ ().-]?[0-9]){{8,}}")
_AUTHORIZATION = lazy_re.pattern(r"(?<![A-Z])(?:Basic|Bearer|Digest)[ :]++[^\s,;\"']++", _IGNORING_CASE)
_IDENTIFIERS = (_UUID, _VIN, _HEXADECIMAL)
_RUN = lazy_re.pattern(f"[A-Za-z0-9_~.+/=-]{{{_MIN_TOKEN},}}")
_ALPHANUMERIC = lazy_re.pattern("[A-Za-z0-9]+")
_AT = lazy_re.pattern(r"(?<!\S)[^\s@]*+@\S*+", re.ASCII)
_PAIR = lazy_re.pattern(r"(?<![\w.-])([\w.-]++)[\"'`\\]*+[^!-~]*+(=>|:=|==?|:)\s*+", re.ASCII)
"""In French, no-break spaces come before a colon."""
_QUOTES = tuple("\"'`\\")
_REST = lazy_re.pattern(r"[^&;#]++")
_VALUE = lazy_re.pattern(r"[\"'`\\]++([^\"'`\\]*+)|((?!\w+=[^=\s])[^\s&;#]++)", re.ASCII)
_HEADER = lazy_re.pattern("(?:authorization|cookie)$", _IGNORING_CASE)
_CREDENTIALS = (
    "api_?key|auth|bearer|code|credentials?|e-?mail|jwt|key|nonce|otp|pass|passphrase|passwo?r?d|phone|pin|pwd|secret|"
    "session|sid|signature|token|user|user_?name|verifier"
)
_WORD = lazy_re.pattern(r"[^\W\d_]{1,20}|[^\W\d_]{3,20}[0-9]{1,2}|[A-Za-z0-9]{1,3}")
_TIME = lazy_re.pattern(f"{_DATE}(?:T?[0-9]{{4,6}}Z?)?")
_CONSONANTS = lazy_re.pattern("[bcdfghjklmnpqrstvwxz]{6}", re.IGNORECASE)
_HUMP = lazy_re.pattern("[a-z][A-Z]")
_SEPARATOR = lazy_re.pattern(r"[-_.+\[\]]")


@lru_cache(4096)
def looks_like_words(text: str) -> bool:
    """Whether a text is a name, or one or more words, as people write them in a path: `oauth2-callback`, `v1`."""
    if len(text) > _MAX_WORDS:
        return False
    parts = [part for part in _SEPARATOR.split(text) if part]
    numbers = "".join(part for part in parts if part.isdecimal())
    numbered = sum(not part.isalpha() and not part.isdecimal() for part in parts)
    if len(numbers) > _MAX_DIGITS:
        return False
    return (
        numbered <= _MAX_NUMBERED
        and all(map(_is_word, parts))
        and not any(pattern.search(text) for pattern in _IDENTIFIERS)
    )


def _is_word(part: str) -> bool:
    if not _WORD.fullmatch(part) or _CONSONANTS.search(part):
        return False
    return len(_HUMP.findall(part)) <= 1 + len(part) // 5


def find_identifiers(text: str) -> list[Span]:
    """Find UUIDs, VINs and long hexadecimal numbers. In a host, nothing else is masked: labels may be any names."""
    return [match.span() for pattern in _IDENTIFIERS for match in pattern.finditer(text)]


@lru_cache(1024)
def find_secrets(text: str) -> tuple[Span, ...]:
    """Find everything that looks like a secret, even if encoded repeatedly; the places are sorted and disjoint.

    Pairs in any notation, user info and mail addresses, UUIDs, VINs, telephone numbers, credentials, long tokens.
    """
    secrets: list[Span] = []
    decoded: str = text
    places: list[int] | None = None
    for _ in range(MAX_LEVELS):
        spans = [span for span in _find_unencoded(decoded) if span[0] < span[1]]  # `@` with nothing before it
        secrets += spans if places is None else [(places[start], places[end]) for start, end in spans]
        if not ("%" in decoded or "\\" in decoded or "&" in decoded) or not _ESCAPE.search(decoded):
            return tuple(merge_spans(sorted(secrets))) if secrets else ()
        decoded, places = decode_level(decoded, places)
    return ((0, len(text)),)


def merge_spans(spans: list[Span]) -> Iterator[Span]:
    """Merge spans that overlap or touch; they must be sorted."""
    merged: Span | None = None
    for span in spans:
        if merged and span[0] <= merged[1]:
            merged = merged[0], max(merged[1], span[1])
            continue
        if merged:
            yield merged
        merged = span
    if merged:
        yield merged


def decode_level(text: str, places: list[int] | None = None) -> tuple[str, list[int]]:
    """Decode one level, byte by byte, and map each character, and the end, to its place in the original."""
    old_places = places or range(len(text) + 1)
    pieces: list[str] = []
    new_places: list[int] = []
    end = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(text[end : match.start()])
        new_places += old_places[end : match.start()]
        pieces.append(_decode_escape(match))
        new_places.append(old_places[match.start()])
        end = match.end()
    pieces.append(text[end:])
    new_places += old_places[end:]
    return "".join(pieces), new_places


def _decode_escape(match: re.Match[str]) -> str:
    hexadecimal, number, entity = match.groups()
    return _ENTITIES[entity.lower()] if entity else chr(int(hexadecimal, 16) if hexadecimal else int(number) % 256)


def _find_unencoded(text: str) -> list[Span]:
    spans: list[Span] = []
    runs = [match.span() for match in _RUN.finditer(text)]
    if runs:  # identifiers are in one
        spans += find_identifiers(text)
        for run in runs:
            spans += _find_token(text, *run)
    spans += [match.span() for match in _PHONE.finditer(text)]
    lower = text.lower()
    if "basic" in lower or "bearer" in lower or "digest" in lower:
        spans += [match.span() for match in _AUTHORIZATION.finditer(text)]
    if "=" in text or ":" in text:
        spans += _find_pair_values(text)
    if "@" in text:
        spans += _find_user_info(text)
    return spans


def _find_user_info(text: str) -> Iterator[Span]:
    """Find the user info of addresses; a URL's scheme is not a part of it."""
    for match in _AT.finditer(text):
        address = match[0]
        slashes = address.find("//") + 2
        at = address.rfind("@")
        yield match.start() + (slashes if 1 < slashes <= at else 0), match.start() + at


def _find_token(text: str, start: int, end: int) -> Iterator[Span]:
    """Find a token in a run of token characters: from the first part that is not a word to the last one."""
    parts = [
        match
        for match in _ALPHANUMERIC.finditer(text, start, end)
        if not _is_word(match[0]) and not _TIME.fullmatch(match[0])
    ]
    if any(len(part[0]) >= _MIN_PART for part in parts):
        yield parts[0].start(), parts[-1].end()


def _find_pair_values(text: str) -> Iterator[Span]:
    """Find values in `name=value` and `name => value` with any name, and in `name: value` with the name of a secret."""
    masked_up_to = {_REST: 0, _VALUE: 0}
    for match in _PAIR.finditer(text):
        name, separator = match.groups()
        if name.lower() in SHOWN_PARAMETERS:
            continue
        if _HEADER.search(name):
            yield match.end(), len(text)
            continue
        is_secret = bool(_secret_name().search(name))
        if separator != ":" or is_secret:
            # A plus sign in the secret itself may have become a space.
            pattern = _REST if is_secret and separator in ("=", "==") else _VALUE
            is_quoted = pattern is _VALUE and text.startswith(_QUOTES, match.end())
            if match.end() < masked_up_to[pattern] and not is_quoted:
                continue  # it is the end of an earlier value
            if value := pattern.match(text, match.end()):
                if value.lastindex != 1:  # not in quotes
                    masked_up_to[pattern] = value.end()
                yield value.span(value.lastindex or 0)


@cache
def _secret_name() -> re.Pattern[str]:
    """Build a pattern that matches the ends of names of secrets, in any notation."""
    names = sorted(recognized_parameters() - SHOWN_PARAMETERS)
    return re.compile(f"(?:{'|'.join(names)}|{_CREDENTIALS})$", _IGNORING_CASE)
