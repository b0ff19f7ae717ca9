"""Escaping of copied URLs by various media, and how it is undone."""

import pytest
from connect_errors.escapes import MEDIA, unescape
from hypothesis import given
from hypothesis import strategies as st

PLAIN = "https://example.com/cb?error=access_denied&error_description=User%20denied&state=1"


@pytest.mark.parametrize(
    ("text", "expected", "media"),
    [
        (PLAIN, PLAIN, ()),
        (PLAIN.replace("&", "&amp;"), PLAIN, ("html",)),
        (PLAIN.replace("&", "&#38;"), PLAIN, ("html",)),
        (PLAIN.replace("&", "&#x26;"), PLAIN, ("html",)),
        (PLAIN.replace("&", r"\u0026"), PLAIN, ("json",)),
        (PLAIN.replace("&", r"\\u0026"), PLAIN, ("json",)),
        (PLAIN.replace("/", r"\/"), PLAIN, ("json",)),
        (PLAIN.replace("&", r"\x26").replace("=", r"\x3d"), PLAIN, ("log",)),
        (r"https://example.com/cb?state=\xC3\xA9", "https://example.com/cb?state=é", ("log",)),
        (PLAIN.replace("?", r"\?").replace("=", r"\=").replace("&", r"\&"), PLAIN, ("shell",)),
        (PLAIN.replace("&", "^&"), PLAIN, ("cmd",)),
        (PLAIN.replace("_", r"\_"), PLAIN, ("markdown",)),
        (r"https://example.com/cb?state=\ud83d\uDE00\u00e9", "https://example.com/cb?state=😀é", ("json",)),
        (r"https://example.com/cb?state=\uDE00\ud83d\u0026", "https://example.com/cb?state=\ude00\ud83d&", ("json",)),
        (PLAIN.replace("=", "=3D"), PLAIN, ("mail",)),
        (PLAIN.replace("=", "=3D").replace("denied&", "den=\nied&"), PLAIN, ("mail",)),
        ("error=3Daccess_denied", "error=access_denied", ("mail",)),
        (PLAIN.replace("&", r"\u0026amp;"), PLAIN.replace("&", "&amp;"), ("json",)),
        ("https://example.com/cb?state=a^b&code=3D", "https://example.com/cb?state=a^b&code=3D", ()),
        (
            "https://example.com/cb?a=1&amp;b=2&region=3&copy=4",
            "https://example.com/cb?a=1&b=2&region=3&copy=4",
            ("html",),
        ),
        ("https://example.com/cb?a=1&amp;b=&#233;&regional;", "https://example.com/cb?a=1&b=é&regional;", ("html",)),
        (r"https://example.com/cb?a=\/&b=c^&d=\&e", r"https://example.com/cb?a=\/&b=c^&d=\&e", ()),
        ("https://example.com/cb?a=1&amplitude=2", "https://example.com/cb?a=1&amplitude=2", ()),
    ],
)
def test_unescape(text: str, expected: str, media: tuple[str, ...]) -> None:
    assert unescape(text) == (expected, media)
    assert set(media) <= set(MEDIA)


@given(st.text(st.sampled_from("\\&^=3Dux26/amp;?\n\udc80é") | st.characters(codec=None)))
def test_unescape_accepts_any_text(text: str) -> None:
    unescaped = unescape(text)
    assert unescaped.media or unescaped.text == text
