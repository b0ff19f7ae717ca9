"""Lines of JSON that have much in common: each is read as if it were the only one."""

import pytest
from connect_errors.captures import json_lines, member_names
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.candidates import Candidate, Leak
from connect_errors.captures.json_lines import JSONLines
from connect_errors.captures.walker import read_value
from connect_errors.url import URL
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.properties import examples


def words(text: str) -> list[str]:
    return text.split()


NAMES = st.sampled_from(
    words(
        r"""ts level msg trace.id é a\"b _ x- uri url path request_uri host status user_agent Referer Location query
        params scheme code state error a.error request response headers name key value S"""
    )
)
QUIET = st.sampled_from(
    words(r'0 302 404 "info" "error" "code" "app.example.com" "localhost:3000" "https" "/cb" ["*/*"] "[x]" "8"')
)
URLS = st.sampled_from(
    words(
        """"/cb?code=1&state=a" "/cb?error=access_denied&state=b" "https://a.example/cb?code=2" "//b.example/?code=4"
        "http://a.example:80/?code=3?" "/?code=a:b" "/cb?code=3D1" "/cb?x=^&code=5" "/cb?a=1&amp;code=2"
        "/cb?state=c" """
    )
)
MESSAGES = st.sampled_from(
    [
        '"GET /cb?code=1 HTTP/1.1"',
        r'"::1 - - [1] \"GET /cb?code=1\u0026state=a HTTP/1.1\" 302 \"/cb?code=8\"\n"',
        r'"{\"host\":\"b.example\",\"uri\":\"/cb?code=1\"}\n"',
        r'"{\"msg\":\"to https://a.example/cb?code=2 \"}"',
        '"went to https://a.example/cb?code=2."',
        '"went to https://a.example/cb?code=2, then to /cb?error=access_denied&state=b"',
        r'"code: 1, state: a\ncode: 2"',
        r'"Referer: https://a.example/cb?code=90abecb6-e7ab-4b85-864a-e1c8bf67f2ad\r\n"',
        r'"Location: /cb?code=1\n"',
        r'"/cb?code=1\u003c"',
        r'"/cb?code=1\u0026state=a"',
    ]
)
OTHERS = st.sampled_from(
    [
        '"\t"',
        *words(
            r"""-1.5 1e9 01 1. 1.2.3 null true [] {} "" "é" "\n" "a\"b" "\" ":1," ":1 ["a","b"] ["code","8"]
            ["/cb?code=6"] ["a","/cb?code=7"] "\/cb?code=9" "code=1&state=2" "?code=1&state=2" "error=x" "1?code=2"
            "a.example/?code=1" "https://connect.smartcar.com/oauth/authorize?code=1" """
        ),
    ]
)
HOLE = "\ue000"


def found_by(reader: JSONLines | None, line: str, anchors: Anchors) -> list[Candidate | Leak] | None:
    """Return the results for a line, without `record`, which is the line number in the end."""
    candidates = reader.read(line) if reader else read_value(line, anchors)
    return candidates and [
        candidate._replace(record=0) if isinstance(candidate, Candidate) else candidate for candidate in candidates
    ]


def written(members: list[tuple[str, str]], colon: str, around: str) -> str:
    """An object of JSON with holes in the place of values."""
    return around.replace("{}", "{" + ",".join(f'"{name}"{colon}{value}' for name, value in members) + "}")


OUTLINES = st.recursive(
    st.just(HOLE),
    lambda values: st.builds(
        written,
        st.lists(st.tuples(NAMES, values), min_size=1, max_size=5),
        st.sampled_from([":", ": ", " :"]),
        st.sampled_from(["{}", "[{}]", "[{},1]"]),
    ),
    max_leaves=10,
).filter(lambda outline: outline != HOLE)


