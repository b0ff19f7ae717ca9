"""The guide's script on Spark with two cores: every row and the summary, compared with the command."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.engines.conftest import Command, Row, Script, log, urls

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("pyspark")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java")]

LINES = 60_000
"""Several batches of Arrow in each of several files, which Spark gives to both cores."""
FILES = 3
SUBMIT = ("spark-submit", "--master", "local[2]", "check_spark.py")


def read_rows(path: Path) -> list[dict[str, Any]]:
    redirects: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return redirects


def parse_summary(printed: str) -> dict[str, Any]:
    """Return the script's output without the Python warnings that spark-submit prints before it."""
    result: dict[str, Any] = json.loads(printed[printed.index("{\n") :])
    return result


def to_row(redirect: dict[str, Any]) -> Row:
    return redirect["kind"], redirect["outcome"], redirect["conforms"], tuple(redirect["rules"]), redirect["url"]


def test_a_log_matches_the_command(folder: Path, run_script: Script, run_command: Command) -> None:
    text = log(LINES)
    (folder / "log").write_bytes(text)
    (folder / "logs").mkdir()
    (folder / "logs/1.log").write_bytes(text[: len(text) // 3])
    with (folder / "logs/1.log").open("ab") as file:  # up to a line end
        file.write(text[len(text) // 3 :].partition(b"\n")[0] + b"\n")
    (folder / "logs/2.log").write_bytes(text[len(text) // 3 :].partition(b"\n")[2])
    expected = run_command(folder / "log", "text")
    assert parse_summary(run_script(*SUBMIT, "logs", "redirects", "text")) == expected.summary
    assert Counter(map(to_row, read_rows(folder / "redirects"))) == expected.row_counts()
    assert expected.summary["redirects"] > LINES / 11


def test_parquet_matches_the_command(folder: Path, run_script: Script, run_command: Command) -> None:
    lines = urls(LINES)
    (folder / "urls").write_text("\n".join(lines), encoding="utf-8")
    numbers = pa.array(range(1, len(lines) + 1), pa.int64())
    columns = {
        "number": numbers,
        "value": pa.array([line or None for line in lines]),
        "an extra": numbers.cast("string"),
    }
    (folder / "urls.parquet").mkdir()
    for number in range(FILES):
        part = pa.table(columns)[number * len(lines) // FILES : (number + 1) * len(lines) // FILES]
        parquet.write_table(part, folder / f"urls.parquet/{number}.parquet", row_group_size=LINES // 7)
    expected = run_command(folder / "urls", "urls")
    assert parse_summary(run_script(*SUBMIT, "urls.parquet", "redirects", "urls")) == expected.summary
    redirects = read_rows(folder / "redirects")
    assert sorted((redirect["number"], to_row(redirect)) for redirect in redirects) == expected.rows
    assert all(redirect["an extra"] == str(redirect["number"]) for redirect in redirects)
