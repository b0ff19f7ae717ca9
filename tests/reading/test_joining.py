"""Joining of lines: what its shortcut skips has no effect on the result."""

import re
from unittest import mock

import pytest
from connect_errors.captures import joining
from connect_errors.captures.anchors import Anchors
from connect_errors.captures.text import TextReader
from connect_errors.captures.window import Line, Window
from connect_errors.url import MAX_BYTES
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.properties import examples

HEADS = ["", "> ", "0010: ", "URL:", "Location: ", "<"]
URLS = ["https://a.example/cb?code=1", "https://a.example/cb?code=1&", "https://a.example/cb?code=3D1="]
WORDS = ["de=1", "code", "&state=1", "a&state=1", "https://b.example", "(", "a>"]
FIRST_LINE = st.tuples(
    st.sampled_from(HEADS), st.sampled_from(URLS), st.sampled_from([0, 60, 75]), st.sampled_from(["", "", " ", "."])
)
LINE = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", " "])).map("".join), max_size=3).map("".join)
LINES = st.lists(st.tuples(st.sampled_from(["", "", *HEADS]), LINE).map("".join), max_size=2)


@examples()
@given(FIRST_LINE, LINES, st.booleans())
def test_other_text_on_the_next_line_need_not_be_examined(
    first: tuple[str, str, int, str], following: list[str], is_header: bool
) -> None:
    head, url, width, after = first
    url = url[:-1] + "a" * (width - len(head + url)) + url[-1]
    window = Window()
    window.is_whole = True
    window.extend("\n".join([head + url + after, *following]))
    line = Line(1, window.text.find("\n", 1))
    place = Line(1 + len(head), 1 + len(head + url))
    joined = joining.join(window, place, line, is_header=is_header)
    with mock.patch.object(joining, "_OTHER_TEXT", re.compile("(?!)")):
        assert joining.join(window, place, line, is_header=is_header) == joined


@pytest.mark.parametrize(
    ("first", "following"),
    [("Location: /cb?code=1&state=1", "  &a"), ('url = "https://a.example/cb?code=1&state=1"', '    + "&a"')],
)
def test_a_url_over_endless_lines_is_read_once(first: str, following: str) -> None:
    """A URL that is too long is not joined with further lines, and its text is not kept."""
    blocks = [first, *["\n".join([following] * 10_000)] * 50]
    lengths: list[int] = []

    class RecordingWindow(Window):
        def extend(self, block: str) -> None:
            super().extend(block)
            lengths.append(len(self.text))

    with mock.patch("connect_errors.captures.text.Window", RecordingWindow):
        results = list(TextReader(Anchors()).read(blocks))
    assert [result.line for result in results] == [1]
    assert max(lengths) < 8 * MAX_BYTES < sum(map(len, blocks))
