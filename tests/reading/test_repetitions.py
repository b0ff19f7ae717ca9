"""Repetitions of the same redirect, however they are encoded."""

from urllib.parse import quote

import pytest
from connect_errors.captures.candidates import Candidate
from connect_errors.captures.repetitions import Repetitions
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.properties import examples

VALUES = st.text(st.one_of(st.sampled_from("%=+/.~-_ &#aZ09"), st.characters(codec="utf-8")), min_size=1, max_size=12)


def encoded(value: str, choices: list[int]) -> str:
    """Encode each character of a value as required, or unnecessarily, or in lowercase."""
    pieces = []
    for index, character in enumerate(value):
        plain, lower = quote(character, safe=""), quote(character, safe="").lower()
        escaped = "".join(f"%{byte:02X}" for byte in character.encode())
        pieces.append((plain if plain == character else lower, plain, escaped)[choices[index % len(choices)]])
    return "".join(pieces)


@pytest.mark.parametrize(
    ("first", "second", "is_repetition"),
    [
        ("?code=1&x", "?code=1&x=", True),
        ("?code=1&state", "?code=1&state=", True),
        ("?x&code=%31", "?x=&code=1", True),
        ("?code=1&state=/a", "?code=1&state=%2Fa", True),
        ("?code=1&state=/a", "?code=1&state=/b", False),
        ("#/a?code=1", "#/%61?code=1", True),
        ("#/a?code=1", "#/b?code=1", False),
        ("#/a?code=1", "#code=1", False),
    ],
)
def test_is_repetition(first: str, second: str, *, is_repetition: bool) -> None:
    repetitions = Repetitions()
    for number, text in enumerate((first, second), 1):
        candidate = Candidate(f"https://a.example/{text}", number, 1, role="location", form=f"{number}", record=number)
        occurrence = repetitions.add(candidate)
    assert occurrence.is_repetition == is_repetition


@examples(1000)
@given(
    VALUES, st.lists(st.integers(0, 2), min_size=1, max_size=12), st.lists(st.integers(0, 2), min_size=1, max_size=12)
)
def test_encoding_does_not_distinguish_redirects(value: str, first: list[int], second: list[int]) -> None:
    repetitions = Repetitions()
    for number, choices in enumerate((first, second), 1):
        text = f"https://a.example/cb?code=1&state={encoded(value, choices)}"
        occurrence = repetitions.add(Candidate(text, number, 1, role="location", form=f"{number}", record=number))
        assert occurrence.is_repetition == (number > 1)
