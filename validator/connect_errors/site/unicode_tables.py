"""Tables of characters that Python has and JavaScript lacks."""

import unicodedata
from collections.abc import Iterator, Mapping
from html.entities import html5


def right_to_left_class() -> str:
    """Build a pattern for right-to-left characters, a property that JavaScript's regular expressions lack."""
    return "[" + "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in _right_to_left_ranges()) + "]"


def _right_to_left_ranges() -> Iterator[tuple[int, int]]:
    start = None
    for number in range(0x110001):
        if number <= 0x10FFFF and unicodedata.bidirectional(chr(number)) in ("R", "AL"):  # noqa: PLR2004 - the last one
            start = number if start is None else start
        elif start is not None:
            yield start, number - 1
            start = None


def casefold() -> Mapping[str, str]:
    """Map each character whose case folding is not its lower case to the former, which JavaScript lacks."""
    characters = map(chr, range(0x110000))
    return {character: folded for character in characters if (folded := character.casefold()) != character.lower()}


def character_references() -> str:
    """Return each character followed by the names of its references in HTML; an object would compress less well."""
    names: dict[str, list[str]] = {}
    for name, character in sorted(html5.items(), key=lambda item: item[1]):
        if name.endswith(";"):
            names.setdefault(character, []).append(name[:-1])
    return " ".join(f"{character} {','.join(names[character])}" for character in names)