@st.composite
def lines_alike(draw: st.DrawFn) -> list[str]:
    """Lines of one outline: few of their values differ, and most have one redirect."""
    first, *pieces = draw(OUTLINES).split(HOLE)
    usual = [draw(QUIET) for _ in pieces]
    index = draw(st.integers(0, len(usual) - 1))
    redirects = draw(st.sampled_from([URLS, MESSAGES]))
    usual[index] = draw(redirects)
    lines = [usual, usual, usual]
    values = st.one_of(QUIET, URLS, MESSAGES, OTHERS)
    for _ in range(draw(st.integers(1, 6))):
        line = [draw(values) if draw(st.integers(0, 4)) == 0 else value for value in usual]
        lines.append([*line[:index], draw(redirects), *line[index + 1 :]] if draw(st.booleans()) else line)
    return [first + "".join(map("".join, zip(line, pieces, strict=True))) for line in lines]


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ('{"host":"a.example","uri":"/cb?code=1"}', '{"host":"a.example","uri":"https://b.example/cb?code=1"}'),
        ('{"uri":"/cb?code=1"}', '{"uri":"/cb?state=1"}'),
        ('{"uri":"https://a.example/?code=1"}', '{"uri":"https://a.example/?code=3D1"}'),
        ('{"uri":"https://a.example/?code=1"}', '{"uri":"https://a.example/?a=1&amp;code=1"}'),
        ('{"uri":"https://a.example/?code=1"}', '{"uri":"https://a.example/?code=\\u0031"}'),
        ('{"ts":"1","url":"/cb?code=1"}', '{"ts\0,"url":"/cb?code=1"}'),
        (f'{{"ts":0.{"1" * 30}5,"uri":"/cb?code=1"}}', '{"ts":05,"uri":"/cb?code=1"}'),
        ('{"ts":1,"uri":"/cb?code=1"}', f'{{"ts":{2**63},"uri":"/cb?code=1"}}'),
        ('{"ts":"1","uri":"/cb?code=1"}', '{"ts":"/?code=1","uri":"/cb?code=1"}'),
        ('{"ts":"1","uri":"/cb?code=1"}', '{"ts":"x\\ncode=1&state=2","uri":"/cb?code=1"}'),
        ('{"ts":"1","uri":"/cb?code=1"}', '{"ts":"\\u0063ode=1&state=2","uri":"/cb?code=1"}'),
        ('{"log":"to https://a.example/cb?code=1"}', '{"log":"https://a.example/cb?code=1"}'),
        ('{"log":"to /cb?code=1"}', '{"log":"to /cb?state=1"}'),
        ('{"log":"to /cb?code=1","host":"a.example"}', '{"log":"to /cb?code=1","host":"b.example"}'),
        ('{"log":"to /cb?code=1","id":"a"}', '{"log":"to /cb?code=1","id":"to /cb?code=2"}'),
        ('{"log":"to /cb?code=1"}', '{"log":["to /cb?code=1"]}'),
        ('{"log":"to /cb?code=1"}', r'{"log":["a\n","to /cb?code=1"]}'),
        ('{"log":"to https://a.example/?code=1"}', f'{{"log":"https://a.example/?code=1 {"x" * 70_000}"}}'),
        (
            '{"request":{"url":"http://a.example/"},"response":{"location":"/cb?code=1"}}',
            '{"request":{"url":"http://a.example/"},"response":{"location":"//b.example/?code=1"}}',
        ),
    ],
)
def test_lines_that_differ_in_more_than_their_values(usual: str, other: str) -> None:
    anchors = Anchors()
    reader = JSONLines(anchors)
    for line in (usual, usual, usual, other):
        assert found_by(reader, line, anchors) == found_by(None, line, anchors)


def test_other_values_may_have_escaped_addresses() -> None:
    anchors = Anchors([URL("https://a.example/a&b")])
    reader = JSONLines(anchors)
    usual = '{"ts":"1","uri":"https://a.example/cb?code=1"}'
    address = r'"https://a.example/a\u0026b?x=1"'
    for other in (address, f"[{address}]"):
        for line in (usual, usual, usual, usual.replace('"1"', other)):
            assert found_by(reader, line, anchors) == found_by(None, line, anchors)


def test_text_after_an_array_has_a_template() -> None:
    reader = JSONLines(Anchors())
    for code in "12":
        reader.read(f'{{"tags":["a"],"log":"to /cb?code={code}"}}')
    assert reader._templates  # noqa: SLF001 - the cache is private


def test_names_of_paths_have_no_other_meaning() -> None:
    others = (
        member_names.QUERIES,
        member_names.HOSTS,
        member_names.SCHEMES,
        member_names.STATUSES,
        member_names.AGENTS,
        member_names.URL_HEADERS,
    )
    assert not any(member_names.PATHS & names for names in (*others, member_names.TYPED_VALUES, member_names.PAIR))
    assert not any(member_names.member_named(name).parameter for name in member_names.PATHS)


@examples(3000)
@given(lines_alike(), st.sampled_from(["", "https://a.example/cb", "https://app.example.com", "x://y/info"]))
def test_each_line_is_read_independently(lines: list[str], redirect_uri: str) -> None:
    anchors = Anchors([URL(redirect_uri)] if redirect_uri else [])
    reader = JSONLines(anchors)
    for line in [*lines, *lines]:
        assert found_by(reader, line, anchors) == found_by(None, line, anchors), line


def test_cache_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_REMEMBERED", 300)
    monkeypatch.setattr(json_lines, "MAX_SEEN", 3)
    anchors = Anchors()
    reader = JSONLines(anchors)
    lines = [f'{{"{name}":1,"status":{status},"uri":"/cb?code=1"}}' for name in "abcdef" for status in (302, 404, 302)]
    for line in [line for line in lines for _ in range(3)]:
        assert found_by(reader, line, anchors) == found_by(None, line, anchors)
        cached = sum(len(outline.finders) for outline in reader._templates.values())  # noqa: SLF001 - the cache is private
        assert cached <= 300 // len(line)
        assert len(reader._seen) <= 3  # noqa: SLF001 - as above
