"""Text of any kind → candidates: logs, consoles, HTTP messages, mail, prose, JSON Lines.

The scanner says where a URL with Connect's parameters is. What is around it tells the rest: whether it is a request or
a `Location`, whose host it is, what the answer was, whether it goes on in the next line.
"""

import re
from collections.abc import Iterable, Iterator

from connect_errors.captures import scanner
from connect_errors.captures.candidates import Candidate, Leak, Role
from connect_errors.captures.escapes import unescape
from connect_errors.captures.joining import OpenEnd, find_start, join
from connect_errors.captures.logs import FIELDS, REQUEST, Fields, leaks_code, read_request
from connect_errors.captures.objects import find_object
from connect_errors.captures.walker import read_value
from connect_errors.url import MAX_BYTES, URL

CONTEXT = 4096
"""Characters before a candidate that are looked at, at most."""

MAX_HEADERS = 16 * 1024
"""Characters after a request in which its `Host` may be."""

_ANSI = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^;\x1b]*;[^\x1b]*\x1b\\")
_LOCATION = re.compile(r"(?:^|[\s\"'<>|])location[\"']?\s*(?::|=>?)?\s*[\[\"'-]*\s*[\"']?$", re.IGNORECASE)
_REFERER = re.compile(r"refer?rer?[\"']?\]?\s*(?::|=>?|,)?\s*[\[\"'-]*$", re.IGNORECASE)
_METHOD = re.compile(r"(?:^|[^A-Za-z])(?:GET|HEAD|POST|PUT|OPTIONS|DELETE|PATCH)[\"']?:?\s+[\"']?$")
_MESSAGE = re.compile(r"[ \t]+HTTP/[0-9.]+(?:\\r|\\n|[ \t\r])*$", re.MULTILINE)
_HEADER = re.compile(r"[ \t]*([A-Za-z0-9 -]+)[ \t]*:[ \t]*([^\s\\]*)")
_MARKS = re.compile(r"[ \t]*(?:[<>*][ \t]?)?")
_REQUEST_LINE = re.compile(r"(?:GET|HEAD|POST|PUT)[ \t]+(\S+)[ \t]+HTTP/[0-9.]+")
_STATUS = re.compile(r"[\"']?(?: +HTTP/[0-9.]+)?[\"'\s|,]+(?:-> ?)?([1-5][0-9]{2})\b(?!\.)|.*?\bstatus(?:_code)?=([1-5][0-9]{2})\b")
_FORM = re.compile(r"[0-9]+|\b(?:GET|HEAD|POST|PUT|OPTIONS)\b")
_FORM_LENGTH = 24
_UUID = re.compile(r"[\"'\[(]*(?:Optional\(|Some\()?[\"']?[0-9A-Fa-f]{8}-")
_DESCRIPTIONS = ("error_description", "errorDescription")
_CSV_HEADER = re.compile(r"[\w ()./\"-]+(?:([,;])[\w ()./\"-]+)+")
_LINE_MARKS = " \t>|\"'`"
"""What may precede a piece of a URL in its line: quotes of a mail, quotation marks."""

_JSON_END = ("}", "]")

Found = Candidate | Leak


