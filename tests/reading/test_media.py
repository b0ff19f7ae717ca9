"""A redirect is found once, with its line, in any medium; ordinary lines contain none."""

import gzip
import io

import pytest
from connect_errors.captures import Capture
from connect_errors.shown import Shown
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.chunks import Chunks
from tests.helpers.media import MEDIA, NOISE, ordinary_lines
from tests.helpers.properties import examples

CODE = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"


def read_urls(data: bytes) -> list[tuple[int | None, str]]:
    return [(redirect.place.line, redirect.url.text) for redirect in Capture(Shown("-"), io.BytesIO(data))]


_LINES_BEFORE = {"mail": 1, "header": 1}

urls = st.builds(
    "https://{}/{}?{}&state={}".format,
    st.sampled_from(("app.example", "localhost:8000", "a.b-c.example")),
    st.sampled_from(("callback", "auth/smartcar", "v2/cb.php")),
    st.sampled_from(
        (
            "error=access_denied&error_description=User%20denied%20access%20to%20application.",
            "error=vehicle_incompatible&error_description=x%20y&vin=1FMSK8DH0LGB54321&make=FORD&region=US&copy=1",
            f"code={CODE}",
        )
    ),
    st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=6, max_size=60).filter(lambda text: text.strip("-")),
)
noise = st.lists(st.sampled_from(NOISE), max_size=4)


@pytest.mark.parametrize("medium", MEDIA)
@examples(300)
@given(url=urls, before=noise, after=noise)
def test_a_redirect_is_found_once(medium: str, url: str, before: list[str], after: list[str]) -> None:
    lines = [*before, "", MEDIA[medium](url), "", *after, "The end."]
    number = len(before) + 2 + _LINES_BEFORE.get(medium, 0)
    data = "\n".join(["Notes of today:", *lines]).encode()
    assert read_urls(data) == [(number + 1, url)]


def test_ordinary_lines_contain_no_redirect() -> None:
    assert read_urls("\n".join(ordinary_lines(4_000)).encode()) == []


@examples(600)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(MEDIA)), urls, noise), min_size=1, max_size=5),
    st.lists(st.integers(1, 300), min_size=1, max_size=5),
)
def test_the_same_bytes_give_the_same_redirects_however_they_arrive(
    parts: list[tuple[str, str, list[str]]], sizes: list[int]
) -> None:
    text = "\n".join(line for medium, url, lines in parts for line in (*lines, MEDIA[medium](url), ""))
    data = text.encode()
    expected = read_urls(data)
    assert [
        (redirect.place.line, redirect.url.text)
        for redirect in Capture(Shown("-"), io.BufferedReader(Chunks(data, sizes), buffer_size=sizes[0]))
    ] == expected
    middle = sizes[0] % len(data)
    assert read_urls(gzip.compress(data[:middle]) + gzip.compress(data[middle:])) == expected
    assert read_urls(b"\xef\xbb\xbf" + data) == expected
    assert read_urls(text.encode("utf-16")) == expected
    assert read_urls(data.replace(b"\n", b"\r\n")) == expected
