"""Comparison of the returned state with the one that was sent (RFC 6749 §4.1.2 and §10.12).

The JavaScript SDK sends an envelope: base64 of a JSON object with `instanceId` and, as `originalState`, the
application's state. The state in an envelope is compared as if it had been returned directly.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from connect_errors import lazy_re
from connect_errors.shown import Shown, own

INSTANCE_ID = "6d1b8fb5-1c4f-4c5e-9c0e-2f3f5b0d7a11"
"""The `instanceId` of the envelope in examples."""

_ENVELOPE = lazy_re.pattern("ey[A-Za-z0-9+/ _-]+={0,2}")
_MIN_COMMON_LENGTH = 4
"""Minimum length of the start or the end of a state to be recognized as a part of it."""
_QUOTES = "'\"`\u2018\u2019\u201c\u201d"
_ENVELOPE_PREFIX = "ey"
"""The prefix of base64-encoded JSON objects."""
_NOT_LETTERS_OR_DIGITS = "".join(character for character in map(chr, range(128)) if not character.isalnum())
_NOT_ALPHANUMERIC = lazy_re.pattern("[^A-Za-z0-9]")


def is_same_state(sent: str, received: str) -> bool:
    """Compare decoded states, also inside an envelope, in time that does not depend on where they differ."""
    from hmac import compare_digest  # a large import

    expected = _as_bytes(sent)
    if compare_digest(expected, _as_bytes(received)):
        return True
    if inside := open_envelope(received):
        return compare_digest(expected, _as_bytes(inside))
    return False


def state_difference(sent: str, received: str) -> Shown | None:
    """Describe how the returned state differs from the one that was sent, both decoded; None if they are equal.

    The message contains no character of a state except punctuation.
    """
    if is_same_state(sent, received):
        return None
    difference = "" if _are_unrelated(sent, received) else next(_differences(sent, received), "")
    return own("state is not the one that was sent" + difference)


def envelope(state: str | None) -> str:
    """Make the envelope that the JavaScript SDK sends for an application's state, if it has one."""
    content = {"instanceId": INSTANCE_ID} | ({} if state is None else {"originalState": state})
    return b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def open_envelope(state: str) -> str | None:
    """Extract the application's state from an envelope of the JavaScript SDK; empty if it contains none.

    None if the state is not an envelope.
    """
    if not _ENVELOPE.fullmatch(state):
        return None
    # The SDK does not percent-encode it, so a + may have become a space; padding is often lost.
    characters = state.translate({ord(" "): "+", ord("-"): "+", ord("_"): "/"}).rstrip("=")
    try:
        content = json.loads(b64decode(characters + "=" * (-len(characters) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or "instanceId" not in content:
        return None
    inner = content.get("originalState")
    return inner if isinstance(inner, str) else ""


def _are_unrelated(sent: str, received: str) -> bool:
    """Decide cheaply that two states are unrelated: no known modification turns one into the other.

    Modifications preserve the first or the last letter or digit, unless the state is encoded.
    """
    if "%" in sent + received or received.startswith(_ENVELOPE_PREFIX) or sent.startswith(_ENVELOPE_PREFIX):
        return False
    if not (sent.isascii() and received.isascii()):
        return False
    first, second = (state.lower().strip(_NOT_LETTERS_OR_DIGITS) for state in (sent, received))
    return bool(first and second) and first[0] != second[0] and first[-1] != second[-1]


def _as_bytes(state: str) -> bytes:
    return state.encode("utf-8", "surrogatepass")


def _differences(sent: str, received: str) -> Iterator[str]:
    """Yield possible modifications of a state, as the end of a sentence, likeliest first."""
    yield from _replaced_characters(sent, received)
    if "%" in received and sent in (unquote(received), unquote_plus(received)):
        yield ": it is percent-encoded twice; encode it once"
    if "%" in sent and received in (unquote(sent), unquote_plus(sent)):
        yield ": the one that was sent was given percent-encoded; give it decoded"
    yield from _changed_ends(sent, received)
    if sent.casefold() == received.casefold():
        yield ": they differ only in case"
    yield from _cut_or_extended(sent, received)
    yield from _compare_envelopes(sent, received)
    if (
        _NOT_ALPHANUMERIC.search(sent + received)
        and len(sent) >= _MIN_COMMON_LENGTH
        and _letters_and_digits(sent) == _letters_and_digits(received)
    ):
        yield ": it has the same letters and digits, but was re-encoded on the way"


def _replaced_characters(sent: str, received: str) -> Iterator[str]:
    """Detect punctuation that was replaced throughout."""
    if len(sent) != len(received):
        return
    pairs = {pair for pair in zip(sent, received, strict=True) if pair[0] != pair[1]}
    if pairs == {("+", " ")}:
        yield "; a + became a space: send it as %2B"
    elif pairs and all(_is_punctuation(before) and _is_punctuation(after) for before, after in pairs):
        changes = [
            f"{_name_character(before)} came back as {_name_character(after)}" for before, after in sorted(pairs)
        ]
        if len(changes) == len({before for before, _ in pairs}):
            yield f": {' and '.join(changes)}"


def _changed_ends(sent: str, received: str) -> Iterator[str]:
    """Detect characters lost or added at either end."""
    if sent.strip() == received.strip():
        which = "the one that was sent" if len(sent.strip()) < len(sent) else "the one that came back"
        whitespace = "line break" if "\n" in sent + received else "space"
        yield f": {which} has a {whitespace} at its beginning or end"
    if sent.strip(_QUOTES) == received.strip(_QUOTES):
        which = "the one that was sent" if len(sent.strip(_QUOTES)) < len(sent) else "the one that came back"
        yield f": {which} has a quote at its beginning or end"
    if sent.rstrip("=") == received.rstrip("="):
        yield ": the = signs at its end (base64 padding) differ; send them as %3D"


def _cut_or_extended(sent: str, received: str) -> Iterator[str]:
    """Detect that one state is a part of the other."""
    if received and sent.startswith(received):
        after = sent[len(received)]
        if after in "&#":
            yield f": it ends where the one that was sent has {after}; send that as {'%26' if after == '&' else '%23'}"
        if len(received) >= _MIN_COMMON_LENGTH:
            yield ": its end was cut off"
    if len(sent) >= _MIN_COMMON_LENGTH and received.startswith(sent):
        yield ": something was added at its end"
    if len(received) >= _MIN_COMMON_LENGTH and sent.endswith(received):
        yield ": its beginning was cut off"
    if len(sent) >= _MIN_COMMON_LENGTH and received.endswith(sent):
        yield ": something was added at its beginning"


def _compare_envelopes(sent: str, received: str) -> Iterator[str]:
    """Compare with the content of an envelope."""
    inner = open_envelope(received)
    if inner == "":
        yield ": it is the JavaScript SDK's envelope, without an originalState"
    if inner is not None:
        yield f": the originalState of the JavaScript SDK's envelope differs{next(_differences(sent, inner), '')}"
    if open_envelope(sent) == received:
        yield ": the one that was sent is the JavaScript SDK's envelope, and its originalState came back"


def _letters_and_digits(state: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", unquote_plus(state)).casefold()


def _is_punctuation(character: str) -> bool:
    return character == " " or (character.isascii() and character.isprintable() and not character.isalnum())


def _name_character(character: str) -> str:
    return "a space" if character == " " else character
