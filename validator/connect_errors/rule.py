"""What a rule is: one named way to deviate, with all that is said of it anywhere."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
Refuses = Literal["always", "outcome", "never"]

REFUSES: dict[Refuses, str] = {
    "always": "`receive` refuses the redirect.",
    "outcome": "`receive` refuses the redirect if the parameter decides the outcome, and ignores the value otherwise.",
    "never": "`receive` takes the redirect all the same.",
}
"""What `connect_errors.receive` makes of a redirect that breaks a rule, as sentences."""

SITE = "https://connect-errors.github.io/"


class Rule(NamedTuple):
    """One named way to deviate."""

    name: str
    severity: Severity
    when: str
    """When a redirect breaks it, as a sentence."""
    why: str
    """What goes wrong for an application, in a sentence or two."""
    advice: str
    """What to do then, as a sentence."""
    refuses: Refuses
    """Whether a callback refuses such a redirect; `outcome`: where the finding is about the discriminator."""
    bad: str
    """A redirect that breaks this rule and no other."""
    good: str
    """The same redirect, fixed."""
    source: str = ""
    """Where the rule comes from; empty for a rule of this tool alone. An RFC with its section becomes a link."""
    options: Mapping[str, str] = MappingProxyType({})
    """The options with which `connect_errors.validate` judges the two."""
    is_fixable: bool = True
    """Whether the reader can correct the redirect, because a recording, a mock or a setting of theirs is wrong."""

    @property
    def address(self) -> str:
        """Its section on the site."""
        return f"{SITE}reference/rules/#{self.name}"
