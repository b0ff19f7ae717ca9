"""Figures in prose agree with the tables and the code that they refer to."""

import re

import pytest
from connect_errors import invalid_examples
from connect_errors.rules import RULES

from tests.helpers.paths import ROOT

DOCS = ROOT / "docs"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MANY = 10_000_000_000

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the pages are tested in a checkout, not with a wheel")


def text_of(page: str) -> str:
    """Return a page with each paragraph on one line."""
    return re.sub(r"(?<!\n)\n(?![\n|*-]|\Z)", " ", (DOCS / page).read_text(encoding="utf-8"))


def test_all_rules_without_an_example_are_listed() -> None:
    with_example = {
        redirect.rule for redirect in invalid_examples(redirect_uri="https://example.com/callback", state="1")
    }
    number, table = re.findall(
        r"\n(\w+) rules have no example:\n\n((?:\|.*\n)+)", text_of("guides/test-your-handler.md")
    )[0]
    listed = re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)
    assert set(listed) == RULES.keys() - with_example
    assert number.lower() == NUMBERS[len(listed)]


def test_data_lake_estimates_follow_from_the_table() -> None:
    text = text_of("guides/check-a-data-lake.md")
    rows = re.findall(r"^\| ([\d,]+)( of an access log)? \| (.+) \| ([\d.]+) \| ([\d,]+) \|$", text, re.MULTILINE)
    runs: dict[str, list[tuple[int, float]]] = {}
    for shown, log, function, seconds, rate in rows:
        lines, cpu = int(shown.replace(",", "")), float(seconds)
        assert int(rate.replace(",", "")) == pytest.approx(lines / cpu, rel=0.05)
        if not log:
            runs.setdefault(function.strip("`"), []).append((lines, cpu))
    costs = dict(zip(runs, re.findall(r"([\d.]+) µs for", text), strict=True))
    for function, measured in runs.items():
        (fewer, before), (more, after) = measured[-2:]
        assert float(costs[function]) == pytest.approx((after - before) / (more - fewer) * 1e6, rel=0.06)
    (log,) = re.findall(r"a line of a log costs ([\d.]+) µs", text)
    hours = re.findall(r"would take (\d+) core hours .*?, (\d+) for their rows, and (\d+) for the rows of an", text)[0]
    for shown, cost in zip(hours, (costs["summarize_batches"], costs["check_batches"], log), strict=True):
        assert int(shown) == pytest.approx(float(cost) * 1e-6 * MANY / 3600, rel=0.06)
