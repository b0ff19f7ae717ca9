"""Names and values in text, as programs print them and files hold them → parameters of a redirect, by name.

JavaScript, Python, Ruby, PHP, Go, Java, Swift, C#, Scala and others print objects; logs have fields (logfmt); YAML,
properties and tables have a pair in each line; XML and HTML have elements; exports have objects of a name and a value.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape as unescape_html

from connect_errors.catalog import recognized_parameters

CAMEL_CASE = {"errorDescription": "error_description", "externalId": "external_id", "virtualKeyUrl": "virtual_key_url"}
"""How the SDKs name parameters in their own messages."""

Parameters = dict[str, str]

_QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')"""
NO_VALUE = frozenset({"none", "null", "nil", "undefined", "(null)", "<null>", "nothing"})
"""What programs print for a member without a value, without quotes."""

_ONE_INSIDE = r"""(?=[^"'()\[\]{}=:\n]*[)\]}])"""
_WRAPPERS = (
    r"(?:\[\][a-z]+\{|string\([0-9]+\)\s*|Just\s|<<|[bu](?=[\"'])"
    rf"|[A-Za-z]{{0,12}}[\[(]\s*(?=[\"'])|\{{\s*(?={_QUOTED}\s*\}})|[A-Za-z]{{0,12}}[\[({{]{_ONE_INSIDE})*+"
)
"""What is around a value: `Some("…")`, `Optional(…)`, `List(…)`, `[]string{"…"}`, `string(13) "…"`, `<<"…">>`."""

_NAME = r"""["']?(?P<name>[A-Za-z_][A-Za-z_.]*)["']?+\]?(?:>>)?"""
_NEXT = r"""\s*["':]*[A-Za-z_]+["']?\s*(?:[=:]|->)"""
"""What comes after a comma that ends a value without quotes: it is not one of the value's own."""
_VALUE = (
    rf"""(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\s"'{{\[(,}}\])][^,}}\])\n\[]*"""
    rf"""(?:(?:,(?!{_NEXT})|\[(?![A-Za-z_]+\]))[^,}}\])\n\[]*)*))"""
)
_PAIR = re.compile(
    rf"""(?<![A-Za-z0-9_.-]){_NAME}(?:\s*(?::|=>|->|=(?!=)|\t|(?=["']))|(?<=["'\]>])\s?,)\s*{_WRAPPERS}{_VALUE}"""
)
_TUPLE = re.compile(rf"""(?<=[\[({{]){_NAME}\s?,\s*{_WRAPPERS}{_VALUE}""")
_FIELD = re.compile(rf"""(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z_.]+)=(?!=)(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\s"']+))""")
_ARGUMENT = re.compile(r"""(["'])([A-Za-z_.]+)=([^"'\n]*)\1""")
"""A field in quotes, as a shell takes it."""

_LINE = re.compile(
    rf"""^[^A-Za-z_\r\n\u2028\u2029]{{0,32}}{_NAME}[ \t]*(?:=>|->|[:=,|\t│┃┆]|(?<=  ))[ \t]*"""
    rf"""(?:(?P<quoted>{_QUOTED})[\])}}>;,|│┃┆ \t]*\r?$|(?P<bare>[^\r\n\u2028\u2029]*))""",
    re.MULTILINE,
)
_UP_TO_COMMA = rf"""(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\r\n"',{{}}<>]*))"""
_APART = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        # {name: 'error', value: '…'}, <param name="error" value="…"/>, and in YAML on two lines
        rf"""\b(?:name|key)["']?\s?[:=]\s?["']?(?P<name>[A-Za-z_]+)(?=\W{{1,40}}value["']?\s?[:=]\s?{_UP_TO_COMMA})""",
        # <error>…</error>
        r"<(?P<name>[A-Za-z_]+)(?=>(?P<bare>[^<]*)</)",
        # <td>error</td><td>…</td>, <key>error</key><string>…</string>
        r"(?<=>)(?P<name>[A-Za-z_]+)(?=</[a-z]{1,9}>\s{0,40}<[a-z]{1,9}(?:\s[^<>]*)?>(?P<bare>[^<]*))",
        # <entry key="error">…</entry>
        r"""(?:name|key|id)=["'](?P<name>[A-Za-z_]+)["'](?=>(?P<bare>[^<>]*)</)""",
        # a table of two columns that was copied from a page
        r"^[ \t]*(?P<name>[A-Za-z_]+)[ \t]*(?=\n[ \t]*(?P<bare>[^\n]+))",
    )
)
"""Names and values that something else is between. The values are looked at ahead: one may be the next name."""

