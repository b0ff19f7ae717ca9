"""Check any number of lines, on any number of machines: masked reports, and summaries that add up.

Each line is a separate capture: its reports depend only on the line, so lines can be distributed over partitions and
processes in any order. A property test compares them with the command's reports.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Literal, TypedDict, Unpack

from connect_errors.captures import Batch, Capture, url_list
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Result, candidates_of
from connect_errors.captures.json_lines import JSONLines
from connect_errors.captures.text import TextReader
from connect_errors.check import Checker
from connect_errors.expectation import Expectation
from connect_errors.redaction import shown_source
from connect_errors.redirect import Redirect
from connect_errors.report import Detail, RedactedReport
from connect_errors.summary import Summary
from connect_errors.url import URL

__all__ = ["LINE_FORMATS", "LineChecker", "LineFormat", "Options", "Summary", "check_lines", "summarize_lines"]

LineFormat = Literal["text", "urls"]

LINE_FORMATS: tuple[LineFormat, ...] = ("text", "urls")
"""`urls` judges every line as a redirect; `text` finds redirects in lines of a log or of JSON Lines."""


class Options(TypedDict, total=False):
    """Options for reading and judging lines, named like those of `connect-errors validate`."""

    input_format: LineFormat
    """One of `LINE_FORMATS`; defaults to `text`."""
    redirect_uri: str | Sequence[str] | None
    """The registered redirect URI, or several."""
    state: str | None
    """The state that was sent."""
    expect: str | None
    """The outcome that each redirect must have."""
    source: str
    """The source in the places of reports; defaults to `-`."""


class LineChecker:
    """Checks lines, in any number of chunks, and counts the results.

    It caches the shapes of redirects, so use one instance for all chunks of a partition. It is not thread-safe.

    Raises:
        ValueError: the input format is not one of `LINE_FORMATS`, a redirect URI is not an absolute URL without a
            fragment, or `expect` is not an outcome.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        self._input_format = options.get("input_format", "text")
        if self._input_format not in LINE_FORMATS:
            raise ValueError(f"input_format is not one of {', '.join(LINE_FORMATS)}")
        self._source = options.get("source", "-")
        redirect_uri = options.get("redirect_uri")
        redirect_uris = [redirect_uri] if isinstance(redirect_uri, str) else redirect_uri or ()
        self._redirect_uris = tuple(map(URL, redirect_uris))
        expectation = Expectation(self._redirect_uris, options.get("state"), options.get("expect"))
        self.summary = Summary()
        """The counts of all chunks checked to the end."""
        self._checker = Checker(expectation, self.summary)

    def check(self, lines: Iterable[str | bytes | None], detail: Detail = "all") -> Iterator[RedactedReport]:
        """Yield a report for each redirect, in order; its `place.line` is the number of the line, from 1.

        A line may end with a line end or contain several: it is read like a file with that text. Bytes are UTF-8;
        None is an empty line.
        """
        return self._checker.check(_Lines(lines, self._source, self._input_format, self._redirect_uris), detail)

    def count(self, lines: Iterable[str | bytes | None]) -> None:
        """Add lines to the summary. Faster than `check`, because no reports are made."""
        for _ in self.check(lines, "summary"):
            pass


def check_lines(lines: Iterable[str | bytes | None], **options: Unpack[Options]) -> Iterator[RedactedReport]:
    """Yield a masked report for each redirect in lines of a log, or in a list of URLs.

    See `Options`, and `LineChecker.check` for what counts as a line.

    Raises:
        ValueError: see `LineChecker`.
    """
    return LineChecker(**options).check(lines)


def summarize_lines(lines: Iterable[str | bytes | None], **options: Unpack[Options]) -> Summary:
    """Count the redirects in lines. Summaries of parts add up to the summary of the whole.

    Raises:
        ValueError: see `LineChecker`.
    """
    checker = LineChecker(**options)
    checker.count(lines)
    return checker.summary


class _Lines(Capture):
    """Lines that are read one by one, each as a separate capture."""

    def __init__(
        self,
        lines: Iterable[str | bytes | None],
        source: str,
        input_format: LineFormat,
        redirect_uris: tuple[URL, ...],
    ) -> None:
        super().__init__(shown_source(source), BytesIO(), input_format, redirect_uris)
        self._lines = lines
        self._anchors = Anchors(redirect_uris)
        self._json_lines = JSONLines(self._anchors)

    def lone_connect_urls(self) -> Iterator[Redirect]:
        """Yield nothing: lines are parts of logs, and the redirects may be in any other part."""
        return iter(())

    def batches(self) -> Iterator[Batch]:
        for number, line in enumerate(self._lines, 1):
            if not line:
                continue
            text = line if isinstance(line, str) else line.decode("utf-8", "surrogateescape")
            results = (result._replace(line=number) for result in self._read_line(_normalize_line(text)))
            yield from self._make_batches([result] for result in results)

    def _read_line(self, text: str) -> Iterable[Result]:
        if self.is_list:
            return candidates_of(url_list.read([text]))
        if not self._anchors.occur_in(text):
            return ()
        self._repetitions = None  # each line is a separate capture
        return TextReader(self._anchors, None, self._json_lines).read_whole(text)


def _normalize_line(text: str) -> str:
    """Normalize a line as if it were read from a file with that text."""
    if "\n" in text or text[0] == "\ufeff" or text[-1] == "\r":
        return text.removeprefix("\ufeff").replace("\r\n", "\n").removesuffix("\r")
    return text
