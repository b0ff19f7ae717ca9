"""A table that one test checks names its rows that fail, and no others."""

import pytest

from tests.helpers.tables import check_each


def test_failing_rows_are_named() -> None:
    def check(number: int) -> None:
        assert number < 3, "too many"

    check_each([1, 2], check)
    with pytest.raises(AssertionError) as raised:
        check_each([1, 3, 2, 4], check, lambda number: f"row {number}")
    lines = [line for line in str(raised.value).splitlines() if line.startswith(("row", "2 of"))]
    assert lines == ["2 of the rows:", "row 3: too many", "row 4: too many"]


def test_a_table_without_rows_fails() -> None:
    with pytest.raises(AssertionError, match="no rows"):
        check_each([], str)


def test_other_exceptions_name_their_row() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        check_each([1, 0], lambda number: 1 / number)
    assert raised.value.__notes__ == ["in the row 0"]
