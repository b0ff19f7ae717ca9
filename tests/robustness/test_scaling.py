"""Time is linear in the length of a capture, whatever it contains: repeated input is generated systematically.

A capture has a beginning, a repeated piece, and an end. The pieces are those that the readers look for, alone and in
random sequences; each is read by each reader, on one line and on many. Eight times the length may take up to twice
as long as in proportion: a busy machine does not exceed this every time, but quadratic time always does.
"""

import gzip
import io
import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

import pytest
from connect_errors.captures import Capture
from connect_errors.captures.stream import CaptureError
from connect_errors.check import Checker
from connect_errors.drift.comparison import compare
from connect_errors.expectation import NO_EXPECTATION
from connect_errors.shown import Shown
from connect_errors.summary import Summary

SMALL_SIZE = 4_000
LENGTH_FACTOR = 8
TOLERANCE = 2
NEGLIGIBLE_SECONDS = 0.0125
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
        '"&code=a"\n',
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
    *(
        "\\",
        '\\"',
        "\\u0026",
        "\\u003d",
        "\\x3d",
        "\\/",
        "&amp;",
        "&#38;",
        "&quot;",
        "\x1b[0m",
        "%25",
        "%26code%3D1",
        "=3D",
        "=\r\n",
        "^&",
    ),
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
        "26code=\\",
        "26code=。a/",
    ),
)


