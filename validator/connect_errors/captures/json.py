"""JSON documents of any shape and size: HAR files, exports, events; one, several, or truncated ones.

They are read as a stream of events, so that memory stays small, and everything before damage is still found.
"""

from collections.abc import Callable, Iterator

from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Result
from connect_errors.captures.stream import UNREADABLE, CaptureError, Stream
from connect_errors.captures.truncating_reader import TruncatingReader
from connect_errors.captures.walker import Walker
from connect_errors.redaction import shown_error
from connect_errors.shown import Shown, say


def read(stream: Stream, anchors: Anchors, on_string: Callable[[str], None] = lambda _text: None) -> Iterator[Result]:
    """Yield the candidates and leaks in the documents, and pass each string to `on_string`.

    Raises:
        CaptureError: they are damaged or truncated; everything yielded before remains valid.
    """
    import ijson  # needed only for JSON

    walker = Walker(anchors, on_string)
    try:
        # Without floats, a long number crashes ijson 3.6 instead of being an error.
        yield from walker.read(ijson.basic_parse(TruncatingReader(stream), use_float=True, multiple_values=True))
    except (ijson.JSONError, ValueError) as error:
        where, is_after_document = walker.place(), walker.is_after_document
        yield from walker.rest()
        # Its own message quotes the document.
        if is_after_document:
            raise CaptureError(Shown("text that is not JSON follows its JSON: use --input-format text")) from error
        raise CaptureError(say("its JSON is damaged or cut off{}", where and say(" in {}", where))) from error
    except UNREADABLE as error:
        where = walker.place()
        yield from walker.rest()
        raise CaptureError(say("{}{}", shown_error(error), where and say(", in {}", where))) from error
    yield from walker.rest()
