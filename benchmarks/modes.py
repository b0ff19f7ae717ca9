"""Benchmark of every mode on realistic captures, next to the scripts that one would write instead.

    python -m benchmarks.modes [--redirects N] [--runs N] [--only TEXT] [--write]

Each command runs in a separate process, in alternation; times are CPU time including start-up, and the best run counts.
The output is a Markdown table. The rival is a Node script with Ajv that does the same work: its summary is compared
with our summary, its JSON Lines with all other formats; for lists, there is also a Python script with jsonschema. All
must find the same redirects, of which the same must conform. In a log of N lines, every tenth line is a redirect.
`--write` writes the output into the page about speed.
"""

import argparse
import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import quote, quote_plus
from uuid import UUID

from connect_errors.catalog import errors
from connect_errors.paths import SCHEMAS

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "reference" / "speed.md"
_FIGURES = re.compile(r"(?<=\n)[\d,]+ lines each, the best of .*?(?=\n## )", re.DOTALL)
COMMAND = str(Path(sys.executable).parent / "connect-errors")
HOST = "app.example.com"
CALLBACK = f"https://{HOST}/callback"
STATE = "bGluZTE/cm91bmQ9Mg=="
VIN_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
MAKES = ("AUDI", "BMW", "FORD", "TESLA", "TOYOTA", "VOLKSWAGEN")
SUMMARY = re.compile(r"([\d,]+) redirects?, ([\d,]+) conform")
CONFORMS = re.compile(rb'"conforms": ?true')
ORDINARY_TARGETS = (
    "/",
    "/static/app.3f9c1.js",
    "/static/site.css",
    "/favicon.ico",
    "/api/vehicles?page=2",
    "/health",
    "/login",
)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
MAX_MEMORY = 60
DASH = "–"  # noqa: RUF001 - a dash in a cell


def make_parameters(random: Random, number: int, *, one_state: bool = False, differs: bool = False) -> dict[str, str]:
    """Return parameters as Connect sends them: 60 % codes, 10 % users, otherwise errors of all kinds; 7 % deviate."""
    kind = random.random()
    identifier = str(UUID(int=random.getrandbits(128)))
    if kind < 0.6 and not differs:
        parameters = {"code": identifier}
    elif kind < 0.7 and not differs:
        parameters = {"user_id": identifier}
    else:
        error = errors()[random.choice(list(errors()))]
        parameters = dict(error.examples[0]) | {"error_description": error.wordings[-1]}
        if differs:
            parameters["error_description"] = f"Request {number:07} of the user could not be completed"
        if error.name == "vehicle_incompatible":
            parameters |= {"make": random.choice(MAKES), "vin": "".join(random.choices(VIN_CHARACTERS, k=17))}
    state = base64.b64encode(random.randbytes(13)).decode()
    parameters["state"] = STATE if one_state and random.random() < 0.97 else state
    if random.random() < 0.07:
        deviate(random, parameters)
    return parameters


def deviate(random: Random, parameters: dict[str, str]) -> None:
    """Break a rule of the schemas, which every rival must detect too, or one that only warns."""
    if "error" not in parameters:
        # In a log, a user_id that is not a UUID, without a code, may be anything.
        rule = random.choice(
            ("conflicting-outcome", "unrecognized-parameter", *["invalid-value"][: "code" in parameters])
        )
        if rule == "conflicting-outcome":
            parameters["error"] = "access_denied"
        elif rule == "invalid-value":
            parameters["user_id"] = "725146a3-69f4"
        else:
            parameters["utm_source"] = "mail"
        return
    rule = random.choice(("missing-parameter", "empty-parameter", "unknown-error", "conflicting-outcome", "wording"))
    if rule == "missing-parameter":
        del parameters["error_description"]
    elif rule == "empty-parameter":
        parameters["error_description"] = ""
    elif rule == "unknown-error":
        parameters["error"] = random.choice(("user_cancelled", "invalid_scope"))
    elif rule == "conflicting-outcome":
        parameters["code"] = str(UUID(int=random.getrandbits(128)))
    else:
        parameters["error_description"] = "Something else went wrong"


