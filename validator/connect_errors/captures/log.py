r"""Access logs: nginx and Apache (combined), AWS ALB, CloudFront. Only the request's URL counts, never the Referer.

Sources: nginx `log_format combined`, whose strings escape as `\xHH`; Apache `mod_log_config`, which knows `\"` and
C's escapes too; AWS "Access logs for your Application Load Balancer", whose request line is a whole URL with its
port; AWS "CloudFront standard logging", whose fields are named by `#Fields:` and percent-encoded once more.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from connect_errors.captures.found import Candidate, Leak, leaks_code
from connect_errors.captures.lines import Line

# Possessive, so that a long line leaves no places to come back to, each of which takes memory.
_REQUEST = re.compile(
    r'"[A-Z]+ (?P<target>[^"\\ ]*+(?:\\.[^"\\ ]*+)*+) HTTP/[0-9.]+"(?P<rest>[^"]*+"[^"\\]*+(?:\\.[^"\\]*+)*+")?'
)
_FIELDS = "#Fields:"
_ESCAPE = re.compile(r"((?:\\x[0-9A-Fa-f]{2})+)|\\.")
_NAMED_ESCAPES = {"\\b": "\b", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\v": "\v", "\\f": "\f"}
_DEFAULT_PORT = re.compile(r"(https://[^/?#]*):443(?=[/?#])|(http://[^/?#]*):80(?=[/?#])")


def is_log_line(line: str) -> bool:
    """Tell a line that only an access log has."""
    return line.startswith(("#Version:", _FIELDS)) or bool(_REQUEST.search(line))


def read(lines: Iterable[Line]) -> Iterator[Candidate | Leak]:
    """Yield the URL of each request, and the Referers that leak a code."""
    fields: dict[str, int] = {}
    for number, line in lines:
        if line.startswith("#"):
            if line.startswith(_FIELDS):
                fields = {name: index for index, name in enumerate(line.removeprefix(_FIELDS).split())}
        elif "\t" in line and fields:
            yield from _cloudfront(number, line, fields)
        elif match := _REQUEST.search(line):
            target = match["target"]
            url = _unescaped(target) if "\\" in target else target
            text = _DEFAULT_PORT.sub(r"\1\2", url)
            yield Candidate(text, number, match.start("target") + 1, is_verbatim=text == target)
            if "code=" in (match["rest"] or "") and leaks_code(_unescaped(match["rest"].rpartition(' "')[2][:-1])):
                yield Leak(number)


def _cloudfront(number: int, line: str, fields: dict[str, int]) -> Iterator[Candidate | Leak]:
    values = line.split("\t")

    def field(name: str) -> str:
        index = fields.get(name, len(values))
        return values[index] if index < len(values) and values[index] != "-" else ""

    query = _decoded_once(field("cs-uri-query"))
    host = field("x-host-header") or field("cs(Host)")
    stem = _decoded_once(field("cs-uri-stem"))
    column = sum(len(value) + 1 for value in values[: fields.get("cs-uri-stem", 0)]) + 1
    address = f"{field('cs-protocol') or 'https'}://{host}{stem}" if host else stem
    if stem:
        yield Candidate(f"{address}?{query}" if query else address, number, column)
    if leaks_code(_decoded_once(field("cs(Referer)"))):
        yield Leak(number)


def _decoded_once(text: str) -> str:
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_unescape, text)


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("\\x", "")).decode("utf-8", "surrogateescape")
    return _NAMED_ESCAPES.get(match[0], match[0][1:])
