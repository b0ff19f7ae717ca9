"""Text as it is displayed: without the colors of a terminal, and with quotes in place of their HTML entities."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures.candidates import Candidate, Result

_QUOTE = lazy_re.pattern(r"&(?:quot|apos|#0*3[49]|#[xX]0*2[27]);")
_ESCAPE = lazy_re.pattern(rf"\x1b\[[0-9;:]*[mK]|{_QUOTE.pattern}|&amp;")


class Cuts(NamedTuple):
    """The places in a displayed line at which characters are missing."""

    columns: list[int]
    """For each, the index of the character before which they were."""
    removed: list[int]
    """For each, the number of missing characters up to there."""

    def restore(self, candidate: Candidate) -> Candidate:
        """Return a candidate in the displayed line with its place in the original one."""
        if candidate.column is None:
            return candidate
        start = candidate.column - 1
        before = bisect(self.columns, start)
        is_whole = before == bisect(self.columns, start + len(candidate.text) - 1)
        column = candidate.column + (self.removed[before - 1] if before else 0)
        return candidate._replace(column=column, is_verbatim=candidate.is_verbatim and is_whole)


def restore(results: Iterable[Result], cuts: Mapping[int, Cuts]) -> Iterator[Result]:
    """Return results with their places in the original text, given the cuts in its lines."""
    for result in results:
        line_cuts = cuts.get(result.line or 0)
        yield line_cuts.restore(result) if line_cuts and isinstance(result, Candidate) else result


def display(text: str) -> tuple[str, dict[int, Cuts]]:
    """Return a text as it is displayed, and the cuts in its lines, by their numbers from 0."""
    cuts: dict[int, Cuts] = {}
    if "\x1b" not in text and not ("&" in text and _QUOTE.search(text)):
        return text, cuts
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if "\x1b" in line or "&" in line:
            lines[number], cuts[number] = _display_line(line)
    return "\n".join(lines), cuts


def _display_line(line: str) -> tuple[str, Cuts]:
    """Remove colors; unescape HTML, unless the line may be JSON, whose strings may contain HTML."""
    is_html = ('"' not in line or line.lstrip().startswith("<")) and bool(_QUOTE.search(line))
    cuts = Cuts([], [])
    parts: list[str] = []
    end = length = 0
    for match in _ESCAPE.finditer(line):
        is_color = match[0][0] == "\x1b"
        if not (is_color or is_html):
            continue
        displayed = "" if is_color else unescape(match[0])
        parts += line[end : match.start()], displayed
        length += match.start() - end + len(displayed)
        end = match.end()
        cuts.columns.append(length)
        cuts.removed.append(end - length)
    parts.append(line[end:])
    return "".join(parts), cuts
