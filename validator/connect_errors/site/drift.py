"""The reference of the rules of drift."""

from connect_errors.drift.rules import DRIFT_RULES, DriftRule
from connect_errors.site.markdown import code, paragraphs, table


def drift_rule_section(rule: DriftRule) -> str:
    """Render the section of a rule, as published."""
    known = f"Known of every page: {rule.decision}" if rule.decision else ""
    return paragraphs(f"## {rule.name}", f"**{rule.severity.capitalize()}.** {rule.when} {rule.advice}", known)


def _table() -> str:
    rows = ((f"[{code(rule.name)}](#{rule.name})", rule.severity, rule.when) for rule in DRIFT_RULES.values())
    return table(("Rule", "Severity", "When"), rows)


DRIFT_SECTIONS = {
    "drift-rule-table": _table,
    "drift-rules": lambda: paragraphs(*map(drift_rule_section, DRIFT_RULES.values())),
}
"""The sections of the drift reference, by marker."""
