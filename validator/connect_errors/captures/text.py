"""Text of any kind → candidates: logs, consoles, HTTP messages, mail, prose, JSON Lines.

The scanner says where a URL with Connect's parameters is. What is around it says the rest: whether it is a request or
a `Location`, whose host it is, what the answer was, whether it goes on in the next line.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

from connect_errors.captures import mail, messages, scanner
from connect_errors.captures.anchors import Anchors, is_address, is_encoded, opens_connect
from connect_errors.captures.candidates import Candidate, Leak
from connect_errors.captures.copies import copied_from
from connect_errors.captures.joining import MAX_BACK, find_start, join
from connect_errors.captures.logs import FIELDS, REQUEST, Fields, leaks_code, read_request, read_rest
from connect_errors.captures.objects import could_be_object, find_object
from connect_errors.captures.tables import BOXES, MAX_HEADER, Table, read_aligned_header, read_header
from connect_errors.captures.walker import read_value
from connect_errors.captures.window import Line, OpenEndError, Window
from connect_errors.escapes import unescape

Found = Candidate | Leak
Read = tuple[int, Iterable[Found]]
"""Where to read on, and what was found until there."""

_ANSI = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^;\x1b]*;[^\x1b]*\x1b\\")
_FORM = re.compile(r"[0-9]+|\b(?:GET|HEAD|POST|PUT|OPTIONS)\b")
_FORM_LENGTH = 24
_MAX_HEAD = 300
"""Characters before a URL that show what it is."""

_MAX_VALUE = 2000
"""Characters of a parameter after which the next one is looked for, where none precedes it."""

_CSV_HEADER = re.compile(r"[\w ()./\"-]+(?:([,;])[\w ()./\"-]+)+")
_LINE_MARKS = " \t>|\"'`"
"""What may precede a piece of a URL in its line: quotes of a mail, quotation marks."""

_END_OF_PATH = re.compile(r"[A-Za-z0-9._~%-]{1,40}(?:/[A-Za-z0-9._~%-]{1,40}){0,4}")
"""What a line may start with that was broken in the path of a URL."""

_SEPARATORS = (",", ";", "|", "\t", *BOXES, "")
"""What separates columns, without quotes and spaces around it; nothing where the name is the last one."""

_JSON_END = ("}", "]")
_IN_QUERY = "?&#;6fF"
"""What precedes a parameter in a query; of `&` and `?` in escapes, the last digit."""


class _Anchor(NamedTuple):
    """What only a redirect may have, and its line."""

    match: re.Match[str]
    line: Line
    at: int
    """The index of the parameter's name; of an address alone, its end."""

    @property
    def is_address(self) -> bool:
        return is_address(self.match)

    @property
    def opens_connect(self) -> bool:
        return opens_connect(self.match)

    def head(self, text: str, start: int) -> str:
        """What precedes an index in the line, without the escapes of a terminal: a line may have many URLs."""
        head = text[max(self.line.start, start - _MAX_HEAD) : start]
        return _ANSI.sub("", head) if "\x1b" in head else head


