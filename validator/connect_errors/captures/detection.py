"""Telling the input formats apart, by a capture's beginning."""

from itertools import pairwise

from connect_errors.captures.http import continues_url, starts_message, starts_url
from connect_errors.captures.log import is_log_line


def detect(beginning: str) -> str:
    """Name the input format. Text of no known kind is read as `http`, which passes over what it does not know."""
    if beginning.lstrip().startswith("{"):
        return "har"
    lines = [line for line in beginning.splitlines() if line.strip()]
    if any(starts_message(line) for line in lines):
        return "http"
    if any(is_log_line(line) for line in lines):
        return "log"
    lines = [line for line in lines if not line.lstrip().startswith("#")]
    if any(starts_url(line) and continues_url(after) for line, after in pairwise(lines)):
        return "http"  # a Location whose name was cut off
    starts = sum(map(starts_url, lines))
    if starts * 2 > len(lines) or (len(lines) == 1 and len(lines[0].split()) == 1):
        return "urls"
    return "http"
