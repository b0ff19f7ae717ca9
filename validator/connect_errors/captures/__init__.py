"""Extract the redirects from captures.

A reader for the input format finds candidates, the selection picks the redirects among them, and repetitions are
dropped last, so that only selected redirects count as repetitions.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BufferedReader, BytesIO
from typing import cast

from connect_errors import lazy_re
from connect_errors.argument import read_redirect
from connect_errors.capture_report import CONNECT_URL, CaptureKind
from connect_errors.captures import scanner
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Batch, Candidate, Leak, Result, batch_of, candidates_of
from connect_errors.captures.observations import Observations
from connect_errors.captures.repetitions import Repetitions
from connect_errors.captures.selection import Reason, distinguish, reason_to_pass_over
from connect_errors.captures.stream import BeforeReadError, CaptureError, Stream
from connect_errors.connect_url import is_connect_url
from connect_errors.redaction import shown_pointer
from connect_errors.redirect import Place, Redirect
from connect_errors.rewriters import rewriter_note, unwrap_fully
from connect_errors.shown import Shown
from connect_errors.url import URL

__all__ = ["INPUT_FORMATS", "Batch", "Candidate", "Capture", "CaptureError", "Reason", "distinguish"]

INPUT_FORMATS = ("auto", "text", "json", "urls")
"""`auto` detects the other formats from the content."""

MAX_CONNECT_URLS = 3
"""Maximum number of Connect URLs that are judged if there is no redirect."""

MAX_COUNTED_URLS = 1000
"""Maximum number of URLs of any kind that are counted exactly: counting takes as long as reading."""

_IN_PATH = r"[^\s\"'`(=?<>]"
_PATHS = lazy_re.pattern(rf"/(?<![^\s\"'`(=]/){_IN_PATH}*+(?:[(=]+(?!/){_IN_PATH}++)*+[(=]*+\?")
"""Paths with a query string. Each attempt ends where the next one may start, so the search takes linear time."""


class Capture:
    """A file or a stream in which redirects were recorded. It is read once, as a stream.

    Args:
        source: its name in reports: a path as it may be shown, or `-`.
        stream: its bytes.
        input_format: one of `INPUT_FORMATS`.
        redirect_uris: the registered redirect URIs; only URLs at one of them are redirects, except in a list, where
            every line is.
        before_read: called before each read, which may block. Its `OSError`s are raised by `batches` as they are.
    """

    def __init__(
        self,
        source: Shown,
        stream: BufferedReader | BytesIO,
        input_format: str = "auto",
        redirect_uris: Sequence[URL] = (),
        before_read: Callable[[], None] = lambda: None,
    ) -> None:
        self.source = source
        self.input_format = input_format
        self.is_list = input_format == "urls"
        """Whether it is a list of URLs, each line of which is judged; with `auto`, known at the first candidate."""
        self.redirects = 0
        """Number of redirects so far."""
        self.passed_over: Counter[Reason] = Counter()
        """Number of URLs so far that are not redirects, by reason."""
        self.connect_urls = 0
        """Number of URLs so far that open Connect, and of other Smartcar URLs."""
        self.leaks = 0
        """Number of requests so far whose Referer contains an authorization code."""
        self.cut_urls = 0
        """Number of URLs so far whose end was truncated by the program that displayed them."""
        self.cut_lines = 0
        """Number of lines that were too long to be read to the end; known at the end of the capture."""
        self.lines = 0
        """Number of lines read; known at the end of the capture."""
        self.bytes = 0
        """Number of bytes read, after decompression; known at the end of the capture."""
        self.urls = 0
        """Number of URLs before the first redirect: absolute ones and paths with a query string, of any kind.

        Any number above `MAX_COUNTED_URLS` only says that there are more.
        """
        self.observations = Observations(redirect_uris)
        """Other observations that deserve a note."""
        self._first_connect_urls: dict[str, Candidate] = {}
        """The first Connect URLs, as long as there is no redirect."""
        self._stream = stream
        self._redirect_uris = redirect_uris
        self._before_read = before_read
        self._repetitions: Repetitions | None = None

    @property
    def kind(self) -> CaptureKind | None:
        """The format it is read as; None if not yet known."""
        return None if self.input_format == "auto" else cast("CaptureKind", self.input_format)

    def __iter__(self) -> Iterator[Redirect]:
        """Yield the redirects as they are found.

        Raises:
            CaptureError: the capture cannot be read, or not to the end.
        """
        for candidate in self.candidates():
            selected = self.select(candidate)
            if isinstance(selected, str):
                self.pass_over(candidate, selected)
            elif not self.is_repetition(candidate):
                self.redirects += 1
                yield selected
        yield from self.lone_connect_urls()

    def select(self, candidate: Candidate) -> Redirect | Reason:
        """Make a redirect from a candidate; if it is not one, return the reason, which the caller must count.

        The result does not depend on the rest of the capture.
        """
        if self.is_list:
            return read_redirect(candidate.text, self._place(candidate), is_verbatim=candidate.is_verbatim)
        redirect = self._unwrap(candidate)
        return reason_to_pass_over(redirect.url, self._redirect_uris, is_object=candidate.role == "object") or redirect

    def _place(self, candidate: Candidate) -> Place:
        return Place(self.source, candidate.line, candidate.column, shown_pointer(candidate.pointer))

    def _unwrap(self, candidate: Candidate) -> Redirect:
        """Make a redirect from a candidate's URL, without the link rewriters that wrapped it."""
        text, rewriters = unwrap_fully(candidate.text)
        url = URL(text)
        is_partial = text.startswith(("/", "?", "#"))
        notes = tuple(rewriter_note(rewriter) for rewriter in rewriters)
        place = self._place(candidate)
        return Redirect(url, place, not is_partial, candidate.is_verbatim and not notes, candidate.media, notes)

    def pass_over(self, candidate: Candidate, reason: Reason) -> None:
        """Count a URL that is not a redirect."""
        self.passed_over[reason] += 1
        if reason == "near-miss":
            self.observations.observe_near_miss(candidate)
        if reason != CONNECT_URL:
            return
        self.connect_urls += 1
        if not self.redirects and len(self._first_connect_urls) <= MAX_CONNECT_URLS:
            self._first_connect_urls.setdefault(candidate.text, candidate)

    def lone_connect_urls(self) -> Iterator[Redirect]:
        """Yield the Connect URLs of a capture without redirects: they must be what it is about. Call it at the end.

        If there are more than `MAX_CONNECT_URLS`, yield none: it is the log of an application that opens Connect.
        """
        if self.redirects or len(self._first_connect_urls) > MAX_CONNECT_URLS:
            return
        for candidate in self._first_connect_urls.values():
            redirect = self._unwrap(candidate)
            if is_connect_url(redirect.url) and redirect.url.parameters:
                self.redirects += 1
                self.passed_over[CONNECT_URL] -= 1
                yield redirect
        self.passed_over += Counter()  # remove zero counts

    def is_repetition(self, candidate: Candidate) -> bool:
        """Whether a redirect repeats an earlier one. Call it for every redirect, in order."""
        if self.is_list:
            return False
        if self._repetitions is None:
            self._repetitions = Repetitions()
        occurrence = self._repetitions.add(candidate)
        if occurrence.is_first_request:
            self.observations.observe_request(candidate)
        if occurrence.is_first_response:
            self.observations.observe_response(candidate)
        return occurrence.is_repetition

    def candidates(self) -> Iterator[Candidate]:
        """Yield all candidates one by one; see `batches`."""
        return candidates_of(self.batches())

    def batches(self) -> Iterator[Batch]:
        """Yield batches of candidates as they are found.

        Raises:
            CaptureError: the capture cannot be read, or not to the end.
        """
        try:
            yield from self._detect_and_read()
        except BeforeReadError as failure:
            raise failure.error from None

    def _detect_and_read(self) -> Iterator[Batch]:
        stream = Stream(self._stream, self._before_read)
        reported_line = 0
        if self.input_format == "auto":
            from connect_errors.captures.detection import detect_format, determines_format, has_first_line

            if first := self._find_complete_first_line(stream.look_ahead(has_first_line)):
                reported_line = first.line or 0
                yield batch_of([first])
            self.input_format = detect_format(stream.look_ahead(determines_format), is_whole=True) or "text"
            self.is_list = self.input_format == "urls"
        try:
            yield from self._read(stream, reported_line)
        finally:
            self.cut_lines = stream.cut_lines
            self.lines = stream.lines
            self.bytes = stream.bytes

    def _find_complete_first_line(self, beginning: str) -> Candidate | None:
        """Return the first line if it is a complete redirect, so that in a pipe it does not wait for the next line."""
        from connect_errors.captures.detection import find_complete_first_line

        line = find_complete_first_line(beginning)
        if line is None:
            return None
        candidate = Candidate(line.url, line.number, 1, None, is_verbatim=True, record=line.number)
        redirect = self.select(candidate)
        if isinstance(redirect, str):
            return None
        url, *others = read_redirect(line.url, redirect.place, is_verbatim=True)
        is_same_in_list = (url.text, *others) == (redirect.url.text, *redirect[1:])
        return candidate if is_same_in_list else None

    def _read(self, stream: Stream, reported_line: int) -> Iterator[Batch]:
        errors: list[CaptureError] = []
        if self.input_format == "json":
            from connect_errors.captures import json

            results = json.read(stream, Anchors(self._redirect_uris), self._observe_text)
            yield from self._make_batches([result] for result in results)
        elif self.is_list:
            from connect_errors.captures import url_list

            yield from url_list.read(_until_error(stream.blocks(), errors), reported_line)
        else:
            from connect_errors.captures.text import TextReader

            blocks = self._observe_blocks(_until_error(stream.blocks(), errors))
            results_of_blocks = TextReader(Anchors(self._redirect_uris)).read_blocks(blocks)
            unreported = (
                [result for result in results if result.line != reported_line] for results in results_of_blocks
            )
            yield from self._make_batches(unreported)
        if errors:
            raise errors[0]

    def _make_batches(self, results_together: Iterable[list[Result]]) -> Iterator[Batch]:
        for results in results_together:
            candidates: list[Candidate] = []
            for result in results:
                if isinstance(result, Leak):
                    self.leaks += 1
                elif not self.is_list and scanner.is_cut_off(result.text):
                    self.cut_urls += 1
                else:
                    candidates.append(result)
            if candidates:
                yield batch_of(candidates)

    def _observe_blocks(self, blocks: Iterable[str]) -> Iterator[str]:
        for block in blocks:
            self._observe_text(block)
            yield block

    def _observe_text(self, text: str) -> None:
        if not self.redirects and self.urls <= MAX_COUNTED_URLS:
            self.urls += text.count("://") + len(_PATHS.findall(text))
        self.observations.observe_text(text)


def _until_error(blocks: Iterable[str], errors: list[CaptureError]) -> Iterator[str]:
    """End the blocks at a read error, which is added to `errors`, so that a reader yields everything before it."""
    try:
        yield from blocks
    except CaptureError as error:
        errors.append(error)
