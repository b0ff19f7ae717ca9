"""Benchmark of the worst inputs, as an attacker could write them: the cost of each, and the message about it.

    python -m benchmarks.worst [--only TEXT] [--scale 0.01] [--write]

Each input is given to the installed command at half and at full size: twice the input must take about twice the time,
and memory must stay flat. Times are CPU time; the ratio excludes start-up. The last column is the last line on standard
error, or the rules found. `--write` measures the inputs shown on the page about security at a tenth of their size, and
writes the figures there.
"""

import argparse
import gzip
import itertools
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from connect_errors.formats import FORMATS

from scripts.page_tables import SECURITY, write_table

COMMAND = str(Path(sys.executable).parent / "connect-errors")
HOME = "https://example.com/home"
DENIED = f"{HOME}?error=access_denied&error_description=User+denied+access+to+application."
CODE = "3a1f0c52-9c1b-4b8e-8a8e-5a4f4a1b2c3d"
ENTRY = b'{"log":{"entries":[{"request":{"url":"https://example.com/"},"x":'
END = b'},{"request":{"url":"https://example.com/home?state=1&code=1"}}]}}'
HEADER = b'{"name":"Location","value":"/?code=#"},'
RULE = re.compile(r'(?:\[|"rule": "|"ruleId": "|title=)([a-z]+(?:-[a-z]+)+)(?:\](?!\()|"|::)')
"""The rule of a finding, in any format."""
MB = 1_000_000
MAX_MESSAGE = 100

PAGE_SCALE = 0.1

Make = Callable[[Path, int], list[str | bytes]]
"""Creates an input of a given size in a folder, and returns the command's arguments."""


class Input(NamedTuple):
    """An input at full size; half of it is measured, too."""

    name: str
    size: int
    unit: str
    make: Make


class Figures(NamedTuple):
    """The cost of a run of the command, and its message."""

    seconds: float
    memory: float
    """Peak, in MB."""
    output: int
    """Number of bytes on standard output."""
    exit_code: int
    message: str


def capture(*pieces: Callable[[int], Iterable[bytes]] | bytes, options: str = "") -> Make:
    """Make a file from pieces, some of which depend on the size."""

    def make(folder: Path, size: int) -> list[str | bytes]:
        path = folder / "capture"
        with path.open("wb") as file:
            for piece in pieces:
                file.writelines([piece] if isinstance(piece, bytes) else piece(size))
        return ["validate", *options.split(), str(path)]

    return make


