"""What the members of JSON objects are called that say something of a redirect, whichever tool wrote them.

Each name is as `normal_name` gives it: in lower case, without what is not a letter or digit.
"""

import re
from functools import lru_cache

_MAX_REMEMBERED = 100
"""Characters of a name that is remembered; there may be any number of names, of any length."""

_NOT_IN_NAME = re.compile("[^a-z0-9]")


def normal_name(name: str) -> str:
    """The name of a member, however its words are separated: `requestUri`, `request_uri` and `Request-URI` are one."""
    return _remembered(name) if len(name) <= _MAX_REMEMBERED else _normal(name)


def _normal(name: str) -> str:
    return _NOT_IN_NAME.sub("", name.lower())


_remembered = lru_cache(1000)(_normal)
"""The names of one document are few, and each comes with every record."""


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
"""What a header or a parameter is called in an object that has it as a name and a value; these as they are."""
PAIR_VALUE = "value"

TYPED_VALUES = _words("s value stringvalue equalto equals")
"""What a string is called in an object that gives its type or how it is compared: DynamoDB, OpenTelemetry, WireMock."""

OF_REQUESTS = PATHS | QUERIES | HOSTS | SCHEMES | STATUSES | AGENTS
"""What the members of a request are called that its object remembers."""
