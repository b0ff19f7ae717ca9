"""Time is linear in the length of a capture, whatever it contains: repeated input is generated systematically.

A capture has a beginning, a repeated piece, and an end. The pieces are those that the readers look for, alone and in
random sequences; each is read by each reader, on one line and on many. Eight times the length may take up to twice
as long as in proportion: a busy machine does not exceed this every time, but quadratic time always does.
"""

import gzip
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from random import Random as Chance
from typing import NamedTuple

import pytest
from connect_errors.captures import Capture
from connect_errors.captures.stream import CaptureError
from connect_errors.check import Checker
from connect_errors.drift.comparison import compare
from connect_errors.expectation import NO_EXPECTATION
from connect_errors.report import Summary
from connect_errors.shown import Shown

SMALL = 4_000
TIMES = 8
TOLERANCE = 2
LEAST = 0.0125
"""Seconds that anything may take, allowing for other load on the machine."""
ATTEMPTS = 5
SEQUENCES, PARTS = 30, 3
"""Random sequences for each reader."""

UUID = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
PIECES = (
    *(
        "error=x ",
        f"code={UUID} ",
        f"code={UUID}",
        "?code=a",
        "&state=1",
        "?error_description=",
        "error: x, ",
        "user_id=",
    ),
    *("{'error': 'x', 'error_description': 'y'} ", f"{{'code': '{UUID}', ", '"error": {"code": [', "error_description"),
    *(
        "https://a.example/cb?error=access_denied&error_description=x ",
        "https://",
        "a.example/cb?code=1&state=2,",
        "/cb?",
    ),
    *(
        '"GET /cb?error=access_denied HTTP/1.1" 302 ',
        '"GET ',
        "GET /a?code=1&state=2 HTTP/1.1 ",
        "Location: /a?",
        "../a/",
    ),
    *("Host: a.example", "location: ", "Referer: https://a.example/?code=1 ", '"-" "', "dat=a:", "/...", "refererer"),
    *("\\", '\\"', "\\u0026", "\\u003d", "\\x3d", "\\/", "&amp;", "&#38;", "%25", "%26code%3D1", "=3D", "=\r\n", "^&"),
    *(
        "(",
        "[",
        "{",
        "<",
        ")",
        "]",
        "}",
        ">",
        "'",
        '"',
        "`",
        "|",
        "#",
        "?",
        "&",
        "=",
        ":",
        ",",
        ";",
        ".",
        "-",
        "_",
        "~",
        "*",
    ),
    *(" ", "\t", "\r", "\f", "\u00a0", "\u2028", "\ufeff", "\u201c", "\x1b[0m", "\x1b]8;;", "> ", "  &a", "- error: x"),
    *(
        "a",
        "0",
        "a.",
        "a-",
        "Optional(",
        "[]a{",
        "string(1) ",
        '"a":1,',
        "[error] => x ",
        "('error', 'x'), ",
        "map[error:",
    ),
    *(
        "#Fields: ",
        "status=200 ",
        " -> 302",
        "HTTP/1.1 ",
        "invalid_grant ",
        "HTTP Requests",
        "\udc80",
        "\u00e9",
        "smartcar.com",
    ),
    *(
        "[](",
        "](https://a.example/?code=1&state=2)",
        "urldefense.com/v3/__",
        "google.com/url?q=",
        "a@b:",
        "://",
        "3F",
        "26code=",
    ),
)