class TextReader:
    """Reads one capture's text.

    Args:
        redirect_uri: the registered redirect URI, at which an address alone counts, too.
        pointer: where the text is, if it is a string of a JSON document.
        locations: whether any `Location` may be one.
    """

    def __init__(
        self, redirect_uri: URL | None = None, pointer: str | None = None, *, locations: bool = False
    ) -> None:
        self._redirect_uri = redirect_uri
        self._search = scanner.anchors(redirect_uri, locations=locations).search
        self._pointer = pointer
        self._line = 0
        """The number of the line that `_counted` is in."""
        self._counted = 0
        self._fields: Fields | None = None
        self._separator: str | None = None
        """What separates the columns, if the first line names them."""
        self._resume = 0

    def read(self, blocks: Iterable[str]) -> Iterator[Found]:
        """Yield what may be a redirect, as soon as it is certain where it ends.

        Args:
            blocks: whole lines, without the last line end of each.
        """
        text, begin = "\n", 1  # every line has one before it
        is_first = True
        for block in blocks:
            text += block + "\n"
            if is_first and block:
                is_first = False
                if header := _CSV_HEADER.fullmatch(block.partition("\n")[0]):
                    self._separator = header[1]
            yield from self._scan(text, begin, is_whole=False)
            begin = self._resume
            cut = text.rfind("\n", 0, max(0, begin - CONTEXT)) if begin > CONTEXT else 0
            if cut > 0:
                self._line += text.count("\n", self._counted, cut) if cut > self._counted else 0
                self._counted = max(self._counted, cut) - cut
                text, begin = text[cut:], begin - cut
        yield from self._scan(text, begin, is_whole=True)

    def _number(self, line_start: int) -> int:
        """The number of a line, from 1."""
        if line_start >= self._counted:
            self._line += self.text.count("\n", self._counted, line_start)
            self._counted = line_start
            return self._line
        return self._line - self.text.count("\n", line_start, self._counted)

    def _scan(self, text: str, begin: int, *, is_whole: bool) -> Iterator[Found]:
        """Read on from `begin`, and set where to resume."""
        self.text = text
        self._resume = len(text)
        fields_at = text.find("\n" + FIELDS, begin - 1)
        position = begin - 1
        while match := self._search(text, position):
            name = match.start("name") if match["name"] else match.start()
            line_start = text.rfind("\n", 0, name) + 1
            line_end = text.find("\n", name)
            while 0 <= fields_at < line_start:
                self._fields = Fields(text[fields_at + 1 : text.find("\n", fields_at + 1)])
                fields_at = text.find("\n" + FIELDS, fields_at + 1)
            try:
                position, found = self._at(match, name, line_start, line_end, is_whole=is_whole)
            except OpenEnd:
                self._resume = max(match.start(), begin)
                return
            yield from found
        while fields_at >= 0:
            self._fields = Fields(text[fields_at + 1 : text.find("\n", fields_at + 1)])
            fields_at = text.find("\n" + FIELDS, fields_at + 1)

    def _at(
        self, match: re.Match[str], name: int, line_start: int, line_end: int, *, is_whole: bool
    ) -> tuple[int, Iterable[Found]]:
        """Read what is around one anchor; where to go on after it, and what was found."""
        text = self.text
        if self._fields is not None:
            line = text[line_start:line_end]
            if line.startswith("#"):
                return line_end, ()
            if (of_fields := self._fields.read(line, self._number(line_start))) is not None:
                return line_end, of_fields
        brace = text.find("{", line_start, line_end)
        is_json = brace >= 0 or text.startswith("[", line_start)
        if is_json and text.endswith(_JSON_END, line_start, _rstrip(text, line_end)):
            of_json = self._json(text[line_start:line_end], brace - line_start, line_start)
            if of_json is not None:
                return line_end, of_json
        if request := REQUEST.search(text, line_start, line_end):
            if request.end() >= match.end():
                return line_end, list(read_request(text, request, self._number(line_start), line_start, line_end))
            referer_start = text.rfind('"', request.end(), name) + 1
            if referer_start and " " not in text[referer_start:name]:
                return line_end, self._leak(text[referer_start : text.find('"', name)], line_start)
        is_bare = bool(match.groupdict().get("address"))
        if not is_bare and (match["colon"] or not self._is_query(match, name, line_end)):
            if match["equals"] and not text[line_start:name].strip(_LINE_MARKS) and (
                joined := self._continued(line_start, match.end(), is_whole=is_whole)
            ):
                return joined
            return self._object(match, name, line_start, line_end, is_whole=is_whole)
        return self._url(match, name, line_start, line_end, is_whole=is_whole, is_bare=is_bare)

    def _is_query(self, match: re.Match[str], name: int, line_end: int) -> bool:
        if match[0][0] in "?&#;26" + "3":
            return True
        end = scanner.end(self.text, name, line_end, name)
        return "&" in self.text[name:end]

    def _json(self, line: str, brace: int, line_start: int) -> list[Found] | None:
        """Read a line that is JSON, or ends with it; None if it is not."""
        start = 0 if line.startswith("[") else brace
        found = read_value(line[start:], self._redirect_uri)
        if found is None and start == 0 and brace > 0:
            start = brace
            found = read_value(line[start:], self._redirect_uri)
        if found is None:
            return None
        number = self._number(line_start)
        return [self._in_line(one, line, number) for one in found]

    def _in_line(self, found: Found, line: str, number: int) -> Found:
        if isinstance(found, Leak):
            return found._replace(line=number)
        column = line.find(found.text)
        is_there = column >= 0 and line.find(found.text, column + 1) < 0
        return found._replace(
            line=number, column=column + 1 if is_there else None, is_verbatim=is_there, record=number
        )

    def _object(
        self, match: re.Match[str], name: int, line_start: int, line_end: int, *, is_whole: bool
    ) -> tuple[int, Iterable[Found]]:
        text = self.text
        window = text[name : name + CONTEXT]
        if match["name"] == "error":
            if not any(one in window or one in text[max(0, name - 500) : name] for one in _DESCRIPTIONS):
                if len(window) < 500 and not is_whole:
                    raise OpenEnd
                return match.end(), ()
        elif not _UUID.match(text, match.end()):
            return match.end(), ()
        try:
            found = find_object(text, line_start, name)
        except IndexError as error:
            if not is_whole:
                raise OpenEnd from error
            found = None
        if not found:
            return match.end(), ()
        number = self._number(line_start)
        form = _form(text, line_start, match.start())
        return max(found.end, match.end()), (
            Candidate(found.query, number, name - line_start + 1, self._pointer, False, "object", form, number),  # noqa: FBT003
        )

    def _url(
        self, match: re.Match[str], name: int, line_start: int, line_end: int, *, is_whole: bool, is_bare: bool
    ) -> tuple[int, Iterable[Found]]:
        text = self.text
        at = match.end() if is_bare else name
        found = scanner.find(text, line_start, line_end, at)
        after = match.end()
        if found is None:
            return after, ()
        start, end, kind = found
        head = _ANSI.sub("", text[line_start:start]) if "\x1b" in text[line_start:start] else text[line_start:start]
        starts_line = not head.strip(_LINE_MARKS)
        if kind == "rest" or (kind == "query" and starts_line):
            if starts_line and (joined := self._continued(line_start, after, is_whole=is_whole)):
                return joined
            if not (_LOCATION.search(head) or kind == "query" or match[0][0] not in "&;26"):
                return after, ()
        role = _role(head)
        if is_bare and (role == "mention" or kind in ("query", "rest")):
            return after, ()
        if _REFERER.search(head):
            return max(end, after), self._leak(text[start:end], line_start)
        position, candidates = self._candidate(start, end, kind, role, head, is_whole=is_whole)
        return max(position, after), candidates

    def _continued(self, line_start: int, after: int, *, is_whole: bool) -> tuple[int, Iterable[Found]] | None:
        """Read the URL that starts in a line before and goes on in this one, up to `after` at least."""
        before = find_start(self.text, line_start)
        if before is None:
            return None
        head = self.text[self.text.rfind("\n", 0, before.start) + 1 : before.start]
        joined = self._candidate(before.start, before.end, "url", _role(head), head, is_whole=is_whole)
        return joined if joined[0] >= after else None

    def _candidate(
        self, start: int, end: int, kind: str, role: Role, head: str, *, is_whole: bool
    ) -> tuple[int, Iterable[Found]]:
        """Make a candidate of what starts at `start`: joined, resolved, unescaped."""
        text = self.text
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        if self._separator and text[start - 1] == "\n":
            separator = text.find(self._separator, start, end)
            end = end if separator < 0 else separator
        joined = join(text, start, end, line_end, is_header=role == "location", is_whole=is_whole)
        raw, end = joined.text, joined.end
        url = raw
        followed = text[end : end + 1]
        if role == "mention" and followed in " \t\n)\"'" and (head.strip() or followed in " \t"):
            url = scanner.without_punctuation(url)
        plain, media = unescape(url)
        if kind == "host":
            plain = scanner.with_scheme(plain)
        elif kind in ("path", "query", "rest"):
            if role == "request" and _MESSAGE.match(text, end) and plain.startswith("/"):
                if host := self._host(end, is_whole=is_whole):
                    plain = scanner.with_scheme(host + plain)
            elif role == "location":
                plain = self._resolved(plain, line_start)
            if kind == "rest" and plain[:1] not in "/?#" and "://" not in plain:
                plain = f"?{plain}"
        status = None
        if role == "request" and (answered := _STATUS.match(text, end, text.find("\n", end))):
            status = int(answered[1] or answered[2])
        number = self._number(line_start)
        candidate = Candidate(
            plain,
            number,
            start - line_start + 1,
            self._pointer,
            plain == raw and joined.lines == 1,
            role,
            _form(text, line_start, start),
            number,
            status,
            "",
            media,
        )
        return end, (candidate,)

    def _host(self, end: int, *, is_whole: bool) -> str:
        """Find the `Host` of a request whose line ends after `end`."""
        text = self.text
        start = text.find("\n", end) + 1
        limit = start + MAX_HEADERS
        while start < min(len(text), limit):
            line_end = text.find("\n", start)
            marks = _MARKS.match(text, start, line_end)
            header = _HEADER.match(text, marks.end() if marks else start, line_end)
            if not header:
                return ""
            if header[1].strip().lower() in ("host", "authority"):
                return header[2]
            start = line_end + 1
        if start < limit and not is_whole:
            raise OpenEnd
        return ""

    def _resolved(self, reference: str, line_start: int) -> str:
        """Resolve a relative `Location` against the request before it (RFC 3986 §5.2)."""
        context = self.text[max(0, line_start - CONTEXT) : line_start]
        request = None
        for request in _REQUEST_LINE.finditer(context):
            pass
        if request is None or len(reference) > MAX_BYTES:
            return reference if reference.startswith(("/", "?", "#")) else _query_alone(reference)
        target = request[1]
        if target.startswith("/"):
            for line in context[request.end() :].split("\n")[1:]:
                header = _HEADER.match(line, marks.end() if (marks := _MARKS.match(line)) else 0)
                if not header:
                    break
                if header[1].strip().lower() in ("host", "authority"):
                    target = scanner.with_scheme(header[2] + target)
                    break
        resolved = URL(target).resolve(reference)
        return resolved if resolved.startswith(("/", "?", "#")) or "://" in resolved else _query_alone(resolved)

    def _leak(self, referer: str, line_start: int) -> Iterable[Found]:
        return (Leak(self._number(line_start), self._pointer),) if leaks_code(referer) else ()


def _query_alone(reference: str) -> str:
    """Leave out a relative path that cannot be resolved."""
    mark = min((index for index in map(reference.find, "?#") if index >= 0), default=0)
    return reference[mark:]


def _role(head: str) -> Role:
    if _LOCATION.search(head):
        return "location"
    return "request" if _METHOD.search(head) else "mention"


def _form(text: str, line_start: int, start: int) -> str:
    return _FORM.sub("", text[max(line_start, start - _FORM_LENGTH) : start])


def _rstrip(text: str, end: int) -> int:
    while end and text[end - 1] in " \t\r":
        end -= 1
    return end
