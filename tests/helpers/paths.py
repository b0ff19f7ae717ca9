"""Paths of the checkout's folders, and of the tests' data."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"

TESTS = ROOT / "tests"
CAPTURES = TESTS / "captures"
CASES = TESTS / "cases"
DATA = TESTS / "data"
DRIFT_PAGES = TESTS / "drift" / "pages"
