"""The rules: every way to deviate that a finding can name. The reference page and the help are made from these."""

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

SITE = "https://connect-errors.github.io/"


class Rule(NamedTuple):
    """One named way to deviate: when a redirect breaks it, as a sentence, and what to do then, as another."""

    name: str
    severity: Severity
    when: str
    advice: str

    @property
    def address(self) -> str:
        """Its section on the site."""
        return f"{SITE}reference/rules/#{self.name}"


_RULES = (
    Rule(
        "not-a-url",
        "error",
        "An argument, or a line of a list of URLs, is not an absolute URL.",
        "Copy the whole address, from its scheme to its last parameter.",
    ),
    Rule(
        "too-long",
        "error",
        "The URL has more than 64 KiB; nothing further is judged.",
        "Check how it was captured: Connect sends no such URL, and servers refuse one.",
    ),
    Rule(
        "malformed-encoding",
        "error",
        "A percent escape is broken, or bytes are not UTF-8.",
        "Encode values as UTF-8 and a percent sign itself as %25 (RFC 6749 appendix B).",
    ),
    Rule(
        "forbidden-character",
        "error",
        "A parameter has a control character.",
        "Refuse such a redirect; at a line end, look for what wrapped or joined the URL.",
    ),
    Rule(
        "parameters-in-fragment",
        "error",
        "The outcome stands behind the #, where no server sees it.",
        "Register a redirect URI without a fragment, and read the query (RFC 6749 §3.1.2).",
    ),
    Rule(
        "duplicate-parameter",
        "error",
        "A parameter is there more than once; the first value is judged.",
        "Refuse such a redirect: each parameter comes once (RFC 6749 §3.1).",
    ),
    Rule(
        "no-outcome",
        "error",
        "None of error, code, vehicle_id and user_id has a value.",
        "Treat it as no answer from Connect: somebody else opened the callback, or its query was cut off.",
    ),
    Rule(
        "conflicting-outcome",
        "error",
        "An error came together with the parameter of a success.",
        "Refuse such a redirect: exchange no code that came with an error.",
    ),
    Rule(
        "unknown-error",
        "error",
        "The error code has no schema.",
        "Handle any unknown code like server_error, and log it: Connect may add codes.",
    ),
    Rule(
        "missing-parameter",
        "error",
        "A required parameter is absent.",
        "Connect always sends it: correct the recording or the mock, or see what drops it on the way.",
    ),
    Rule(
        "empty-parameter",
        "error",
        "A required parameter has no value, which counts as omitted (RFC 6749 §3.1).",
        "Connect always sends a value: correct the recording or the mock, or see what drops it on the way.",
    ),
    Rule(
        "invalid-value",
        "error",
        "A value does not meet a constraint of the schema.",
        "Correct the recording or the mock, and let a handler refuse such a value.",
    ),
    Rule(
        "redirect-uri-mismatch",
        "error",
        "The URL is not under the registered redirect URI (compared exactly, RFC 9700 §4.1.3).",
        "Register this very address with Smartcar, or correct --redirect-uri.",
    ),
    Rule(
        "state-mismatch",
        "error",
        "The state is not the one that was sent.",
        "Refuse such a redirect: it may answer somebody else's request (RFC 6749 §10.12).",
    ),
    Rule(
        "unexpected-outcome",
        "error",
        "The outcome is not the one that --expect names.",
        "Repeat the steps that lead to the outcome, or correct --expect.",
    ),
    Rule(
        "undocumented-wording",
        "warning",
        "No page documents this error_description.",
        "Branch on error alone: the text of error_description may change at any time.",
    ),
    Rule(
        "outside-oauth-charset",
        "warning",
        "A printable character is outside RFC 6749's set for this parameter (appendix A).",
        "Take the text as UTF-8, and never compare it.",
    ),
    Rule(
        "unrecognised-parameter",
        "warning",
        "The parameter is in no schema, nor in the redirect URI's own query.",
        "Ignore parameters that you do not know (RFC 6749 §4.1.2); one of your own belongs to --redirect-uri.",
    ),
    Rule(
        "double-encoded",
        "warning",
        "The value is still percent-encoded after decoding.",
        "Encode each value once: look for a second urlencode between Connect and the capture.",
    ),
)

RULES = {rule.name: rule for rule in _RULES}
"""By name, in the order in which findings at one place are shown."""
