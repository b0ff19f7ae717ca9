"""Find candidates in text of any kind: logs, consoles, HTTP messages, mail, prose, JSON Lines.

The scanner finds URLs with Connect's parameters. The context of each shows the rest: whether it is a request or a
`Location`, its host, the response, and whether it continues on the next line.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from connect_errors import lazy_re
from connect_errors.captures import mail, scanner
from connect_errors.captures.anchors import Anchors, has_base64_body, is_address
from connect_errors.captures.candidates import Candidate, Leak, Result
from connect_errors.captures.logs import FIELDS, REQUEST, Fields, read_after_request, read_request
from connect_errors.captures.objects import find_object, may_be_object
from connect_errors.captures.tables import BOXES, MAX_HEADER, Table, read_aligned_header, read_header
from connect_errors.captures.url_reader import IN_QUERY, Anchor, Step, URLReader
from connect_errors.captures.window import IncompleteTextError, Window

if TYPE_CHECKING:
    from connect_errors.captures.json_lines import JSONLines

_MAX_VALUE = 2000
"""Maximum length of a parameter in which the next one is searched for, if none precedes it."""

_CSV_HEADER = lazy_re.pattern(r"[\w ()./\"-]+(?:([,;])[\w ()./\"-]+)+")
_SEPARATORS = (",", ";", "|", "\t", *BOXES, "")
"""Column separators, without quotes and spaces around them; empty if the name is the last one."""

_JSON_END = ("}", "]")


class TextReader:
    """Reads the text of one capture.

    Args:
        anchors: finds the anchors of redirects.
        pointer: the JSON pointer of the text, if it is a string of a JSON document.
        json_lines: the reader of JSON Lines, if it is shared with readers of similar texts.
    """

    def __init__(self, anchors: Anchors, pointer: str | None = None, json_lines: "JSONLines | None" = None) -> None:
        self._anchors = anchors
        self._pointer = pointer
        self._window = Window()
        self._fields: Fields | None = None
        self._line_without_json = 0
        """The last line that is not JSON."""
        self._line_without_request = 0
        """The last line without a quoted request."""
        self._line_without_fields = 0
        """The last line without parameters as fields."""
        self._table: Table | None = None
        """The current table of parameters."""
        self._urls = URLReader(self._window, pointer)
        self._json_lines = json_lines

    def read(self, blocks: Iterable[str]) -> Iterator[Result]:
        """Yield possible redirects once their end is certain; each block is whole lines, without its last line end."""
        return chain.from_iterable(self._scan_blocks(blocks))

    def read_whole(self, text: str) -> Iterator[Result]:
        """Yield possible redirects in a whole text."""
        self._window.is_whole = True
        return self.read([text])

    def read_blocks(self, blocks: Iterable[str]) -> Iterator[list[Result]]:
        """Like `read`, but yield everything that is certain after a block together."""
        return map(list, self._scan_blocks(blocks))

    def _scan_blocks(self, blocks: Iterable[str]) -> Iterator[Iterator[Result]]:
        """Yield the results of each block, which must be consumed before the next one."""
        window = self._window
        is_first = True
        for block in blocks:
            window.extend(block)
            if is_first and block:
                is_first = False
                if header := _CSV_HEADER.fullmatch(block.partition("\n")[0]):
                    self._urls.separator = header[1]
            yield window.restore(self._scan())
        if not window.is_whole:
            window.is_whole = True
            yield window.restore(self._scan())

    def _scan(self) -> Iterator[Result]:
        """Continue reading the window, to its end, or to text that continues after it."""
        window = self._window
        position = window.begin - 1
        if self._table:
            position = yield from self._rows(self._table, window.begin)
        field_names_at = self._find_field_names(position)
        for match in self._anchors.find_all(window.text, position):
            if match.start() < position:
                continue
            at = match.end() if is_address(match) else match.start()
            try:
                if match.lastgroup == "colon":
                    if table := self._table_at(match, at):
                        position = yield from self._rows(table, window.line(at).end + 1)
                        continue
                    if self._is_not_parameter(match, at):
                        position = match.end()
                        continue
                line = window.line(at)
                while 0 <= field_names_at < line.start:
                    field_names_at = self._read_field_names(field_names_at)
                position, results = self._read(Anchor(match, line, at, window.number(line.start)))
            except IncompleteTextError:
                window.begin = max(match.start() - 1, window.begin)
                return
            yield from results
        while field_names_at >= 0:
            field_names_at = self._read_field_names(field_names_at)
        window.begin = len(window.text)

    def _table_at(self, match: re.Match[str], at: int) -> Table | None:
        """Return the table whose header contains a name; None if there is none."""
        separator = match["colon"].strip(" \"'")
        if separator not in _SEPARATORS:
            return None
        text, line = self._window.text, self._window.line(at)
        header = text[line.start : min(line.end, line.start + MAX_HEADER + 1)]
        if separator or not match["colon"].startswith("  "):
            return read_header(header)
        if line.end + 1 >= len(text) and not self._window.is_whole:
            raise IncompleteTextError
        rule = self._window.line(line.end + 1)
        return read_aligned_header(header, text[rule.start : min(rule.end, rule.start + MAX_HEADER)])

    def _rows(self, table: Table, start: int) -> Generator[Result, None, int]:
        """Yield the rows of a table that start at an index; return the index at which to continue."""
        window = self._window
        self._table = table
        while start < len(window.text):
            line = window.line(start)
            row = window.text[line.start : line.end]
            if not table.has_row(row):
                self._table = None
                break
            number = window.number(line.start)
            if "?" in row and self._anchors.occur_in(row):  # it contains the whole URL
                yield from self._read_embedded(row, number)
            elif query := table.query(row):
                yield Candidate(query, number, 1, self._pointer, role="object", form="table", record=number)
            start = line.end + 1
        return start - 1

    def _is_not_parameter(self, match: re.Match[str], at: int) -> bool:
        """Whether a name with a value is not a parameter: for most lines with one, this is the only check."""
        text = self._window.text
        if text[at - 1] == "=":
            return True  # it is a value itself
        if may_be_object(self._window, match):
            return False
        start = text.rfind("\n", 0, at) + 1
        return text.find("{", start, at) < 0 and not text.startswith("[", start)

    def _read_field_names(self, at: int) -> int:
        """Read the names of the fields; return the index at which they are next defined."""
        text = self._window.text
        self._fields = Fields(text[at + 1 : text.find("\n", at + 1)])
        return self._find_field_names(at + 1)

    def _find_field_names(self, start: int) -> int:
        """Find the next line that names the fields; -1 if there is none."""
        text = self._window.text
        return text.find(f"\n{FIELDS}", start) if text.find(FIELDS[0], start) >= 0 else -1  # most texts have no hash

    def _read(self, anchor: Anchor) -> Step:
        for reader in self._READERS:
            if (step := reader(self, anchor)) is not None:
                end, results = max(step[0], anchor.match.end()), step[1]
                if results:
                    self._window.last_end = end
                return end, results
        return anchor.match.end(), ()

    def _read_continuation(self, anchor: Anchor) -> Step | None:
        return self._urls.read_continuation(anchor)

    def _read_url(self, anchor: Anchor) -> Step | None:
        return self._urls.read(anchor)

    def _read_mail_body(self, anchor: Anchor) -> Step | None:
        """Read the body of a mail."""
        if not has_base64_body(anchor.match):
            return None
        decoded = mail.decode_body(self._window, anchor.line)
        if decoded is None:
            return anchor.line.end, ()
        body, place = decoded
        number = self._window.number(place.start)
        return place.end - 1, self._read_embedded(body.replace("\r\n", "\n"), number, is_verbatim=False)

    def _read_embedded(self, text: str, number: int, *, is_verbatim: bool = True) -> Iterator[Result]:
        """Read text that is one line of the capture."""
        reader = TextReader(self._anchors, self._pointer, self._json_lines)
        reader._urls.separator = self._urls.separator
        for result in reader.read_whole(text):
            if isinstance(result, Leak):
                yield result._replace(line=number)
            elif is_verbatim:
                yield result._replace(line=number, record=number)
            else:
                yield result._replace(line=number, column=1, is_verbatim=False, record=number)

    def _read_fields(self, anchor: Anchor) -> Step | None:
        """Read a line of named fields."""
        if self._fields is None:
            return None
        text, (start, end) = self._window.text, anchor.line
        if text.startswith("#", start):
            return end, ()
        results = self._fields.read(text, anchor.line, anchor.number)
        return None if results is None else (end, results)

    def _read_json(self, anchor: Anchor) -> Step | None:
        """Read a line that is JSON, or ends with it."""
        text, (start, end), number = self._window.text, anchor.line, anchor.number
        if number == self._line_without_json:
            return None
        brace = text.find("{", start, end)
        starts = [start] if text.startswith("[", start) else []
        starts += [brace] if brace >= 0 else []
        line = text[start:end] if starts else ""
        if not line.rstrip().endswith(_JSON_END):
            self._line_without_json = number
            return None
        if self._json_lines is None:
            from connect_errors.captures.json_lines import JSONLines  # large, and needed only for JSON

            self._json_lines = JSONLines(self._anchors)
        for begin in starts:
            if (results := self._json_lines.read(text[begin:end])) is not None:
                return end, [self._place_in_line(result, line, number) for result in results]
        self._line_without_json = number
        return None

    def _place_in_line(self, result: Result, line: str, number: int) -> Result:
        if isinstance(result, Leak):
            return result._replace(line=number)
        column = line.find(result.text)
        is_once = column >= 0 and line.find(result.text, column + 1) < 0
        return result._replace(line=number, column=column + 1 if is_once else None, is_verbatim=is_once, record=number)

    def _read_request(self, anchor: Anchor) -> Step | None:
        """Read a line with a quoted request, as in access logs: its other URLs do not count."""
        text, (start, end), number = self._window.text, anchor.line, anchor.number
        request = None if number == self._line_without_request else REQUEST.search(text, start, end)
        if request is None:
            self._line_without_request = number
            return None
        if request.end() >= anchor.match.end():
            return end, read_request(text, request, number, anchor.line)
        results = read_after_request(text, request, number, anchor.line, anchor.at)
        return None if results is None else (end, results)

    def _read_object(self, anchor: Anchor) -> Step | None:
        """Read an object of parameters, or a line of fields."""
        if anchor.is_address or (anchor.match["equals"] and self._is_in_query(anchor)):
            return None
        line = anchor.line
        nothing = anchor.match.end(), ()
        if not may_be_object(self._window, anchor.match):
            return nothing
        number = anchor.number
        parameter_object = find_object(self._window, line, anchor.at, has_fields=number != self._line_without_fields)
        if parameter_object is None:
            return nothing
        if not parameter_object.query:
            self._line_without_fields = number
            return nothing
        column = anchor.at - line.start + 1
        query, end, form = parameter_object
        candidate = Candidate(query, number, column, self._pointer, role="object", form=form, record=number)
        return end, (candidate,)

    def _is_in_query(self, anchor: Anchor) -> bool:
        if self._window.text[anchor.at - 1] in IN_QUERY:
            return True
        limit = min(anchor.line.end, anchor.at + _MAX_VALUE)
        end = scanner.find_end(self._window.text, anchor.at, limit, anchor.at)
        return "&" in self._window.text[anchor.at : end]

    _READERS = (
        _read_fields,
        _read_json,
        _read_request,
        _read_continuation,
        _read_object,
        _read_mail_body,
        _read_url,
    )
    """Each continues from an anchor, or leaves it to the next reader."""
