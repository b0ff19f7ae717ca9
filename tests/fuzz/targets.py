"""Fuzzing targets: functions of bytes, by name. Each judges an input, and checks the result with the oracles."""

import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from connect_errors import validate
from connect_errors.argument import read_argument
from connect_errors.captures import Capture, CaptureError
from connect_errors.captures.selection import reason_to_pass_over
from connect_errors.check import Checker
from connect_errors.copying import MASK
from connect_errors.drift.comparison import compare
from connect_errors.drift.formats import DRIFT_FORMATS
from connect_errors.expectation import Expectation
from connect_errors.formats import FORMATS
from connect_errors.judge import judge
from connect_errors.redaction import shown_value
from connect_errors.redirect import Redirect
from connect_errors.shown import Shown
from connect_errors.summary import Summary
from connect_errors.url import URL

from tests.fuzz import oracles, reference
from tests.fuzz.command import run
from tests.fuzz.oracles import require
from tests.helpers import cases
from tests.helpers.paths import CAPTURES, DRIFT_PAGES

if TYPE_CHECKING:
    from connect_errors.report import Detail, RedactedReport

CALLBACK = "https://example.com/callback"


class Target(NamedTuple):
    """A function that accepts any bytes."""

    check: Callable[[bytes], None]
    """Judges an input; raises `oracles.Broken`, or any exception of the code under test."""
    seeds: Callable[[], Iterator[bytes]]
    """Seeds for the corpus."""


# --- a URL -----------------------------------------------------------------------------------------------------------

SEPARATOR = b"\xff"
"""Separates the URL, the redirect URI, the state and the expected outcome in an input; never occurs in UTF-8."""


def check_url(data: bytes) -> None:
    """Check one URL with `connect_errors.validate`: the reference's verdict, places, redaction."""
    parts = [part.decode("utf-8", "surrogateescape") for part in data.split(SEPARATOR, 3)]
    text, redirect_uri, state, expect = (*parts, None, None, None)[:4]
    assert text is not None  # a split yields at least one part
    try:
        Expectation(() if redirect_uri is None else (URL(redirect_uri),), state, expect)
    except ValueError as error:
        oracles.check_format("text", str(error))
        redirect_uri = expect = None
    choices = {"redirect_uri": redirect_uri, "state": state, "expect": expect}
    options = {name: value for name, value in choices.items() if value is not None}
    report = validate(text, **options)
    require("the same twice", report == validate(text, **options), report)
    oracles.check_places(text, report)
    spans = [(finding.start or 0, finding.end or 0) for finding in report.findings]
    require("findings come in the order of their places", spans == sorted(spans), spans)
    if verdict := reference.judge(text, **options):
        findings = {(finding.rule, finding.parameter) for finding in report.findings}
        difference = verdict.differences(report.outcome, report.kind, dict(report.parameters), findings)
        require("the reference's verdict", not difference, difference)
    for show_values in (True, False):
        shown = report.redacted(show_values=show_values)
        oracles.check_places(shown.url, shown)
        require("a shown URL is plain", re.fullmatch("[!-~]*", shown.url), shown.url)
    _check_url_secrets(oracles.plant_canaries(text, urls=1), options)


def _check_url_secrets(text: str, options: dict[str, str]) -> None:
    report = validate(text, **options)
    shown = report.redacted()
    messages = (finding.message for finding in report.findings)
    oracles.check_no_canary(repr(report), repr(report.findings), shown.url, repr(shown.parameters), *messages)
    raw = {parameter.name: parameter.value for parameter in reversed(URL(shown.url).parameters) if parameter.value}
    for name, value in report.parameters.items():
        masked = shown_value(name, value)
        if masked != value and name in raw:
            require("a URL shows no more of a value than its parameter", value != raw[name], (shown.url, masked))


def _url_seeds() -> Iterator[bytes]:
    for case in cases.load_cases():
        if len(case.url) < 2000:
            options = (case.options.get("redirect_uri", [None])[0], case.state, case.expect)
            parts = [
                case.url,
                *(part or "" for part in options[: 3 - options[::-1].index(None) if None in options else 3]),
            ]
            while len(parts) > 1 and not parts[-1]:
                parts.pop()
            yield SEPARATOR.join(part.encode("utf-8", "surrogateescape") for part in parts)
    for text in (
        "https://u:p@example.com/callback?error=access_denied&error_description=x;code=1&vin=2&lang=en",
        "https://example.com/callback?error=access_denied&error_description=a%26code%3D1%3Bstate%3D2#state=3",
        "https://example.com/callback#error=access_denied&error_description=x&state=1",
        "sc4a1b01e5://a.b/callback?code=1&state=a%2520b\xffsc4a1b01e5://a.b/callback\xffa b\xffaccess_denied",
        "https://example.com/callback?app=1&code=1&app=2\xffhttps://example.com/callback?app=1\xff\xffauthorization_code",
    ):
        yield text.encode("latin-1")


