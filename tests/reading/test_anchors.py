"""The anchor words find everything that the pattern finds: they only select where to try it."""

import pytest
from connect_errors.captures.anchors import Anchors, anchor_pattern
from connect_errors.url import URL
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.properties import examples

URIS = [
    (),
    (URL("https://a.example/callback"), URL("https://a.example/code=/error")),
    (URL("https://a.example"), URL("http://localhost:3000/"), URL("https://b.example/callback")),
]
PIECES = st.one_of(
    st.sampled_from(
        [
            *("error", "code", "code=", "&code=", "?error=x", "26code%3D", 'vehicle\\_id"', "vehicle_id:", "userId ="),
            *("\nuser_id\n", "Location: ", "location: https://", "https://", "connect.smartcar.com/oauth/authorize"),
            *("/callback", "/callback?", "/callback ", "A.example", "a.EXAMPLE?", "localhost:3000/ ", "\u212a", "\r\n"),
        ]
    ),
    st.text("ceor=:& \n/?", max_size=4),
)


@examples(1000)
@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(URIS), st.booleans(), st.integers(0, 20))
@example("Location: errorhttps://", (), True, 0)  # noqa: FBT003 - as given below
def test_anchors_match_the_pattern(text: str, uris: tuple[URL, ...], locations: bool, start: int) -> None:
    pattern = anchor_pattern(uris, locations=locations)
    expected = []
    at = start
    while match := pattern.search(text, at):
        expected.append((match.span(), match.groupdict()))
        at = match.start() + 1
    anchors = Anchors(uris, locations=locations)
    matches = [(match.span(), match.groupdict()) for match in anchors.find_all(text, start)]
    assert matches == expected
    for after in " \n":
        assert anchors.occur_in(text, after) == (pattern.search(f"\n{text}{after}") is not None)


@pytest.mark.parametrize("text", ["", "nothing", "decode the vehicles", "connect.smartcar.com"])
def test_a_word_alone_is_not_an_anchor(text: str) -> None:
    assert not Anchors().occur_in(text)
