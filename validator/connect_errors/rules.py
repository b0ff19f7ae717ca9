"""The rules: all deviations that a finding can name. The reference page and the help are generated from them."""

from connect_errors.rule import REFUSES, SITE, Refuses, Rule, Severity
from connect_errors.url import MAX_BYTES

__all__ = ["REFUSES", "RULES", "SITE", "Refuses", "Rule", "Severity"]

_CALLBACK = "https://example.com/callback"
_DENIED = "error=access_denied&error_description=User%20denied%20access%20to%20application."
_GOOD = f"{_CALLBACK}?{_DENIED}"
_FAILED = f"{_CALLBACK}?error=server_error&error_description=Unexpected%20server%20error.%20Please%20try%20again."
_INCOMPATIBLE = f"{_CALLBACK}?error=vehicle_incompatible"
_QUERY = "Parameters are form-encoded in UTF-8: RFC 6749 appendix B."
_SCHEMA = "The schema of the outcome."

_RULES = (
    Rule(
        "not-a-url",
        "error",
        when="An argument, or a line in a list of URLs, cannot be read as a URL.",
        why="Without a scheme and a host nobody can say which application the redirect was for, and half a URL hides "
        "what was cut off.",
        advice="Copy the whole address, from its scheme to its last parameter.",
        refuses="always",
        source="Absolute URIs: RFC 3986 §4.3.",
        bad=f"https:///callback?{_DENIED}",
        good=_GOOD,
    ),
    Rule(
        "connect-url",
        "error",
        when="The URL is the one that opens Connect, where a redirect was expected.",
        why="The URL asks the question that a redirect answers. It has parameters with the same names, so it may look "
        "like a success that never happened.",
        advice="Give the URL that Connect redirects to: the callback's address with its query.",
        refuses="always",
        source="Smartcar's pages about the Connect URL; their parameters are in schemas of their own.",
        bad="https://connect.smartcar.com/oauth/authorize?response_type=code"
        "&client_id=4a1b01e5-0497-417c-a30e-6df6ba33ba46&redirect_uri=https://example.com/callback",
        good=_GOOD,
    ),
    Rule(
        "too-long",
        "error",
        when="The URL is longer than 64 KiB; nothing further is checked.",
        why="Browsers, proxies and servers truncate or reject long URLs at different lengths, so a handler may see a "
        "different redirect than the one that was sent.",
        advice="Check how it was captured: Connect does not send URLs this long, and servers reject them.",
        refuses="always",
        source="A limit of this tool; servers should accept at least 8,000 bytes: RFC 9110 §4.1.",
        bad=f"{_GOOD}&state={MAX_BYTES * '0'}",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "malformed-encoding",
        "error",
        when="A percent escape is broken, or bytes are not UTF-8.",
        why="Decoders disagree about broken escapes: one raises an exception, one keeps the text, one puts a "
        "replacement character in its place. What your handler sees depends on its framework.",
        advice="Encode values as UTF-8 and a percent sign itself as %25 (RFC 6749 appendix B).",
        refuses="always",
        source=_QUERY,
        bad=f"{_CALLBACK}?error=access_denied&error_description=User%20denied%2",
        good=_GOOD,
    ),
    Rule(
        "forbidden-character",
        "error",
        when="A parameter contains a control character.",
        why="A line break in a value forges a second line in your log, and other control characters change what a "
        "terminal shows.",
        advice="Refuse such a redirect; if it is a line break, find out what wrapped or joined the URL.",
        refuses="always",
        source="The characters of each parameter: RFC 6749 appendix A.",
        bad=f"{_CALLBACK}?error=access_denied&error_description=User%20denied%20access%0Ato%20application.",
        good=_GOOD,
    ),
    Rule(
        "parameters-in-fragment",
        "error",
        when="The outcome is in the fragment (after #).",
        why="Browsers never send the fragment to a server, so your callback sees a redirect without parameters.",
        advice="Register a redirect URI without a fragment, and read the query (RFC 6749 §3.1.2).",
        refuses="always",
        source="A redirect URI has no fragment, and the response is in the query: RFC 6749 §3.1.2 and RFC 6749 §4.1.2.",
        bad=f"{_CALLBACK}#{_DENIED}",
        good=_GOOD,
    ),
    Rule(
        "duplicate-parameter",
        "error",
        when="A parameter appears more than once; only the first value is checked.",
        why="Frameworks disagree about which value counts: the first, the last, or a list of both. An attacker can "
        "use that to pass a check with one value and act with the other.",
        advice="Refuse such a redirect: each parameter may appear only once (RFC 6749 §3.1).",
        refuses="always",
        source="No parameter more than once: RFC 6749 §3.1.",
        bad=f"{_GOOD}&state=0facda3319&state=0facda3319",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "no-outcome",
        "error",
        when="None of error, code, vehicle_id and user_id has a value.",
        why="There is nothing to handle: treating it as a success or as an error would both be guesses.",
        advice="Do not treat it as an answer from Connect: someone else opened the callback, or its query was cut off.",
        refuses="always",
        source="Either a code or an error: RFC 6749 §4.1.2.",
        bad=f"{_CALLBACK}?state=0facda3319",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "conflicting-outcome",
        "error",
        when="An error came together with a parameter of a success.",
        why="A handler that looks for `code` first treats it as a success; one that looks for `error` first does not. "
        "Smartcar's own SDKs disagree here.",
        advice="Refuse such a redirect: never exchange a code that came with an error.",
        refuses="always",
        source="Either a code or an error: RFC 6749 §4.1.2.",
        bad=f"{_GOOD}&code=90abecb6-e7ab-4b85-864a-e1c8bf67f2ad",
        good=_GOOD,
    ),
    Rule(
        "unknown-error",
        "error",
        when="The error code has no schema.",
        why="No page says what it means. In a recording it is usually misspelled; in production it may be a new code.",
        advice="Handle any unknown code like server_error, and log it: Connect may add codes.",
        refuses="never",
        source="The eight codes that Smartcar documents.",
        bad=f"{_CALLBACK}?error=acces_denied&error_description=User%20denied%20access%20to%20application.",
        good=_GOOD,
    ),
    Rule(
        "missing-parameter",
        "error",
        when="A required parameter is absent.",
        why="A handler that was tested without the parameter has not been tested with what Connect sends.",
        advice="Connect always sends it: correct the recording or the mock, or find out what drops it on the way.",
        refuses="never",
        source=_SCHEMA,
        bad=f"{_CALLBACK}?error=access_denied",
        good=_GOOD,
    ),
    Rule(
        "empty-parameter",
        "error",
        when="A required parameter has no value, which counts as omitted (RFC 6749 §3.1).",
        why="Some frameworks drop an empty value and others keep it, so a check for presence can go either way.",
        advice="Connect always sends a value: correct the recording or the mock, or find out what drops it on the way.",
        refuses="never",
        source="A parameter without a value counts as omitted: RFC 6749 §3.1.",
        bad=f"{_CALLBACK}?error=access_denied&error_description=",
        good=_GOOD,
    ),
    Rule(
        "invalid-value",
        "error",
        when="A value does not meet a constraint of the schema.",
        why="Code that relies on the format, such as a number in `status_code`, fails on it or does something "
        "unintended.",
        advice="Correct the recording or the mock, and have the handler refuse such a value.",
        refuses="outcome",
        source=_SCHEMA,
        bad=f"{_FAILED}&status_code=5xx",
        good=f"{_FAILED}&status_code=500",
    ),
    Rule(
        "redirect-uri-mismatch",
        "error",
        when="The URL is not at the registered redirect URI (RFC 9700 §4.1.3), compared as browsers write it.",
        why="Connect redirects only to a registered URI, compared character by character. A redirect to another address"
        " came from somewhere else, or a proxy changed it.",
        advice="Register this address with Smartcar, or correct the redirect URI that it is compared with.",
        refuses="always",
        source="Exact comparison: RFC 9700 §4.1.3.",
        bad=f"{_CALLBACK}/?{_DENIED}",
        good=_GOOD,
        options={"redirect_uri": _CALLBACK},
    ),
    Rule(
        "state-mismatch",
        "error",
        when="The state is not the one that was sent.",
        why="The state is your protection against CSRF. If it differs, the redirect may connect someone else's "
        "vehicle to your user's account.",
        advice="Refuse such a redirect: it may answer someone else's request (RFC 6749 §10.12).",
        refuses="always",
        source="RFC 6749 §10.12; the state comes back exactly as it was sent: RFC 6749 §4.1.2.",
        bad=f"{_GOOD}&state=0fac+da33",
        good=f"{_GOOD}&state=0fac%2Bda33",
        options={"state": "0fac+da33"},
    ),
    Rule(
        "unexpected-outcome",
        "error",
        when="The outcome is not the one that --expect names.",
        why="A test that is meant to exercise one outcome but replays another proves nothing about the first.",
        advice="Repeat the steps that lead to the outcome, or correct --expect.",
        refuses="never",
        bad=_FAILED,
        good=_GOOD,
        options={"expect": "access_denied"},
        is_fixable=False,
    ),
    Rule(
        "escaped-copy",
        "warning",
        when="The text was escaped by the medium that it was copied from, and is checked unescaped.",
        why="A URL copied from HTML, JSON, a shell, an email or a log differs from the one that the browser opened. If "
        "it arrived that way, every parameter but the first is lost.",
        advice="Copy the URL itself; if it really arrived that way, undo the escaping where the redirect is built or "
        "passed on.",
        refuses="never",
        bad=_GOOD.replace("&", "&amp;"),
        good=_GOOD,
    ),
    Rule(
        "placeholder-value",
        "warning",
        when="A value is a placeholder, was masked in a log, or ends with a quote that was around the URL.",
        why="A state that is `undefined` protects nobody, because everyone's is, and a code that is `null` cannot be "
        "exchanged. Whether a value that a log masks as `[FILTERED]` or `***` is right, nobody can know.",
        advice="Find out what builds the URL: a variable had no value when it was inserted, or an example was not "
        "filled in.",
        refuses="outcome",
        bad=f"{_GOOD}&state=undefined",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "undocumented-wording",
        "warning",
        when="No page documents this error_description.",
        why="Nothing breaks, unless code compares the text. Smartcar's pages disagree with each other about the "
        "wording.",
        advice="Branch on error alone: the text of error_description may change at any time.",
        refuses="never",
        source="The wordings that Smartcar documents.",
        bad=f"{_CALLBACK}?error=access_denied&error_description=Denied",
        good=_GOOD,
    ),
    Rule(
        "outside-oauth-charset",
        "warning",
        when="A printable character is outside RFC 6749's set for this parameter (appendix A).",
        why="`error` and `error_description` may contain printable ASCII characters except the quotation mark and the "
        "backslash (`%x20-21`, `%x23-5B`, `%x5D-7E`); `state` and `code`, all printable ASCII (`%x20-7E`). "
        "Smartcar's documented wording of `vehicle_incompatible` has a typographic apostrophe, so this warning does"
        " not mean that you made a mistake.",
        advice="Treat the text as UTF-8, and never compare it.",
        refuses="never",
        source="RFC 6749 §4.1.2.1; the sets of characters: RFC 6749 appendix A.",
        bad=f"{_INCOMPATIBLE}&error_description=The%20user%E2%80%99s%20vehicle%20is%20not%20compatible.",
        good=f"{_INCOMPATIBLE}&error_description=The%20user's%20vehicle%20is%20not%20compatible.",
        is_fixable=False,
    ),
    Rule(
        "unrecognized-parameter",
        "warning",
        when="The parameter is neither in a schema nor in the redirect URI's own query.",
        why="Nothing breaks if your handler ignores it. In a recording, it is often a misspelled name.",
        advice="Ignore parameters that you do not know (RFC 6749 §4.1.2); if one is yours, add it to --redirect-uri.",
        refuses="never",
        source="Clients ignore unknown parameters: RFC 6749 §4.1.2.",
        bad=f"{_GOOD}&sate=0facda3319",
        good=f"{_GOOD}&state=0facda3319",
    ),
    Rule(
        "double-encoded",
        "warning",
        when="The value is still percent-encoded after decoding.",
        why="Your handler decodes once and is left with `%20` in the text, and a state that does not match.",
        advice="Encode each value once: look for a second urlencode between Connect and the capture.",
        refuses="never",
        source=_QUERY,
        bad=f"{_GOOD}&state=a%2520b",
        good=f"{_GOOD}&state=a%20b",
    ),
)

RULES = {rule.name: rule for rule in _RULES}
"""The rules by name, in the order in which findings at the same place are reported."""
