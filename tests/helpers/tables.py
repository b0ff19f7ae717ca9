"""Tables of many rows that one test checks: a test for each would take longer to start than to run."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")


def check_each(rows: Iterable[Row], check: Callable[[Row], object], name: Callable[[Row], object] = str) -> None:
    """Check every row, and name those that fail: `AssertionError` with what each of them fails with."""
    failed = []
    for row in rows:
        try:
            check(row)
        except AssertionError as error:
            failed.append(f"{name(row)}: {error}")
        except Exception as error:
            error.add_note(f"in the row {name(row)}")
            raise
    if failed:
        raise AssertionError("\n".join([f"{len(failed)} of the rows:", *failed]))
