"""Grammar-aware mutations of redirects and captures, so that most inputs pass the first checks."""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from connect_errors.catalog import outcomes, recognized_parameters
from connect_errors.oauth import OAUTH_ERRORS

_NAMES = (*sorted(recognized_parameters()), "lang", "sate", "Code")
_VALUES = sorted(
    {value for outcome in outcomes().values() for example in outcome.examples for value in example.values()}
)

WORDS: tuple[bytes, ...] = tuple(
    word.encode("utf-8", "surrogateescape")
    for word in (
        *_NAMES,
        *(f"{name}=" for name in _NAMES),
        *(f"&{name}=zqx" for name in _NAMES),
        *(f"%26{name}%3D" for name in _NAMES),
        *_VALUES,
        *outcomes(),
        *sorted(OAUTH_ERRORS),
        *(
            "https://",
            "http://localhost:3000",
            "sc4a1b01e5://",
            "://",
            "example.com",
            "[::1]",
            ":443",
            "u:p@",
            "/..",
            "//",
        ),
        *(
            "?",
            "&",
            "=",
            "#",
            ";",
            "+",
            "@",
            "%",
            "%2",
            "%zz",
            "%00",
            "%0A",
            "%0D%0A",
            "%1B[31m",
            "%7F",
            "%C2%85",
            "%FF",
        ),
        *(
            "%E2%80%99",
            "%E2%80%AE",
            "%E2%80%A8",
            "%ED%A0%80",
            "%F0%9F%9A%97",
            "%25",
            "%2520",
            "%253D",
            "%26",
            "%3B",
            "%3d",
        ),
        *(
            "\u2019",
            "\u202e",
            "\u2028",
            "\x85",
            "\x1b[31m",
            "\x1b]8;;",
            "\x7f",
            "\udcff",
            "\udced\udca0\udc80",
            "\ufeff",
        ),
        *(
            "amp;",
            "&amp;",
            "%3F",
            "?error=",
            "#/cb?",
            "<script>",
            "]]>",
            "##[error]",
            "::error::",
            "javascript:",
            "|",
            "`",
        ),
        *("\n", "\r\n", "\r", "\t", " ", "\n\n", "# a comment\n", "a" * 201),
        *("HTTP/1.1 302 Found\r\n", "Location: ", "location:", "GET ", " HTTP/1.1", "Host: localhost", "Referer: "),
        *("< ", "> ", "\n  ", "\n?", "\n&", '"GET ', ' HTTP/1.1" 302 0 "', '"-"', "\\x22", "\\x1b", '\\"', "\\", '"'),
        *("#Fields: ", "#Version: 1.0\n", "cs-uri-stem", "cs-uri-query", "x-host-header", "cs(Referer)", "\t-\t"),
        *(
            '{"log":{"entries":[',
            "]}}",
            '{"request":{"url":"',
            '"response":',
            '"redirectURL":',
            '"headers":',
            "\\u0000",
        ),
        *(
            "# ",
            "|",
            "| ",
            "|-|-|-|\n",
            "```http\n",
            "```\n",
            "| Parameter | Required | Description |\n",
            "`true`",
            "`error`",
        ),
        *('<ResponseField name="', "<Tab>\n", "> ", "- ", "[", "](https://a.example)", "**", "Email", "VIN", "\\|"),
    )
)
"""The dictionary."""

_PIECE = re.compile(rb"[^\s?&=#;,:/\"]+|[\s?&=#;,:/\"]")
_FIELD = re.compile(rb"[^&\n]*[&\n]?")
_LINE = re.compile(rb"[^\n]*\n?")
_MAX_CHANGES = 4


def mutate(data: bytes, max_length: int, random: Random, others: Sequence[bytes] = (b"",)) -> bytes:
    """Apply a few random mutations to an input; the same `random` gives the same result."""
    for _ in range(random.randint(1, _MAX_CHANGES)):
        data = random.choice(_CHANGES)(data, random, others)[:max_length]
    return data


def _insert_word(data: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    at = random.choice(_boundaries(data, _PIECE))
    return data[:at] + random.choice(WORDS) + data[at:]


def _replace_piece(data: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _choose_part(data, _PIECE, random)
    return data[:start] + random.choice(WORDS) + data[end:]


def _drop(data: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _choose_part(data, random.choice((_PIECE, _FIELD, _LINE)), random)
    return data[:start] + data[end:]


def _copy(data: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    pattern = random.choice((_PIECE, _FIELD, _LINE))
    start, end = _choose_part(data, pattern, random)
    at = random.choice(_boundaries(data, pattern))
    return data[:at] + data[start:end] + data[at:]


def _encode(data: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _choose_part(data, random.choice((_PIECE, _FIELD)), random)
    end = min(end, start + random.choice((1, 3, 1000)))
    part = data[start:end]
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda raw: quote_from_bytes(raw, safe="").encode(),
        lambda raw: "".join(f"%{byte:02x}" for byte in raw).encode(),
        lambda raw: raw.replace(b"%", b"%25"),
        unquote_to_bytes,
        bytes.swapcase,
    )
    return data[:start] + random.choice(ways)(part) + data[end:]


def _change_byte(data: bytes, random: Random, _others: Sequence[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + bytes((random.randrange(256),)) * random.randrange(2) + data[at + random.randrange(2) :]


def _splice(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    return data[: random.choice(_boundaries(data, _PIECE))] + other[random.choice(_boundaries(other, _PIECE)) :]


def _change_json(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Change a value in a JSON document and keep it valid; the bytes before the first brace are kept."""
    head, brace, rest = data.partition(b"{")
    try:
        document: Any = json.loads(brace + rest)
        containers = _containers(document)
    except (ValueError, RecursionError):
        containers = []
    if not containers:
        return _replace_piece(data, random, others)
    container = random.choice(containers)
    key: Any = random.choice(list(container) if isinstance(container, dict) else range(len(container)))
    way = random.randrange(5)
    if way == 0:
        del container[key]
    elif way == 1 and isinstance(container, list):
        container.insert(random.randrange(len(container) + 1), container[key])
    elif way == 2:
        container[key] = random.choice(
            (None, 0, -1.5, 1e300, True, "", [], {}, [container[key]], {"url": container[key]})
        )
    else:
        text = str(container[key]).encode("utf-8", "surrogatepass")
        container[key] = mutate(text, 1000, random, others).decode("utf-8", "surrogateescape")
    ascii_only = random.random() < 0.5
    return head + json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")


def _containers(value: Any) -> list[Any]:
    """Return all nonempty lists and objects."""
    if not isinstance(value, dict | list):
        return []
    inner = list(value.values()) if isinstance(value, dict) else value
    return [value] * bool(value) + [container for child in inner for container in _containers(child)]


def _boundaries(data: bytes, pattern: re.Pattern[bytes]) -> list[int]:
    return [0, len(data), *(match.start() for match in pattern.finditer(data))]


def _choose_part(data: bytes, pattern: re.Pattern[bytes], random: Random) -> tuple[int, int]:
    parts = [match.span() for match in pattern.finditer(data)]
    return random.choice(parts) if parts else (0, 0)


_CHANGES = (
    *(_insert_word, _insert_word, _replace_piece, _replace_piece, _drop, _copy, _encode, _change_byte, _splice),
    *(_change_json, _change_json),
)
