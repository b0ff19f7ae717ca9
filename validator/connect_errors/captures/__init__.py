"""Extract the redirects from captures.

A reader for the input format finds candidates, the selection picks the redirects among them, and repetitions are
dropped last, so that only selected redirects count as repetitions.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BufferedReader, BytesIO
from typing import cast

from connect_errors.argument import read_redirect
from connect_errors.capture_report import CONNECT_URL, CaptureKind
from connect_errors.captures import scanner
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Batch, Candidate, Leak, batch_of, candidates_of
from connect_errors.captures.observations import Observations
from connect_errors.captures.repetitions import Repetitions
from connect_errors.captures.selection import Reason, distinguish, why_not
from connect_errors.captures.stream import BeforeReadError, CaptureError, Stream
from connect_errors.connect_url import is_connect_url
from connect_errors.redaction import shown_pointer
from connect_errors.redirect import Place, Redirect
from connect_errors.rewriters import innermost, taken_out
from connect_errors.shown import Shown
from connect_errors.url import URL

__all__ = ["INPUT_FORMATS", "Batch", "Candidate", "Capture", "CaptureError", "Reason", "distinguish"]

INPUT_FORMATS = ("auto", "text", "json", "urls")
"""`auto` detects the other formats from the content."""

MAX_ALONE = 3
"""Maximum number of Connect URLs that are judged if there is no redirect."""

_IN_PATH = r"[^\s\"'`(=?<>]"
_PATHS = re.compile(rf"/(?<![^\s\"'`(=]/){_IN_PATH}*+(?:[(=]+(?!/){_IN_PATH}++)*+[(=]*+\?")
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
        """Number of URLs before the first redirect: absolute ones and paths with a query string, of any kind."""
        self.observations = Observations(redirect_uris)
        """Other observations that deserve a note."""
        self._alone: dict[str, Candidate] = {}
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
            found = self.redirect(candidate)
            if isinstance(found, str):
                self.pass_over(candidate, found)
            elif not self.repeats(candidate):
                self.redirects += 1
                yield found
        yield from self.connect_urls_alone()

    def redirect(self, candidate: Candidate) -> Redirect | Reason:
        """Return the redirect that a candidate is, or else the reason why it is not one, which the caller must count.

        The result does not depend on the rest of the capture.
        """
        if self.is_list:
            return read_redirect(candidate.text, self._place(candidate), is_verbatim=candidate.is_verbatim)
        found = self._taken_out(candidate)
        return why_not(found.url, self._redirect_uris, is_object=candidate.role == "object") or found

    def _place(self, candidate: Candidate) -> Place:
        return Place(self.source, candidate.line, candidate.column, shown_pointer(candidate.pointer))

    def _taken_out(self, candidate: Candidate) -> Redirect:
        """Make a redirect from a candidate's URL, without the link rewriters that wrapped it."""
        text, rewriters = innermost(candidate.text)
        url = URL(text)
        is_partial = text.startswith(("/", "?", "#"))
        notes = tuple(taken_out(rewriter) for rewriter in rewriters)
        place = self._place(candidate)
        return Redirect(url, place, not is_partial, candidate.is_verbatim and not notes, candidate.media, notes)

    def pass_over(self, candidate: Candidate, reason: Reason) -> None:
        """Count a URL that is not a redirect."""
        self.passed_over[reason] += 1
        if reason == "near-miss":
            self.observations.see_near_miss(candidate)
        if reason != CONNECT_URL:
            return
        self.connect_urls += 1
        if not self.redirects and len(self._alone) <= MAX_ALONE:
            self._alone.setdefault(candidate.text, candidate)

    def connect_urls_alone(self) -> Iterator[Redirect]:
        """Yield the Connect URLs of a capture without redirects: they must be what it is about. Call it at the end.

        If there are more than `MAX_ALONE`, yield none: the capture is a log of an application that opens Connect.
        """
        if self.redirects or len(self._alone) > MAX_ALONE:
            return
        for candidate in self._alone.values():
            found = self._taken_out(candidate)
            if is_connect_url(found.url) and found.url.parameters:
                self.redirects += 1
                self.passed_over[CONNECT_URL] -= 1
                yield found
        self.passed_over += Counter()  # remove zero counts

    def repeats(self, candidate: Candidate) -> bool:
        """Whether a redirect repeats an earlier one. Call it for every redirect, in order."""
        if self.is_list:
            return False
        if self._repetitions is None:
            self._repetitions = Repetitions()
        sighting = self._repetitions.see(candidate)
        if sighting.is_request:
            self.observations.see_request(candidate)
        if sighting.is_answer:
            self.observations.see_answer(candidate)
        return sighting.is_repetition

    def candidates(self) -> Iterator[Candidate]:
        """Yield all candidates one by one; see `batches`."""
        return candidates_of(self.batches())

    def batches(self) -> Iterator[Batch]:
        """Yield batches of candidates as they are found.

        Raises:
            CaptureError: the capture cannot be read, or not to the end.
        """
        try:
            yield from self._batches_of_stream()
        except BeforeReadError as failure:
            raise failure.error from None

    def _batches_of_stream(self) -> Iterator[Batch]:
        stream = Stream(self._stream, self._before_read)
        reported = 0
        if self.input_format == "auto":
            from connect_errors.captures.detection import detect, has_first_line, is_enough

            if first := self._first(stream.look_ahead(has_first_line)):
                reported = first.line or 0
                yield batch_of([first])
            self.input_format = detect(stream.look_ahead(is_enough), is_whole=True) or "text"
            self.is_list = self.input_format == "urls"
        try:
            yield from self._read(stream, reported)
        finally:
            self.cut_lines = stream.cut_lines
            self.lines = stream.lines
            self.bytes = stream.bytes

    def _first(self, beginning: str) -> Candidate | None:
        """Return the first line if it is a complete redirect, so that in a pipe it does not wait for the next line."""
        from connect_errors.captures.detection import first_line

        line = first_line(beginning)
        if line is None:
            return None
        candidate = Candidate(line.url, line.number, 1, None, is_verbatim=True, record=line.number)
        found = self.redirect(candidate)
        if isinstance(found, str):
            return None
        url, *others = read_redirect(line.url, found.place, is_verbatim=True)
        is_same_in_list = (url.text, *others) == (found.url.text, *found[1:])
        return candidate if is_same_in_list else None

    def _read(self, stream: Stream, reported: int) -> Iterator[Batch]:
        damage: list[CaptureError] = []
        if self.input_format == "json":
            from connect_errors.captures import json

            found = json.read(stream, Anchors(self._redirect_uris), self._see_text)
            yield from self._batches([one] for one in found)
        elif self.is_list:
            from connect_errors.captures import url_list

            yield from url_list.read(_until_damage(stream.blocks(), damage), reported)
        else:
            from connect_errors.captures.text import TextReader

            blocks = self._seen(_until_damage(stream.blocks(), damage))
            of_blocks = TextReader(Anchors(self._redirect_uris)).read_blocks(blocks)
            yield from self._batches([one for one in found if one.line != reported] for found in of_blocks)
        if damage:
            raise damage[0]

    def _batches(self, together: Iterable[list[Candidate | Leak]]) -> Iterator[Batch]:
        for found in together:
            candidates: list[Candidate] = []
            for one in found:
                if isinstance(one, Leak):
                    self.leaks += 1
                elif scanner.is_cut_off(one.text):
                    self.cut_urls += 1
                else:
                    candidates.append(one)
            if candidates:
                yield batch_of(candidates)

    def _seen(self, blocks: Iterable[str]) -> Iterator[str]:
        for block in blocks:
            self._see_text(block)
            yield block

    def _see_text(self, text: str) -> None:
        if not self.redirects:
            self.urls += text.count("://") + len(_PATHS.findall(text))
        self.observations.see_text(text)


def _until_damage(blocks: Iterable[str], damage: list[CaptureError]) -> Iterator[str]:
    """End the blocks at a read error, which is added to `damage`, so that a reader yields everything before it."""
    try:
        yield from blocks
    except CaptureError as error:
        damage.append(error)
