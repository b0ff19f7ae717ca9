"""Captures → redirects. Each input format has a reader, a module of its name."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from io import BufferedReader, BytesIO

from connect_errors.captures.found import Candidate, Leak
from connect_errors.captures.lines import CaptureError, Line, Stream
from connect_errors.captures.urls import listed_url
from connect_errors.redirect import Place, Redirect
from connect_errors.url import URL

__all__ = ["INPUT_FORMATS", "Batch", "Capture", "CaptureError", "looks_like_redirect"]

INPUT_FORMATS = ("auto", "urls", "http", "log", "har")
"""`auto` tells the others by the content."""

Reader = Callable[[Iterable[Line]], Iterator[Candidate | Leak]]


class Batch:
    """Lines of a list of URLs that are read at once, or a single redirect of another capture."""

    def __init__(self, lines: list[str], place: Place, *, is_list: bool, is_verbatim: bool) -> None:
        self.lines = lines
        self.is_list = is_list
        self._place = place
        self._is_verbatim = is_verbatim

    def redirect(self, index: int) -> Redirect | None:
        """The redirect of a line; None where a list has none there."""
        return self.redirect_of(self.lines[index], index)

    def redirect_of(self, line: str, index: int = 0) -> Redirect | None:
        """The redirect that `line` would be in the place of another one."""
        if not self.is_list:
            url = URL(line)
            return Redirect(url, self._place, not url.path_only, self._is_verbatim)
        found = listed_url(line)
        if found is None:
            return None
        text, column = found
        place = Place(self._place.source, (self._place.line or 1) + index, column)
        return Redirect(URL(text), place, is_verbatim=self._is_verbatim)


class Capture:
    """A file or a stream in which redirects were recorded. It is read once, as a stream.

    Args:
        source: what reports call it: a path, or `-`.
        stream: its bytes.
        input_format: one of `INPUT_FORMATS`.
        redirect_uri: the registered redirect URI; only URLs under it are redirects, but every line of a list is one.
    """

    def __init__(
        self,
        source: str,
        stream: BufferedReader | BytesIO,
        input_format: str = "auto",
        redirect_uri: URL | None = None,
    ) -> None:
        self.source = source
        self.input_format = input_format
        self.passed_over = 0
        """URLs so far that were no redirects."""
        self.leaks = 0
        """Requests so far whose Referer carries an authorization code."""
        self.cut_lines = 0
        """Lines that were too long to be read to their end; known at the end of the capture."""
        self._stream = stream
        self._redirect_uri = redirect_uri

    def __iter__(self) -> Iterator[Redirect]:
        """Yield the redirects as they are found.

        Raises:
            CaptureError: the capture cannot be read, or not any further.
        """
        for batch in self.batches():
            for index in range(len(batch.lines)):
                if redirect := batch.redirect(index):
                    yield redirect

    def batches(self) -> Iterator[Batch]:
        """Yield the redirects as they are found, those of a list many at once.

        Raises:
            CaptureError: the capture cannot be read, or not any further.
        """
        stream = Stream(self._stream)
        if self.input_format == "auto":
            from connect_errors.captures.detection import detect  # like the readers, not needed for a single URL

            self.input_format = detect(stream.beginning)
        try:
            yield from self._lists(stream) if self.input_format == "urls" else self._singles(stream)
        finally:
            self.cut_lines = stream.cut_lines

    def _lists(self, stream: Stream) -> Iterator[Batch]:
        number = 1
        for block in stream.blocks():
            lines = block.split("\n")
            yield Batch(lines, Place(self.source, number, 1), is_list=True, is_verbatim=True)
            number += len(lines)

    def _singles(self, stream: Stream) -> Iterator[Batch]:
        module = import_module(f"connect_errors.captures.{self.input_format}")
        damage: list[CaptureError] = []
        for found in module.read(stream if self.input_format == "har" else _until_damage(stream.lines(), damage)):
            if isinstance(found, Leak):
                self.leaks += 1
            elif looks_like_redirect(URL(found.text), self._redirect_uri):
                place = Place(self.source, found.line, found.column, found.pointer)
                yield Batch([found.text], place, is_list=False, is_verbatim=found.is_verbatim)
            else:
                self.passed_over += 1
        if damage:
            raise damage[0]


def _until_damage(lines: Iterable[Line], damage: list[CaptureError]) -> Iterator[Line]:
    """Let lines that break off end like any others, so that a reader yields what it has until then."""
    try:
        yield from lines
    except CaptureError as error:
        damage.append(error)


def looks_like_redirect(url: URL, redirect_uri: URL | None = None) -> bool:
    """Tell a redirect of Connect from the other URLs of a capture."""
    if redirect_uri is not None:
        return url.differing_part(redirect_uri) is None
    names = {parameter.name for parameter in (*url.parameters, *url.fragment_parameters)}
    if names & {"error", "error_description", "code"}:
        return True
    return "state" in names and bool(names & {"user_id", "vehicle_id"})
