"""Checks of tables in one test: with a test per row, most of the time would go into starting tests."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")


def check_each(rows: Iterable[Row], check: Callable[[Row], object], name: Callable[[Row], object] = str) -> None:
    """Check every row; raise an `AssertionError` that lists the rows that failed, each with its own message."""
    failures = []
    all_rows = list(rows)
    assert all_rows, "there are no rows"
    for row in all_rows:
        try:
            check(row)
        except AssertionError as error:
            failures.append(f"{name(row)}: {error}")
        except Exception as error:
            error.add_note(f"in the row {name(row)}")
            raise
    if failures:
        raise AssertionError("\n".join([f"{len(failures)} of the rows:", *failures]))
