"""The scanner's shortcuts: what they skip has no effect on the result."""

import re
from unittest import mock

import pytest
from connect_errors.captures import scanner
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.properties import examples

PIECES = [
    *(
        "code=1",
        ";code=1",
        "&code=1",
        "26code=1",
        ",",
        ";",
        "|",
        "=",
        "'",
        "?",
        "#",
        "%3F",
        "\\x3f",
        "\\",
        "/",
        "/cb",
        "-",
        ".",
        "x",
    ),
    *("https://", "a.example", "a.example/cb", "localhost", ":80", "[::1]/", " ", '"', "\t", "\x1b[0m", "\x1b]8;;"),
]
ENDS = ["&quot;", "&#0039;", "&amp;", "'", "',", *"()[]{}<>*。", "{}", "\\u0026", "\\\\", "\\x27"]
LINES = st.lists(st.sampled_from([*PIECES, *ENDS]), max_size=30).map("".join)


@examples()
@given(LINES)
def test_text_before_a_name_need_not_be_searched_again(line: str) -> None:
    text = f"\n{line}\n"
    finder = scanner.URLFinder(1, len(text) - 1)
    for name in re.finditer("code", text):
        assert finder.find(text, name.start()) == scanner.find_url(text, 1, len(text) - 1, name.start())


@examples()
@given(LINES, st.integers(1, 9))
def test_text_beyond_the_end_need_not_be_searched(line: str, characters: int) -> None:
    text = f"\n{line}\n"
    for name in re.finditer("code", text):
        for start in range(1, name.start() + 1):
            end = scanner.find_end(text, start, len(text) - 1, name.start())
            with mock.patch.object(scanner, "MIN_SEARCHED", characters):
                assert scanner.find_end(text, start, len(text) - 1, name.start()) == end


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (";/cb?code=1;code=2", "/cb?code=1"),
        (";/cb?code=1&quot;", "/cb?code=1"),
        (";/cb?code=1&amp;code=2;code=3", "/cb?code=1&amp;code=2"),
        (r";/cb?code=1\;code=2", "/cb?code=1"),
        (",/cb?code=1&quot;,", "/cb?code=1"),
        ("|/cb?code=1 ,|", "/cb?code=1"),
    ],
)
def test_end_of_a_field(text: str, url: str) -> None:
    assert text[1 : scanner.find_end(text, 1, len(text), text.index("code"))] == url


def test_encoded_query_mark_before_a_field() -> None:
    text = "\nx%3F|code=1\n"
    assert scanner.find_url(text, 1, len(text) - 1, text.index("code")).start == text.index("code")
