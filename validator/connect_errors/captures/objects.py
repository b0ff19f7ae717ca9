"""Objects that contain the parameters of a redirect: a parsed query string in a log, a message of an SDK.

In JSON, the walker finds them; this module finds them in text, around a parameter's name.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from connect_errors import lazy_re
from connect_errors.captures import pairs
from connect_errors.captures.pairs import CAMEL_CASE, PASCAL_CASE, Parameters
from connect_errors.captures.selection import UUID, is_known_error
from connect_errors.captures.url_reader import form_of
from connect_errors.captures.window import IncompleteTextError, Line, Window
from connect_errors.catalog import errors

MAX_LENGTH = 4000
"""Maximum length of an object in text, in characters."""

MAX_DESCRIPTION = 500
"""Maximum number of characters between an error and its description."""

MAX_LINES = 16
"""Maximum number of lines of an object in a log before a parameter's name, and after it."""

MAX_LINES_BETWEEN = 3
"""Maximum number of lines from other programs between two lines of an object in a log."""

MAX_BEFORE_CODE = 100
"""Maximum number of characters between the name of a code and its value."""

_SAFE = "-._~'()*!,:/"
_SNAKE_CASE = CAMEL_CASE | PASCAL_CASE
_UUID_AHEAD = lazy_re.pattern(r"[^0-9A-Za-z]*(?:[A-Za-z]+[^0-9A-Za-z]+){0,3}[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-")
_DESCRIPTIONS = ("error_description", "errorDescription")
_ENTRY = lazy_re.pattern(r"[A-Za-z_]+[\"']?(?:>>)?(?:\]|\s*,)")
"""A name in brackets or quotes of its own: PHP's `[error] =>`, Python's `('error', …`."""
_VALUE_AHEAD = lazy_re.pattern(r"[\s\"'\[]{0,5}([a-z_]+)")
_MARK = lazy_re.pattern(
    r"""[{}\[\]()]|(?<!\\)"(?:[^"\\\n]|\\.)*+"|(?:(?<![A-Za-z0-9\\])|(?<=\b[bu]))'(?:[^'\\\n]|\\.)*+'"""
)
"""A bracket, or a quoted text, in which brackets do not count; a quote after a letter is an apostrophe."""
_CODE_OF_ERROR = lazy_re.pattern(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+")
"""Matches neither types nor words of a sentence."""
_SENTENCE = lazy_re.pattern(r"[^:({\s]*+[:({\s].*\s", re.DOTALL)
"""Matches an error message, but no error code."""


_BEFORE_NAME = " \t\"'[({"
_NUMBER = lazy_re.pattern(r"([0-9]+)")


class TextObject(NamedTuple):
    """An object in a text: its query string, the index after it, and its form as in `Candidate`."""

    query: str
    end: int
    form: str


def query_of(parameters: Mapping[str, str], *, is_query: bool = False) -> str | None:
    """Write an object's members as a query string; None if they are not those of a redirect.

    Args:
        parameters: the object's members that are Connect's parameters.
        is_query: whether the object's name says that it is a query string. Other objects need more evidence: one with
            a `user_id` is usually a user, one with an `error` alone the response of an API.
    """
    known = {_SNAKE_CASE.get(name, name): value for name, value in parameters.items() if value}
    error, code = known.get("error"), known.get("code", "")
    if error:
        has_description = "error_description" in known and "Error" not in parameters and not _SENTENCE.match(error)
        is_redirect = is_query or has_description or ("state" in known and is_known_error(error))
    else:
        is_redirect = bool(UUID.fullmatch(code) and known.keys() & {"state", "user_id", "userId"})
        is_redirect = is_redirect or (is_query and bool(known.keys() & {"code", "user_id", "vehicle_id", "userId"}))
    if not is_redirect:
        return None
    return "?" + "&".join(f"{name}={_percent_encode(value)}" for name, value in known.items())


def _percent_encode(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe=_SAFE)


def may_be_object(window: Window, anchor: re.Match[str]) -> bool:
    """Whether a cheap check allows a redirect's object at an anchor.

    An error has a description, or is one of Connect's and has a state; a code is a UUID.

    Raises:
        IncompleteTextError: the description or the code may follow.
    """
    text, at = window.text, anchor.start("name")
    if anchor["name"] != "error":
        limit = anchor.end() + MAX_BEFORE_CODE
        if _UUID_AHEAD.match(text, anchor.end(), limit):
            return True
    else:
        limit = at + MAX_DESCRIPTION
        around = text[max(0, at - MAX_DESCRIPTION) : limit]
        if any(name in around for name in _DESCRIPTIONS):
            return True
        if "state" in around and (code := _VALUE_AHEAD.match(text, anchor.end(), limit)) and code[1] in errors():
            return True
    if len(text) < limit and not window.is_whole:
        raise IncompleteTextError
    return False


def find_object(window: Window, line: Line, at: int, *, has_fields: bool = True) -> TextObject | None:
    """Find the object or the line of fields around `at`; its query is empty if the whole line has none.

    Args:
        window: the text.
        line: the line that contains `at`.
        at: the index of a parameter's name.
        has_fields: whether the line may have fields: each line is searched for them only once.

    Raises:
        IncompleteTextError: the text ends before the object does.
    """
    parameter_object = _find_object(window, line, at, has_fields=has_fields)
    if parameter_object is None and has_fields:
        parameter_object = _find_in_prefixed_lines(window, line, at) or TextObject("", line.end, "")
    return parameter_object


def _find_object(window: Window, line: Line, at: int, *, has_fields: bool = True) -> TextObject | None:
    text = window.text
    opening, begin = _find_opening_bracket(text, line.start, at)
    if opening:
        end = _find_closing_bracket(text, begin)
        if end == len(text) and not window.is_whole:
            raise IncompleteTextError
        if query := query_of(pairs.parse_object(text[begin:end])):
            return TextObject(query, end, _form(text, begin - 1))
    if not has_fields:
        return None
    for parameters, end in _parse_around(window, line, at):
        if "error" in parameters and not any(name in parameters for name in _DESCRIPTIONS):
            continue  # `error=server_error state=failed` may say anything
        if is_plausible(parameters) and (query := query_of(parameters)):
            return TextObject(query, end, _form(text, at - 1))
    return None


def _form(text: str, at: int) -> str:
    """Return the form of an object: the text before it, such as its name, which no URL has."""
    return "object " + form_of(text, text.rfind("\n", 0, at) + 1, at)


def _find_in_prefixed_lines(window: Window, line: Line, at: int) -> TextObject | None:
    """Find an object whose lines all have the same prefix except for numbers, such as a time or a container's name."""
    text = window.text
    prefix = text[line.start : at].rstrip(_BEFORE_NAME)
    if not prefix or len(prefix) > MAX_DESCRIPTION:
        return None
    if any(text.find(name, at, line.end) > at for name in _DESCRIPTIONS):
        return None  # the object would be in this line
    contents, own_index = _find_contents(window, line, _NUMBER.split(prefix))
    if len(contents) == 1:
        return None
    joined_window = Window()
    joined_window.is_whole = True
    joined_window.extend("\n".join(text[start:end] for start, end in contents))
    start = 1 + sum(end - start + 1 for start, end in contents[:own_index])
    place = start + at - contents[own_index].start
    parameter_object = _find_object(joined_window, joined_window.line(place), place)
    if parameter_object is None:
        return None
    last = joined_window.text.count("\n", 1, parameter_object.end)
    return parameter_object._replace(end=contents[min(last, len(contents) - 1)].end)


def _find_contents(window: Window, line: Line, prefix: list[str]) -> tuple[list[Line], int]:
    """Return the content of surrounding lines with the given prefix, and the index of the line's own."""
    text = window.text
    before: list[Line] = []
    begin = line.start
    skipped = 0
    while begin > max(1, line.start - MAX_LENGTH // 2) and len(before) < MAX_LINES:
        other = window.line(begin - 1)
        begin = other.start
        if (start := _end_of_prefix(text, other, prefix)) >= 0:
            before.insert(0, Line(start, other.end))
        elif (skipped := skipped + 1) > MAX_LINES_BETWEEN:
            break
    after: list[Line] = []
    end = line.start - 1
    skipped = 0
    while end + 1 < min(len(text), line.start + MAX_LENGTH // 2) and len(after) < MAX_LINES:
        other = window.line(end + 1)
        end = other.end
        if (start := _end_of_prefix(text, other, prefix)) >= 0:
            after.append(Line(start, end))
            skipped = 0
        elif (skipped := skipped + 1) > MAX_LINES_BETWEEN:
            break
    if end + 1 >= len(text) and not window.is_whole:
        raise IncompleteTextError
    return [*before, *after], len(before)


def _end_of_prefix(text: str, line: Line, prefix: list[str]) -> int:
    """Return the end of a line's prefix, or a negative number if it differs. Numbers in it may have any value."""
    at = line.start
    for index, part in enumerate(prefix):
        if index % 2:
            number = _NUMBER.match(text, at, line.end)
            at = number.end() if number else len(text)
        elif text.startswith(part, at):
            at += len(part)
        else:
            return -1
    return at if at <= line.end else -1


def is_plausible(parameters: Parameters) -> bool:
    """Whether an error looks like a code: text without brackets may be a table of types, or a sentence."""
    return "error" not in parameters or _CODE_OF_ERROR.fullmatch(parameters["error"]) is not None


def _parse_around(window: Window, line: Line, at: int) -> Iterator[tuple[Parameters, int]]:
    """Read the text around `at` in the notations without brackets."""
    text = window.text
    content = text[line.start : line.end]
    yield pairs.parse_fields(content), line.end
    yield pairs.parse_object(content), line.end
    if lines := _find_pair_lines(window, line):
        yield pairs.parse_lines(text[lines.start : lines.end]), lines.end
    begin = max(0, at - MAX_DESCRIPTION)
    end = text.find("\n", at + MAX_DESCRIPTION, at + MAX_LENGTH)
    end = at + MAX_LENGTH if end < 0 else end
    if end >= len(text) and not window.is_whole:
        raise IncompleteTextError
    for parameters, stop in pairs.parse_separated(text[begin:end], at - begin):
        yield parameters, begin + stop


def _find_pair_lines(window: Window, line: Line) -> Line | None:
    """Find the surrounding lines that all contain a pair."""
    text = window.text
    if not pairs.is_pair(text, *line):
        return None
    begin, end = line
    while begin > max(1, line.start - MAX_DESCRIPTION):
        before = window.line(begin - 1)
        if before.end - before.start > MAX_DESCRIPTION or not pairs.is_pair(text, *before):
            break
        begin = before.start
    while end + 1 < len(text) and end < line.start + MAX_DESCRIPTION:
        after = window.line(end + 1)
        if not pairs.is_pair(text, *after):
            break
        end = after.end
    if end + 1 >= len(text) and not window.is_whole:
        raise IncompleteTextError
    return Line(begin, end)


def _find_opening_bracket(text: str, line_start: int, at: int) -> tuple[str, int]:
    """Find the bracket that is open at `at`, in its line or shortly before."""
    depth = 0
    lowest = max(at - MAX_LENGTH, 0)
    lowest = max(text.rfind("\n\n", lowest, at), lowest)
    # If anything precedes the name in its line, the bracket must be in that line, too.
    if at - line_start > MAX_LENGTH or text[line_start:at].strip(" \t\"'[{"):
        lowest = max(lowest, line_start)
    if not any(text.find(bracket, lowest, at) >= 0 for bracket in "{[("):
        return "", line_start
    for index in range(at - 1, lowest - 1, -1):
        character = text[index]
        if character in "}])":
            depth += 1
        elif character in "{[(":
            if depth:
                depth -= 1
            elif not text[index + 1 : at].strip("\"'[<") and _ENTRY.match(text, at):
                continue
            else:
                return character, index + 1
    return "", line_start


def _find_closing_bracket(text: str, begin: int) -> int:
    """Find the bracket that closes an object, or the end of the searched text if there is none."""
    depth = 0
    stop = min(len(text), begin + MAX_LENGTH)
    for mark in _MARK.finditer(text, begin, stop):
        if mark[0] in "{[(":
            depth += 1
        elif mark[0] in "}])":
            if not depth:
                return mark.start()
            depth -= 1
    return stop
