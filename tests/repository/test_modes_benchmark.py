"""The benchmark of all modes, at a small size: it runs, and the rivals agree. `.ci/run` runs it in full."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import modes

BENCHMARK = Path(modes.__file__)


@pytest.mark.slow
def test_agrees_with_its_rivals() -> None:
    name = "access log"
    command = [sys.executable, str(BENCHMARK), "--redirects", "500", "--runs", "1", "--only", name]
    process = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    for one in modes.SETS:
        for mode in one.modes if one.name == name else ():
            assert f"| {one.name} | `{mode.name}` |" in process.stdout


def test_the_page_has_every_mode_in_the_order_of_the_benchmark() -> None:
    if not modes.PAGE.exists():
        pytest.skip("the page is tested in a checkout, not with an installed wheel")
    rows = re.findall(
        r"^\| ([^|`]+) \| `([^|]+)` \| [\d.]+ \| [\d.]+ \| [\d.]+ \|", modes.PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert rows == [(one.name, mode.name) for one in modes.SETS for mode in one.modes]


def test_captures_are_the_same_every_time() -> None:
    for one in modes.SETS:
        assert list(one.lines(50)) == list(one.lines(50))
        assert len(list(one.lines(50))) == 50


def test_one_line_of_a_log_in_ten_is_a_redirect() -> None:
    assert sum(" 302 " in line for line in modes.log(100)) == 10
    assert not any(" 302 " in line for line in modes.log(100, has_redirects=False))


def test_every_description_differs_where_it_shall() -> None:
    described = [line for line in modes.urls(300, differs=True) if "error_description=Request" in line]
    assert len(described) > 200
    assert len({line.partition("error_description=")[2] for line in described}) == len(described)
