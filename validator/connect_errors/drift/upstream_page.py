"""Parse a page of Smartcar's documentation into its statements about redirects, each with its place.

Pages are MDX, that is, Markdown with components. Markdown-it parses the tables and fences; a line that holds only a
component's tag counts as empty, and indented code is disabled, as in MDX.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from connect_errors import lazy_re
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Candidate
from connect_errors.captures.selection import reason_to_pass_over
from connect_errors.captures.text import TextReader
from connect_errors.encoding import Span
from connect_errors.url import URL

if TYPE_CHECKING:
    from markdown_it.token import Token

_COMPONENT = lazy_re.pattern(r"\s*</?[A-Z][A-Za-z.]*(?:\s[^<]*)?>\s*")
_FIELD = lazy_re.pattern(
    r"<((?:Response|Param)Field)\b((?:[^<>\"'{}]|\"[^\"<>]*+\"|'[^'<>]*+'|\{[^{}<>]*+\})*+)>([^<]*+)"
)
"""A component that describes a parameter, on one or more lines: its name, its attributes, and the text after it."""
_QUOTED = r"\s*+=\s*+(?:\{\s*+)?(?:\"([^\"]*+)\"|'([^']*+)'|`([^`]*+)`)"
_NAME = lazy_re.pattern(rf"\bname{_QUOTED}")
_NAME_AND_PLACE = lazy_re.pattern(rf"\b(?:query|body|path|header){_QUOTED}")
_IS_REQUIRED = lazy_re.pattern(r"\brequired\b(?!\s*=\s*(?:\{\s*)?[\"']?false)")
_STRUCK = lazy_re.pattern("</?(?:s|del|strike)>", re.IGNORECASE)
_REQUEST = lazy_re.pattern(r"\s*(?:GET|POST)\s+[^\s?]*\?\S*\s+HTTP/[0-9.]+\s*")
_CODE = lazy_re.pattern(r"`([^`\s]+)`")
_LINE_END = lazy_re.pattern("\r\n?")
_TABLES = ({"parameter", "required", "description"}, {"email", "vin"})
"""The columns of the tables that are compared: parameters, and test vehicles."""


class Mark(NamedTuple):
    """A place in a page: line and columns, from 1, in characters; `end_column` is exclusive."""

    line: int
    column: int
    end_column: int


class Cell(NamedTuple):
    """A piece of text: a table cell, a title, or the name of a field."""

    text: str
    """Without its Markdown."""
    mark: Mark
    link: str | None = None
    """Target of its first link, if any."""


class Row(NamedTuple):
    """A row of a parameter table; a cell is None if the table has no such column."""

    parameter: Cell
    required: Cell | None
    description: Cell | None


class Example(NamedTuple):
    """An example redirect in a fenced block."""

    url: str
    pieces: tuple[tuple[int, Mark], ...]
    """The lines that it spans: the offset of each in the URL, and its place."""
    unindented: Span | None
    """The part of the URL on an unindented continuation line, which HTTP does not allow (RFC 9112 §5.2)."""

    def mark(self, start: int, end: int) -> Mark:
        """Return the place of `url[start:end]`, clipped to the line in which it starts."""
        offset, place = [piece for piece in self.pieces if piece[0] <= start or piece == self.pieces[0]][-1]
        column = min(place.column + start - offset, place.end_column)
        return Mark(place.line, column, max(column, min(place.column + end - offset, place.end_column)))


class UpstreamPage:
    """The statements of a page of Smartcar's documentation."""

    def __init__(self, text: str) -> None:
        from markdown_it import MarkdownIt  # a large import, which no other command needs

        self.lines = _LINE_END.sub("\n", text).split("\n")
        """The page's lines, without line ends."""
        self.titles: list[Cell] = []
        self.parameters: list[Row] = []
        self.testing: list[tuple[Cell | None, Cell | None]] = []
        """Emails and VINs of test vehicles; None if the table has no such column."""
        self.fields: list[Cell] = []
        """Names of parameters described by components."""
        self.examples: list[Example] = []
        self.unrecognized_cells: list[Cell] = []
        """Cells that were not understood: those of unknown columns, or outside any column."""
        self.described: list[Row] = []
        """The parameters in `fields`, as table rows."""
        self._read_fields()
        self.mentioned = frozenset(_CODE.findall(text))
        """Everything marked as inline code."""
        blanked = ["" if _COMPONENT.fullmatch(line) else line for line in self.lines]
        markdown = MarkdownIt("commonmark").enable("table").disable(["code", "html_block"])
        self._read(markdown.parse("\n".join(blanked)))

    @property
    def is_understood(self) -> bool:
        """Whether the page has anything to compare."""
        return bool(self.parameters or self.testing or self.fields or self.examples or self.unrecognized_cells)

    def _read_fields(self) -> None:
        text = "\n".join(self.lines)
        starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))

        def cell(content: str, start: int, end: int) -> Cell:
            line = bisect_right(starts, start) - 1
            column, last = start - starts[line] + 1, len(self.lines[line]) + 1
            return Cell(content, Mark(line + 1, column, min(column + end - start, last)))

        for field in _FIELD.finditer(text):
            attributes = field.span(2)
            if not (name := _NAME.search(text, *attributes) or _NAME_AND_PLACE.search(text, *attributes)):
                continue
            group = name.lastindex or 0
            parameter = cell(name[group], *name.span(group))
            is_required = bool(_IS_REQUIRED.search(field[2]))
            required = cell("true" if is_required else "false", *name.span(group))
            content = field[3].strip()
            start = field.start(3) + len(field[3]) - len(field[3].lstrip()) if content else field.end(2)
            description = cell(" ".join(content.replace("`", "").split()), start, start + len(content))
            self.fields.append(parameter)
            self.described.append(Row(parameter, required, description))

    def _read(self, tokens: Iterable["Token"]) -> None:
        line = 0
        inlines: list[Token] = []
        rows: list[list[Cell]] = []
        for token in tokens:
            if token.type in ("heading_open", "tr_open"):
                line = token.map[0] if token.map else line
                inlines = []
            elif token.type == "inline":
                inlines.append(token)
            elif token.type == "heading_close" and token.tag == "h1":
                self.titles += self._cells(inlines, line)
            elif token.type == "tr_close":
                rows.append(self._cells(inlines, line))
            elif token.type == "table_close":
                self._read_table(rows)
                rows = []
            elif token.type == "fence" and token.map:
                self.examples += self._examples(token.content, token.map[0] + 1)

    def _cells(self, inlines: Iterable["Token"], index: int) -> list[Cell]:
        """Locate the cells of a line, from left to right."""
        line, position, cells = self.lines[index], 0, []
        for inline in inlines:
            if inline.content:
                content = inline.content.replace("|", r"\|")  # as it is written in the line
                start = max(line.find(content, position), position)
                end = position = min(start + len(content), len(line))
            else:
                start = end = position = line.find("|", position) + 1
            children = inline.children or ()
            kept = (child.type != "html_inline" or _STRUCK.fullmatch(child.content) for child in children)
            text = "".join(child.content for child, is_kept in zip(children, kept, strict=True) if is_kept)
            links = (str(child.attrs["href"]) for child in children if child.type == "link_open")
            cells.append(Cell(text, Mark(index + 1, start + 1, end + 1), next(links, None)))
        return cells

    def _read_table(self, rows: list[list[Cell]]) -> None:
        header, *body = rows
        titles = [cell.text.strip().lower() for cell in header]
        named = {title for title in titles if title}
        expected = max(_TABLES, key=lambda columns: len(columns & named) / len(columns | named))
        counts = Counter(titles)
        for index, (cell, title) in enumerate(zip(header, titles, strict=True)):
            # Markdown-it pads or cuts each row to the number of header cells.
            unnamed = [row[index] for row in body if row[index].text] if not title else []
            if unnamed or (title and (title not in expected or counts[title] > 1)):
                self.unrecognized_cells += [cell, *unnamed]
        for row in body:
            cells = dict(zip(titles, row, strict=True))
            if "parameter" in cells:
                self.parameters.append(Row(cells["parameter"], cells.get("required"), cells.get("description")))
            elif cells.keys() & _TABLES[1]:
                self.testing.append((cells.get("email"), cells.get("vin")))

    def _examples(self, content: str, first: int) -> Iterator[Example]:
        """Find the redirects in a fenced block whose content starts at line `first`, counted from 0."""
        lines = content.split("\n")
        has_location = any(line.strip().lower().startswith("location") for line in lines)
        if not has_location and not any(map(_REQUEST.fullmatch, lines)):
            return
        for candidate in TextReader(Anchors(locations=has_location)).read(["\n".join(lines)]):
            if isinstance(candidate, Candidate) and (has_location or not reason_to_pass_over(URL(candidate.text))):
                yield self._example(
                    candidate.text, lines, first, (candidate.line or 1) - 1, (candidate.column or 1) - 1
                )

    def _example(self, url: str, lines: list[str], first: int, index: int, column: int) -> Example:
        """Map a URL that the reader found back to the lines that it spans."""
        pieces: list[tuple[int, Mark]] = []
        unindented = None
        offset = 0
        for number, line in enumerate(lines[index:], index):
            start = len(line) - len(line.lstrip()) if pieces else column
            piece = line[start:].rstrip()
            if not url.startswith(piece, offset) or (pieces and not piece) or offset == len(url):
                break
            if pieces and not start:
                unindented = unindented or (offset, offset + len(piece))
            start += max(self.lines[first + number].find(line), 0)  # a fence may be indented
            pieces.append((offset, Mark(first + number + 1, start + 1, start + 1 + len(piece))))
            offset += len(piece)
        start_only = (0, Mark(first + index + 1, column + 1, column + 1))
        return Example(url, tuple(pieces) or (start_only,), unindented)
