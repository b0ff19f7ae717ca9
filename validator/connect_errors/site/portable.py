"""Translation of this package's regular expressions to JavaScript, so that they are written only once.

The result requires the flag `u` and no other: case, `.`, `$` and character classes have their Python meaning. Groups
are named: `g1` is the first one. Atomic groups and possessive quantifiers, which JavaScript lacks, become a lookahead
and a backreference to its match.
"""

import re
from collections.abc import Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined] # typeshed has it under its old name alone
from re import _parser as parser  # type: ignore[attr-defined] # the same
from typing import Any

_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_WORD, _DIGIT, _SPACE = (
    r"\p{L}\p{N}_",
    r"\p{Nd}",
    r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
)
_ASCII_WORD, _ASCII_DIGIT, _ASCII_SPACE = "0-9A-Z_a-z", "0-9", r"\t-\r "
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CASE_VARIANTS = {"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"}
"""Other characters that `re.IGNORECASE` matches with an ASCII letter."""
_END = r"(?![\s\S])"


class NotPortableError(ValueError):
    """A regular expression without an equivalent in JavaScript, or without one implemented here."""


def to_javascript(pattern: re.Pattern[str]) -> str:
    """Translate a pattern to JavaScript.

    Raises:
        NotPortableError: it uses syntax that no pattern of this package has used so far.
    """
    return _Writer(pattern.flags).sequence(parser.parse(pattern.pattern, pattern.flags))


class _Writer:
    """Writes the parts of one pattern."""

    def __init__(self, flags: int) -> None:
        if flags & re.MULTILINE:
            raise NotPortableError("re.MULTILINE")
        self._ignores_case = bool(flags & re.IGNORECASE)
        self._dot_is_all = bool(flags & re.DOTALL)
        is_ascii = bool(flags & re.ASCII)
        self._case_variants = {} if is_ascii else _CASE_VARIANTS
        self._categories = {
            codes.CATEGORY_WORD: _ASCII_WORD if is_ascii else _WORD,
            codes.CATEGORY_DIGIT: _ASCII_DIGIT if is_ascii else _DIGIT,
            codes.CATEGORY_SPACE: _ASCII_SPACE if is_ascii else _SPACE,
        }
        self._excluding = {
            codes.CATEGORY_NOT_WORD: self._categories[codes.CATEGORY_WORD],
            codes.CATEGORY_NOT_DIGIT: self._categories[codes.CATEGORY_DIGIT],
            codes.CATEGORY_NOT_SPACE: self._categories[codes.CATEGORY_SPACE],
        }
        self._atoms = 0

    def sequence(self, items: Iterable[tuple[Any, Any]]) -> str:
        """Write a sequence of items."""
        return "".join(self._item(code, argument) for code, argument in items)

    def _item(self, code: Any, argument: Any) -> str:  # noqa: ANN401, C901, PLR0911 - a line for each code
        match code:
            case codes.LITERAL:
                return self._class([(code, argument)]) if self._cases(argument) else _literal(argument)
            case codes.NOT_LITERAL:
                return self._class([(codes.NEGATE, None), (codes.LITERAL, argument)])
            case codes.ANY:
                return r"[\s\S]" if self._dot_is_all else r"[^\n]"
            case codes.IN:
                return self._class(argument)
            case codes.BRANCH:
                return f"(?:{'|'.join(map(self.sequence, argument[1]))})"
            case codes.AT if argument is codes.AT_BOUNDARY:
                word = f"[{self._categories[codes.CATEGORY_WORD]}]"
                return f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
            case codes.AT:
                return _position(argument)
            case codes.ASSERT | codes.ASSERT_NOT:
                direction, items = argument
                sign = "=" if code is codes.ASSERT else "!"
                return f"(?{'<' if direction < 0 else ''}{sign}{self.sequence(items)})"
            case codes.ATOMIC_GROUP:
                return self._atomic(self.sequence(argument))
            case codes.SUBPATTERN if not (argument[1] or argument[2]):
                group, _, _, items = argument
                return f"(?{':' if group is None else f'<g{group}>'}{self.sequence(items)})"
            case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
                return self._repeat(code, *argument)
        raise NotPortableError(str(code))

    def _repeat(self, code: Any, minimum: int, maximum: Any, items: Any) -> str:  # noqa: ANN401 - as `re` parses it
        is_single = len(items) == 1 and items[0][0] in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY)
        item = self.sequence(items) if is_single else f"(?:{self.sequence(items)})"
        limit = None if maximum is codes.MAXREPEAT else int(maximum)
        quantifier = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((minimum, limit))
        if quantifier is None:
            quantifier = f"{{{minimum}}}" if minimum == limit else f"{{{minimum},{'' if limit is None else limit}}}"
        if code is codes.POSSESSIVE_REPEAT:
            return self._atomic(item + quantifier)
        return item + quantifier + ("?" if code is codes.MIN_REPEAT else "")

    def _atomic(self, pattern: str) -> str:
        self._atoms += 1
        return rf"(?=(?<a{self._atoms}>{pattern}))\k<a{self._atoms}>"

    def _class(self, items: list[tuple[Any, Any]]) -> str:
        is_negated = items[0][0] is codes.NEGATE
        inside, others = "", []
        for code, argument in items[is_negated:]:
            if code is codes.LITERAL:
                inside += _in_class(argument)
            elif code is codes.RANGE:
                inside += f"{_in_class(argument[0])}-{_in_class(argument[1])}"
            elif argument in self._categories:
                inside += self._categories[argument]
            else:
                others.append(f"[^{self._excluding[argument]}]")
        inside += "".join(map(_in_class, self._other_cases(items)))
        if not others:
            return f"[{'^' if is_negated else ''}{inside}]"
        if not is_negated and not inside and len(others) == 1:
            return str(others[0])
        either = "|".join([*([f"[{inside}]"] if inside else []), *others])
        return rf"(?:(?!{either})[\s\S])" if is_negated else f"(?:{either})"

    def _cases(self, character: int) -> str:
        letter = chr(character).lower()
        if not self._ignores_case or letter not in _LETTERS:
            return ""
        return letter + letter.upper() + self._case_variants.get(letter, "")

    def _other_cases(self, items: list[tuple[Any, Any]]) -> Iterator[int]:
        """Yield the characters that case-insensitive matching adds to a class."""
        ranges = [(item, item) for code, item in items if code is codes.LITERAL]
        ranges += [item for code, item in items if code is codes.RANGE]
        if self._ignores_case:
            for letter in _LETTERS:
                cases = [ord(character) for character in self._cases(ord(letter))]
                present = [case for case in cases if any(first <= case <= last for first, last in ranges)]
                yield from (case for case in cases if present and case not in present)


def _position(code: Any) -> str:  # noqa: ANN401 - as `re` parses it
    positions = {
        codes.AT_BEGINNING: "^",
        codes.AT_BEGINNING_STRING: "^",
        codes.AT_END: rf"(?=\n?{_END})",
        codes.AT_END_STRING: _END,
    }
    if code not in positions:
        raise NotPortableError(str(code))
    return positions[code]


def _literal(character: int) -> str:
    text = chr(character)
    return f"\\{text}" if text in _SYNTAX else _plain(character)


def _in_class(character: int) -> str:
    text = chr(character)
    return f"\\{text}" if text in r"\]^-[" else _plain(character)


def _plain(character: int) -> str:
    text = chr(character)
    if text.isascii() and text.isprintable():
        return text
    return f"\\u{character:04x}" if character <= 0xFFFF else f"\\u{{{character:x}}}"  # noqa: PLR2004 - four digits
