"""Selection of Connect's redirects among the URLs of a capture, with the reasons for passing over the others."""

import re
from collections.abc import Sequence

from connect_errors import lazy_re
from connect_errors.address import JAVASCRIPT_SDK_HOST, is_at
from connect_errors.catalog import errors
from connect_errors.handbook import undocumented_names
from connect_errors.suggestion import nearest
from connect_errors.url import URL

Reason = str
"""The reason why a URL is passed over: a key of `REASONS`."""

REASONS = {
    "connect-url": "opens Connect, or is one of Smartcar's own",
    "other-address": "is not at --redirect-uri",
    "near-miss": "has Connect's parameters, but is not at --redirect-uri",
    "other-provider": "has a code, but looks like another provider's",
    "other-code": "has a code that is not one of Connect's",
    "other-error": "has an error that is not one of Connect's",
    "other-identifier": "has an identifier, but no other sign of Connect",
    "token-error": "is an error of the token exchange",
    "other-url": "has none of Connect's parameters",
}
"""The reasons, as the end of a sentence."""

AMBIGUOUS = frozenset({"other-code", "other-error", "other-identifier"})
"""Reasons for which `--redirect-uri` would give certainty."""

SMARTCAR = lazy_re.pattern(r"(?:.+\.)?smartcar\.com", re.IGNORECASE)
FOREIGN_NAMES = frozenset({"scope", "authuser", "prompt", "session_state", "hd", "client_info", "iss", "id_token"})
"""Parameters that other providers send with a code: Google, Microsoft, Keycloak."""

_TOKEN_ERRORS = frozenset(
    {"invalid_grant", "invalid_client", "invalid_token", "unauthorized_client", "unsupported_grant_type"}
)
"""Errors of the token exchange (RFC 6749 §5.2), which never occur in redirects."""

UUID = lazy_re.pattern("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

_MIN_RATIO = 0.8
"""Minimum similarity of an error to one of Connect's to count as that one mistyped."""

_GOOGLE = lazy_re.pattern("4/|4%2F", re.IGNORECASE)
_UUID_LIKE = "[0-9A-Za-z]{8,}(?:-[0-9A-Za-z]{2,}){3,}"
_IDENTIFIER = lazy_re.pattern(_UUID_LIKE)

MARKS = lazy_re.pattern(
    rf"[?&#](?:(?P<code>code={UUID.pattern})(?![^&#])|(?P<google>code=4(?:/|%2[Ff]))"
    rf"|(?P<identifier>(?:vehicle_id|user_id|userId)={_UUID_LIKE})(?![^&#])"
    r"|(?P<other>(?:code|vehicle_id|user_id|userId)=(?=[^&#])))"
)
"""Properties of values that only the selection depends on. `Checker` distinguishes texts by them."""


def reason_to_pass_over(url: URL, redirect_uris: Sequence[URL] = (), *, is_object: bool = False) -> Reason | None:
    """Return the reason why a URL is not a redirect; None if it is one.

    With redirect URIs, only URLs at one of them count. A URL made from an object's members may also be a response
    to the token exchange.
    """
    if redirect_uris and is_at(url, redirect_uris):
        return None
    reason = _reason(url, is_object=is_object)
    if redirect_uris and reason != "connect-url":
        return "near-miss" if reason is None else "other-address"
    return reason


def _reason(url: URL, *, is_object: bool) -> Reason | None:
    if SMARTCAR.fullmatch(url.host) and url.host.lower() != JAVASCRIPT_SDK_HOST:
        return "connect-url"
    values: dict[str, str] = {}
    for parameter in (*url.parameters, *url.fragment_parameters):
        if parameter.value:
            values.setdefault(parameter.name, parameter.value)
    if "error" in values:
        return _error_reason(values, is_object=is_object)
    return _code_reason(values) if "code" in values else _identifier_reason(values)


def _error_reason(values: dict[str, str], *, is_object: bool) -> Reason | None:
    error = values["error"]
    if is_object and error in _TOKEN_ERRORS:
        return "token-error"
    # Without a state, an object with another error is more likely an API's response.
    has_evidence = "error_description" in values and ("state" in values or not is_object)
    return None if has_evidence or is_known_error(error) else "other-error"


def is_known_error(error: str) -> bool:
    """Whether an error is one of Connect's, has a name seen elsewhere, or is mistyped."""
    return error in errors() or error in undocumented_names() or nearest(error, errors(), _MIN_RATIO) is not None


def _code_reason(values: dict[str, str]) -> Reason | None:
    code = values["code"]
    if UUID.fullmatch(code):
        return None
    if _GOOGLE.match(code) or values.keys() & FOREIGN_NAMES:
        return "other-provider"
    return None if "state" in values else "other-code"


def _identifier_reason(values: dict[str, str]) -> Reason | None:
    is_user = bool(UUID.fullmatch(values.get("user_id", ""))) or {"userId", "state"} <= values.keys()
    vehicle = values.get("vehicle_id", "")
    is_vehicle = vehicle and (values.keys() & {"state", "external_id"} or _IDENTIFIER.fullmatch(vehicle))
    if is_user or is_vehicle:
        return None
    return "other-identifier" if values.keys() & {"user_id", "userId", "vehicle_id"} else "other-url"


def distinguish(text: str) -> tuple[str | None, ...]:
    """Distinguish texts of one shape that the selection may treat differently."""
    return tuple([match.lastgroup for match in MARKS.finditer(text)])
