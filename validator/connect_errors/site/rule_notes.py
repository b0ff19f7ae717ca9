"""What the site adds to a rule: why it matters, where it comes from, and whether a reader can fix the redirect."""

from typing import NamedTuple

_QUERY = "Parameters are form-encoded in UTF-8: RFC 6749 appendix B."
_SCHEMA = "The schema of the outcome."


class RuleNote(NamedTuple):
    """Why a rule exists."""

    why: str
    """What goes wrong for an application, in a sentence or two."""
    source: str = ""
    """Where the rule comes from. An RFC with its section becomes a link."""
    is_fixable: bool = True
    """Whether the reader can correct the redirect, because a recording, a mock or a setting of theirs is wrong."""


RULE_NOTES = {
    "not-a-url": RuleNote(
        "Without a scheme and a host nobody can say which application the redirect was for, and half a URL hides "
        "what was cut off.",
        "Absolute URIs: RFC 3986 §4.3.",
    ),
    "connect-url": RuleNote(
        "The URL asks the question that a redirect answers. It has parameters of the same names, so it may look like a "
        "success that never happened.",
        "Smartcar's pages about the Connect URL; their parameters are in schemas of their own.",
    ),
    "too-long": RuleNote(
        "Browsers, proxies and servers cut or refuse long URLs at different lengths, so a handler may see another "
        "redirect than the one that was sent.",
        "A limit of this tool; servers should take at least 8,000 bytes: RFC 9110 §4.1.",
    ),
    "malformed-encoding": RuleNote(
        "Decoders disagree about broken escapes: one raises an exception, one keeps the text, one puts a "
        "replacement character in its place. What your handler sees depends on its framework.",
        _QUERY,
    ),
    "forbidden-character": RuleNote(
        "A line end in a value forges a second line in your log, and other control characters change what a terminal "
        "shows.",
        "The characters of each parameter: RFC 6749 appendix A.",
    ),
    "parameters-in-fragment": RuleNote(
        "Browsers never send the fragment to a server, so your callback sees a redirect without parameters.",
        "A redirect URI has no fragment, and the response is in the query: RFC 6749 §3.1.2 and RFC 6749 §4.1.2.",
    ),
    "duplicate-parameter": RuleNote(
        "Frameworks disagree about which value counts: the first, the last, or a list of both. An attacker uses "
        "that to pass a check with one value and act with the other.",
        "No parameter more than once: RFC 6749 §3.1.",
    ),
    "no-outcome": RuleNote(
        "There is nothing to handle: treating it as a success or as an error would both be guesses.",
        "Either a code or an error: RFC 6749 §4.1.2.",
    ),
    "conflicting-outcome": RuleNote(
        "A handler that looks for `code` first takes it for a success, one that looks for `error` first does not. "
        "Smartcar's own SDKs disagree here.",
        "Either a code or an error: RFC 6749 §4.1.2.",
    ),
    "unknown-error": RuleNote(
        "No page says what it means. In a recording it is usually misspelled; in production it may be a new code.",
        "The eight codes that Smartcar documents.",
    ),
    "missing-parameter": RuleNote(
        "A handler that was tested without the parameter has not been tested with what Connect sends.",
        _SCHEMA,
    ),
    "empty-parameter": RuleNote(
        "Some frameworks drop an empty value and others keep it, so a check for presence has two results.",
        "A parameter without a value counts as omitted: RFC 6749 §3.1.",
    ),
    "invalid-value": RuleNote(
        "Code that relies on the format, such as a number in `status_code`, fails on it or does something unintended.",
        _SCHEMA,
    ),
    "redirect-uri-mismatch": RuleNote(
        "Connect redirects only to a registered URI, compared character by character. A redirect to another address"
        " came from somewhere else, or a proxy changed it.",
        "Exact comparison: RFC 9700 §4.1.3.",
    ),
    "state-mismatch": RuleNote(
        "The state is your protection against CSRF. If it differs, the redirect may connect someone else's "
        "vehicle to your user's account.",
        "RFC 6749 §10.12; the state comes back exactly as it was sent: RFC 6749 §4.1.2.",
    ),
    "unexpected-outcome": RuleNote(
        "A test that is meant to exercise one outcome and replays another proves nothing about the first.",
        is_fixable=False,
    ),
    "escaped-copy": RuleNote(
        "A URL that is copied from HTML, JSON, a shell, a mail or a log has other characters than the one that the "
        "browser opened. If it arrived so, each parameter but the first is lost.",
    ),
    "placeholder-value": RuleNote(
        "A state that is `undefined` protects nobody, because everyone's is, and a code that is `null` cannot be "
        "exchanged.",
    ),
    "undocumented-wording": RuleNote(
        "Nothing breaks, unless code compares the text. Smartcar's pages disagree with each other about the wording.",
        "The wordings that Smartcar documents.",
    ),
    "outside-oauth-charset": RuleNote(
        "`error` and `error_description` may have printable ASCII characters except the quotation mark and the "
        "backslash (`%x20-21`, `%x23-5B`, `%x5D-7E`), `state` and `code` all printable ASCII (`%x20-7E`). "
        "Smartcar's documented wording of `vehicle_incompatible` has a typographic apostrophe, so this warning does"
        " not point to a mistake of yours.",
        "RFC 6749 §4.1.2.1; the sets of characters: RFC 6749 appendix A.",
        is_fixable=False,
    ),
    "unrecognized-parameter": RuleNote(
        "Nothing breaks if your handler ignores it. In a recording, it is often a misspelled name.",
        "Clients ignore unknown parameters: RFC 6749 §4.1.2.",
    ),
    "double-encoded": RuleNote(
        "Your handler decodes once and is left with `%20` in the text, and a state that does not match.",
        _QUERY,
    ),
}
"""By rule; a rule without one has a section without these."""
