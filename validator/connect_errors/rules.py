"""The rules: every way to deviate that a finding can name. The reference page and the help are made from these."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from connect_errors.url import MAX_BYTES

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
    advice: str
    """What to do then, as a sentence."""
    refuses: Refuses
    """Whether a callback refuses such a redirect; `outcome`: where the finding is about the deciding parameter."""
    bad: str
    """A redirect that breaks this rule and no other."""
    good: str
    """The same redirect, mended."""
    options: Mapping[str, str] = MappingProxyType({})
    """What `connect_errors.validate` has to be told to judge the two."""

    @property
    def address(self) -> str:
        """Its section on the site."""
        return f"{SITE}reference/rules/#{self.name}"


_CALLBACK = "https://example.com/callback"
_DENIED = "error=access_denied&error_description=User%20denied%20access%20to%20application."
_GOOD = f"{_CALLBACK}?{_DENIED}"
_FAILED = f"{_CALLBACK}?error=server_error&error_description=Unexpected%20server%20error.%20Please%20try%20again."
_INCOMPATIBLE = f"{_CALLBACK}?error=vehicle_incompatible"

_RULES = (
    Rule(
        "not-a-url",
        "error",
        "An argument, or a line of a list of URLs, is not a URL in any reading.",
        "Copy the whole address, from its scheme to its last parameter.",
        "always",
        bad=f"https:///callback?{_DENIED}",
        good=_GOOD,
    ),
    Rule(
        "connect-url",
        "error",
        "The URL is the one that opens Connect, where a redirect was expected.",
        "Give the URL to which Connect leads at its end: the address of the callback, with the query.",
        "always",
        bad="https://connect.smartcar.com/oauth/authorize?response_type=code"
        "&client_id=4a1b01e5-0497-417c-a30e-6df6ba33ba46&redirect_uri=https://example.com/callback",
        good=_GOOD,
    ),
    Rule(
        "too-long",
        "error",
        "The URL has more than 64 KiB; nothing further is judged.",
        "Check how it was captured: Connect sends no such URL, and servers refuse one.",
        "always",
        bad=f"{_GOOD}&state={MAX_BYTES * '0'}",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "malformed-encoding",
        "error",
        "A percent escape is broken, or bytes are not UTF-8.",
        "Encode values as UTF-8 and a percent sign itself as %25 (RFC 6749 appendix B).",
        "always",
        bad=f"{_CALLBACK}?error=access_denied&error_description=User%20denied%2",
        good=_GOOD,
    ),
    Rule(
        "forbidden-character",
        "error",
        "A parameter has a control character.",
        "Refuse such a redirect; at a line end, look for what wrapped or joined the URL.",
        "always",
        bad=f"{_CALLBACK}?error=access_denied&error_description=User%20denied%20access%0Ato%20application.",
        good=_GOOD,
    ),
    Rule(
        "parameters-in-fragment",
        "error",
        "The outcome stands behind the #, where no server sees it.",
        "Register a redirect URI without a fragment, and read the query (RFC 6749 §3.1.2).",
        "always",
        bad=f"{_CALLBACK}#{_DENIED}",
        good=_GOOD,
    ),
    Rule(
        "duplicate-parameter",
        "error",
        "A parameter is there more than once; the first value is judged.",
        "Refuse such a redirect: each parameter comes once (RFC 6749 §3.1).",
        "always",
        bad=f"{_GOOD}&state=0facda3319&state=0facda3319",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "no-outcome",
        "error",
        "None of error, code, vehicle_id and user_id has a value.",
        "Treat it as no answer from Connect: somebody else opened the callback, or its query was cut off.",
        "always",
        bad=f"{_CALLBACK}?state=0facda3319",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "conflicting-outcome",
        "error",
        "An error came together with the parameter of a success.",
        "Refuse such a redirect: exchange no code that came with an error.",
        "always",
        bad=f"{_GOOD}&code=90abecb6-e7ab-4b85-864a-e1c8bf67f2ad",
        good=_GOOD,
    ),
    Rule(
        "unknown-error",
        "error",
        "The error code has no schema.",
        "Handle any unknown code like server_error, and log it: Connect may add codes.",
        "never",
        bad=f"{_CALLBACK}?error=acces_denied&error_description=User%20denied%20access%20to%20application.",
        good=_GOOD,
    ),
    Rule(
        "missing-parameter",
        "error",
        "A required parameter is absent.",
        "Connect always sends it: correct the recording or the mock, or see what drops it on the way.",
        "never",
        bad=f"{_CALLBACK}?error=access_denied",
        good=_GOOD,
    ),
    Rule(
        "empty-parameter",
        "error",
        "A required parameter has no value, which counts as omitted (RFC 6749 §3.1).",
        "Connect always sends a value: correct the recording or the mock, or see what drops it on the way.",
        "never",
        bad=f"{_CALLBACK}?error=access_denied&error_description=",
        good=_GOOD,
    ),
    Rule(
        "invalid-value",
        "error",
        "A value does not meet a constraint of the schema.",
        "Correct the recording or the mock, and let a handler refuse such a value.",
        "outcome",
        bad=f"{_FAILED}&status_code=5xx",
        good=f"{_FAILED}&status_code=500",
    ),
    Rule(
        "redirect-uri-mismatch",
        "error",
        "The URL is not at the registered redirect URI (RFC 9700 §4.1.3), compared as browsers write it.",
        "Register this address with Smartcar, or correct the redirect URI that it is compared with.",
        "always",
        bad=f"{_CALLBACK}/?{_DENIED}",
        good=_GOOD,
        options={"redirect_uri": _CALLBACK},
    ),
    Rule(
        "state-mismatch",
        "error",
        "The state is not the one that was sent.",
        "Refuse such a redirect: it may answer somebody else's request (RFC 6749 §10.12).",
        "always",
        bad=f"{_GOOD}&state=0fac+da33",
        good=f"{_GOOD}&state=0fac%2Bda33",
        options={"state": "0fac+da33"},
    ),
    Rule(
        "unexpected-outcome",
        "error",
        "The outcome is not the one that --expect names.",
        "Repeat the steps that lead to the outcome, or correct --expect.",
        "never",
        bad=_FAILED,
        good=_GOOD,
        options={"expect": "access_denied"},
    ),
    Rule(
        "escaped-copy",
        "warning",
        "The text was escaped by the medium that it was copied from, and is judged unescaped.",
        "Copy the URL itself; if it really arrived so, undo the escaping where the redirect is made or passed on.",
        "never",
        bad=_GOOD.replace("&", "&amp;"),
        good=_GOOD,
    ),
    Rule(
        "placeholder-value",
        "warning",
        "A value is a placeholder, or ends with a quote that was around the URL.",
        "See what writes the URL: a variable had no value when it was put in, or an example was not filled in.",
        "outcome",
        bad=f"{_GOOD}&state=undefined",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "undocumented-wording",
        "warning",
        "No page documents this error_description.",
        "Branch on error alone: the text of error_description may change at any time.",
        "never",
        bad=f"{_CALLBACK}?error=access_denied&error_description=Denied",
        good=_GOOD,
    ),
    Rule(
        "outside-oauth-charset",
        "warning",
        "A printable character is outside RFC 6749's set for this parameter (appendix A).",
        "Take the text as UTF-8, and never compare it.",
        "never",
        bad=f"{_INCOMPATIBLE}&error_description=The%20user%E2%80%99s%20vehicle%20is%20not%20compatible.",
        good=f"{_INCOMPATIBLE}&error_description=The%20user's%20vehicle%20is%20not%20compatible.",
    ),
    Rule(
        "unrecognized-parameter",
        "warning",
        "The parameter is in no schema, nor in the redirect URI's own query.",
        "Ignore parameters that you do not know (RFC 6749 §4.1.2); one of your own belongs to --redirect-uri.",
        "never",
        bad=f"{_GOOD}&sate=0facda3319",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "double-encoded",
        "warning",
        "The value is still percent-encoded after decoding.",
        "Encode each value once: look for a second urlencode between Connect and the capture.",
        "never",
        bad=f"{_GOOD}&state=a%2520b",
        good=f"{_GOOD}&state=a%20b",
    ),
)

RULES = {rule.name: rule for rule in _RULES}
"""By name, in the order in which findings at one place are shown."""
