"""Recognition of binary files that may contain a capture, with advice on extracting the text."""

from connect_errors import lazy_re

_KINDS = {
    b"PK\x03\x04": "a ZIP archive, like .saz, .xlsx and .docx: unpack it, and give the files in it",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive: unpack it, and give the files in it",
    b"\xfd7zXZ\0": "compressed with xz: unpack it with xz -d",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard: unpack it with zstd -d",
    b"BZh91AY&SY": "compressed with bzip2: unpack it with bzip2 -d",
    b"SQLite format 3\0": "an SQLite database, like a browser's history: give the output of sqlite3 FILE .dump",
    b"%PDF-": "a PDF: give its text, the output of pdftotext FILE -",
    b"\x0a\x0d\x0d\x0a": "a packet capture: give the output of tshark -r FILE -T json",
    b"\xd4\xc3\xb2\xa1": "a packet capture: give the output of tshark -r FILE -T json",
    b"bplist0": "a binary property list: give the output of plutil -convert xml1 -o - FILE",
    b"\x89PNG": "an image: give the URL in it as text",
    b"\xff\xd8\xff": "an image: give the URL in it as text",
    b"\xd0\xcf\x11\xe0": "an Outlook or Office document: save it as text",
}
"""Kinds of files, by their first bytes, with advice."""

_FLOWS = lazy_re.pattern(r"[0-9]{2,9}:[0-9]{1,2}:[a-z_]{4,20}[;,]")
_FLOWS_SO_FAR = lazy_re.pattern(r"[0-9]{1,9}(?::(?:[0-9]{1,2}(?::[a-z_]{0,20})?)?)?")


def describe(beginning: bytes) -> str | None:
    """Describe a binary file by its first bytes, with advice; None if it may be text."""
    if _FLOWS.match(beginning.decode("latin-1")):
        return "a mitmproxy flow file: export the flows as HAR"
    for mark, kind in _KINDS.items():
        if beginning.startswith(mark):
            return kind
    return None


def needs_more_bytes(beginning: bytes) -> bool:
    """Whether more bytes are needed to rule out a binary file."""
    return any(mark.startswith(beginning) for mark in _KINDS) or bool(
        _FLOWS_SO_FAR.fullmatch(beginning.decode("latin-1"))
    )