# --- a capture -------------------------------------------------------------------------------------------------------


class Options(NamedTuple):
    """Options for reading and reporting a capture."""

    input_format: str = "auto"
    redirect_uri: str | None = None
    state: str | None = None
    expect: str | None = None
    strict: bool = False
    show_values: bool = False
    quiet: bool = False
    columns: int | None = None
    packing: Callable[[bytes], bytes] = bytes
    """Encodes or compresses the bytes."""

    def arguments(self) -> list[str]:
        """Return the options as command-line arguments."""
        named = {name: getattr(self, name) for name in ("input_format", "redirect_uri", "state", "expect")}
        flags = {name: getattr(self, name) for name in ("strict", "show_values", "quiet")}
        arguments = [f"--{name.replace('_', '-')}={value}" for name, value in named.items() if value is not None]
        return arguments + [f"--{name.replace('_', '-')}" for name, is_set in flags.items() if is_set]


def _as_utf_16(data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode("utf-16")


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


OPTIONS = (
    Options(),
    Options("urls"),
    Options("text"),
    Options("json"),
    Options(redirect_uri=CALLBACK),
    Options(redirect_uri=f"{CALLBACK}?app=1", state="0facda3319", expect="authorization_code"),
    Options("urls", redirect_uri=CALLBACK, state="a+b", strict=True),
    Options(show_values=True),
    Options(quiet=True),
    Options(packing=_gzipped),
    Options(packing=_as_utf_16),
    Options(packing=lambda data: _gzipped(data)[:-5]),
    Options(strict=True, expect="access_denied"),
    Options(columns=40),
    Options("urls", columns=40),
)


class ReadResult(NamedTuple):
    """The result of reading a capture."""

    redirects: list[Redirect]
    problem: str | None
    passed_over: int
    leaks: int
    input_format: str

    def texts(self) -> list[tuple[str, int | None, int | None, str | None]]:
        """Return everything that does not depend on how the bytes arrived."""
        return [
            (redirect.url.text, redirect.place.line, redirect.place.column, redirect.place.pointer)
            for redirect in self.redirects
        ]


def read(stream: io.BytesIO | io.BufferedReader, input_format: str, expectation: Expectation) -> ReadResult:
    """Read a whole capture, or as much of it as possible."""
    capture = Capture(Shown("capture.txt"), stream, input_format, expectation.redirect_uris)
    redirects: list[Redirect] = []
    problem = None
    try:
        redirects.extend(capture)
    except CaptureError as error:
        problem = str(error)
    return ReadResult(redirects, problem, capture.passed_over.total(), capture.leaks, capture.input_format)


def check_text(data: bytes) -> None:
    """Check text in `auto`: places, naively parsed lists, packings and chunks that must not matter, the fast path."""
    _, options, body = _split_input(data)
    _check_capture(body, options, options.input_format)


def check_har(data: bytes) -> None:
    """Check a HAR file: places of its redirects, compared with a naive parser."""
    _, options, body = _split_input(data)
    result = _check_capture(body, options, "json")
    try:
        document: Any = json.loads(body, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return
    if options.packing is bytes:
        _compare_with_naive_parser(result, document, body, options.redirect_uri)


def _split_input(data: bytes) -> tuple[str, Options, bytes]:
    """Split an input into output format and options, one byte each, and the capture."""
    first, second = (*data[:2], 0, 0)[:2]
    return list(FORMATS)[first % len(FORMATS)], OPTIONS[second % len(OPTIONS)], data[2:]


def _check_capture(body: bytes, options: Options, input_format: str) -> ReadResult:
    redirect_uris = () if options.redirect_uri is None else (URL(options.redirect_uri),)
    expectation = Expectation(redirect_uris, options.state, options.expect)
    packed = options.packing(body)
    result = read(io.BytesIO(packed), input_format, expectation)
    require("the same twice", result.texts() == read(io.BytesIO(packed), input_format, expectation).texts())
    if result.problem is not None:
        oracles.check_format("text", result.problem)
    if b"\0" not in body:  # bytes that identify a binary file, if they are in the first chunk
        _check_slow_stream(packed, result, expectation)
    if options.packing is bytes:
        _check_packings(body, result, expectation)
        if (
            result.input_format != "json"
            and b"\0" not in body
            and body[:2] not in (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")
        ):
            # A byte order mark also occurs where files were concatenated, and is not part of a line.
            lines = [line.removeprefix("\ufeff") for line in body.decode("utf-8", "surrogateescape").split("\n")]
            _check_places(result, lines)
            if result.input_format == "urls":
                _check_list(result, lines)
    _check_counts(packed, result, expectation)
    return result


def _check_counts(packed: bytes, result: ReadResult, expectation: Expectation) -> None:
    """Check the capture in each level of detail, and judge its redirects one by one."""
    reports_one_by_one = [judge(redirect, expectation) for redirect in result.redirects]
    one_by_one = Summary()
    for report in reports_one_by_one:
        one_by_one.add(report)
    masked = [report.redacted() for report in reports_one_by_one]
    to_show: dict[Detail, list[RedactedReport]] = {
        "all": masked,
        "findings": [report for index, report in enumerate(masked) if report.findings or index == 0],
        "summary": [],
    }
    for detail, must_show in to_show.items():
        summary = Summary()
        capture = Capture(Shown("capture.txt"), io.BytesIO(packed), result.input_format, expectation.redirect_uris)
        shown: list[RedactedReport] = []
        with suppress(CaptureError):
            shown.extend(Checker(expectation, summary).check(capture, detail))
        summary.passed_over = 0
        require("a capture counts what judging one by one counts", summary == one_by_one, (detail, summary, one_by_one))
        require("a capture shows what judging one by one gives", shown == must_show, (detail, shown, must_show))


class _SlowStream(io.RawIOBase):
    """A stream that returns a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._data.read(min(7, len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


def _check_slow_stream(packed: bytes, result: ReadResult, expectation: Expectation) -> None:
    """Check that at most the detected format depends on the size of the first chunk."""
    slow = read(io.BufferedReader(_SlowStream(packed), 8), result.input_format, expectation)
    require("the same by a few bytes at a time", slow.texts() == result.texts(), (slow.texts(), result.texts()))
    require("the same by a few bytes at a time", (slow.problem is None) == (result.problem is None), slow.problem)


def _check_packings(body: bytes, result: ReadResult, expectation: Expectation) -> None:
    packings = {"gzip": _gzipped(body)}
    try:
        plain = body.decode()
    except UnicodeDecodeError:
        plain = "\0"
    # A byte order mark at the start of the text would be one too many.
    if "\0" not in plain and not plain.startswith("\ufeff") and not body.startswith(b"\x1f\x8b"):
        packings["byte order mark"] = b"\xef\xbb\xbf" + body
        if result.input_format != "json":
            packings["UTF-16"] = _as_utf_16(body)
        if "\r" not in plain:
            packings["CRLF"] = plain.replace("\n", "\r\n").encode()
    for name, packed in packings.items():
        if name == "gzip" and body.startswith(b"\x1f\x8b"):
            continue
        other = read(io.BytesIO(packed), result.input_format, expectation)
        require(f"the same with {name}", other.texts() == result.texts(), (other.texts(), result.texts()))


def _check_places(result: ReadResult, lines: list[str]) -> None:
    for redirect in result.redirects:
        place = redirect.place
        if place.column is None:
            continue  # it is joined from several pieces
        number, column = place.line or 0, place.column
        is_inside = 1 <= number <= len(lines) and 1 <= column <= len(lines[number - 1]) + 1
        require("line and column are inside the capture", is_inside, place)
        if redirect.is_verbatim:
            matches = lines[number - 1].startswith(redirect.url.text, column - 1)
            require("the URL is at its place", matches, (place, redirect.url.text, lines[number - 1]))


def _check_list(result: ReadResult, lines: list[str]) -> None:
    """Check one redirect per line, in any form; empty lines and lines that start with `#` are skipped."""
    naive = [
        (read_argument(line.strip(" \t\r\f\v")).text, number, len(line) - len(line.lstrip(" \t\r\f\v")) + 1, None)
        for number, line in enumerate(lines, 1)
        if line.strip(" \t\r\f\v") and not line.strip(" \t\r\f\v").startswith("#")
    ]
    require("the naive reading of a list", result.texts() == naive, (result.texts(), naive))


def _compare_with_naive_parser(result: ReadResult, document: Any, body: bytes, redirect_uri: str | None) -> None:
    """Compare with a naive parser, for a HAR file without duplicate names and with all its objects."""
    entries = _plain_entries(document)
    if result.problem is not None or entries is None or body.count(b'"log"') > 1 or body.count(b'"entries"') > 1:
        return
    for redirect in result.redirects:
        value = _resolve(document, redirect.place.pointer or "")
        text = redirect.url.text
        address = text.partition("://")[2] or text  # the scheme may have been assumed
        matches = not isinstance(value, str) or "://" not in value or address in value
        require("the pointer leads to the URL", matches, (redirect.place.pointer, redirect.url.text))
    if b'"response"' not in body:
        registered = () if redirect_uri is None else (URL(redirect_uri),)
        requested = [entry["request"].get("url") for entry in entries if "request" in entry]
        plain = [
            text for text in requested if isinstance(text, str) and re.fullmatch("https?://[!#-;=?-Z_a-z|~]+", text)
        ]
        ours = {redirect.url.text for redirect in result.redirects}
        # Another mention of the same redirect may have come first, without an address.
        bare = {text.partition("?")[2] for text in ours if "://" not in text}
        naive = {
            text
            for text in plain
            if not reason_to_pass_over(URL(text), registered) and text.partition("?")[2] not in bare
        }
        require("the naive reading of a HAR file", naive <= ours, (ours, naive))


class _Ambiguous(dict[str, Any]):
    """An object with duplicate names: a pointer may refer to either value (RFC 8259 §4)."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    return named if len(named) == len(pairs) else _Ambiguous(named)


def _resolve(document: Any, pointer: str) -> Any:
    """Resolve a pointer; None if it is ambiguous, because names that are not words are masked in it."""
    value = document
    for key in pointer.split("/")[1:]:
        if isinstance(value, _Ambiguous) or key == MASK:
            return None
        value = value[int(key) if isinstance(value, list) else key]
    return value


def _plain_entries(document: Any) -> list[dict[str, Any]] | None:
    try:
        entries = document["log"]["entries"]
    except (TypeError, KeyError, IndexError):
        return None
    return entries if isinstance(entries, list) and all(map(_is_plain_entry, entries)) else None


def _is_plain_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(value, dict) for value in entry.values())


# --- the command line ------------------------------------------------------------------------------------------------


def check_reports(data: bytes) -> None:
    """Check a capture on the command line, in one of the formats: exit code, streams, secrets, determinism."""
    name, options, body = _split_input(data)
    if not options.show_values:
        body = oracles.plant_canaries(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    arguments = ["validate", f"--format={name}", *options.arguments()]
    packed = options.packing(body)
    result = run(arguments, packed, options.columns)
    require("exit code in 0..3", result.exit_code in range(4), result)
    require("the same twice", result == run(arguments, packed, options.columns), result)
    oracles.check_format(name, result.out)
    oracles.check_format("text", result.err)
    oracles.check_job_summary(result.job_summary)
    if not options.show_values:
        oracles.check_no_canary(result.out, result.err, result.job_summary)


def check_drift(data: bytes) -> None:
    """Check a page of documentation on the command line: exit code, streams, places, determinism."""
    first, second, body = (*data[:2], 0, 0)[0], (*data[:2], 0, 0)[1], data[2:]
    name, options = list(DRIFT_FORMATS)[first % len(DRIFT_FORMATS)], OPTIONS[second % len(OPTIONS)]
    flags = [f"--{flag}" for flag in ("strict", "quiet") if getattr(options, flag)]
    arguments = ["drift", f"--format={name}", *flags]
    packed = options.packing(body)
    result = run(arguments, packed, options.columns)
    require("exit code in 0..2", result.exit_code in range(3), result)
    require("the same twice", result == run(arguments, packed, options.columns), result)
    oracles.check_drift(name, result.out)
    oracles.check_format("text", result.err)
    page = body.decode("utf-8", "surrogateescape")
    lines = re.split("\r\n|\r|\n", page)
    for difference in compare("page.md", page).differences:
        line, column, end = difference.mark
        is_inside = 1 <= line <= len(lines) and 1 <= column <= end <= len(lines[line - 1]) + 1
        require("the mark is inside the page", is_inside, difference)


def _capture_seeds(*endings: str) -> Iterator[bytes]:
    for index, path in enumerate(sorted(CAPTURES.iterdir())):
        if path.suffix in endings or (not endings and path.suffix != ".toml"):
            for options in (b"0", bytes((48 + index % len(OPTIONS),))):
                yield bytes((48 + index % len(FORMATS),)) + options + path.read_bytes()


def _text_seeds() -> Iterator[bytes]:
    yield from _capture_seeds()
    lines = [case.url.encode("utf-8", "surrogateescape") for case in cases.load_cases() if len(case.url) < 300]
    for start in range(0, len(lines), 10):
        yield bytes((start % 256, 1)) + b"\n".join(lines[start : start + 10])


def _har_seeds() -> Iterator[bytes]:
    yield from _capture_seeds(".har")
    entry = {"request": {"url": f"{CALLBACK}?error=access_denied&state=1"}}
    yield b"04" + json.dumps({"log": {"entries": [entry, entry]}}).encode()


def _page_seeds() -> Iterator[bytes]:
    for index, path in enumerate(sorted(DRIFT_PAGES.glob("*.md"))):
        yield bytes((48 + index % len(DRIFT_FORMATS), 48 + index % len(OPTIONS))) + path.read_bytes()


TARGETS = {
    "url": Target(check_url, _url_seeds),
    "text": Target(check_text, _text_seeds),
    "har": Target(check_har, _har_seeds),
    "reports": Target(check_reports, _text_seeds),
    "drift": Target(check_drift, _page_seeds),
}
