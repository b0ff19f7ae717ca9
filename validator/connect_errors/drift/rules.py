"""The rules of drift: all the ways in which a page of Smartcar's documentation can differ from ours."""

from typing import NamedTuple

from connect_errors.rules import SITE, Severity


class DriftRule(NamedTuple):
    """A named kind of difference."""

    name: str
    when: str
    """The condition, as a sentence."""
    advice: str
    """The recommended action, as a sentence."""
    severity: Severity = "error"
    decision: str | None = None
    """The decision, if the difference is known on every page."""

    @property
    def address(self) -> str:
        """URL of the rule's section on the site."""
        return f"{SITE}reference/drift/#{self.name}"


_FETCH = "Fetch the page's Markdown source: add .md to its address."
_ADOPT = "If Connect behaves this way, change schema and handbook page; if not, record it there as a known defect."

_RULES = (
    DriftRule("page-not-understood", "Nothing in the page can be compared.", _FETCH),
    DriftRule(
        "cell-not-understood",
        "A table has an unknown column or cell, so it was not compared.",
        "Read the table, and compare it by hand.",
    ),
    DriftRule(
        "error-not-in-catalog",
        "The table names an error that has no schema.",
        "If Connect has a new error, add its schema and its handbook page.",
    ),
    DriftRule("error-differs", "The table names a different error than the one the page is about.", _ADOPT),
    DriftRule("parameter-not-in-schema", "The page has a parameter that is not in the schema.", _ADOPT),
    DriftRule("parameter-not-on-page", "The schema has a parameter that the page does not describe.", _ADOPT),
    DriftRule("parameter-repeated", "The table describes a parameter more than once.", _ADOPT),
    DriftRule("required-differs", "A parameter is required on one side and optional on the other.", _ADOPT),
    DriftRule(
        "wording-differs",
        "The error_description of the table or the example is not in the schema, or they are not the same.",
        "Add the wording to the examples of error_description in the schema; code must not branch on it.",
    ),
    DriftRule(
        "wording-outside-charset",
        "The error_description has a character that RFC 6749 does not allow (appendix A.8).",
        _ADOPT,
    ),
    DriftRule(
        "description-differs",
        "The description of a parameter has changed since it was last read.",
        "Read it, change the schema if necessary, and record the new digest in the handbook page.",
    ),
    DriftRule("example-missing", "The page of an error has no example redirect.", _ADOPT),
    DriftRule("example-does-not-conform", "An example redirect breaks a rule.", _ADOPT),
    DriftRule(
        "example-of-another-error",
        "An example redirect has a different outcome than the one the page is about.",
        _ADOPT,
    ),
    DriftRule(
        "example-over-several-lines",
        "An example continues over lines that are not indented, which HTTP does not allow (RFC 9112 §5.2).",
        "Read the lines as one URL.",
        decision="Such lines are joined wherever a pasted example is read.",
    ),
    DriftRule("email-differs", "The email of the test account is not the handbook page's.", _ADOPT),
    DriftRule("vin-differs", "The VIN of the test vehicle is not the handbook page's.", _ADOPT),
    DriftRule("vin-outside-iso-3779", "A VIN has a letter that ISO 3779 forbids: I, O or Q.", _ADOPT),
    DriftRule("test-vehicle-missing", "The handbook page has a test vehicle that is not on the page.", _ADOPT),
    DriftRule(
        "known-defect-gone",
        "A defect listed in the handbook page is no longer on the page.",
        "Remove the defect from the handbook page, and check whether its decision still holds.",
        severity="warning",
    ),
)

DRIFT_RULES = {rule.name: rule for rule in _RULES}
"""The rules by name, in the order in which differences at the same place are reported."""
