"""Pages of Smartcar's documentation and our schemas and handbook pages → the differences between what they say."""

from validator.drift.comparison import compare, drift
from validator.drift.report import Difference, Drift, PageReport
from validator.drift.rules import DRIFT_RULES, DriftRule

__all__ = ["DRIFT_RULES", "Difference", "Drift", "DriftRule", "PageReport", "compare", "drift"]
