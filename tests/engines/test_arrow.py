"""Arrow batches, compared with the command; and DuckDB, which reads them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from connect_errors.bulk import Summary
from connect_errors.report import RedactedReport
from connect_errors.shown import Shown

from benchmarks.modes import CALLBACK
from tests.engines.conftest import Command, Script, log, urls

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

from connect_errors.arrow import COLUMNS, SUMMARY, check_batches, check_reader, summarize_batches  # noqa: E402

TYPES = [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int32(), pa.string())]


def batches(lines: list[Any], size: int, kind: Any) -> list[Any]:
    parts = [(start, lines[start : start + size]) for start in range(0, len(lines), size)]
    return [
        pa.RecordBatch.from_pydict({"id": list(range(start, start + len(part))), "line": pa.array(part, kind)})
        for start, part in parts
    ]


def table(reports: Any) -> list[tuple[int, tuple[Any, ...]]]:
    rows = pa.Table.from_batches(list(reports)).to_pylist()
    return [
        (row["id"] + 1, (row["kind"], row["outcome"], row["conforms"], tuple(row["rules"]), row["url"])) for row in rows
    ]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_rows_match_the_command(kind: Any, tmp_path: Path, run_command: Command) -> None:
    lines = urls(3000)
    (tmp_path / "urls").write_text("\n".join(lines), encoding="utf-8")
    expected = run_command(tmp_path / "urls", "urls")
    input_batches = batches(lines, 700, pa.string() if pa.types.is_dictionary(kind) else kind)
    options: Any = {"input_format": "urls", "redirect_uri": CALLBACK}
    if pa.types.is_dictionary(kind):
        input_batches = [batch.set_column(1, "line", batch["line"].dictionary_encode()) for batch in input_batches]
    assert table(check_batches(input_batches, "line", ["id"], **options)) == expected.rows
    (part,) = summarize_batches(input_batches, "line", **options)
    assert json.loads(part["summary"][0].as_py()) == expected.summary


def test_lines_that_are_not_utf_8_match_the_command(tmp_path: Path, run_command: Command) -> None:
    (tmp_path / "text").write_bytes(log(300))
    expected = run_command(tmp_path / "text", "text")
    raw = pa.array((tmp_path / "text").read_bytes().split(b"\n"), pa.binary())
    not_checked = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
    batch = pa.RecordBatch.from_pydict({"id": list(range(len(raw))), "line": not_checked})
    assert table(check_batches([batch], "line", ["id"], redirect_uri=CALLBACK)) == expected.rows


def test_columns_match_their_declaration() -> None:
    (empty,) = check_batches(batches(["", None], 2, pa.string()), "line")
    kinds = {"string": "string", "bool": "boolean", "list<element: string>": "array<string>"}
    kinds["list<item: string>"] = kinds["list<element: string>"]
    assert ", ".join(f"{field.name} {kinds[str(field.type)]}" for field in empty.schema) == COLUMNS
    assert empty.num_rows == 0
    (part,) = summarize_batches([], "line")
    assert (part.schema.names, SUMMARY) == (["summary"], "summary string")
    assert Summary.from_dict(json.loads(part["summary"][0].as_py())) == Summary()


def test_a_reader_keeps_columns_and_is_lazy() -> None:
    read = []

    def input_batches() -> Any:
        for batch in batches(["https://a.example/?error=x"] * 4, 1, pa.string()):
            read.append(batch)
            yield batch

    source = pa.RecordBatchReader.from_batches(pa.schema([("id", pa.int64()), ("line", pa.string())]), input_batches())
    reader = check_reader(source, "line", ["id"], input_format="urls")
    assert reader.schema.names == ["id", "kind", "outcome", "conforms", "rules", "url"]
    assert reader.read_next_batch()["id"].to_pylist() == [0]
    assert len(read) < 4


def test_a_missing_column_raises_an_exception() -> None:
    with pytest.raises(KeyError, match="value"):
        next(check_batches(batches([""], 1, pa.string()), "value"))


def test_reports_of_a_shape_share_their_renderings() -> None:
    """`check_batches` considers reports equal if they share this object."""
    report = RedactedReport(Shown(""), None, None, {})
    assert report.at(report.place, ()).renderings is report.renderings


def test_duckdb_matches_the_command(folder: Path, run_script: Script, run_command: Command) -> None:
    pytest.importorskip("duckdb")
    lines = log(3000).decode("utf-8", "replace").splitlines()
    (folder / "text").write_text("\n".join(lines), encoding="utf-8")
    for number in range(3):
        parquet.write_table(pa.table({"value": lines[number::3]}), folder / f"{number}.parquet")
    printed = run_script(sys.executable, "check_duckdb.py", "*.parquet")
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in printed.splitlines() if "│" in line][2:]
    expected: dict[tuple[str, ...], int] = {}
    for _, (kind, outcome, conforms, _, _) in run_command(folder / "text", "text").rows:
        key = (kind or "NULL", outcome or "NULL", str(conforms).lower())
        expected[key] = expected.get(key, 0) + 1
    assert {(kind, outcome, conforms): int(count) for kind, outcome, conforms, count in rows} == expected
