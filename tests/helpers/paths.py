"""Where things are: the checkout's folders, and the data of the tests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"

TESTS = ROOT / "tests"
CAPTURES = TESTS / "captures"
CASES = TESTS / "cases"
DATA = TESTS / "data"
DRIFT_PAGES = TESTS / "drift" / "pages"
