"""Benchmark on Spark: the guide's function, next to a plain Python UDF with jsonschema and Spark's built-in functions.

    python -m benchmarks.spark [--lines N ...] [--cores N] [--capture urls log] [--only TEXT]

Each way counts the conforming redirects in the same Parquet file, once, after a warm-up on the first thousand lines.
The output is a Markdown table: wall-clock time, and CPU time (Linux only), which other load hardly affects: that of
Spark and of its Python workers, without Spark's start-up. It is followed by an estimate for 10 billion lines,
extrapolated from the difference between the smallest and the largest run.

The UDF parses with the standard library and judges with jsonschema; it must return the same count. The built-in
functions split the query string and check whether an error has a description: this decides less than a schema, and
shows the cost of staying inside Spark. Neither finds redirects in a log. Lines beyond 100,000 repeat the first ones
with other states, as generating them would take longer than judging them.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from connect_errors.arrow import COLUMNS, SUMMARY, check_batches, summarize_batches
from connect_errors.bulk import LineFormat, Summary
from connect_errors.paths import SCHEMAS
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, element_at, expr, length, udf
from pyspark.sql.types import BooleanType

from benchmarks import modes

SUCCESSES = {"code": "authorization_code", "vehicle_id": "vehicle_reauthentication", "user_id": "user_connection"}
VALIDATORS: dict[str, Any] = {}


def conforms_by_jsonschema(url: str) -> bool:
    """The UDF that one would write; each worker compiles the schemas once."""
    if not VALIDATORS:
        from jsonschema import Draft202012Validator

        for path in [*SCHEMAS.glob("errors/*.json"), *SCHEMAS.glob("successes/*.json")]:
            VALIDATORS[path.stem] = Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
    parameters = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    outcome = parameters.get("error") or next((SUCCESSES[name] for name in SUCCESSES if name in parameters), "")
    is_conflict = "error" in parameters and ("code" in parameters or "vehicle_id" in parameters)
    return outcome in VALIDATORS and not is_conflict and bool(VALIDATORS[outcome].is_valid(parameters))


def count_in_summaries(lines: DataFrame, input_format: LineFormat) -> int:
    parts = lines.mapInArrow(partial(summarize_batches, column="value", input_format=input_format), SUMMARY).collect()
    return sum((Summary.from_dict(json.loads(part.summary)) for part in parts), Summary()).conforming


def count_rows(lines: DataFrame, input_format: LineFormat) -> int:
    redirects = lines.mapInArrow(partial(check_batches, column="value", input_format=input_format), COLUMNS)
    return int(redirects.filter("conforms").count())


def count_by_udf(lines: DataFrame, _: LineFormat) -> int:
    return int(lines.filter(udf(conforms_by_jsonschema, BooleanType())("value")).count())


def count_by_built_in(lines: DataFrame, _: LineFormat) -> int:
    parameters = lines.select(expr("str_to_map(parse_url(value, 'QUERY'), '&', '=')").alias("one"))
    has_error = element_at("one", "error").isNotNull()
    has_description = length(element_at("one", "error_description")) > 0
    return int(parameters.filter((~has_error & col("one").isNotNull()) | (has_error & has_description)).count())


WAYS: dict[str, Callable[[DataFrame, LineFormat], int]] = {
    "summary": count_in_summaries,
    "rows": count_rows,
    "Python UDF with jsonschema": count_by_udf,
    "built-in functions, which decide less": count_by_built_in,
}
CAPTURES = {"urls": list(WAYS), "log": ["summary", "rows"]}
"""The captures, and the ways that can read each."""
FORMATS: dict[str, LineFormat] = {"urls": "urls", "log": "text"}
EXTRAPOLATED_LINES = 10_000_000_000


class Run(NamedTuple):
    """The result of one way on a number of lines."""

    lines: int
    seconds: float
    cpu: float
    """Seconds of CPU time; NaN if the system does not report it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument(
        "--capture", choices=CAPTURES, nargs="+", default=["urls"], help="a list of URLs, or an access log"
    )
    parser.add_argument("--only", default="", help="the ways whose name has this")
    arguments = parser.parse_args()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the first python3 of the PATH may lack the package
    spark = (
        SparkSession.builder.master(f"local[{arguments.cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.files.maxPartitionBytes", "16m")
        .getOrCreate()
    )
    for capture in arguments.capture:
        names = [name for name in CAPTURES[capture] if arguments.only in name]
        print_table(spark, capture, names, sorted(arguments.lines))
    spark.stop()


def print_table(spark: SparkSession, capture: str, names: list[str], numbers: list[int]) -> None:
    """Run each way over each number of lines, and print what it takes."""
    runs: dict[str, list[Run]] = {name: [] for name in names}
    print("| Lines | Way | Seconds | CPU seconds | Lines per CPU second | Conforming |\n|--:|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            lines = spark.read.parquet(str(write(Path(folder) / f"{number}", capture, number)))
            counts = {name: measure(name, lines, FORMATS[capture], number, runs[name]) for name in runs}
            decided = {count for name, count in counts.items() if WAYS[name] is not count_by_built_in}
            assert len(decided) <= 1, counts
    print()
    for name, measured in runs.items():
        print(f"- {name}: {estimate(measured)}")


def measure(name: str, lines: DataFrame, input_format: LineFormat, number: int, runs: list[Run]) -> int:
    """Run one way, print its row, and return its result."""
    way = WAYS[name]
    way(lines.limit(1000), input_format)
    start, cpu = time.perf_counter(), cpu_seconds()
    count = way(lines, input_format)
    run = Run(number, time.perf_counter() - start, cpu_seconds() - cpu)
    runs.append(run)
    rate = number / run.cpu if run.cpu else float("inf")
    print(f"| {number:,} | {name} | {run.seconds:.1f} | {run.cpu:.1f} | {rate:,.0f} | {count:,} |", flush=True)
    return count


def estimate(runs: list[Run]) -> str:
    """Estimate the time for many more lines from the difference between the fewest and the most."""
    least, most = runs[0], runs[-1]
    if not most.cpu > least.cpu:  # with few lines, the first runs are the slowest: the JVM compiles
        return "too few lines, or too few numbers of them, to estimate more"
    each = (most.cpu - least.cpu) / (most.lines - least.lines)
    hours = each * EXTRAPOLATED_LINES / 3600
    return f"{each * 1e6:.1f} µs of CPU for each further line; {EXTRAPOLATED_LINES:,} take {hours:,.0f} core hours"


def cpu_seconds() -> float:
    """Return the CPU time of this process and all processes it started, including those that ended."""
    processes: dict[int, tuple[int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")
        except OSError:  # the process has ended
            continue
        values = fields.split()
        processes[int(stat.parent.name)] = int(values[1]), sum(map(int, values[11:15])) / os.sysconf("SC_CLK_TCK")
    total, generation = 0.0, {os.getpid()}
    while generation:
        total += sum(processes[pid][1] for pid in generation if pid in processes)
        generation = {pid for pid, (parent, _) in processes.items() if parent in generation}
    return total if processes else float("nan")


def write(folder: Path, capture: str, lines: int, distinct: int = 100_000) -> Path:
    """Write files of at most `distinct` lines each, with different states in each file."""
    folder.mkdir()
    make = modes.urls if capture == "urls" else modes.log
    made = pa.array(list(make(min(lines, distinct))))
    for number in range(-(-lines // distinct)):
        value = pc.replace_substring(made[: lines - number * distinct], "state=", f"state={number}")
        pq.write_table(pa.table({"value": value}), folder / f"{number}.parquet", compression="none")
    return folder


if __name__ == "__main__":
    main()
