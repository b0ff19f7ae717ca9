"""A redirect is found once, with its line, whatever medium it is put into; what is ordinary has none."""

import gzip
import html
import io
import itertools
import json
import quopri
import random
import textwrap
from collections.abc import Callable

import pytest
from connect_errors.captures import Capture
from connect_errors.shown import Shown
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.properties import examples

CODE = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
NOISE = (
    "",
    "2026-07-14T10:12:33Z INFO worker 7 has nothing to do",
    '203.0.113.7 - - [14/Jul/2026:10:12:33 +0000] "GET /assets/app.js?v=12 HTTP/1.1" 200 512 "-" "Mozilla/5.0"',
    "Location: https://app.example/login?next=%2Fhome",
    "We looked at it again today; see https://docs.example/errors?page=2.",
    '{"level": "info", "msg": "ready", "url": "https://app.example/?utm_source=x"}',
    "    return redirect(url, code=302)",
)


def found(data: bytes) -> list[tuple[int | None, str]]:
    return [(redirect.place.line, redirect.url.text) for redirect in Capture(Shown("-"), io.BytesIO(data))]


def wrapped(url: str, column: int) -> str:
    """Break a URL where the last line shows that it belongs to it: a word alone would not."""
    width = url.index("&state=") + column
    return "\n".join(textwrap.wrap(url, width, break_on_hyphens=False))


MEDIA: dict[str, Callable[[str], str]] = {
    "bare": lambda url: url,
    "wrapped in a value": lambda url: wrapped(url, -3),
    "wrapped in a name": lambda url: wrapped(url, 2),
    "HTML": lambda url: f'<p>See <a href="{html.escape(url)}">this</a></p>',
    "JSON": lambda url: json.dumps({"level": "info", "url": url}),
    "JSON, slashes": lambda url: json.dumps({"url": url}).replace("/", "\\/").replace("&", "\\u0026"),
    "JSON in JSON": lambda url: json.dumps({"log": json.dumps({"url": url}) + "\n"}),
    "log": lambda url: f"2026-07-14T10:12:33Z DEBUG [7] callback url={url} took=1ms",
    "access log": lambda url: f'203.0.113.7 - - [14/Jul/2026:10:12:33 +0000] "GET {url} HTTP/1.1" 302 0 "-" "x"',
    "mail": lambda url: f"> On Tuesday it was\n> {url}\n> Regards",
    "quoted-printable": lambda url: quopri.encodestring(url.encode()).decode(),
    "Markdown": lambda url: f"* It ends at [the callback]({url}), every time.",
    "code": lambda url: f"    url = '{url}';",
    "prose": lambda url: f"It ends at {url}, which is odd.",
    "header": lambda url: f"HTTP/1.1 302 Found\nLocation: {url}\nServer: nginx",
}
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
    assert found(data) == [(number + 1, url)]


WORDS = "the error code of a user state is not valid because vehicle description we denied request"


def ordinary(count: int) -> list[str]:
    """Lines of logs, code and prose, without a redirect; always the same."""
    choose = random.Random(13)  # noqa: S311 - not for secrets
    words = tuple(WORDS.split())
    makers: tuple[Callable[[], str], ...] = (
        lambda: " ".join(choose.choices(words, k=choose.randint(3, 12))).capitalize() + ".",
        lambda: (
            f"2026-07-14 10:12:{choose.randint(10, 59)} ERROR error={choose.choice(words)} code={choose.randint(1, 99)}"
        ),
        lambda: f'10.0.0.1 - - [14/Jul/2026] "GET /{choose.choice(words)}?id={choose.randint(1, 99)} HTTP/1.1" 200 5',
        lambda: f"if ({choose.choice(words)}.error === '{choose.choice(words)}') {{ throw new Error(code, state); }}",
        lambda: f'raise ApiError(code="{choose.choice(words)}", message="{choose.choice(words)}")',
        lambda: json.dumps({"error": choose.choice(words), "code": choose.randint(1, 999), "user_id": "7"}),
        lambda: f"error: {choose.choice(words)}",
        lambda: f"https://{choose.choice(words)}.example/?page={choose.randint(1, 99)}&q={choose.choice(words)}",
        lambda: f"  - code: {choose.choice(words)} # vehicle_id, user_id",
        lambda: f"def {choose.choice(words)}(error, code, state=None, error_description=None): ...",
    )
    return [choose.choice(makers)() for _ in range(count)]


def test_ordinary_lines_have_no_redirect() -> None:
    assert found("\n".join(ordinary(10_000)).encode()) == []


class Chunks(io.RawIOBase):
    """A stream that gives its bytes in pieces of given sizes."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._data, self._sizes = data, itertools.cycle(sizes)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # as it is called
        size = min(next(self._sizes), len(buffer))
        piece, self._data = self._data[:size], self._data[size:]
        buffer[: len(piece)] = piece
        return len(piece)


@examples(600)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(MEDIA)), urls, noise), min_size=1, max_size=5),
    st.lists(st.integers(1, 300), min_size=1, max_size=5),
)
def test_the_same_bytes_give_the_same_however_they_arrive(
    parts: list[tuple[str, str, list[str]]], sizes: list[int]
) -> None:
    text = "\n".join(line for medium, url, lines in parts for line in (*lines, MEDIA[medium](url), ""))
    data = text.encode()
    expected = found(data)
    assert [
        (redirect.place.line, redirect.url.text)
        for redirect in Capture(Shown("-"), io.BufferedReader(Chunks(data, sizes), buffer_size=sizes[0]))
    ] == expected
    middle = sizes[0] % len(data)
    assert found(gzip.compress(data[:middle]) + gzip.compress(data[middle:])) == expected
    assert found(b"\xef\xbb\xbf" + data) == expected
    assert found(text.encode("utf-16")) == expected
    assert found(data.replace(b"\n", b"\r\n")) == expected