def repeated(text: bytes) -> Callable[[int], Iterator[bytes]]:
    """Repeat a text up to the given size in bytes."""

    def pieces(size: int) -> Iterator[bytes]:
        block = text * (MB // len(text))
        for _ in range(size // len(block)):
            yield block
        yield text * (size % len(block) // len(text))

    return pieces


def numbered(text: bytes) -> Callable[[int], Iterator[bytes]]:
    """Repeat a text as many times as the size says, with each `#` replaced by a number."""
    return lambda size: (text.replace(b"#", b"%d" % number) for number in range(size))


def gzipped(text: bytes) -> Callable[[int], Iterator[bytes]]:
    """Compress a text repeated up to the given size in bytes."""

    def members(size: int) -> Iterator[bytes]:
        block = text * (MB // len(text))
        member = gzip.compress(block, 1)
        for _ in range(size // len(block)):
            yield member
        yield gzip.compress(block[: size % len(block)], 1)

    return members


def command_line(*texts: Callable[[int], str] | str) -> Make:
    return lambda _, size: [text if isinstance(text, str) else text(size) for text in texts]


def distinct_parameters(size: int) -> str:
    """Make as many parameters as fit: names of two characters, none of them known."""
    characters = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in "&=#%+"]
    names = itertools.cycle(a + b for a, b in itertools.product(characters, repeat=2))
    return DENIED + "".join(f"&{name}" for name in itertools.islice(names, size))


def hostile_file_name(folder: Path, size: int) -> list[str | bytes]:
    path = os.path.join(os.fsencode(folder), (b"\x1b]0;owned\x07\xff\n" * size)[:size])  # noqa: PTH118 - bytes
    Path(os.fsdecode(path)).write_text(f"{HOME}?error=x&error=y\n{HOME}\n", encoding="utf-8")
    return ["validate", path]


def many_findings(name: str) -> Make:
    """A million findings, twenty per redirect."""
    broken = HOME + "?" + "&".join(f"{letter}=%" for letter in "abcdefghijklmnopqrst")
    return capture(numbered(f"{broken}&state=#\n".encode()), options=f"--format {name}")


REQUEST = b"GET /home?code=0 HTTP/1.1\nHost: example.com\n\n"
LOG = (
    b'192.0.2.7 - - [24/Nov/2026:13:48:47 +0000] "GET /wp-login.php?id=1&to=https%3A%2F%2Fexample.com HTTP/1.1" '
    b'404 153 "https://example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"\n'
)
LOG_START = b'192.0.2.7 - - [24/Nov/2026:13:48:47 +0000] "GET /home?state=1&code=1'

JSON_LINE = b'{"url":"/home?error=access_denied&state=0"'

INPUTS = (
    # Long lines
    Input("a line", 100 * MB, "bytes", capture(HOME.encode(), b"?error=", repeated(b"a"))),
    Input("a line of blanks", 100 * MB, "bytes", capture(repeated(b" "))),
    Input("a line of %", 10 * MB, "bytes", capture(HOME.encode(), b"?state=", repeated(b"%"))),
    Input("lines of %", 10 * MB, "bytes", capture(repeated(b"%" * 99 + b"\n"), options="--input-format urls")),
    Input("a line of log", 100 * MB, "bytes", capture(LOG, LOG_START, repeated(b"&a=b"), b' HTTP/1.1" 302 -\n')),
    Input("a log's escapes", 100 * MB, "bytes", capture(LOG, LOG_START, repeated(rb"\""), b' HTTP/1.1" 302 -\n')),
    Input(
        "a log's Referer", 100 * MB, "bytes", capture(LOG, LOG_START, b' HTTP/1.1" 302 - "', repeated(rb"\""), b'"\n')
    ),
    Input("lines of quotes", 100 * MB, "bytes", capture(LOG, repeated(b'"A ' * 300_000 + b"\n"))),
    Input("empty lines", 20 * MB, "bytes", capture(HOME.encode(), repeated(b"\n"))),
    # Parameters
    Input("64 KiB: parameters", 21_000, "parameters", command_line("validate", distinct_parameters)),
    Input("64 KiB: the same", 10_000, "parameters", command_line("validate", lambda n: DENIED + "&vin=1" * n)),
    Input("64 KiB: broken %", 15_000, "parameters", command_line("validate", lambda n: DENIED + "&a=%" * n)),
    Input("64 KiB: controls", 10_000, "parameters", command_line("validate", lambda n: DENIED + "&a=%01" * n)),
    Input("64 KiB: %2525", 60_000, "bytes", command_line("validate", lambda n: DENIED + "&state=%" + "25" * (n // 2))),
    Input("64 KiB: ://", 20_000, "times", command_line("validate", lambda n: "://" * n)),
    Input("64 KiB: scheme", 60_000, "bytes", command_line("validate", lambda n: "a+" * (n // 2) + "://")),
    Input("64 KiB: path", 60_000, "bytes", command_line("validate", lambda n: "http://a/" + "0A" * (n // 2))),
    Input(
        "64 KiB: VIN", 60_000, "bytes", command_line("validate", lambda n: DENIED + "%AB" * (n // 4) + "0A" * (n // 8))
    ),
    Input("64 KiB: JSON", 20_000, "parameters", command_line("validate", "--format", "json", distinct_parameters)),
    Input("64 KiB: SARIF", 20_000, "parameters", command_line("validate", "--format", "sarif", distinct_parameters)),
    Input("64 KiB, again", 100, "lines", capture(lambda n: [distinct_parameters(20_000).encode() + b"\n"] * n)),
    Input(
        "own query",
        9_000,
        "parameters",
        lambda _, n: ["validate", "--redirect-uri", HOME + "?" + "&a=b" * n, DENIED + "&a=b" * n],
    ),
    # Without any repetition
    Input("states", MB, "lines", capture(numbered(DENIED.encode() + b"&state=#\n"))),
    Input("descriptions", MB, "lines", capture(numbered(DENIED.encode() + b"#\n"), options="-q")),
    Input("codes", MB, "lines", capture(numbered(HOME.encode() + b"?code=" + CODE.encode() + b"&state=#%20\n"))),
    Input("names", 100_000, "lines", capture(numbered(HOME.encode() + b"?state=1&code=1&n#=1\n"), options="-q")),
    Input(
        "pieces",
        20_000,
        "lines",
        capture(numbered(HOME.encode() + b"?state=#%20" + b"&abc" * 450 + b"\n"), options="-q"),
    ),
    # HAR
    Input(
        "JSON Lines: members", 40_000, "members", capture(b"a line\n", JSON_LINE, numbered(b',"#":"/?code="'), b"}\n")
    ),
    Input("JSON Lines: names", MB, "lines", capture(numbered(JSON_LINE + b',"n#":1}\n'))),
    Input("HAR: depth", 100_000, "levels", capture(ENTRY, numbered(b"["), numbered(b"]"), END)),
    Input("HAR: depth, cut off", 100_000, "levels", capture(ENTRY, numbered(b'{"a":'))),
    Input("HAR: a string", 100 * MB, "bytes", capture(ENTRY, b'"', repeated(b"a"), b'"', END)),
    Input("HAR: escapes", 100 * MB, "bytes", capture(ENTRY, b'"', repeated(rb"\u00e9\""), b'"', END)),
    Input("HAR: strings", 100 * MB, "bytes", capture(ENTRY, b"[", repeated(b'"aaaaaaaa",'), b"1]", END)),
    Input(
        "HAR: a URL",
        100 * MB,
        "bytes",
        capture(ENTRY, b'1,"response":{"redirectURL":"/?state=1&code=1', repeated(b"&a"), b'"}', END),
    ),
    Input("HAR: a key", 100 * MB, "bytes", capture(ENTRY, b'{"', repeated(b"a"), b'":1}', END)),
    Input("HAR: a number", 100 * MB, "bytes", capture(ENTRY, repeated(b"1"), END)),
    Input("HAR: blanks", 100 * MB, "bytes", capture(ENTRY, repeated(b" "), b"1", END)),
    Input(
        "HAR: headers", 200_000, "headers", capture(ENTRY, b'1,"response":{"headers":[', numbered(HEADER), b"{}]}", END)
    ),
    Input("HAR: entries", 200_000, "entries", capture(ENTRY, b"1", numbered(b"},{"), END)),
    # HTTP
    Input("Location, continued", MB, "lines", capture(b"Location: /home?state=1&code=1\n", numbered(b"  &a\n"))),
    Input("lines of &", MB, "lines", capture(numbered(b"?\n&\n"))),
    Input("messages", MB, "messages", capture(numbered(b"HTTP/1.1 302\nLocation: /home?code=#\n\n"))),
    Input("requests", MB, "messages", capture(numbered(b"GET /home?code=# HTTP/1.1\nHost: a\n\n"))),
    Input(
        "Locations of 1 MB", 100, "lines", capture(numbered(b"Location: /#?state=1&code=1" + b"&a" * 500_000 + b"\n"))
    ),
    Input(
        "dots",
        200_000,
        "segments",
        capture(REQUEST, b"Location: ", numbered(b"a/"), numbered(b"../"), b"?state=1&code=1\n"),
    ),
    Input("blanks of a header", 100, "lines", capture(REQUEST, numbered(b"Location" + b" " * MB + b"#\n"))),
    # Encodings
    Input("gzip: zeros", 1000 * MB, "bytes", capture(gzipped(b"\0"))),
    Input("gzip: a line", 1000 * MB, "bytes", capture(gzipped(b"a"))),
    Input("gzip: a log", 200 * MB, "bytes", capture(gzipped(LOG))),
    Input("gzip: members", 100_000, "members", capture(lambda n: [gzip.compress(b"")] * n)),
    Input("gzip: its name", 10 * MB, "bytes", capture(b"\x1f\x8b\x08\x08\0\0\0\0\0\0", repeated(b"a"))),
    Input("UTF-16, odd", 20 * MB + 1, "bytes", capture(b"\xff\xfe", repeated(b"a\0"), b"a")),
    Input(
        "CloudFront fields",
        100_000,
        "fields",
        capture(b"#Fields:", numbered(b" f#"), b" cs-uri-stem\n", numbered(b"a\t"), b"/?state=1&code=1\n"),
    ),
    # The command line
    Input("a name of controls", 200, "bytes", hostile_file_name),
    Input("a name of colons", 120_000, "bytes", command_line("validate", lambda n: ":" * n)),
    Input("explain", 120_000, "bytes", command_line("explain", lambda n: "a" * n)),
    Input("an option", 120_000, "bytes", command_line("validate", lambda n: "--" + "a" * n)),
    Input("a value", 120_000, "bytes", command_line("validate", "--input-format", lambda n: "a" * n)),
    Input("an outcome", 120_000, "bytes", command_line("validate", "--expect", lambda n: "a" * n)),
    # Output
    *(Input(f"findings: {name}", 50_000, "redirects", many_findings(name)) for name in FORMATS),
)

ON_PAGE = {
    "a line": "one line",
    "lines of %": "lines of `%`",
    "64 KiB: parameters": "a URL with unknown parameters",
    "64 KiB: the same": "a URL with one parameter, repeated",
    "states": "a different state in each line",
    "descriptions": "a different description in each line",
    "names": "a different parameter in each line",
    "HAR: depth": "a HAR file, nested",
    "HAR: a string": "a HAR file with one string",
    "HAR: a URL": "a HAR file with one URL",
    "Location, continued": "a `Location` over many lines",
    "Locations of 1 MB": "a `Location` of a megabyte in each line",
    "messages": "HTTP messages",
    "gzip: zeros": "zeros in gzip",
    "gzip: a line": "one line in gzip",
    "gzip: a log": "a log in gzip",
    "a name of controls": "a file name of control characters",
    "findings: sarif": "twenty findings in each redirect, as SARIF",
}
"""The inputs shown on the page about security, with their names there."""


def measure(command: list[str | bytes], folder: Path) -> Figures:
    """Run the command, and discard its output."""
    environment = os.environ | {"GITHUB_STEP_SUMMARY": str(folder / "summary")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([COMMAND, *command], stdout=subprocess.PIPE, stderr=errors, env=environment)
        assert process.stdout
        reader = _Reader(process.stdout)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode in range(4), (command[:1], process.returncode)
        reader.join()
        errors.seek(0)
        message = errors.read(MB).decode("utf-8", "replace")
    rules = ", ".join(f"{name} {count}" for name, count in reader.rules.most_common(3))
    last = message.rstrip().rpartition("\n")[2].removeprefix("connect-errors: ").replace(str(folder), "")
    return Figures(
        usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, reader.size, process.returncode, last or rules
    )


class _Reader(threading.Thread):
    """Reads the command's output: its size, and the rules named in the first megabyte."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self.size = 0
        self.rules: Counter[str] = Counter()
        self.start()

    def run(self) -> None:
        beginning = b""
        with self._stream:
            while data := self._stream.read(MB):
                beginning = beginning or data
                self.size += len(data)
        self.rules.update(RULE.findall(beginning.decode("utf-8", "replace")))


def _short(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else f"{text[:40]}…{text[40 - MAX_MESSAGE :]}"


def table(rows: Iterable[tuple[Input, int, Figures, Figures]]) -> str:
    """Format the figures as a Markdown table: per input, its size, and the cost of half of it and all of it."""
    lines = ["| Input | Size | Half, s | All, s | MB | Exit | Reported |", "|---|--:|--:|--:|--:|--:|---|"]
    for one, size, half, full in rows:
        message = _page_message(full.message)
        figures = f"{half.seconds:.1f} | {full.seconds:.1f} | {full.memory:.0f} | {full.exit_code}"
        lines.append(f"| {ON_PAGE[one.name]} | {size:,} {one.unit} | {figures} | {message} |")
    return "\n".join(lines) + "\n"


def _page_message(message: str) -> str:
    if ": " in message:
        return message.removeprefix("/capture: ")
    return re.sub(r"([a-z]+(?:-[a-z]+)+) ([0-9]+)", r"`\1`", message) or "nothing"


def _measure_half_and_full(one: Input, scale: float) -> tuple[Input, int, Figures, Figures]:
    size = max(2, round(one.size * scale))
    figures = []
    for part in (size // 2, size):
        with tempfile.TemporaryDirectory() as name:
            figures.append(measure(one.make(Path(name), part), Path(name)))
    return one, size, figures[0], figures[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="TEXT", help="the inputs whose name has this text")
    parser.add_argument("--scale", type=float, default=1, help="a part of the full size, such as 0.01")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {SECURITY.name}")
    options = parser.parse_args()
    if options.write:
        write_table(SECURITY, table(_measure_half_and_full(one, PAGE_SCALE) for one in INPUTS if one.name in ON_PAGE))
        return
    print(f"{'input':22}{'size':>24}{'time':>10}{'for half':>10}{'ratio':>7}", end="")
    print(f"{'peak':>9}{'for half':>10}{'output':>11} exit  said")
    with tempfile.TemporaryDirectory() as name:
        start_up = min(measure(["validate", DENIED], Path(name)).seconds for _ in range(3))
    for one in INPUTS:
        if options.only not in one.name:
            continue
        _, size, half, full = _measure_half_and_full(one, options.scale)
        # Inputs that take hardly any time have no ratio.
        ratio = (full.seconds - start_up) / max(half.seconds - start_up, 0.01)
        shown = f"{ratio:7.1f}" if full.seconds > start_up + 0.2 else f"{'-':>7}"
        print(f"{one.name:22}{f'{size:,} {one.unit}':>24}{full.seconds:8.2f} s{half.seconds:8.2f} s{shown}", end="")
        print(f"{full.memory:6.0f} MB{half.memory:7.0f} MB{full.output / MB:8.2f} MB{full.exit_code:5}", end="  ")
        print(_short(full.message), flush=True)


if __name__ == "__main__":
    main()
