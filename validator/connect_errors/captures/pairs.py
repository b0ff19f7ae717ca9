"""Parse names and values in text, as printed by programs or stored in files, into redirect parameters.

JavaScript, Python, Ruby, PHP, Go, Java, Swift, C#, Scala and others print objects; logs have fields (logfmt); YAML,
properties files and tables have one pair per line; XML and HTML have elements; exports have objects with a name and a
value.
"""

import re
from collections.abc import Iterable, Iterator

from connect_errors import lazy_re
from connect_errors.captures.scanner import find_unmatched_bracket
from connect_errors.catalog import recognized_parameters

CAMEL_CASE = {"errorDescription": "error_description", "externalId": "external_id", "virtualKeyUrl": "virtual_key_url"}
"""Parameter names in the SDKs' own messages."""

PASCAL_CASE = {
    "Error": "error",
    "ErrorDescription": "error_description",
    "ErrorMessage": "error_message",
    "StatusCode": "status_code",
    "Vin": "vin",
    "Make": "make",
    "Model": "model",
    "Year": "year",
    "Code": "code",
    "State": "state",
}
"""Parameter names in JSON of .NET and Go, which have these as names of properties and fields."""

Parameters = dict[str, str]

_QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')"""
NO_VALUE = frozenset({"none", "null", "nil", "undefined", "(null)", "<null>", "nothing", "optional.empty"})
"""Unquoted text that programs print for a missing value."""

_SINGLE_INSIDE = r"""(?!\s*'?[A-Za-z_]+'?\s*(?:=(?![=)\]}])|:(?!/)|->))(?=[^"()\[\]{}\n]*[)\]}])"""
"""Matches before a value that is alone in its brackets, but not before a pair; base64 is padded with equals signs."""
_WRAPPERS = (
    r"(?:\[\][a-z]+\{|string\([0-9]+\)\s*|Just\s|<<|[bu](?=[\"'])"
    rf"|[A-Za-z]{{0,12}}[\[(]\s*(?=[\"'])|\{{\s*(?={_QUOTED}\s*\}})|[A-Za-z]{{0,12}}[\[({{]{_SINGLE_INSIDE})*+"
)
"""Wrappers around a value: `Some("…")`, `Optional(…)`, `List(…)`, `[]string{"…"}`, `string(13) "…"`, `<<"…">>`."""

_NAME = r"""["']?(?P<name>[A-Za-z_][A-Za-z_.]*)["']?+\]?(?:>>)?"""
_NEXT = r"""\s*["':]*[A-Za-z_]+["']?\s*(?:[=:]|->)"""
"""Matches after a comma that ends an unquoted value, and is not part of it."""
_VALUE = (
    rf"""(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\s"'{{\[(,}}\])][^,}}\])\n\[]*"""
    rf"""(?:(?:,(?!{_NEXT})|\[(?![A-Za-z_]+\]))[^,}}\])\n\[]*)*))"""
)
_PAIR = lazy_re.pattern(
    rf"""(?<![A-Za-z0-9_.-]){_NAME}(?:\s*(?::|=>|->|=(?![=>])|\t|(?=["']))|(?<=["'\]>])\s?,)\s*{_WRAPPERS}{_VALUE}"""
)
_TUPLE = lazy_re.pattern(rf"""(?<=[\[({{]){_NAME}\s?,\s*{_WRAPPERS}{_VALUE}""")
_FIELD = lazy_re.pattern(
    r"""(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z_.]+)=(?!=)(?:[A-Za-z]{1,12}\((?=["']))?"""
    rf"""(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\s"']+))"""
)
_ARGUMENT = lazy_re.pattern(
    r"""(?<!\\)(?:"(?P<name>[A-Za-z_.]+)=(?P<value>(?:[^"\\\n]|\\.)*+)\""""
    r"""|'(?P<single_name>[A-Za-z_.]+)=(?P<single>[^'\n]*)')"""
)
"""A quoted field, as in a shell argument."""

_LINE = lazy_re.pattern(
    rf"""^[^A-Za-z_\r\n\u2028\u2029]{{0,32}}{_NAME}[ \t]*(?:=>|->|[:=,|\t│┃┆]|(?<=  ))[ \t]*"""
    rf"""(?:(?P<quoted>{_QUOTED})[\])}}>;,|│┃┆ \t]*\r?$|(?P<bare>[^\r\n\u2028\u2029]*))""",
    re.MULTILINE,
)
_UP_TO_COMMA = rf"""(?:(?P<quoted>{_QUOTED})|(?P<bare>(?:[^\r\n"',{{}}<>]|(?<=[a-z])'(?=[a-z]))*))"""
_SEPARATED = tuple(
    lazy_re.pattern(pattern, re.MULTILINE)
    for pattern in (
        # {name: 'error', value: '…'}, <param name="error" value="…"/>, and in YAML on two lines
        (
            r"""\b(?:[Nn]ame|[Kk]ey)["']?\s?[:=]\s?["']?(?P<name>[A-Za-z_]+)"""
            rf"""(?=\W{{1,40}}[Vv]alues?["']?\s?[:=]\s?\[?{_UP_TO_COMMA})"""
        ),
        # <error>…</error>
        r"<(?P<name>[A-Za-z_]+)(?=>(?P<bare>[^<]*)</)",
        # <td>error</td><td>…</td>, <key>error</key><string>…</string>
        r"(?<=>)(?P<name>[A-Za-z_]+)(?=</[a-z]{1,9}>\s{0,40}<[a-z]{1,9}(?:\s[^<>]*)?>(?P<bare>[^<]*))",
        # <entry key="error">…</entry>
        r"""(?:name|key|id)=["'](?P<name>[A-Za-z_]+)["'](?=>(?P<bare>[^<>]*)</)""",
        # a two-column table copied from a page
        r"^[ \t]*(?P<name>[A-Za-z_]+)[ \t]*(?=\n[ \t]*(?P<bare>[^\n]+))",
    )
)
"""Names and values with text in between. Values are matched by lookahead, as one may be the next name."""

