"""Fuzzing: `python -m tests.fuzz --seconds 60` for all targets, `--target url --seconds 3600` for one (README.md)."""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from scripts.page_tables import SECURITY, write_table
from tests.fuzz.minimize import minimize
from tests.fuzz.oracles import Broken
from tests.fuzz.targets import TARGETS

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
CRASHES = HERE / "crashes"
CRASH = "crash"
"""The file for an input that breaks an oracle."""
_MAX_LENGTH = 4000
"""Maximum number of bytes of an input."""
_MAX_SECONDS = 20
"""Maximum number of seconds per input; a slower one fails."""
_MAX_MEMORY = 1024
"""Maximum memory, in MB."""
_STATUS = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+)")
_DONE = re.compile(r"Done \d+ runs in (\d+) second")


class Run(NamedTuple):
    """The statistics of one target."""

    target: str
    inputs: int
    seconds: int
    edges: int
    """Control-flow edges that inputs have reached."""
    has_failed: bool


def main() -> int:
    """Fuzz, or judge the given inputs; return 1 if an oracle is broken."""
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--target", choices=TARGETS, action="append", help="what to fuzz; all by default")
    parser.add_argument("--seconds", type=int, default=60, help="how long, all targets together (default: 60)")
    parser.add_argument("--tries", type=int, help="how many inputs of each target, however long they take")
    parser.add_argument("--seed", type=int, default=1, help="the same seed tries the same inputs (default: 1)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="go on from what a run found, and keep what is new")
    parser.add_argument("--merge", type=Path, metavar="FOLDER", help="choose the corpus anew, also of these")
    parser.add_argument("--write", action="store_true", help="write the figures into the page about security")
    parser.add_argument("inputs", type=Path, nargs="*", metavar="INPUT", help="judge these instead, for one target")
    arguments = parser.parse_args()
    names = arguments.target or list(TARGETS)
    if arguments.inputs:
        return max(report_input(name, path.read_bytes(), path) for name in names for path in arguments.inputs)
    if not find_spec("atheris"):
        parser.error("Atheris is not installed: pip install --group fuzz (on Linux, x86-64)")
    if arguments.merge:
        for name in names:
            _merge(name, arguments.merge / name)
        return 0
    end = f"-max_total_time={max(1, arguments.seconds // len(names))}"
    if arguments.tries:
        end = f"-runs={arguments.tries}"
    runs = [_fuzz(name, end, arguments.seed, arguments.keep and arguments.keep / name) for name in names]
    if any(run.has_failed for run in runs):
        return 1
    if arguments.write:
        write_table(SECURITY, table(runs))
    return 0


def table(runs: Iterable[Run]) -> str:
    """Format the statistics as a Markdown table."""
    lines = ["| Target | Inputs | Minutes | Edges reached |", "|---|--:|--:|--:|"]
    lines += [f"| `{run.target}` | {run.inputs:,} | {run.seconds / 60:.0f} | {run.edges:,} |" for run in runs]
    return "\n".join(lines) + "\n"


def find_broken(name: str, data: bytes) -> Broken | None:
    """Return the oracle that an input breaks; an exception in the code under test breaks one, too."""
    try:
        TARGETS[name].check(data)
    except Broken as error:
        return error
    except Exception as error:  # noqa: BLE001 - any exception is a finding
        broken = Broken(f"no {type(error).__name__}", str(error))
        broken.__cause__ = error
        return broken
    return None


def report_input(name: str, data: bytes, path: Path | None = None) -> int:
    """Judge an input; print what it breaks, and how to reproduce that. Without a path, it is minimized and saved."""
    broken = find_broken(name, data)
    if broken is None:
        print(f"{name}: all oracles hold")
        return 0
    if path is None:
        oracle = broken.oracle
        data = minimize(data, lambda smaller: getattr(find_broken(name, smaller), "oracle", None) == oracle)
        broken = find_broken(name, data) or broken
    _print_broken(name, broken, data, path or _save_crash(name, data))
    return 1


def _save_crash(name: str, data: bytes) -> Path:
    path = CRASHES / name / hashlib.sha256(data).hexdigest()[:8]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _print_broken(name: str, broken: Broken, data: bytes, path: Path) -> None:
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    print(f"{name}: broken: {broken}\ninput: {data!r}\nrepeat: python -m tests.fuzz --target {name} {shown}")


def _fuzz(name: str, end: str, seed: int, keep: Path | None) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        stored = [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]
        start = _write_inputs(work / "start", [*TARGETS[name].seeds(), *stored])
        new = keep or work / "new"
        new.mkdir(parents=True, exist_ok=True)
        log = _run_engine(name, work, [f"-seed={seed}", end, str(new), str(start)])
        status = _STATUS.findall(log)
        inputs, edges = map(int, status[-1]) if status else (0, 0)
        done = _DONE.search(log)
        seconds = int(done[1]) if done else 0
        rate = f"{inputs // max(1, seconds):,} a second, " if done else ""
        print(f"{name}: {inputs:,} inputs, {rate}{edges} edges, seed {seed}", flush=True)
        failed = [path for path in work.iterdir() if path.is_file()]
        for path in failed:
            data = path.read_bytes()
            if path.name != CRASH:  # written by libFuzzer
                broken = Broken(f"an end within {_MAX_SECONDS} seconds, in {_MAX_MEMORY} MB", path.name)
                _print_broken(name, broken, data, _save_crash(name, data))
            elif not report_input(name, data):
                print(f"but not by itself: {data!r}")
        if not failed and not done:
            print(log[-2000:])
        return Run(name, inputs, seconds, edges, has_failed=bool(failed) or not done)


def _merge(name: str, folder: Path) -> None:
    """Minimize the corpus, including the inputs that a run kept: the fewest that cover what no seed covers."""
    corpus = CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        chosen = _write_inputs(Path(work, "chosen"), TARGETS[name].seeds())
        seeds = set(chosen.iterdir())
        _run_engine(name, Path(work), ["-set_cover_merge=1", "-use_counters=0", str(chosen), str(corpus), str(folder)])
        for path in corpus.iterdir():
            path.unlink()
        for path in set(chosen.iterdir()) - seeds:
            (corpus / path.name[:8]).write_bytes(path.read_bytes())


def _write_inputs(folder: Path, inputs: Iterable[bytes]) -> Path:
    folder.mkdir()
    for number, data in enumerate(inputs):
        (folder / f"{number:04}").write_bytes(data)
    return folder


def _run_engine(name: str, work: Path, options: Sequence[str]) -> str:
    """Run Atheris in a separate process, which saves failing inputs in `work`."""
    command = [sys.executable, "-m", "tests.fuzz.engine", name, str(work / CRASH)]
    bounds = [
        f"-max_len={_MAX_LENGTH}",
        f"-timeout={_MAX_SECONDS}",
        f"-rss_limit_mb={_MAX_MEMORY}",
        f"-artifact_prefix={work}/",
    ]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "error"}
    result = subprocess.run(
        [*command, *bounds, *options], cwd=HERE.parents[1], env=environment, capture_output=True, check=False
    )
    return result.stderr.decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