def targets(random: Random, redirects: int, *, one_state: bool = False, differs: bool = False) -> Iterator[str]:
    """Yield paths with query strings; one in a hundred has a different path."""
    for number in range(redirects):
        parameters = make_parameters(random, number, one_state=one_state, differs=differs)
        encode: Callable[[str], str] = random.choice((quote_plus, _quote))
        path = "/callback" if random.random() < 0.99 else "/auth/callback"
        yield f"{path}?" + "&".join(f"{name}={encode(text)}" for name, text in parameters.items())


def _quote(text: str) -> str:
    return quote(text, safe="")


def urls(redirects: int, *, one_state: bool = False, differs: bool = False) -> Iterator[str]:
    random = Random(6749)  # noqa: S311 - a corpus, not a secret
    for target in targets(random, redirects, one_state=one_state, differs=differs):
        yield f"https://{HOST}{target}"


def requests(lines: int, *, has_redirects: bool) -> Iterator[tuple[int, str, int]]:
    """Yield requests to a server: second, target, status. One in ten is a redirect, or none is."""
    random = Random(9110)  # noqa: S311 - a corpus, not a secret
    redirects = targets(random, lines)
    for number in range(lines):
        if has_redirects and number % 10 == 0:
            yield number, next(redirects), 302
        else:
            yield number, random.choice(ORDINARY_TARGETS), 200


def log(lines: int, *, has_redirects: bool = True) -> Iterator[str]:
    """Yield an nginx access log in combined format."""
    for number, target, status in requests(lines, has_redirects=has_redirects):
        time = f"12/Mar/2026:{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02} +0000"
        size = number * 37 % 9000
        yield f'203.0.113.{number % 250} - - [{time}] "GET {target} HTTP/1.1" {status} {size} "-" "{AGENT}"'


def json_lines(lines: int) -> Iterator[str]:
    """Yield a Caddy access log."""
    for number, target, status in requests(lines, has_redirects=True):
        request = {
            "remote_ip": f"203.0.113.{number % 250}",
            "proto": "HTTP/2.0",
            "method": "GET",
            "host": HOST,
            "uri": target,
            "headers": {"User-Agent": [AGENT], "Accept": ["*/*"]},
        }
        entry = {
            "level": "info",
            "ts": 1773273600 + number / 8,
            "logger": "http.log.access",
            "msg": "handled request",
            "request": request,
            "duration": 0.0012,
            "size": number * 37 % 9000,
            "status": status,
        }
        yield json.dumps(entry, separators=(",", ":"))


def application_log(lines: int) -> Iterator[str]:
    """Yield the log of an application, which logs the URL of each request."""
    for number, target, _ in requests(lines, has_redirects=True):
        time = f"2026-03-12 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02},{number * 7 % 1000:03}"
        yield f"{time} INFO  [worker-{number % 4}] app.requests - received https://{HOST}{target}"


def container_log(lines: int) -> Iterator[str]:
    """Yield the access log of a container, as Docker writes it."""
    for number, line in enumerate(log(lines)):
        time = f"2026-03-12T00:{number // 60 % 60:02}:{number % 60:02}.{number * 7919 % 10**9:09}Z"
        entry = {"log": f"{line}\n", "stream": "stdout", "time": time}
        yield json.dumps(entry, separators=(",", ":")).replace("&", "\\u0026")


class Mode(NamedTuple):
    """A way to run the command, and the rival it is compared with."""

    name: str
    ours: tuple[str, ...]
    rival: tuple[str, ...]
    target: float | None = None


AT_URI = f"--redirect-uri={CALLBACK}"
SUMMARY_ONLY = Mode("-q", ("-q",), ("summary",), 0.5)
TEXT = Mode("text", (), ("jsonl",))
JSONL = Mode("jsonl", ("--format", "jsonl"), ("jsonl",), 0.35)
WITH_STATE = Mode("-q --state", ("-q", f"--state={STATE}"), ("summary", f"--state={STATE}"), 0.5)
WITH_URI = Mode("-q --redirect-uri", ("-q", AT_URI), ("summary", AT_URI), 0.5)
WITH_VALUES = Mode("jsonl --show-values", ("--format", "jsonl", "--show-values"), ("jsonl", "--show-values"), 1.5)
OTHER_FORMATS = tuple(Mode(name, ("--format", name), ("jsonl",)) for name in ("json", "junit", "sarif"))