_ESCAPED_QUOTE = re.compile(r'(?<!\\)\\+"')
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_OPENERS = {")": "(", "]": "[", "}": "{"}


def is_parameter(name: str) -> bool:
    """Whether a name may be that of a parameter of a redirect."""
    return name in recognized_parameters() or name in CAMEL_CASE or name == "userId"


def in_object(region: str) -> Parameters:
    """Read what is in an object's brackets; of a name that comes twice, the first value."""
    return _first_of_each((*_parameters(region, _TUPLE), *_parameters(region, _PAIR)))


def in_fields(line: str) -> Parameters:
    """Read a line of fields: `error=… error_description="…"`."""
    return _first_of_each(_parameters(_ARGUMENT.sub(r'\2="\3"', line), _FIELD))


def in_lines(region: str) -> Parameters:
    """Read lines that have a pair each."""
    return _first_of_each(_parameters(region, _LINE))


def is_line(text: str, start: int, end: int) -> bool:
    """Whether a line has a pair, and nothing else of use."""
    return _LINE.match(text, start, end) is not None


def apart(region: str, at: int) -> Iterator[tuple[Parameters, int]]:
    """Read names and values with something else between them, in every notation that the text around `at` may have.

    A name that comes twice starts another object. Yields each object that has the name at `at`, and its end.
    """
    for pattern in _APART:
        parameters: Parameters = {}
        has_anchor = False
        end = at
        for name, value, match in _matches(region, pattern):
            if name in parameters:
                if has_anchor:
                    break
                parameters = {}
            parameters[name] = unescape_html(value)
            has_anchor = has_anchor or match.start("name") == at
            end = match.end("bare") if match["bare"] is not None else match.end("quoted")
        if has_anchor:
            yield parameters, end


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> Parameters:
    parameters: Parameters = {}
    for name, value in pairs:
        parameters.setdefault(name, value)
    return parameters


def _parameters(region: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    if '\\"' in region:
        region = _ESCAPED_QUOTE.sub('"', region)
    if "\x1b" in region:
        region = _COLOR.sub("", region)
    for name, value, _ in _matches(region, pattern):
        yield name, value


def _matches(region: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str, re.Match[str]]]:
    for match in pattern.finditer(region):
        name = match["name"].rpartition(".")[2]
        if is_parameter(name) and (value := _value(match)):
            yield name, value, match


def _value(match: re.Match[str]) -> str:
    """The value of a pair; empty where it has none."""
    if (quoted := match.groupdict().get("quoted")) is not None:
        return _ESCAPE.sub(_unescape, quoted[1:-1])
    value = match["bare"].strip(" \t\r;|│┃┆")
    value = value.removeprefix("{")[: _unopened(value.removeprefix("{"))].rstrip(",") if value else value
    return "" if value.lower() in NO_VALUE or is_parameter(value) else value


def _unopened(text: str) -> int:
    """Find the first closing bracket that was not opened; the end where there is none."""
    open_brackets: list[str] = []
    for index, character in enumerate(text):
        if character in "([{":
            open_brackets.append(character)
        elif character in ")]}" and (not open_brackets or open_brackets.pop() != _OPENERS[character]):
            return index
    return len(text)


def _unescape(match: re.Match[str]) -> str:
    escaped = match[1]
    return chr(int(escaped[1:], 16)) if len(escaped) > 1 else _CONTROLS.get(escaped, escaped)
