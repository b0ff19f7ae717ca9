"""Guesses about unknown parameters and codes: from OAuth, the Connect URL or analytics, or misspelled."""

from connect_errors import lazy_re
from connect_errors.catalog import errors, recognized_parameters, requests
from connect_errors.oauth import OAUTH_ERRORS
from connect_errors.placeholders import placeholder
from connect_errors.schema import Outcome
from connect_errors.shown import Shown, own, say
from connect_errors.suggestion import suggestion
from connect_errors.url import Parameter

_OAUTH_PARAMETERS = {
    "iss": "OAuth defines it (RFC 9207), but Smartcar does not",
    "error_uri": "OAuth defines it (RFC 6749 §4.1.2.1), but Smartcar does not",
    "scope": "the Connect URL has it, and so do the redirects of other providers",
    "session_state": "OpenID Connect defines it, so this may be the redirect of another provider",
    "id_token": "OpenID Connect defines it, so this may be the redirect of another provider",
    "authuser": "Google sends it, so this may be the redirect of another provider",
    "hd": "Google sends it, so this may be the redirect of another provider",
    "prompt": "OpenID Connect defines it, so this may be the redirect of another provider",
    "access_token": "the token exchange returns it, never a redirect",
    "refresh_token": "the token exchange returns it, never a redirect",
    "expires_in": "the token exchange returns it, never a redirect",
    "token_type": "the token exchange returns it, never a redirect",
}
_ELSEWHERE = {
    "userId": "only an older Smartcar migration guide has it; redirects have user_id",
    "errorDescription": "the SDKs' messages have it; redirects have error_description",
    "externalId": "the SDKs' messages have it; redirects have external_id",
    "virtualKeyUrl": "the SDKs' messages have it; redirects have virtual_key_url",
}
KNOWN_PARAMETERS = _OAUTH_PARAMETERS | _ELSEWHERE
"""Parameters that are in no schema of a redirect, with their origins, as the end of a sentence."""
_ANALYTICS = lazy_re.pattern(
    "(?:utm|mc|pk|mtm|vero|_hs)_?[a-z_]+|_ga|_gl|[a-z]{1,3}clid|gbraid|wbraid|igshid|hsCtaTracking"
)
_OTHER_SEPARATOR = lazy_re.pattern(r"([a-z_]+)[;,|](?:[a-z_]+)=")


def hint_about_parameter(parameter: Parameter) -> Shown:
    """Guess the origin of a parameter that is in no schema, as the end of a sentence; empty if unknown."""
    name = parameter.name
    if known := KNOWN_PARAMETERS.get(name):
        return say(": {}", own(known))
    if any(name in request.parameters for request in requests().values()):
        return Shown(": it is a parameter of the Connect URL")
    if _ANALYTICS.fullmatch(name):
        return Shown(": analytics and advertising tools add it")
    if name.startswith("amp;"):
        return Shown(": the URL is escaped for HTML, with &amp; instead of &")
    return suggestion(name, recognized_parameters())


def is_wording(parameter: Parameter, outcome: Outcome) -> bool:
    """Whether a parameter's name is a documented wording that lost its `error_description=`."""
    if parameter.value_start != parameter.end:
        return False
    return parameter.name.casefold() in {wording.casefold() for wording in outcome.wordings}


def hint_about_error(code: str) -> Shown:
    """Guess the meaning of an unknown error code, as the end of a sentence; empty if unknown."""
    from connect_errors.handbook import undocumented_names

    if hint := undocumented_names().get(code):
        return say(": {}", own(hint))
    if code in OAUTH_ERRORS:
        return Shown(": OAuth defines it (RFC 6749 §4.1.2.1), but Smartcar does not")
    if description := placeholder(code):
        return say(": it is {}; leave the parameter out if there is no error", description)
    if (match := _OTHER_SEPARATOR.match(code)) and match[1] in errors():
        return Shown(": only & separates parameters")
    return suggestion(code, errors())