class Benchmark(NamedTuple):
    """A capture, and the modes in which it is read."""

    name: str
    lines: Callable[[int], Iterator[str]]
    input: str
    modes: tuple[Mode, ...]


BENCHMARKS = (
    Benchmark("list of URLs", urls, "urls", (SUMMARY_ONLY, TEXT, JSONL, *OTHER_FORMATS, WITH_URI, WITH_VALUES)),
    Benchmark("list, one state", lambda count: urls(count, one_state=True), "urls", (WITH_STATE,)),
    Benchmark(
        "list, every description differs",
        lambda count: urls(count, differs=True),
        "urls",
        (SUMMARY_ONLY, TEXT, JSONL),
    ),
    Benchmark(
        "access log", log, "log", tuple(mode._replace(target=mode.target and 0.7) for mode in (SUMMARY_ONLY, WITH_URI))
    ),
    Benchmark("access log", log, "log", (TEXT, JSONL, WITH_VALUES)),
    Benchmark("log of an application", application_log, "text", (SUMMARY_ONLY._replace(target=0.7), JSONL)),
    Benchmark("log of a container", container_log, "container", (SUMMARY_ONLY, JSONL)),
    Benchmark("JSON Lines of a server", json_lines, "jsonl", (SUMMARY_ONLY, TEXT, JSONL)),
    Benchmark(
        "log with nothing to find",
        lambda count: log(count, has_redirects=False),
        "log",
        (SUMMARY_ONLY._replace(target=0.8), JSONL._replace(target=0.8)),
    ),
)


class Run(NamedTuple):
    """The result of a run: seconds of CPU time, peak memory in MB, and its counts, if it prints them."""

    seconds: float
    memory: float
    counted: tuple[int, int] | None


def measure(command: list[str], *, counts: bool = True) -> Run:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors_file:
        process = subprocess.Popen(command, stdout=output, stderr=errors_file, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors_file.seek(0)
        assert process.returncode in (0, 1, 3), (command, errors_file.read(2000))
        output.seek(0)
        counted: tuple[int, int] | None = None
        if process.returncode == 3:
            counted = 0, 0
        elif counts and process.returncode in (0, 1):
            counted = count(output)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, counted)


def count(output: Iterable[bytes]) -> tuple[int, int]:
    """Count the redirects found, and those that conform, in JSON Lines, a JSON summary or a text summary."""
    redirects = conforming = 0
    last = b""
    for line in output:
        last = line.strip() or last
        if line.startswith(b'{"redirects"'):
            summary = json.loads(line)
            return summary["redirects"], summary["conforming"]
        if line.startswith(b"{") and b'"conforms"' in line:
            redirects += 1
            conforming += bool(CONFORMS.search(line))
    if found := SUMMARY.search(last.decode("utf-8", "replace")):
        return int(found[1].replace(",", "")), int(found[2].replace(",", ""))
    return redirects, conforming


def best_run(runs: list[Run]) -> Run:
    assert len({run.counted for run in runs}) == 1, runs
    return Run(min(run.seconds for run in runs), max(run.memory for run in runs), runs[0].counted)


def run_in_alternation(commands: list[list[str]], runs: int, *, counts: bool = True) -> list[Run]:
    """Run commands in alternation, and return the best run of each."""
    rounds = [[measure(command, counts=counts) for command in commands] for _ in range(runs)]
    return [best_run(list(results)) for results in zip(*rounds, strict=True)]


def node_with_ajv() -> str | None:
    node = shutil.which("node")
    return node if node and (HERE.parent / "tests" / "ajv" / "node_modules").is_dir() else None


