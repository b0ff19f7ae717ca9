"""OAuth's rules for redirects that Smartcar does not document (RFC 6749)."""

from connect_errors import lazy_re

# Appendix A.5, A.7, A.8, A.11
OUTSIDE_CHARSET = {
    "error": lazy_re.pattern(r'[^ -~]|["\\]'),
    "error_description": lazy_re.pattern(r'[^ -~]|["\\]'),
    "state": lazy_re.pattern(r"[^ -~]"),
    "code": lazy_re.pattern(r"[^ -~]"),
}
"""The characters that are not allowed in a parameter's value, by the parameter's name."""

OAUTH_ERRORS = frozenset(
    {"invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "temporarily_unavailable"}
)
"""The codes in §4.1.2.1 that Smartcar does not document for Connect."""


def is_in_every_charset(value: str) -> bool:
    """Whether a decoded value has only characters that are allowed in all parameters: most have, and this is fast."""
    return value.isascii() and value.isprintable() and not ('"' in value or "\\" in value)
