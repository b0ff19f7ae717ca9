r"""Access logs: quoted requests (nginx, Apache, AWS ALB …), and logs with named `#Fields:` (CloudFront, IIS).

Sources: nginx `log_format combined`, whose strings use the escape `\xHH`; Apache `mod_log_config`, which also uses `\"`
and C's escapes; AWS "Access logs for your Application Load Balancer", whose request line has a whole URL with its port;
AWS "CloudFront standard logging", whose fields are separated by tabs and percent-encoded once more; W3C "Extended Log
File Format", as written by IIS.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from connect_errors import lazy_re
from connect_errors.captures.candidates import Candidate, Leak, Result
from connect_errors.captures.window import Line
from connect_errors.url import URL

FIELDS = "#Fields:"

# Possessive, so that a long line leaves no backtracking positions, each of which takes memory.
REQUEST = lazy_re.pattern(r'"[A-Z]+ (?P<target>[^"\\ ]*+(?:\\.[^"\\ ]*+)*+)(?: HTTP/[0-9.]+)?"')
_REST = lazy_re.pattern(
    r'"? *(?:[|,] *)?(?P<status>[1-5][0-9]{2})\b[^"]*+'
    r'(?:"(?P<referer>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?: "(?P<agent>[^"\\]*+(?:\\.[^"\\]*+)*+)")?)?'
)
_FAILED = lazy_re.pattern(r" Error \((?P<status>[1-5][0-9]{2})\)")
"""A separate line in which npm's http-server reports an error for the request on the previous line."""
_CONTAINER = lazy_re.pattern(r"[A-Za-z][\w.-]*(?= *\|)")
"""The name of a container at the start of its line, as `docker compose` writes it."""
_ESCAPE = lazy_re.pattern(r"((?:\\x[0-9A-Fa-f]{2})+)|\\.")
_NAMED_ESCAPES = {"\\b": "\b", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\v": "\v", "\\f": "\f"}
_DEFAULT_PORT = lazy_re.pattern(r"(https://[^/?#]*):443(?=[/?#])|(http://[^/?#]*):80(?=[/?#])")
_STATUS = lazy_re.pattern(r"[1-5][0-9]{2}")


def leaks_code(referer: str) -> bool:
    """Whether a Referer contains an authorization code."""
    return "code" in referer and any(
        parameter.name == "code" and parameter.value for parameter in URL(referer).parameters
    )


def read_request(text: str, match: re.Match[str], number: int, line: Line) -> Iterator[Result]:
    """Yield the URL of a quoted request, and its Referer if that leaks a code."""
    target = match["target"]
    url = unescape(target) if "\\" in target else target
    url = _DEFAULT_PORT.sub(r"\1\2", url) if ":" in url else url
    status, agent, referer = None, "", ""
    if rest := _REST.match(text, match.end(), line.end):
        status, agent, referer = int(rest["status"]), rest["agent"] or "", rest["referer"] or ""
    container = _CONTAINER.match(text, line.start, match.start())  # a proxy and the application log the same request
    form = f'{container[0].rstrip("-0123456789")}"' if container else '"'
    if failed := _FAILED.match(text, match.end(), line.end):
        form, status = failed[0], int(failed["status"])
    column = match.start("target") - line.start + 1
    yield Candidate(url, number, column, None, url == target, "request", form, number, status, agent)
    if "code" in referer and leaks_code(unescape(referer)):
        yield Leak(number)


def read_after_request(text: str, match: re.Match[str], number: int, line: Line, at: int) -> list[Result] | None:
    """Read the text after a request, if `at` is in its Referer or user agent; None if it is not."""
    rest = _REST.match(text, match.end(), line.end)
    if not rest or rest["referer"] is None or at >= rest.end():
        return None
    return [Leak(number)] if leaks_code(unescape(rest["referer"])) else []


class Fields:
    """The fields of a log, by name."""

    def __init__(self, line: str) -> None:
        names = line.removeprefix(FIELDS).split()
        self._count = len(names)
        self._names = {name: index for index, name in reversed([*enumerate(names)])}  # the first of each
        self._other_line = 0
        """The last line that does not have these fields: each is searched for them only once."""

    def read(self, text: str, place: Line, number: int) -> Iterator[Result] | None:
        """Read a line; None if it does not have these fields."""
        if number == self._other_line:
            return None
        line = text[place.start : place.end]
        is_cloudfront = "\t" in line
        values = line.split("\t") if is_cloudfront else line.split(" ")
        if len(values) != self._count or "cs-uri-stem" not in self._names:
            self._other_line = number
            return None
        return self._read(values, number, decode=_percent_decode if is_cloudfront else str)

    def _read(self, values: list[str], number: int, decode: Callable[[str], str]) -> Iterator[Result]:
        def field(*names: str) -> str:
            for name in names:
                index = self._names.get(name)
                if index is not None and values[index] not in ("-", ""):
                    return values[index]
            return ""

        query = decode(field("cs-uri-query"))
        host = field("x-host-header", "cs(Host)", "cs-host")
        stem = decode(field("cs-uri-stem"))
        scheme = field("cs-protocol") or "https"
        address = f"{scheme}://{host}{stem}" if host else stem
        if stem:
            column = sum(len(value) + 1 for value in values[: self._names["cs-uri-stem"]]) + 1
            status = field("sc-status")
            agent = decode(field("cs(User-Agent)"))
            text = f"{address}?{query}" if query else address
            response_status = int(status) if _STATUS.fullmatch(status) else None
            yield Candidate(text, number, column, None, False, "request", FIELDS, number, response_status, agent)  # noqa: FBT003
        if leaks_code(decode(field("cs(Referer)"))):
            yield Leak(number)


def _percent_decode(text: str) -> str:
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def unescape(text: str) -> str:
    """Undo the escapes of nginx and Apache."""
    return _ESCAPE.sub(_unescape_match, text)


def _unescape_match(match: re.Match[str]) -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("\\x", "")).decode("utf-8", "surrogateescape")
    return _NAMED_ESCAPES.get(match[0], match[0][1:])
