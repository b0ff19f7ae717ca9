"""The rule reference: why each rule exists, a redirect that breaks it, the tool's output, and the fixed redirect."""

from connect_errors import validate
from connect_errors.paths import CatalogError
from connect_errors.rules import REFUSES, RULES, Rule
from connect_errors.site.markdown import code, fence, link_rfcs, paragraphs, table
from connect_errors.site.session import session


def rule_section(rule: Rule) -> str:
    """Render the section of a rule, as published and as printed by `explain`.

    Raises:
        CatalogError: an example does not demonstrate the rule.
    """
    if [finding.rule for finding in validate(rule.bad, **rule.options).findings] != [rule.name]:
        raise CatalogError(f"{rule.name}: its bad redirect does not break this rule alone")
    if validate(rule.good, **rule.options).findings:
        raise CatalogError(f"{rule.name}: its good redirect breaks a rule")
    return link_rfcs(
        paragraphs(
            f"## {rule.name}",
            f"**{rule.severity.capitalize()}.** {rule.when}",
            f"**Why:** {rule.why}",
            f"**What to do:** {rule.advice}",
            f"**In a callback:** {REFUSES[rule.refuses]}",
            f"**Source:** {rule.source}" if rule.source else "",
            fence(session(rule.bad, rule.options), "console"),
            *(_fixed(rule) if rule.is_fixable else ()),
        )
    )


def _fixed(rule: Rule) -> tuple[str, str]:
    return f"Fixed{', with the same options' if rule.options else ''}:", fence(rule.good)


def _rule_table() -> str:
    rows = ((f"[{code(rule.name)}](#{rule.name})", rule.severity, rule.when) for rule in RULES.values())
    return table(("Rule", "Severity", "When"), rows)


RULE_SECTIONS = {
    "rule-table": _rule_table,
    "rules": lambda: paragraphs(*map(rule_section, RULES.values())),
}
