"""Names that various tools use for the JSON object members that describe requests and redirects.

All names are normalized by `normal_name`: lowercase, without anything but letters and digits.
"""

from functools import lru_cache
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures.pairs import PASCAL_CASE, is_parameter

_MAX_REMEMBERED = 100
"""Maximum length of cached names, as there may be any number of names of any length."""

_NOT_IN_NAME = lazy_re.pattern("[^a-z0-9]")


class Member(NamedTuple):
    """The name of a member, with everything readers derive from it."""

    name: str
    key: str
    """The normalized name, so that word separators do not matter: `requestUri`, `request_uri`, `Request-URI`."""
    parameter: str
    """The redirect parameter that has this name; empty if there is none."""
    always_matters: bool
    """Whether any value matters; with other names, only values that contain a redirect do."""


def member_named(name: str) -> Member:
    """Return everything that readers derive from a name; cached, as the names of a document recur in each record."""
    return _cached_member(name) if len(name) <= _MAX_REMEMBERED else _make_member(name)


def normal_name(name: str) -> str:
    """Normalize the name of a member, so that word separators do not matter."""
    return member_named(name).key


def _make_member(name: str) -> Member:
    key = _NOT_IN_NAME.sub("", name.lower())
    last = name.rpartition(".")[2]  # `request.parameters.error`, where objects were flattened
    parameter = last if is_parameter(last) or last in PASCAL_CASE else ""
    always_matters = (
        bool(parameter) or key in PAIR or any(key in keys for keys in (TYPED_VALUES, REQUEST_MEMBERS, URL_HEADERS))
    )
    return Member(name, key, parameter, always_matters)


_cached_member = lru_cache(1000)(_make_member)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PATHS = _words(
    "path rawpath requesturi requestpath uri url uripath urlpath pathname csuristem uristem clientrequestpath stem "
    "requesturl resource target fullpath reqpath requri requrl httppath httpurl httptarget httpuri"
)
QUERIES = _words(
    "query querystring rawquerystring rawquery args requestquery search urlquery csuriquery uriquery params parameters "
    "clientrequestquery urlquerystring queryparams queryparameters querystringparameters queryparam "
    "multivaluequerystringparameters searchparams querystr httpquery httpquerystring requestquerystring "
    "requestparameters requestparams"
)
HOSTS = _words(
    "host hostname domain domainname authority xhostheader xforwardedhost requesthost clientrequesthost cshost "
    "httphost vhost servername hostheader reqhost serveraddress"
)
SCHEMES = _words("scheme protocol proto xforwardedproto csprotocol clientrequestscheme requestscheme")
STATUSES = _words("status statuscode responsestatus httpstatus httpstatuscode edgeresponsestatus scstatus responsecode")
AGENTS = _words("useragent httpuseragent clientrequestuseragent csuseragent")
REFERERS = _words("referer referrer httpreferer httpreferrer clientrequestreferer csreferer")
LOCATIONS = _words("location redirecturl redirectlocation")
HEADERS = _words("headers requestheaders header reqheaders")
REQUEST = "request"
RESPONSE = "response"
MESSAGES = frozenset((REQUEST, RESPONSE))

PAIR_NAMES = ("name", "key", "header")
"""Member names for a name in objects that hold a header field or a parameter as a name and a value."""
PAIR_VALUES = ("value", "values")
"""Member names for the value, or an array that contains it."""
PAIR = frozenset((*PAIR_NAMES, *PAIR_VALUES))

TYPED_VALUES = _words("s value stringvalue equalto equals")
"""Members that hold a string next to its type or comparison operator: DynamoDB, OpenTelemetry, WireMock."""

REQUEST_MEMBERS = PATHS | QUERIES | HOSTS | SCHEMES | STATUSES | AGENTS
"""The members of a request that are kept for its object."""

URL_HEADERS = REFERERS | LOCATIONS
