"""Benchmark of throughput: `connect-errors validate -q` on a list, next to the scripts that one would write instead.

    python -m benchmarks.throughput [--redirects N] [--runs N]

All judge the same seeded corpus, each in a separate process on one core, in alternation, including start-up. Prints
medians, the time per redirect, ratios to connect-errors, and peak memory. All must count the same conforming redirects;
only connect-errors also checks encoding, characters, repetition and wording.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote, quote_plus
from uuid import UUID

from connect_errors.catalog import errors, successes
from connect_errors.paths import SCHEMAS

HERE = Path(__file__).parent
VIN_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
FREQUENT = {"access_denied": 40, "user_manually_returned_to_application": 25}
UNKNOWN = ("user_cancelled", "invalid_scope", "temporarily_unavailable")


def corpus(redirects: int, seed: int = 6749) -> Iterator[str]:
    """Generate URLs with unique states: 20 % successes, 2 % unknown errors, 5 % of errors without a description."""
    random = Random(seed)  # noqa: S311 - a corpus, not a secret
    codes = list(errors())
    weights = [FREQUENT.get(code, 5) for code in codes]
    for _ in range(redirects):
        kind = random.random()
        if kind < 0.2:
            success = random.choice(list(successes().values()))
            parameters = dict(success.examples[0]) | {success.discriminator: str(UUID(int=random.getrandbits(128)))}
        elif kind < 0.22:
            parameters = {"error": random.choice(UNKNOWN), "error_description": "Something else went wrong"}
        else:
            error = errors()[random.choices(codes, weights)[0]]
            parameters = dict(error.examples[0]) | {"error_description": error.wordings[-1]}
            if error.name == "vehicle_incompatible":
                parameters |= {"vin": "".join(random.choices(VIN_CHARACTERS, k=17)), "make": "TESLA"}
            if random.random() < 0.05:
                del parameters["error_description"]
        parameters["state"] = f"{random.getrandbits(64):016x}"
        encode = random.choice((quote_plus, quote))
        yield "https://example.com/callback?" + "&".join(f"{name}={encode(text)}" for name, text in parameters.items())


def commands(capture: Path) -> dict[str, list[str]]:
    script = str(HERE / "rivals" / "script.py")
    commands_by_name = {
        "connect-errors": [str(Path(sys.executable).parent / "connect-errors"), "validate", "-q", str(capture)],
        **{
            f"script with {library}": [sys.executable, script, library, str(SCHEMAS), str(capture)]
            for library in ("jsonschema", "jsonschema-rs", "fastjsonschema")
        },
    }
    node = shutil.which("node")
    if node and (HERE.parent / "tests" / "ajv" / "node_modules").is_dir():
        commands_by_name["Node script with Ajv"] = [
            node,
            str(HERE / "rivals" / "script.mjs"),
            str(SCHEMAS),
            str(capture),
        ]
    else:
        print("Node with Ajv is not installed, so it is left out: npm ci --prefix tests/ajv")
    return commands_by_name


def measure(command: list[str]) -> tuple[float, float, str]:
    """Run a command on one core; return seconds, peak memory in MB, and its output."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode in (0, 1), command
        output.seek(0)
        return seconds, usage.ru_maxrss / 1024, output.read()


def conforming(output: str) -> int:
    """Return the number of conforming redirects that a command counted."""
    if output.startswith("{"):
        return sum(json.loads(output).values())
    return int(output.splitlines()[-1].split(", ")[1].split()[0].replace(",", ""))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--redirects", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # inherited by child processes
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "redirects.txt"
        with capture.open("w", encoding="utf-8") as file:
            file.writelines(f"{url}\n" for url in corpus(arguments.redirects))
        size = capture.stat().st_size / 1e6
        print(f"{arguments.redirects:,} redirects, {size:.1f} MB, {arguments.runs} runs each, one core\n")
        competitors = commands(capture)
        results: dict[str, list[tuple[float, float, str]]] = {name: [] for name in competitors}
        for _ in range(arguments.runs):
            for name, command in competitors.items():
                results[name].append(measure(command))
    counts = {name: {conforming(output) for _, _, output in runs} for name, runs in results.items()}
    assert len(set.union(*counts.values())) == 1, counts
    medians = {name: statistics.median(seconds for seconds, _, _ in runs) for name, runs in results.items()}
    print(f"{'':28}{'median':>9}{'a redirect':>12}{'ratio':>8}{'peak':>10}")
    for name, median in medians.items():
        peak = max(memory for _, memory, _ in results[name])
        ratio = median / medians["connect-errors"]
        each = median / arguments.redirects * 1e6
        print(f"{name:28}{median:7.2f} s{each:9.2f} µs{ratio:8.1f}{peak:7.0f} MB")


if __name__ == "__main__":
    main()