class Shape(NamedTuple):
    """A capture of any length."""

    piece: str
    begin: str = ""
    end: str = ""
    input_format: str = "text"

    def bytes(self, size: int) -> bytes:
        text = self.begin + self.piece * max(2, size // len(self.piece)) + self.end + "\n"
        return text.encode("utf-8", "surrogateescape")


def as_json(shape: Shape) -> Shape:
    """Embed a shape as a string of a JSON document."""
    piece, begin, end = (json.dumps(text)[1:-1] for text in (shape.piece, shape.begin, shape.end))
    return Shape(piece, f'{{"message": "{begin}', f'{end}"}}', "json")


def everywhere(piece: str) -> Iterator[Shape]:
    """Yield a piece for each reader, on one line and on many."""
    yield Shape(piece)
    yield Shape(f"{piece}\n")
    yield Shape(piece, "https://a.example/cb?code=1&state=", "&error=")
    yield Shape(f"{piece}\n", "GET /a?code=1 HTTP/1.1\nHost: a.example\n\n")
    yield as_json(Shape(piece))
    yield Shape(f'"{json.dumps(piece)[1:-1]}",', '{"error": [', '"x"]}', "json")
    yield Shape(f"{piece}\n", input_format="urls")


def sequences() -> Iterator[Shape]:
    """Yield random sequences of pieces, always the same ones."""
    chance = Chance(9110)  # noqa: S311 - nothing secret
    for _ in range(SEQUENCES):
        begin, end = (chance.choice(("", *PIECES)) for _ in "12")
        piece = "".join(chance.choices(PIECES, k=chance.randint(2, 4)))
        for shape in everywhere(piece):
            yield (
                shape._replace(begin=shape.begin + begin, end=end + shape.end)
                if shape.input_format == "text"
                else shape
            )


def lines_of(size: int, first: str, line: str) -> bytes:
    """Make a capture whose first line is half of it."""
    return f"{first * (size // 2 // len(first))}\n{line * (size // 2 // len(line))}".encode()


SPECIAL: dict[str, Callable[[int], bytes]] = {
    "gzip of many members": lambda size: gzip.compress(b"error=x\n") * (size // 30),
    "gzip of JSON in many members": lambda size: b"".join(gzip.compress(b"[1,") for _ in range(size // 30)),
    "relative Locations after a long target": lambda size: (
        b"GET /" + lines_of(size, "a/", "Location: ../b?code=1&state=2\n")
    ),
    "Hosts after requests": lambda size: b"GET /a?code=1&state=2 HTTP/1.1\n" * (size // 32) + b"Host: a.example\n",
    "columns": lambda size: lines_of(size, "a,", "https://a.example/?code=1&state=2,b\n"),
    "fields by position": lambda size: b"#Fields: " + lines_of(size, "cs-uri-query ", "code=1&state=2 - - -\n"),
    "members of an object": lambda size: b'{"error": "x"' + b', "code": 1' * (size // 11) + b"}",
    "open objects of JSON": lambda size: b'{"error":' * (size // 9),
    "open arrays of JSON": lambda size: b"[" * size,
    "documents of JSON": lambda size: b'{"error":"x","error_description":"y"}' * (size // 37),
    "lines of JSON": lambda size: b'{"error":"x","error_description":"y"}\n' * (size // 38),
    "a line of mail": lambda size: b"https://a.example/?error=3Dx&code=3D" + b"=\n" * (size // 2),
    "a wrapped URL": lambda size: b"https://a.example/?code=1&state=" + (b"a" * 60 + b"\n") * (size // 61),
}


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def grows(work: Callable[[int], object]) -> tuple[float, float] | None:
    """Return the times of an input and of one `TIMES` as long, if they are out of proportion each time."""
    small = large = float("inf")
    for _ in range(ATTEMPTS):
        large = min(large, seconds(lambda: work(SMALL * TIMES)))
        if large <= LEAST:
            return None
        small = min(small, seconds(lambda: work(SMALL)))
        if large <= small * TIMES * TOLERANCE:
            return None
    return small, large


def check(data: bytes, input_format: str = "auto") -> None:
    capture = Capture(Shown("-"), io.BytesIO(data), input_format)
    try:
        for _ in Checker(NO_EXPECTATION, Summary()).check_in_batches(capture, "all"):
            pass
    except CaptureError:
        pass


def read(shape: Shape) -> Callable[[int], object]:
    return lambda size: check(shape.bytes(size), shape.input_format)


@pytest.mark.slow(seconds=6)
@pytest.mark.parametrize("reader", range(len(list(everywhere("a")))))
def test_a_piece_that_is_repeated(reader: int) -> None:
    found = {shape: grows(read(shape)) for shape in (list(everywhere(piece))[reader] for piece in PIECES)}
    assert {shape: times for shape, times in found.items() if times} == {}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_sequence_that_is_repeated(part: int) -> None:
    found = {shape: grows(read(shape)) for shape in list(sequences())[part::PARTS]}
    assert {shape: times for shape, times in found.items() if times} == {}


@pytest.mark.parametrize("name", SPECIAL)
def test_what_is_not_one_piece(name: str) -> None:
    assert grows(lambda size: check(SPECIAL[name](size))) is None


@pytest.mark.slow
def test_upstream_pages() -> None:
    def grows_by(piece: str, begin: str = "") -> object:
        return grows(lambda size: compare("page.md", f"{begin}{piece * (size // len(piece))}\n"))

    header = "| Parameter | Required | Description |\n|---|---|---|\n"
    assert grows_by("| error | true | x |\n", header) is None
    assert grows_by("| Parameter ") is None
    assert grows_by("| a ", f"|a{'|a' * 500}|\n|-{'|-' * 500}|\n") is None
    assert grows_by('<ResponseField name="a" required>x</ResponseField>\n') is None
    assert grows_by("```http\nLocation: https://a.example/?error=x\n```\n") is None


def test_what_takes_the_square_is_found() -> None:
    slow = re.compile("a+b")
    assert grows(lambda size: slow.search("a" * (size // 4)))
    assert grows(lambda size: "b" in "a" * size) is None
