"""The report of a capture as a whole, apart from the reports of its redirects."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from connect_errors.shown import Shown

CaptureKind = Literal["argument", "text", "json", "urls"]

CONNECT_URL = "connect-url"
"""The reason for passing over URLs that open Connect, which are counted separately."""


class CaptureReport(NamedTuple):
    """The counts and notes of one capture. Everything in it may be shown."""

    source: Shown
    """As in the places of its redirects."""
    kind: CaptureKind | None = None
    """The format it was read as; None if it could not be opened."""
    lines: int | None = None
    """Number of lines read; None for arguments and JSON, which are not read by lines."""
    bytes: int | None = None
    """Number of bytes after decompression; None for arguments, and for captures not read to the end."""
    redirects: int = 0
    connect_urls: int = 0
    """Number of URLs that open Connect, and of other Smartcar URLs."""
    passed_over: Mapping[str, int] = {}
    """Number of URLs that are not redirects by reason, a key of `selection.REASONS`; includes Connect URLs."""
    notes: tuple[Shown, ...] = ()
    """Other remarks for the reader, as sentences without a period."""
    unreadable: Shown | None = None
    """The reason why it could not be read, or not to the end."""

    def to_dict(self) -> dict[str, Any]:
        """Return the report's object in JSON output."""
        counts = {reason: count for reason, count in sorted(self.passed_over.items()) if reason != CONNECT_URL}
        return {
            "source": self.source,
            "kind": self.kind,
            "lines": self.lines,
            "bytes": self.bytes,
            "redirects": self.redirects,
            "connect_urls": self.connect_urls,
            "passed_over": counts,
            "notes": list(self.notes),
            "unreadable": self.unreadable,
        }