def print_row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def write_capture(folder: Path, lines: Iterator[str]) -> str:
    capture = folder / "capture"
    with capture.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return str(capture)


def compare(benchmark: Benchmark, capture: str, runs: int, node: str | None) -> float:
    """Print the rows of a capture; return the peak memory of our command."""
    peak_memory = 0.0
    for mode in benchmark.modes:
        commands = [[COMMAND, "validate", *mode.ours, capture]]
        if node:
            script = str(HERE / "rivals" / "modes.mjs")
            commands.append([node, script, str(SCHEMAS), capture, benchmark.input, *mode.rival])
        ours, *rivals = run_in_alternation(commands, runs, counts=mode not in OTHER_FORMATS)
        rival = rivals[0] if rivals else None
        target = mode.target or DASH
        theirs = f"{rival.seconds:.2f}" if rival else DASH
        is_equal = rival is None or ours.counted == rival.counted
        assert mode in OTHER_FORMATS or is_equal, (benchmark.name, mode.name, ours, rival)
        ratio = f"{ours.seconds / rival.seconds:.2f}" if rival else DASH
        print_row(benchmark.name, f"`{mode.name}`", f"{ours.seconds:.2f}", theirs, ratio, target, f"{ours.memory:.0f}")
        peak_memory = max(peak_memory, ours.memory)
    return peak_memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--redirects", type=int, default=200_000, help="lines of each capture")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", metavar="TEXT", help="the captures whose name has this text")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE.name}")
    arguments = parser.parse_args()
    if not arguments.write:
        report(arguments.redirects, arguments.runs, arguments.only)
        return
    with redirect_stdout(io.StringIO()) as printed:
        report(arguments.redirects, arguments.runs)
    PAGE.write_text(_FIGURES.sub(lambda _: printed.getvalue(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def report(redirects: int, runs: int, only: str = "") -> None:
    """Measure all modes of the captures whose name contains a text, and print the figures."""
    node = node_with_ajv()
    if not node:
        print("Node with Ajv is not installed, so it is left out: npm ci --prefix tests/ajv")
    print(f"{redirects:,} lines each, the best of {runs} {'run' if runs == 1 else 'runs'}:\n")
    print_row("Capture", "Mode", "Ours, s", "Node with Ajv, s", "Ratio", "Target", "Ours, MB")
    print("|---|---|--:|--:|--:|--:|--:|")
    peak_memory = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for benchmark in BENCHMARKS:
            if only not in benchmark.name:
                continue
            capture = write_capture(folder, benchmark.lines(redirects))
            peak_memory = max(peak_memory, compare(benchmark, capture, runs, node))
        if not only:
            report_list(folder, redirects, runs)
    print(f"\nThe highest of all modes: {peak_memory:.0f} MB; the target is {MAX_MEMORY} MB.")


def report_list(folder: Path, redirects: int, runs: int) -> None:
    """Compare the list with a Python script, and print that memory does not grow with its length."""
    tenth = measure([COMMAND, "validate", "-q", write_capture(folder, urls(max(1, redirects // 10)))])
    capture = write_capture(folder, urls(redirects))
    (ours,) = run_in_alternation([[COMMAND, "validate", "-q", capture]], runs)
    script = [sys.executable, str(HERE / "rivals" / "script.py"), "jsonschema", str(SCHEMAS), capture]
    plain = best_run([measure_script(script) for _ in range(runs)])
    assert ours.counted
    assert plain.counted
    assert ours.counted[1] == plain.counted[1], (ours, plain)
    print(f"\nThe summary of the list takes {ours.seconds:.2f} s, ", end="")
    print(f"and {plain.seconds:.2f} s with jsonschema in Python alone.")
    print(f"It takes {ours.memory:.0f} MB of memory, and {tenth.memory:.0f} MB for a tenth of the list.")


def measure_script(command: list[str]) -> Run:
    """Run the Python script, which counts only conforming redirects, by outcome."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        output.seek(0)
        conforming = sum(json.loads(output.read()).values())
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, (-1, conforming))


if __name__ == "__main__":
    main()
