"""Batches of Arrow in, batches of Arrow out: for Spark's `mapInArrow`, DuckDB, and all else that speaks Arrow.

pyarrow is imported when a function is called: the engines bring it, and the package does not depend on it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Unpack

from connect_errors.bulk import LineChecker, Options
from connect_errors.report import RedactedReport

if TYPE_CHECKING:
    from pyarrow import RecordBatch, RecordBatchReader

__all__ = ["COLUMNS", "SUMMARY", "check_batches", "check_reader", "summarize_batches"]

COLUMNS = "kind string, outcome string, conforms boolean, rules array<string>, url string"
"""The columns of a redirect, as Spark writes a schema."""

SUMMARY = "summary string"
"""The column of a summary."""


def check_batches(
    batches: "Iterable[RecordBatch]", column: str, keep: Sequence[str] = (), **options: Unpack[Options]
) -> "Iterator[RecordBatch]":
    """Find and judge the redirects in a column of lines: a row for each of them.

    Args:
        batches: with the column, of strings or bytes; null is an empty line.
        column: its name.
        keep: the columns of a line that its redirects take along, before their own.
        options: how the lines are read and judged.

    Yields:
        A batch for each one that came in, with the columns of `keep` and `COLUMNS`: `rules` are the names of the rules
        that are broken, each once, in the order of their places; `url` is masked.

    Raises:
        ImportError: pyarrow is not installed.
        KeyError: there is no such column.
        ValueError: as `LineChecker`.
    """
    import pyarrow as pa

    checker = LineChecker(**options)
    for batch in batches:
        lines: list[int] = []
        shapes: list[int] = []
        distinct: list[RedactedReport] = []
        known: dict[int, int] = {}
        for report in checker.check(_lines(batch, column)):
            shape = known.setdefault(id(report.renderings), len(distinct))  # the same object for all of a shape
            if shape == len(distinct):
                distinct.append(report)
            shapes.append(shape)
            lines.append((report.place.line or 1) - 1)
        kept = batch.select(list(keep)).take(pa.array(lines, pa.int64()))
        found = _rows(distinct).take(pa.array(shapes, pa.int64()))
        schema = pa.schema([*kept.schema, *found.schema])
        yield pa.RecordBatch.from_arrays([*kept.columns, *found.columns], schema=schema)


def check_reader(
    reader: "RecordBatchReader", column: str, keep: Sequence[str] = (), **options: Unpack[Options]
) -> "RecordBatchReader":
    """Do what `check_batches` does, as a stream that engines read like a table."""
    import pyarrow as pa

    schema = pa.schema([*(reader.schema.field(name) for name in keep), *_rows([]).schema])
    return pa.RecordBatchReader.from_batches(schema, check_batches(reader, column, keep, **options))


def summarize_batches(
    batches: "Iterable[RecordBatch]", column: str, **options: Unpack[Options]
) -> "Iterator[RecordBatch]":
    """Count the redirects in a column of lines: one row, with the JSON of the `Summary`.

    The arguments and exceptions are those of `check_batches`. Engines call this for each partition: the summaries
    add up.
    """
    import pyarrow as pa

    checker = LineChecker(**options)
    for batch in batches:
        checker.count(_lines(batch, column))
    yield pa.RecordBatch.from_pydict({"summary": [json.dumps(checker.summary.to_dict())]})


def _rows(reports: Sequence[RedactedReport]) -> "RecordBatch":
    import pyarrow as pa

    rules = [list(dict.fromkeys(finding.rule for finding in report.findings)) for report in reports]
    columns = {
        "kind": pa.array([report.kind for report in reports], pa.string()),
        "outcome": pa.array([report.outcome for report in reports], pa.string()),
        "conforms": pa.array([report.conforms for report in reports], pa.bool_()),
        "rules": pa.array(rules, pa.list_(pa.string())),
        "url": pa.array([report.url for report in reports], pa.string()),
    }
    return pa.RecordBatch.from_pydict(columns)


def _lines(batch: "RecordBatch", column: str) -> list[str | bytes | None]:
    import pyarrow as pa

    values = batch.column(column)
    try:
        lines: list[str | bytes | None] = values.to_pylist()
    except UnicodeDecodeError:  # engines take a line of a file as it is
        lines = values.cast(pa.large_binary()).to_pylist()
    return lines
