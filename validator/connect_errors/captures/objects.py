"""Objects that are the parameters of a redirect: a parsed query that was logged, the message of an SDK.

They are found in JSON by its walker, and here in text: as JavaScript, Python, Ruby, PHP, Go and Java print them, and as
fields of a log line (logfmt).
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from connect_errors.captures.window import Line, OpenEndError, Window
from connect_errors.catalog import recognized_parameters

CAMEL_CASE = {"errorDescription": "error_description", "externalId": "external_id", "virtualKeyUrl": "virtual_key_url"}
"""How the SDKs name parameters in their own messages."""

TOKEN_ERRORS = frozenset(
    {"invalid_grant", "invalid_client", "invalid_token", "unauthorized_client", "unsupported_grant_type"}
)
"""Errors of the token exchange (RFC 6749 §5.2), which are in no redirect."""

MAX_LENGTH = 4000
"""Characters of an object in text."""

MAX_DESCRIPTION = 500
"""Characters between an error and its description."""

UUID = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

_SAFE = "-._~'()*!,:/"
_UUID_AHEAD = re.compile(r"[\"'\[(]*(?:Optional\(|Some\()?[\"']?[0-9A-Fa-f]{8}-")
_DESCRIPTIONS = ("error_description", "errorDescription")
_QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')"""
_WRAPPERS = r"(?:\[\][a-z]+\{|\[|\(|b(?=[\"'])|u(?=[\"'])|string\([0-9]+\)\s*|Optional\(|Some\(|String\()*+"
_PAIR = re.compile(
    rf"""(?<![A-Za-z0-9_.-])["']?(?P<name>[A-Za-z_]+)["']?\]?\s*(?::|=>|=(?!=)|,)\s*{_WRAPPERS}"""
    rf"""(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\s"'{{\[(,}}\])][^,}}\])\n]*(?:,(?!\s*["']?[A-Za-z_]+["']?\s*[=:])[^,}}\])\n]*)*))"""
)
_FIELD = re.compile(rf"""(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z_.]+)=(?!=)(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\s"']+))""")
_MEMBER = re.compile(
    rf"""^[ \t]*+(?:- )?[\["']*+(?P<name>[A-Za-z_]+)["']?\]?[ \t]*+(?::|=>|=|,)[ \t]*+"""
    rf"""(?:(?P<quoted>{_QUOTED})\]?[ \t\r]*+$|(?P<bare>[^\n]*+)$)""",
    re.MULTILINE,
)
_ENTRY = re.compile(r"[A-Za-z_]+[\"']?(?:\]|\s*,)")
"""A name with a bracket of its own: PHP's `[error] =>`, Python's `('error', …`."""
_ERROR = re.compile("[A-Za-z_]+")
_ESCAPED_QUOTE = re.compile(r'(?<!\\)\\+"')
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


class Found(NamedTuple):
    """An object in a text: its query, and the index of what follows it."""

    query: str
    end: int


def query_of(parameters: Mapping[str, str], *, is_query: bool = False) -> str | None:
    """Write an object's members as a query; None if it is not a redirect's.

    Args:
        parameters: what the object has of Connect's parameters.
        is_query: whether its own name says that it is a query. Any other must have more of a redirect's: an object with
            a `user_id` is usually a user.
    """
    known = {CAMEL_CASE.get(name, name): value for name, value in parameters.items() if value}
    error, code = known.get("error"), known.get("code", "")
    if error:
        is_redirect = "error_description" in known or is_query
    else:
        is_redirect = bool(UUID.fullmatch(code) and known.keys() & {"state", "user_id", "userId"})
        is_redirect = is_redirect or (is_query and bool(known.keys() & {"code", "user_id", "vehicle_id", "userId"}))
    if not is_redirect:
        return None
    return "?" + "&".join(f"{name}={_encoded(value)}" for name, value in known.items())


def is_parameter(name: str) -> bool:
    """Whether a member of an object may be a parameter of a redirect."""
    return name in recognized_parameters() or name in CAMEL_CASE or name == "userId"


def _encoded(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe=_SAFE)


