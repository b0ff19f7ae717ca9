"""Spark: the guide's function, beside a plain Python UDF with jsonschema and beside Spark's built-in functions.

    python benchmarks/spark.py [--redirects N ...] [--cores N] [--only TEXT]

Each counts the conforming redirects of the same list in Parquet, once, after a warm-up on the first thousand. Time is
that of the clock, without the start of Spark. Printed is a table in Markdown. The UDF parses with the standard library
and judges with jsonschema; it must agree on the count. The built-in functions split the query and look whether the
error has a description: that decides less than a schema does, and shows what staying inside Spark costs. More than
100,000 redirects are the same ones again, as making them would take longer than judging them.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from connect_errors.arrow import COLUMNS, SUMMARY, check_batches, summarize_batches
from connect_errors.bulk import Summary
from connect_errors.paths import SCHEMAS
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, element_at, expr, length, udf
from pyspark.sql.types import BooleanType

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import modes

SUCCESSES = {"code": "authorization_code", "vehicle_id": "vehicle_reauthentication", "user_id": "user_connection"}
JUDGES: dict[str, Any] = {}


def conforms_by_jsonschema(url: str) -> bool:
    """What one would write: each worker compiles the schemas once."""
    if not JUDGES:
        from jsonschema import Draft202012Validator

        for path in [*SCHEMAS.glob("errors/*.json"), *SCHEMAS.glob("successes/*.json")]:
            JUDGES[path.stem] = Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
    parameters = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    outcome = parameters.get("error") or next((SUCCESSES[name] for name in SUCCESSES if name in parameters), "")
    is_conflict = "error" in parameters and ("code" in parameters or "vehicle_id" in parameters)
    return outcome in JUDGES and not is_conflict and bool(JUDGES[outcome].is_valid(parameters))


def summarized(lines: DataFrame) -> int:
    parts = lines.mapInArrow(partial(summarize_batches, column="value", input_format="urls"), SUMMARY).collect()
    return sum((Summary.from_dict(json.loads(part.summary)) for part in parts), Summary()).conforming


def rows(lines: DataFrame) -> int:
    found = lines.mapInArrow(partial(check_batches, column="value", input_format="urls"), COLUMNS)
    return int(found.filter("conforms").count())


def python_udf(lines: DataFrame) -> int:
    return int(lines.filter(udf(conforms_by_jsonschema, BooleanType())("value")).count())


def built_in(lines: DataFrame) -> int:
    parameters = lines.select(expr("str_to_map(parse_url(value, 'QUERY'), '&', '=')").alias("one"))
    has_error = element_at("one", "error").isNotNull()
    is_sound = length(element_at("one", "error_description")) > 0
    return int(parameters.filter((~has_error & col("one").isNotNull()) | (has_error & is_sound)).count())


WAYS: dict[str, Callable[[DataFrame], int]] = {
    "summary": summarized,
    "rows": rows,
    "Python UDF with jsonschema": python_udf,
    "built-in functions, which decide less": built_in,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--redirects", type=int, nargs="+", default=[100_000, 1_000_000, 3_000_000])
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--only", default="", help="the ways whose name has this")
    arguments = parser.parse_args()
    spark = (
        SparkSession.builder.master(f"local[{arguments.cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.files.maxPartitionBytes", "16m")
        .getOrCreate()
    )
    print("| Redirects | Way | Seconds | Redirects per second and core | Conforming |\n|--:|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for redirects in arguments.redirects:
            path = write(Path(folder) / f"{redirects}", redirects)
            counts = set()
            for name, way in WAYS.items():
                if arguments.only in name:
                    lines = spark.read.parquet(str(path))
                    way(lines.limit(1000))
                    start = time.perf_counter()
                    count = way(lines)
                    seconds = time.perf_counter() - start
                    each = redirects / seconds / arguments.cores
                    print(f"| {redirects:,} | {name} | {seconds:.1f} | {each:,.0f} | {count:,} |", flush=True)
                    if way is not built_in:
                        counts.add(count)
            assert len(counts) <= 1, counts
    spark.stop()


def write(folder: Path, redirects: int, distinct: int = 100_000) -> Path:
    """Write files of at most `distinct` redirects each."""
    folder.mkdir()
    table = pa.table({"value": list(modes.urls(min(redirects, distinct)))})
    for number in range(-(-redirects // distinct)):
        pq.write_table(table, folder / f"{number}.parquet", compression="none")
    return folder


if __name__ == "__main__":
    main()
