"""Validation of a URL's host: whether browsers use it exactly as written (WHATWG URL §3.5).

Browsers decode a host, map its characters (UTS 46) and parse numbers in many notations, so `%65xample.com`, a host with
fullwidth letters and `0x7f.1` lead elsewhere than they appear to. Browsers never write such hosts themselves.
"""

import unicodedata

from connect_errors import lazy_re
from connect_errors.shown import Shown

SPECIAL_SCHEMES = frozenset({"http", "https", "ws", "wss", "ftp"})
"""Schemes whose hosts are domain names or addresses (WHATWG URL §3.1); other hosts are opaque."""

_FORBIDDEN = lazy_re.pattern(r'[\[\]<>^|`{}\\"]')  # WHATWG URL, forbidden host code points, without the delimiters
_ENDS_WITH_NUMBER = lazy_re.pattern(r"(?:^|\.)(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?$")  # WHATWG URL, ends-in-a-number checker
_IPV4 = lazy_re.pattern(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
_LETTERS = ("Ll", "Lo", "Lm")
_IGNORED = lazy_re.pattern(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that UTS 46 ignores although their category is letter or mark."""
_FROM_LEFT = lazy_re.pattern("[a-z](?:[a-z0-9-]*[a-z0-9])?|")
_PUNYCODE = "xn--"
_MAX_LABEL = 63
"""Maximum length of a DNS label (RFC 1035 §2.3.4); decoding takes quadratic time."""


def find_host_problem(host: str, scheme: str) -> Shown | None:
    """Say why browsers would not use a nonempty host as written, as the end of a sentence; None if they do."""
    if host.startswith("["):
        return None if _is_ipv6(host) else Shown("its host is not an IPv6 address in brackets")
    if _FORBIDDEN.search(host):
        return Shown("its host has a character that is not allowed in a host")
    return _find_name_problem(host) if scheme in SPECIAL_SCHEMES else None


def _find_name_problem(host: str) -> Shown | None:
    if "%" in host:
        return Shown("its host is percent-encoded")
    if _ENDS_WITH_NUMBER.search(host) and not _IPV4.fullmatch(host):
        return Shown("its host ends with a number, but is not an IPv4 address of four decimal numbers")
    if host.isascii() and _PUNYCODE not in host.lower():
        return None
    labels = [_decoded(label.lower()) for label in host.split(".")]
    valid = [label for label in labels if label is not None and _is_label(label)]
    if len(valid) == len(labels) and _has_one_direction(valid):
        return None
    return Shown("its host has a character that browsers replace or reject")


def _decoded(label: str) -> str | None:
    """Decode a label if it is in Punycode (RFC 3492); None if it is invalid."""
    if not label.startswith(_PUNYCODE):
        return label
    try:
        encoded = label.removeprefix(_PUNYCODE).encode("ascii")
        decoded = encoded.decode("punycode") if len(label) <= _MAX_LABEL else ""
        is_punycode = not decoded.isascii() and decoded.encode("punycode") == encoded
    except UnicodeError:
        return None
    return decoded if is_punycode else None


def _is_label(label: str) -> bool:
    """Whether browsers leave each character of a label unchanged (UTS 46)."""
    if label.isascii():
        return True
    is_mapped = unicodedata.normalize("NFKC", label.casefold()) != label or bool(_IGNORED.search(label))
    return not is_mapped and unicodedata.category(label[0]) in _LETTERS and all(map(_is_in_labels, label))


def _is_in_labels(character: str) -> bool:
    return character.isascii() or unicodedata.category(character) in (*_LETTERS, "Mn", "Mc")


def _has_one_direction(labels: list[str]) -> bool:
    """Whether no label mixes directions, in a host with right-to-left letters (RFC 5893 §2)."""
    if not any(_is_right_to_left(character) for label in labels for character in label):
        return True
    return all(_FROM_LEFT.fullmatch(label) or all(map(_is_right_to_left, label)) for label in labels)


def _is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def _is_ipv6(host: str) -> bool:
    import ipaddress  # rarely needed: most hosts are names

    try:
        address = ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return address.scope_id is None