class TextReader:
    """Reads one capture's text.

    Args:
        anchors: what only a redirect may have.
        pointer: where the text is, if it is a string of a JSON document.
    """

    def __init__(self, anchors: Anchors, pointer: str | None = None) -> None:
        self._anchors = anchors
        self._pointer = pointer
        self._window = Window()
        self._fields: Fields | None = None
        self._not_json = 0
        """The last line that is not JSON."""
        self._no_request = 0
        """The last line that has no request in quotes."""
        self._no_fields = 0
        """The last line that has no parameters as fields."""
        self._table: Table | None = None
        """The table of parameters that is read."""
        self._separator: str | None = None
        """What separates the columns, if the first line names them."""
        self._readers = (
            self._read_fields,
            self._read_json,
            self._read_request,
            self._read_continuation,
            self._read_object,
            self._read_encoded,
            self._read_url,
        )

    def read(self, blocks: Iterable[str]) -> Iterator[Found]:
        """Yield what may be a redirect, as soon as it is certain where it ends.

        Args:
            blocks: whole lines, without the last line end of each.
        """
        window = self._window
        is_first = True
        for block in blocks:
            window.extend(block)
            if is_first and block:
                is_first = False
                if header := _CSV_HEADER.fullmatch(block.partition("\n")[0]):
                    self._separator = header[1]
            yield from self._scan()
        window.is_whole = True
        yield from self._scan()

    def _scan(self) -> Iterator[Found]:
        """Read the window on, up to its end, or to what goes on after it."""
        window = self._window
        position = window.begin - 1
        if self._table:
            position = yield from self._rows(self._table, window.begin)
        fields_at = window.text.find("\n" + FIELDS, position)
        for match in self._anchors.find(window.text, position):
            if match.start() < position:
                continue
            at = match.end() if is_address(match) else match.start()
            try:
                if match["colon"] is not None and (table := self._table_at(match, at)):
                    position = yield from self._rows(table, window.line(at).end + 1)
                    continue
                if match["colon"] is not None and self._is_alone(match, at):
                    position = match.end()
                    continue
                line = window.line(at)
                while 0 <= fields_at < line.start:
                    fields_at = self._name_fields(fields_at)
                position, found = self._read(_Anchor(match, line, at))
            except OpenEndError:
                window.begin = max(match.start() - 1, window.begin)
                return
            yield from found
        while fields_at >= 0:
            fields_at = self._name_fields(fields_at)
        window.begin = len(window.text)

    def _table_at(self, match: re.Match[str], at: int) -> Table | None:
        """The table of which a name is in the header; None if it is in none."""
        separator = match["colon"].strip(" \"'")
        if separator not in _SEPARATORS:
            return None
        text, line = self._window.text, self._window.line(at)
        header = text[line.start : min(line.end, line.start + MAX_HEADER + 1)]
        if separator or not match["colon"].startswith("  "):
            return read_header(header)
        if line.end + 1 >= len(text) and not self._window.is_whole:
            raise OpenEndError
        rule = self._window.line(line.end + 1)
        return read_aligned_header(header, text[rule.start : min(rule.end, rule.start + MAX_HEADER)])

    def _rows(self, table: Table, start: int) -> Generator[Found, None, int]:
        """Yield the rows of a table that start at an index; where to read on."""
        window = self._window
        self._table = table
        while start < len(window.text):
            line = window.line(start)
            row = window.text[line.start : line.end]
            if not table.has(row):
                self._table = None
                break
            if query := table.query(row):
                number = window.number(line.start)
                yield Candidate(query, number, 1, self._pointer, role="object", form="table", record=number)
            start = line.end + 1
        return start - 1

    def _is_alone(self, match: re.Match[str], at: int) -> bool:
        """Whether a name with a value is not a parameter: of most lines that have one, this is all that is asked."""
        text = self._window.text
        if text[at - 1] == "=":
            return True  # it is a value itself
        if could_be_object(self._window, match):
            return False
        start = text.rfind("\n", 0, at) + 1
        return text.find("{", start, at) < 0 and not text.startswith("[", start)

    def _name_fields(self, at: int) -> int:
        """Read the names of the fields; where they are named the next time."""
        text = self._window.text
        self._fields = Fields(text[at + 1 : text.find("\n", at + 1)])
        return text.find("\n" + FIELDS, at + 1)

    def _read(self, anchor: _Anchor) -> Read:
        for read in self._readers:
            if (done := read(anchor)) is not None:
                end, found = max(done[0], anchor.match.end()), done[1]
                if found:
                    self._window.done = end
                return end, found
        return anchor.match.end(), ()

    def _read_encoded(self, anchor: _Anchor) -> Read | None:
        """Read the body of a mail."""
        if not is_encoded(anchor.match):
            return None
        decoded = mail.find_body(self._window, anchor.line)
        if decoded is None:
            return anchor.line.end, ()
        body, place = decoded
        number = self._window.number(place.start)
        reader = TextReader(self._anchors, self._pointer)
        return place.end - 1, [
            one._replace(line=number)
            if isinstance(one, Leak)
            else one._replace(line=number, column=1, is_verbatim=False)
            for one in reader.read([body.replace("\r\n", "\n")])
        ]

    def _read_fields(self, anchor: _Anchor) -> Read | None:
        """Read a line whose fields are named."""
        if self._fields is None:
            return None
        start, end = anchor.line
        line = self._window.text[start:end]
        if line.startswith("#"):
            return end, ()
        found = self._fields.read(line, self._window.number(start))
        return None if found is None else (end, found)

    def _read_json(self, anchor: _Anchor) -> Read | None:
        """Read a line that is JSON, or ends with it."""
        text, (start, end) = self._window.text, anchor.line
        number = self._window.number(start)
        if number == self._not_json:
            return None
        brace = text.find("{", start, end)
        starts = [start] if text.startswith("[", start) else []
        starts += [brace] if brace >= 0 else []
        line = text[start:end] if starts else ""
        if not line.rstrip().endswith(_JSON_END):
            self._not_json = number
            return None
        for begin in starts:
            if (found := read_value(text[begin:end], self._anchors)) is not None:
                return end, [self._in_line(one, line, number) for one in found]
        self._not_json = number
        return None

    def _in_line(self, found: Found, line: str, number: int) -> Found:
        if isinstance(found, Leak):
            return found._replace(line=number)
        column = line.find(found.text)
        is_there = column >= 0 and line.find(found.text, column + 1) < 0
        return found._replace(line=number, column=column + 1 if is_there else None, is_verbatim=is_there, record=number)

    def _read_request(self, anchor: _Anchor) -> Read | None:
        """Read a line with a request in quotes, as access logs have them: no other URL of it counts."""
        text, (start, end) = self._window.text, anchor.line
        number = self._window.number(start)
        request = None if number == self._no_request else REQUEST.search(text, start, end)
        if request is None:
            self._no_request = number
            return None
        if request.end() >= anchor.match.end():
            return end, read_request(text, request, number, anchor.line)
        rest = read_rest(text, request, number, anchor.line, anchor.at)
        return None if rest is None else (end, rest)

    def _read_continuation(self, anchor: _Anchor) -> Read | None:
        """Read a URL that starts in a line before."""
        text, start = self._window.text, anchor.line.start
        before = find_start(text, start) if self._may_continue(anchor) else None
        if before is None:
            return None
        first = Line(text.rfind("\n", 0, before.start) + 1, 0)
        done = self._candidate(before, text[first.start : before.start])
        return done if done[0] >= anchor.match.end() else None

    def _may_continue(self, anchor: _Anchor) -> bool:
        """Whether the line may go on with a URL: it starts with a query, or with what may be one."""
        if anchor.is_address or anchor.match["colon"] or anchor.at - anchor.line.start > MAX_BACK:
            return False
        if not self._window.text[anchor.line.start : anchor.at].strip(_LINE_MARKS + "&?"):
            return True
        text, start = self._window.text, anchor.line.start
        found = scanner.find(text, *anchor.line, anchor.at)
        if found.kind == "query":
            return found.segment == start and _END_OF_PATH.fullmatch(text, start, found.start) is not None
        return found.kind == "rest" and not text[start : found.start].strip(_LINE_MARKS)

    def _read_object(self, anchor: _Anchor) -> Read | None:
        """Read an object of parameters, or a line of fields."""
        if anchor.is_address or (anchor.match["equals"] and self._is_in_query(anchor)):
            return None
        text, line = self._window.text, anchor.line
        nothing = anchor.match.end(), ()
        if not could_be_object(self._window, anchor.match):
            return nothing
        number = self._window.number(line.start)
        found = find_object(self._window, line, anchor.at, has_fields=number != self._no_fields)
        if found is None:
            return nothing
        if not found.query:
            self._no_fields = number
            return nothing
        form = _form(text, line.start, anchor.at - 1)
        column = anchor.at - line.start + 1
        return found.end, (
            Candidate(found.query, number, column, self._pointer, role="object", form=form, record=number),
        )

    def _is_in_query(self, anchor: _Anchor) -> bool:
        if self._window.text[anchor.at - 1] in _IN_QUERY:
            return True
        limit = min(anchor.line.end, anchor.at + _MAX_VALUE)
        end = scanner.end(self._window.text, anchor.at, limit, anchor.at)
        return "&" in self._window.text[anchor.at : end]

    def _read_url(self, anchor: _Anchor) -> Read | None:
        text, line = self._window.text, anchor.line
        found = scanner.find(text, max(line.start, self._window.done), line.end, anchor.at)
        head = anchor.head(text, found.start)
        if found.kind in ("query", "rest") and messages.role_after(anchor.head(text, found.segment)) == "location":
            found = found._replace(start=found.segment)  # relative
            head = anchor.head(text, found.start)
        role = messages.role_after(head)
        if anchor.is_address and (found.kind in ("query", "rest") or (role == "mention" and not anchor.opens_connect)):
            return None
        if found.kind == "rest" and role != "location" and text[anchor.at - 1] in _IN_QUERY:
            return found.end, ()
        if messages.is_referer(head):
            return found.end, self._leak(text[found.start : found.end], anchor.line.start)
        return self._candidate(found, head)

    def _candidate(self, found: scanner.Found, head: str) -> Read:
        """Make a candidate of a URL: joined, unescaped, resolved."""
        window, text = self._window, self._window.text
        start, end, _, kind = found
        line = Line(text.rfind("\n", 0, start) + 1, text.find("\n", end))
        if self._separator and start == line.start:
            separator = text.find(self._separator, start, end)
            end = end if separator < 0 else separator
        end = scanner.end_of_words(text, start, end, line.end)
        role = messages.role_after(head)
        joined = join(window, Line(start, end), line, is_header=role == "location")
        end, url = joined.end, joined.text
        after = text[end : end + 1]
        if role == "mention" and after in " \t\n)\"'" and (head.strip() or after in " \t"):
            url = scanner.without_punctuation(url)
        elif role == "request" and after == " " and not messages.is_message(window, end):
            url = url.rstrip(",;")
        url, media = unescape(url.replace(" ", "%20"))
        if kind == "host":
            url = scanner.with_scheme(url)
        elif kind != "url":
            url = self._absolute(url, found, role == "location", end)
        number = window.number(line.start)
        status = messages.status_after(window, end) if role == "request" else None
        is_verbatim = url == joined.text and joined.lines == 1
        place = number, start - line.start + 1, self._pointer
        form = _form(text, line.start, start)
        return end, (Candidate(url, *place, is_verbatim, role, form, number, status, "", copied_from(media, head)),)

    def _absolute(self, url: str, found: scanner.Found, is_location: bool, end: int) -> str:  # noqa: FBT001 - private
        """Add what precedes a path or a query, as far as the capture says it."""
        window = self._window
        if is_location:
            return messages.resolve_location(window, url, window.line(found.start).start)
        if found.kind == "path" and messages.is_message(window, end) and (host := messages.find_host(window, end)):
            return scanner.with_scheme(host + url)
        return url if url[:1] in "/?#" or "?" in url else f"?{url}"

    def _leak(self, referer: str, line_start: int) -> Iterable[Found]:
        return (Leak(self._window.number(line_start), self._pointer),) if leaks_code(referer) else ()


def _form(text: str, line_start: int, start: int) -> str:
    return _FORM.sub("", text[max(line_start, start - _FORM_LENGTH) : start])
