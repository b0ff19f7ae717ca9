"""What became of one capture as a whole, beside the reports of its redirects."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from connect_errors.shown import Shown

CaptureKind = Literal["argument", "text", "json", "urls"]

CONNECT_URL = "connect-url"
"""The reason for which URLs that open Connect are passed over; they are counted apart."""


class CaptureReport(NamedTuple):
    """The counts and notes of one capture. All of it may be shown."""

    source: Shown
    """As in the places of its redirects."""
    kind: CaptureKind | None = None
    """What it was read as; None where it could not be opened."""
    lines: int | None = None
    """Lines that were read; None of an argument and of JSON, which are not read by lines."""
    bytes: int | None = None
    """Bytes, after gzip was undone; None of an argument, and where it was not read to its end."""
    redirects: int = 0
    passed_over: Mapping[str, int] = {}
    """URLs that are not redirects, by the reason: one of `selection.REASONS`."""
    notes: tuple[Shown, ...] = ()
    """What else a person should know, as sentences without a full stop."""
    unreadable: Shown | None = None
    """Why it could not be read, or not to its end."""

    def to_dict(self) -> dict[str, Any]:
        """Give it as the JSON output has it."""
        counts = {reason: count for reason, count in sorted(self.passed_over.items()) if count}
        return {
            "source": self.source,
            "kind": self.kind,
            "lines": self.lines,
            "bytes": self.bytes,
            "redirects": self.redirects,
            "connect_urls": counts.pop(CONNECT_URL, 0),
            "passed_over": counts,
            "notes": list(self.notes),
            "unreadable": self.unreadable,
        }