def could_be_object(window: Window, anchor: re.Match[str]) -> bool:
    """Tell cheaply what is not a redirect's object: an error has a description, a code is a UUID.

    Raises:
        OpenEndError: the description may come.
    """
    text, at = window.text, anchor.start("name")
    if anchor["name"] != "error":
        return bool(_UUID_AHEAD.match(text, anchor.end()))
    around = text[max(0, at - MAX_DESCRIPTION) : at + MAX_DESCRIPTION]
    if any(name in around for name in _DESCRIPTIONS):
        return True
    if len(text) - at < MAX_DESCRIPTION and not window.is_whole:
        raise OpenEndError
    return False


def find_object(window: Window, line: Line, at: int, *, has_fields: bool = True) -> Found | None:
    """Find the object or the line of fields around `at`; without a query, where the whole line has no fields.

    Args:
        window: the text.
        line: the line that has `at`.
        at: the index of a parameter's name.
        has_fields: whether the line may have fields: it is searched for them only once.

    Raises:
        OpenEndError: the text ends before the object does.
    """
    text = window.text
    opening, begin = _opening(text, line.start, at)
    if opening:
        end = _closing(text, begin)
        if end == len(text) and not window.is_whole:
            raise OpenEndError
        query = query_of(_parameters(text[begin:end], _PAIR))
        return Found(query, end) if query else None
    if not has_fields:
        return None
    end = line.end
    if query := query_of(_parameters(text[line.start : end], _FIELD)):
        return Found(query, end)
    return _find_lines(window, line) or Found("", end)


def _find_lines(window: Window, line: Line) -> Found | None:
    """Find parameters of which each has a line of its own, as YAML and properties have them."""
    text = window.text
    if not _MEMBER.match(text, *line):
        return None
    begin, end = line
    while begin > max(1, line.start - MAX_DESCRIPTION):
        before = window.line(begin - 1)
        if before.end - before.start > MAX_DESCRIPTION or not _MEMBER.match(text, *before):
            break
        begin = before.start
    while end + 1 < len(text) and end < line.start + MAX_DESCRIPTION:
        after = window.line(end + 1)
        if not _MEMBER.match(text, *after):
            break
        end = after.end
    if end + 1 >= len(text) and not window.is_whole:
        raise OpenEndError
    parameters = _parameters(text[begin:end], _MEMBER)
    query = query_of(parameters) if _ERROR.fullmatch(parameters.get("error", "_")) else None
    return Found(query, end) if query else None


def _parameters(region: str, pattern: re.Pattern[str]) -> dict[str, str]:
    if '\\"' in region:
        region = _ESCAPED_QUOTE.sub('"', region)
    parameters: dict[str, str] = {}
    for match in pattern.finditer(region):
        name = match["name"].rpartition(".")[2]
        if is_parameter(name):
            value = (
                _unquoted(match["quoted"]) if match["quoted"] is not None else match["bare"].strip().removesuffix("]")
            )
            parameters.setdefault(name, value)
    return parameters


def _opening(text: str, line_start: int, at: int) -> tuple[str, int]:
    """Find the bracket that is open at `at`, in its line or shortly before."""
    depth = 0
    lowest = max(at - MAX_LENGTH, 0)
    lowest = max(text.rfind("\n\n", lowest, at), lowest)
    # Where something precedes it in its own line, the bracket must, too.
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
            elif character != "{" and not text[index + 1 : at].strip("\"'") and _ENTRY.match(text, at):
                continue
            else:
                return character, index + 1
    return "", line_start


def _closing(text: str, begin: int) -> int:
    """Find the bracket that closes an object; the end of what is looked at if there is none."""
    depth = 0
    quote_mark = ""
    stop = min(len(text), begin + MAX_LENGTH)
    for index in range(begin, stop):
        character = text[index]
        if quote_mark:
            if character == "\n" or (character == quote_mark and text[index - 1] != "\\"):
                quote_mark = ""
        elif character in "\"'" and text[index - 1] != "\\":
            quote_mark = character
        elif character in "{[(":
            depth += 1
        elif character in "}])":
            if not depth:
                return index
            depth -= 1
    return stop


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(_unescape, text[1:-1])


def _unescape(match: re.Match[str]) -> str:
    escaped = match[1]
    return chr(int(escaped[1:], 16)) if len(escaped) > 1 else _CONTROLS.get(escaped, escaped)
