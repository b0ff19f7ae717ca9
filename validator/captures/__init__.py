"""Captures → redirects. Each input format has a reader, which finds candidates in lines of text."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from io import BufferedReader, BytesIO
from typing import TextIO

from validator.captures.lines import Candidate, CaptureError, Line, open_text, read_lines
from validator.redirect import Place, Redirect
from validator.url import URL

Reader = Callable[[Iterable[Line]], Iterator[Candidate]]

__all__ = ["INPUT_FORMATS", "Capture", "CaptureError", "looks_like_redirect"]

INPUT_FORMATS = ("auto", "urls", "http")
"""`auto` tells the others by the content; each of them is a module here."""


class Capture:
    """A file or a stream in which redirects were recorded. Iterating over it reads it, once, as a stream.

    Args:
        source: what reports call it: a path, or `-`.
        stream: its bytes.
        input_format: one of `INPUT_FORMATS`.
        redirect_uri: the registered redirect URI; only URLs under it are redirects.
    """

    def __init__(
        self, source: str, stream: BufferedReader | BytesIO, input_format: str = "auto", redirect_uri: URL | None = None
    ) -> None:
        self.source = source
        self.input_format = input_format
        self.passed_over = 0
        """URLs so far that were no redirects."""
        self._stream = stream
        self._redirect_uri = redirect_uri

    def __iter__(self) -> Iterator[Redirect]:
        """Yield the redirects as they are found.

        Raises:
            CaptureError: the capture cannot be read, or not any further.
        """
        text, beginning = open_text(self._stream)
        try:
            yield from self._redirects(text, beginning)
        finally:
            text.detach()  # the stream is its owner's to close

    def _redirects(self, text: TextIO, beginning: str) -> Iterator[Redirect]:
        if self.input_format == "auto":
            from validator.captures.detection import detect  # like the readers, not needed for a single URL

            self.input_format = detect(beginning)
        read: Reader = import_module(f"validator.captures.{self.input_format}").read
        for candidate in read(read_lines(text)):
            url = URL(candidate.text)
            if candidate.is_listed or looks_like_redirect(url, self._redirect_uri):
                place = Place(self.source, candidate.line, candidate.column)
                yield Redirect(url, place, must_be_absolute=candidate.is_listed or not url.path_only)
            else:
                self.passed_over += 1


def looks_like_redirect(url: URL, redirect_uri: URL | None = None) -> bool:
    """Tell a redirect of Connect from the other URLs of a capture."""
    if redirect_uri is not None:
        return url.differing_part(redirect_uri) is None
    names = {parameter.name for parameter in (*url.parameters, *url.fragment_parameters)}
    if names & {"error", "error_description", "code"}:
        return True
    return "state" in names and bool(names & {"user_id", "vehicle_id"})