_FIRST_QUOTE = lazy_re.pattern(r"""(\\?)["']""")
_ESCAPED_QUOTE = lazy_re.pattern(r"""\\([\\"'])""")
_JSON_STATE = lazy_re.pattern(
    r"""(?<![A-Za-z_])(state["']?\]?\s*(?:=>|->|[:=])\s*[\[(]?)(\{"[^"\n]*"\s*:(?:[^{}\n]|\{[^{}\n]*\})*\})"""
)
"""A state that is JSON, and neither quoted nor escaped."""
_ESCAPE = lazy_re.pattern(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ADDED_LINE = lazy_re.pattern(r"^[ \t]*\+[ \t]", re.MULTILINE)
_REMOVED_LINE = lazy_re.pattern(r"^[ \t]*-[ \t].*", re.MULTILINE)
"""Lines of a diff, of which the other side is what a test received."""
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def is_parameter(name: str) -> bool:
    """Whether a name may be that of a redirect parameter."""
    return name in recognized_parameters() or name in CAMEL_CASE or name == "userId"


def parse_object(region: str) -> Parameters:
    """Read the content of an object's brackets; for duplicate names, the first value."""
    return _first_of_each((*_parameters(region, _TUPLE), *_parameters(region, _PAIR)))


def parse_fields(line: str) -> Parameters:
    """Read a line of fields: `error=… error_description="…"`."""
    return _first_of_each(_parameters(_ARGUMENT.sub(_quote_argument, _unescape_quotes(line)), _FIELD))


def parse_lines(region: str) -> Parameters:
    """Read lines with one pair each."""
    return _first_of_each(_parameters(region, _LINE))


def is_pair(text: str, start: int, end: int) -> bool:
    """Whether a line contains only a pair."""
    return _LINE.match(text, start, end) is not None


def parse_separated(region: str, at: int) -> Iterator[tuple[Parameters, int]]:
    """Read names and values with text in between, in every notation that may apply around `at`.

    A duplicate name starts another object. Yields each object that has the name at `at`, and the object's end.
    """
    from html import unescape as unescape_html  # a large table, rarely needed

    for pattern in _SEPARATED:
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
    region = _unescape_quotes(region)
    if "state" in region:
        region = _JSON_STATE.sub(lambda match: match[1] + _quote(match[2]), region)
    if _ADDED_LINE.search(region):
        region = _REMOVED_LINE.sub("", region)
    for name, value, _ in _matches(region, pattern):
        yield name, value


def _unescape_quotes(region: str) -> str:
    """Undo the escapes of an object that is itself in a string, not those in its values."""
    while (first := _FIRST_QUOTE.search(region)) and first[1]:
        region = _ESCAPED_QUOTE.sub(r"\1", region)
    return region


def _quote_argument(match: re.Match[str]) -> str:
    name = match["name"] or match["single_name"]
    if not is_parameter(name):
        return match[0]
    return f'{name}="{match["value"]}"' if match["name"] else f"{name}={_quote(match['single'])}"


def _quote(value: str) -> str:
    return '"' + value.replace("\\", r"\\").replace('"', r"\"") + '"'


def _matches(region: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str, re.Match[str]]]:
    for match in pattern.finditer(region):
        name = match["name"].rpartition(".")[2]
        if is_parameter(name) and (value := _value(match)):
            yield name, value, match


def _value(match: re.Match[str]) -> str:
    """Return the value of a pair; empty if it has none."""
    if (quoted := match.groupdict().get("quoted")) is not None:
        return _ESCAPE.sub(_unescape, quoted[1:-1])
    value = match["bare"].strip(" \t\r;|│┃┆").removeprefix("{")
    value = value[: find_unmatched_bracket(value, 0, len(value))].rstrip(",")
    return "" if value.lower() in NO_VALUE or is_parameter(value) else value


def _unescape(match: re.Match[str]) -> str:
    escaped = match[1]
    return chr(int(escaped[1:], 16)) if len(escaped) > 1 else _CONTROLS.get(escaped, escaped)
