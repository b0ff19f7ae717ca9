"""The benchmark of all modes, with a small capture, in one mode: `.ci/run` runs every mode, and the rivals agree."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import modes

BENCHMARK = Path(modes.__file__)


@pytest.mark.slow
def test_agrees_with_its_rivals() -> None:
    name = "list, one state"
    command = [sys.executable, str(BENCHMARK), "--redirects", "500", "--runs", "1", "--only", name]
    process = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    for benchmark in modes.BENCHMARKS:
        for mode in benchmark.modes if benchmark.name == name else ():
            assert f"| {benchmark.name} | `{mode.name}` |" in process.stdout


def test_page_lists_every_mode_in_order() -> None:
    if not modes.PAGE.exists():
        pytest.skip("the page is tested in a checkout, not with an installed wheel")
    rows = re.findall(
        r"^\| ([^|`]+) \| `([^|]+)` \| [\d.]+ \| [\d.]+ \| [\d.]+ \|", modes.PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert rows == [(benchmark.name, mode.name) for benchmark in modes.BENCHMARKS for mode in benchmark.modes]


def test_captures_are_deterministic() -> None:
    for benchmark in modes.BENCHMARKS:
        assert list(benchmark.lines(50)) == list(benchmark.lines(50))
        assert len(list(benchmark.lines(50))) == 50


def test_one_log_line_in_ten_is_a_redirect() -> None:
    assert sum(" 302 " in line for line in modes.log(100)) == 10
    assert not any(" 302 " in line for line in modes.log(100, has_redirects=False))


def test_descriptions_differ_in_their_benchmark() -> None:
    described = [line for line in modes.urls(300, differs=True) if "error_description=Request" in line]
    assert len(described) > 200
    assert len({line.partition("error_description=")[2] for line in described}) == len(described)
