"""Functions from Arrow batches to Arrow batches, for Spark's `mapInArrow`, DuckDB, and other Arrow-based engines.

pyarrow is imported when a function is called: the engine provides it, and this package does not depend on it.
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
"""The columns of a redirect, as a Spark schema."""

SUMMARY = "summary string"
"""The column of a summary."""


def check_batches(
    batches: "Iterable[RecordBatch]", column: str, keep: Sequence[str] = (), **options: Unpack[Options]
) -> "Iterator[RecordBatch]":
    """Find and judge the redirects in a column of lines, with a row for each.

    Args:
        batches: batches with the column, of strings or bytes; null is an empty line.
        column: its name.
        keep: columns of a line to copy to its redirects, before their own.
        options: how the lines are read and judged.

    Yields:
        A batch per input batch, with the columns in `keep` and `COLUMNS`: `rules` are the names of the broken rules,
        without duplicates, in the order of their places; `url` is masked.

    Raises:
        ImportError: pyarrow is not installed.
        KeyError: there is no such column.
        ValueError: see `LineChecker`.
    """
    import pyarrow as pa

    checker = LineChecker(**options)
    for batch in batches:
        lines: list[int] = []
        shapes: list[int] = []
        distinct: list[RedactedReport] = []
        indexes: dict[int, int] = {}
        for report in checker.check(_lines(batch, column)):
            shape = indexes.setdefault(id(report.renderings), len(distinct))  # the same object for all of a shape
            if shape == len(distinct):
                distinct.append(report)
            shapes.append(shape)
            lines.append((report.place.line or 1) - 1)
        kept_columns = batch.select(list(keep)).take(pa.array(lines, pa.int64()))
        results = _rows(distinct).take(pa.array(shapes, pa.int64()))
        schema = pa.schema([*kept_columns.schema, *results.schema])
        yield pa.RecordBatch.from_arrays([*kept_columns.columns, *results.columns], schema=schema)


def check_reader(
    reader: "RecordBatchReader", column: str, keep: Sequence[str] = (), **options: Unpack[Options]
) -> "RecordBatchReader":
    """Like `check_batches`, as a stream that engines read like a table."""
    import pyarrow as pa

    schema = pa.schema([*(reader.schema.field(name) for name in keep), *_rows([]).schema])
    return pa.RecordBatchReader.from_batches(schema, check_batches(reader, column, keep, **options))


def summarize_batches(
    batches: "Iterable[RecordBatch]", column: str, **options: Unpack[Options]
) -> "Iterator[RecordBatch]":
    """Count the redirects in a column of lines: one row, with the `Summary` as JSON.

    Arguments and exceptions are those of `check_batches`. Engines call this per partition; the summaries add up.
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
    except UnicodeDecodeError:  # engines pass lines of a file through unchecked
        lines = values.cast(pa.large_binary()).to_pylist()
    return lines