class Template(NamedTuple):
    """A capture of any length: a beginning, a repeated piece, and an end."""

    piece: str
    begin: str = ""
    end: str = ""
    input_format: str = "text"

    def render(self, size: int) -> bytes:
        text = self.begin + self.piece * max(2, size // len(self.piece)) + self.end + "\n"
        return text.encode("utf-8", "surrogateescape")


def in_json(template: Template) -> Template:
    """Embed a shape as a string of a JSON document."""
    piece, begin, end = (json.dumps(text)[1:-1] for text in (template.piece, template.begin, template.end))
    return Template(piece, f'{{"message": "{begin}', f'{end}"}}', "json")


def for_each_reader(piece: str) -> Iterator[Template]:
    """Yield a piece for each reader, on one line and on many."""
    yield Template(piece)
    yield Template(f"{piece}\n")
    yield Template(piece, "https://a.example/cb?code=1&state=", "&error=")
    yield Template(f"{piece}\n", "GET /a?code=1 HTTP/1.1\nHost: a.example\n\n")
    yield in_json(Template(piece))
    yield Template(f'"{json.dumps(piece)[1:-1]}",', '{"error": [', '"x"]}', "json")
    yield Template(f"{piece}\n", input_format="urls")


def random_sequences() -> Iterator[Template]:
    """Yield random sequences of pieces, always the same ones."""
    random = Random(9110)  # noqa: S311 - nothing secret
    for _ in range(SEQUENCES):
        begin, end = (random.choice(("", *PIECES)) for _ in "12")
        piece = "".join(random.choices(PIECES, k=random.randint(2, 4)))
        for template in for_each_reader(piece):
            yield (
                template._replace(begin=template.begin + begin, end=end + template.end)
                if template.input_format == "text"
                else template
            )


def after_long_line(size: int, first: str, line: str) -> bytes:
    """Make a capture whose first line is half of it."""
    return f"{first * (size // 2 // len(first))}\n{line * (size // 2 // len(line))}".encode()


NUMBERS = itertools.count()
"""Makes texts differ each time, where equal ones are cached."""

SPECIAL_CAPTURES: dict[str, Callable[[int], bytes]] = {
    "gzip of many members": lambda size: gzip.compress(b"error=x\n") * (size // 30),
    "gzip of JSON in many members": lambda size: b"".join(gzip.compress(b"[1,") for _ in range(size // 30)),
    "relative Locations after a long target": lambda size: (
        b"GET /" + after_long_line(size, "a/", "Location: ../b?code=1&state=2\n")
    ),
    "Hosts after requests": lambda size: b"GET /a?code=1&state=2 HTTP/1.1\n" * (size // 32) + b"Host: a.example\n",
    "columns": lambda size: after_long_line(size, "a,", "https://a.example/?code=1&state=2,b\n"),
    "fields by position": lambda size: b"#Fields: " + after_long_line(size, "cs-uri-query ", "code=1&state=2 - - -\n"),
    "a line with other fields": lambda size: b"#Fields: a\n" + b"- code=" * (size // 7),
    "members of an object": lambda size: b'{"error": "x"' + b', "code": 1' * (size // 11) + b"}",
    "open objects of JSON": lambda size: b'{"error":' * (size // 9),
    "open arrays of JSON": lambda size: b"[" * size,
    "documents of JSON": lambda size: b'{"error":"x","error_description":"y"}' * (size // 37),
    "lines of JSON": lambda size: b'{"error":"x","error_description":"y"}\n' * (size // 38),
    "a line of mail": lambda size: b"https://a.example/?error=3Dx&code=3D" + b"=\n" * (size // 2),
    "fields in a line": lambda size: b";code=1" * (size // 7),
    "paths in brackets": lambda size: b"{/cb?code=1/...}" * (size // 16),
    "paths in quotes": lambda size: b"'/cb?code=1'," * (size // 13),
    "hyperlinks of a terminal": lambda size: b"\x1b]8;;" + b"&code=;" * (size // 7),
    "a URL in angle brackets over many lines": lambda size: b"<https://a.example/?" + b"code=\n" * (size // 6),
    "pairs in a description": lambda size: (
        b"https://a.example/?error=access_denied&error_description=%d" % next(NUMBERS) + b"x==" * (size // 3)
    ),
    "a wrapped URL": lambda size: b"https://a.example/?code=1&state=" + (b"a" * 60 + b"\n") * (size // 61),
}


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def superlinear_times(work: Callable[[int], object]) -> tuple[float, float] | None:
    """Return the times of an input and of one `LENGTH_FACTOR` as long, if they are out of proportion each time."""
    small = large = float("inf")
    for _ in range(ATTEMPTS):
        large = min(large, cpu_seconds(lambda: work(SMALL_SIZE * LENGTH_FACTOR)))
        if large <= NEGLIGIBLE_SECONDS:
            return None
        small = min(small, cpu_seconds(lambda: work(SMALL_SIZE)))
        if large <= small * LENGTH_FACTOR * TOLERANCE:
            return None
    return small, large


def check(data: bytes, input_format: str = "auto") -> None:
    capture = Capture(Shown("-"), io.BytesIO(data), input_format)
    try:
        for _ in Checker(NO_EXPECTATION, Summary()).check_in_batches(capture, "all"):
            pass
    except CaptureError:
        pass


def check_at_size(template: Template) -> Callable[[int], object]:
    return lambda size: check(template.render(size), template.input_format)


@pytest.mark.slow(seconds=6)
@pytest.mark.parametrize("reader", range(len(list(for_each_reader("a")))))
def test_time_is_linear_in_repeated_pieces(reader: int) -> None:
    templates = [list(for_each_reader(piece))[reader] for piece in PIECES]
    found = {template: superlinear_times(check_at_size(template)) for template in templates}
    assert {template: times for template, times in found.items() if times} == {}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_time_is_linear_in_repeated_sequences(part: int) -> None:
    found = {template: superlinear_times(check_at_size(template)) for template in list(random_sequences())[part::PARTS]}
    assert {template: times for template, times in found.items() if times} == {}


@pytest.mark.parametrize("name", SPECIAL_CAPTURES)
def test_time_is_linear_in_special_captures(name: str) -> None:
    assert superlinear_times(lambda size: check(SPECIAL_CAPTURES[name](size))) is None


@pytest.mark.slow
def test_time_is_linear_in_upstream_pages() -> None:
    def page_times(piece: str, begin: str = "") -> object:
        return superlinear_times(lambda size: compare("page.md", f"{begin}{piece * (size // len(piece))}\n"))

    header = "| Parameter | Required | Description |\n|---|---|---|\n"
    assert page_times("| error | true | x |\n", header) is None
    assert page_times("| Parameter ") is None
    assert page_times("| a ", f"|a{'|a' * 500}|\n|-{'|-' * 500}|\n") is None
    assert page_times('<ResponseField name="a" required>x</ResponseField>\n') is None
    assert page_times("```http\nLocation: https://a.example/?error=x\n```\n") is None


def test_quadratic_time_is_detected() -> None:
    slow = re.compile("a+b")
    assert superlinear_times(lambda size: slow.search("a" * (size // 4)))
    assert superlinear_times(lambda size: "b" in "a" * size) is None
