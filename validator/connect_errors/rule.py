"""The definition of a rule: one named kind of deviation, with all its documentation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
Refuses = Literal["always", "outcome", "never"]

REFUSES: dict[Refuses, str] = {
    "always": "`receive` refuses the redirect.",
    "outcome": "`receive` refuses the redirect if the parameter decides the outcome, and ignores the value otherwise.",
    "never": "`receive` accepts the redirect anyway.",
}
"""The reaction of `connect_errors.receive` to a redirect that breaks a rule, as sentences."""

SITE = "https://connect-errors.github.io/"


class Rule(NamedTuple):
    """One named kind of deviation."""

    name: str
    severity: Severity
    when: str
    """The condition under which a redirect breaks the rule, as a sentence."""
    why: str
    """The consequences for an application, in a sentence or two."""
    advice: str
    """The recommended action, as a sentence."""
    refuses: Refuses
    """Whether a callback refuses such a redirect; `outcome`: only if the finding is about the discriminator."""
    bad: str
    """A redirect that breaks this rule and no other."""
    good: str
    """The same redirect, fixed."""
    source: str = ""
    """The origin of the rule; empty if it is specific to this tool. An RFC with its section becomes a link."""
    options: Mapping[str, str] = MappingProxyType({})
    """The options with which `connect_errors.validate` judges both examples."""
    is_fixable: bool = True
    """Whether the reader can correct the redirect, because a recording, a mock or a setting of theirs is wrong."""

    @property
    def address(self) -> str:
        """URL of the rule's section on the site."""
        return f"{SITE}reference/rules/#{self.name}"
