"""Names and messages that people look up but that are not in a schema or a handbook page.

They occur around Connect: on its own pages, in the token exchange, in Smartcar's SDKs, in webhooks, in OAuth. Advice on
redirect parameters is here as well. Other sources' names for an error are on its handbook page.
"""

from functools import cache
from typing import Literal, NamedTuple

from connect_errors.oauth import OAUTH_ERRORS
from connect_errors.rules import RULES

Where = Literal["page", "token", "sdk", "webhook", "oauth"]

WHERE: dict[Where, str] = {
    "page": "Connect shows this message on a page of its own, and no redirect follows.",
    "token": "The token exchange responds with it, after a redirect that was fine.",
    "sdk": "One of Smartcar's SDKs reports it to the application. It is never in a redirect.",
    "webhook": "A webhook reports it, never a redirect.",
    "oauth": "OAuth defines it for redirects, but Smartcar does not document it for Connect.",
}
"""Origins of terms, as sentences."""

SECTION: dict[Where, str] = {
    "page": "errors/#failures-that-never-redirect",
    "token": "errors/#failures-that-never-redirect",
    "sdk": "reference/sdks/#successes",
    "webhook": "errors/#failures-that-never-redirect",
    "oauth": "errors/#unknown-codes",
}
"""The section of the site about terms of each origin, relative to the site's root."""


class Term(NamedTuple):
    """A name or a message that is not part of Connect's redirects."""

    names: tuple[str, ...]
    """Its spellings; the first one is the title."""
    where: Where
    what: str
    """Its meaning, in a sentence or two."""
    action: str
    """The recommended action, in a sentence or two."""

    @property
    def title(self) -> str:
        """The name under which it is shown."""
        return self.names[0]


_NO_CODE = (
    "The redirect has neither `code` nor `error`: it is the success `user_connection` or `vehicle_reauthentication`, "
    "and the SDK was set to expect a code."
)
_EXPECT_NO_CODE = (
    "Set the SDK's response type to `none` if your application uses `user_id` alone. For re-authentication, read the "
    "redirect in a handler of your own."
)

_TERMS = (
    Term(
        ("400: Unauthorized redirect_uri", "Unauthorized redirect_uri"),
        "page",
        "The redirect URI of the session is not registered for the application.",
        "Register exactly this URI, character by character: scheme, host, port, path, final slash.",
    ),
    Term(
        ("400: Invalid parameter client_id", "Invalid parameter client_id"),
        "page",
        "The `client_id` is not the application's UUID, often because it is an API client's (`client_…`).",
        "Use the application's ID from Smartcar's dashboard.",
    ),
    Term(
        ('400: Missing required parameter: "response_type"', 'Missing required parameter: "response_type"'),
        "page",
        "The URL that opened Connect has no `response_type`.",
        "Add `response_type=code`.",
    ),
    Term(
        ("invalid_grant", "Unauthorized redirect_uri:"),
        "token",
        "The code is unknown, was used before or is more than ten minutes old; or the exchange named a different "
        "redirect URI than the Connect URL did (`Unauthorized redirect_uri: …`).",
        "Exchange each code once, without delay, and with the redirect URI that the Connect URL had. If a code was "
        "used before your exchange, find out what else opens the callback: a link previewer, a reload, a second "
        "request.",
    ),
    Term(
        ("unauthorized_client", "Application not authorized to requested make(s)"),
        "token",
        "The application may not connect vehicles of a make that it asked for. OAuth also defines the name for "
        "redirects, where Smartcar does not document it.",
        "Ask Smartcar to enable the make for your application, or leave it out of the request.",
    ),
    Term(
        ("AUTHENTICATION_FAILED",),
        "webhook",
        "It is not about a Connect session.",
        "Handle it where your application receives webhooks; a callback never sees it.",
    ),
    Term(("missingAuthCode",), "sdk", f"The iOS SDK found no code. {_NO_CODE}", _EXPECT_NO_CODE),
    Term(("missing_auth_code",), "sdk", f"The Flutter SDK found no code. {_NO_CODE}", _EXPECT_NO_CODE),
    Term(
        ("Unable to fetch code. Please try again",),
        "sdk",
        f"The Android SDK found no code. {_NO_CODE} Or the redirect has no query at all.",
        f"Do not ask the owner to try again before you know which it is. {_EXPECT_NO_CODE}",
    ),
    Term(
        ("missingQueryParameters",),
        "sdk",
        "The iOS SDK was given a redirect without a query.",
        "Find out what else opens your application's scheme, or drops the query on the way.",
    ),
    Term(
        ("Unexpected error:",),
        "sdk",
        "The JavaScript SDK has classes for three errors. For all others, it creates a plain `Error` whose message "
        "starts with these words.",
        "Look at the address of the redirect: its `error` parameter has the code, which you can look up here.",
    ),
)


@cache
def terms() -> dict[str, Term]:
    """Return all terms, by title."""
    known = {name for term in _TERMS for name in term.names}
    undocumented = (
        Term((name,), "oauth", "Connect is not known to send it.", RULES["unknown-error"].advice)
        for name in sorted(OAUTH_ERRORS - known)
    )
    return {term.title: term for term in (*_TERMS, *undocumented)}


UNDOCUMENTED_WORDINGS = {
    "User denied access to the requested scope of permissions.": "access_denied",
    "User does not have any vehicles connected to this connected services account": "no_vehicles",
    "The user's subscription is invalid.": "invalid_subscription",
}
"""Values of `error_description` that occur only in tests of Smartcar's SDKs, each with its error."""

PARAMETER_ADVICE = {
    "error": "Branch on it, and on nothing else. Handle a code that you do not know like server_error.",
    "error_description": "Log it for developers. Never branch on it or show it to a user: its wording may change.",
    "code": "Exchange it on your server, once and within ten minutes. Never log it.",
    "state": "Compare it with the one that you sent, before you use anything else in the redirect. Refuse the redirect "
    "if they differ.",
    "user_id": "Store it with the user whose session has this state, and with no other.",
    "vehicle_id": "Mark this vehicle as connected again, after you have compared the state.",
    "external_id": "Do not identify the user by it, as anyone can edit a URL. Your session knows the user.",
    "virtual_key_url": "Show it to the owner of the Tesla as a link, if it starts with https://.",
    "status_code": "Log it. It is Connect's status, not one for your own response.",
    "error_message": "Log it: it says what to correct in the configuration. Do not show it to a user.",
    "vin": "Treat it as personal data: keep it out of logs.",
    "make": "Show it to the owner, escaped, to say which vehicle is meant.",
    "model": "Show it to the owner, escaped, to say which vehicle is meant.",
    "year": "Show it to the owner, escaped, to say which vehicle is meant.",
    "app_origin": "Put your origin (scheme, host and port, without a path) into the redirect URI of the JavaScript "
    "SDK's page. As a part of that URI, it is on every redirect to it.",
}
"""Advice on each redirect parameter, in a sentence or two."""
