"""Captures → redirects. Each input format has a reader, a module of its name."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from io import BufferedReader, BytesIO

from connect_errors.address import is_at
from connect_errors.argument import read_redirect
from connect_errors.captures.found import Candidate, Leak
from connect_errors.captures.lines import CaptureError, Line, Stream
from connect_errors.redaction import shown_pointer
from connect_errors.redirect import Place, Redirect
from connect_errors.shown import Shown
from connect_errors.url import URL

__all__ = ["INPUT_FORMATS", "Candidate", "Capture", "CaptureError", "looks_like_redirect"]

INPUT_FORMATS = ("auto", "urls", "http", "log", "har")
"""`auto` tells the others by the content."""

Reader = Callable[[Iterable[Line]], Iterator[Candidate | Leak]]


class Capture:
    """A file or a stream in which redirects were recorded. It is read once, as a stream.

    Args:
        source: what reports call it: a path as it may be shown, or `-`.
        stream: its bytes.
        input_format: one of `INPUT_FORMATS`.
        redirect_uris: the registered redirect URIs; only URLs at one are redirects, but every line of a list is one.
        before_read: called before more bytes are read, which may take long.
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
        """Whether it is a list of URLs, each line of which is judged; with `auto` known with the first candidate."""
        self.passed_over = 0
        """URLs so far that were no redirects."""
        self.leaks = 0
        """Requests so far whose Referer carries an authorization code."""
        self.cut_lines = 0
        """Lines that were too long to be read to their end; known at the end of the capture."""
        self._stream = stream
        self._redirect_uris = redirect_uris
        self._before_read = before_read

    def __iter__(self) -> Iterator[Redirect]:
        """Yield the redirects as they are found.

        Raises:
            CaptureError: the capture cannot be read, or not any further.
        """
        for candidate in self.candidates():
            if redirect := self.redirect(candidate):
                yield redirect
            else:
                self.passed_over += 1

    def redirect(self, candidate: Candidate) -> Redirect | None:
        """The redirect that a candidate is; None where it is another URL, which is to be counted as passed over."""
        if not self.is_list and not self._redirect_uris and "?" not in candidate.text and "#" not in candidate.text:
            return None  # what has no parameters need not be parsed
        place = Place(self.source, candidate.line, candidate.column, shown_pointer(candidate.pointer))
        if self.is_list:
            return read_redirect(candidate.text, place, is_verbatim=candidate.is_verbatim)
        url = URL(candidate.text)
        if not looks_like_redirect(url, self._redirect_uris):
            return None
        return Redirect(url, place, not url.path_only, candidate.is_verbatim)

    def candidates(self) -> Iterator[Candidate]:
        """Yield all that may be a redirect, as it is found.

        Raises:
            CaptureError: the capture cannot be read, or not any further.
        """
        stream = Stream(self._stream, self._before_read)
        if self.input_format == "auto":
            from connect_errors.captures.detection import detect  # like the readers, not needed for a single URL

            self.input_format = detect(stream.beginning)
            self.is_list = self.input_format == "urls"
        module = import_module(f"connect_errors.captures.{self.input_format}")
        damage: list[CaptureError] = []
        try:
            for found in module.read(stream if self.input_format == "har" else _until_damage(stream.lines(), damage)):
                if isinstance(found, Leak):
                    self.leaks += 1
                else:
                    yield found
        finally:
            self.cut_lines = stream.cut_lines
        if damage:
            raise damage[0]


def _until_damage(lines: Iterable[Line], damage: list[CaptureError]) -> Iterator[Line]:
    """Let lines that break off end like any others, so that a reader yields what it has until then."""
    try:
        yield from lines
    except CaptureError as error:
        damage.append(error)


def looks_like_redirect(url: URL, redirect_uris: Sequence[URL] = ()) -> bool:
    """Tell a redirect of Connect from the other URLs of a capture."""
    if redirect_uris:
        return is_at(url, redirect_uris)
    names = {parameter.name for parameter in (*url.parameters, *url.fragment_parameters)}
    if names & {"error", "error_description", "code"}:
        return True
    return "state" in names and bool(names & {"user_id", "vehicle_id"})
