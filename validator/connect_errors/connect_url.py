"""The Connect URL, which opens Connect: the request that a redirect answers."""

import re
from collections.abc import Iterator, Mapping

from connect_errors import lazy_re
from connect_errors.address import registration_problem
from connect_errors.catalog import recognized_parameters, requests
from connect_errors.encoding import Span
from connect_errors.naming import named
from connect_errors.placeholders import placeholder
from connect_errors.report import Finding
from connect_errors.schema import Schema
from connect_errors.shown import Shown, own, say
from connect_errors.suggestion import suggestion
from connect_errors.url import URL, Parameter

HOST = "connect.smartcar.com"

_PATH = lazy_re.pattern("/oauth/([a-z]*)/?", re.IGNORECASE)
_REMEDY = (
    "Correct the URL that the application opens: Connect responds to this one with an error page, not with a redirect."
)
_UNKNOWN_REMEDY = "Correct its name, or remove it."
_API_CLIENT = "client_"
"""Prefix of the ids of API clients, which Connect rejects (400: Invalid parameter client_id)."""


def is_connect_url(url: URL) -> bool:
    """Whether a URL opens Connect."""
    return url.host.lower() == HOST and _PATH.match(url.path) is not None


def request_findings(url: URL, decodable: Mapping[str, Parameter]) -> Iterator[Finding]:
    """Judge the parameters of a Connect URL, given by name, against the schema of its kind.

    Findings for which Connect shows an error page instead of redirecting come first.
    """
    message = Shown("this URL opens Connect; the redirect is Connect's answer to it")
    yield Finding("connect-url", message, None, *url.base_span)
    match = _PATH.match(url.path)
    request = requests().get(match[1].lower()) if match else None
    if request is None:
        return
    values = {name: parameter.value for name, parameter in decodable.items() if parameter.value}
    wrong = _wrong_parameters(request, values)
    for name in wrong:
        yield _finding(request, decodable.get(name), name, url.base_span)
    given = decodable.get("redirect_uri")
    if given and given.value and "redirect_uri" not in wrong and (problem := registration_problem(URL(given.value))):
        message = say("redirect_uri cannot be registered with Smartcar: {}", problem)
        yield Finding("invalid-value", message, "redirect_uri", *given.value_span, remedy=_REMEDY)
    for name, parameter in decodable.items():
        if name not in request.parameters:
            yield _unrecognized(request, parameter)


def _wrong_parameters(request: Schema, values: Mapping[str, str]) -> dict[str, None]:
    """Return the names of parameters that violate the schema, in the order of the violations."""
    names: list[str] = []
    for violation in request.violations(values):
        if violation.keyword == "required":
            names += [name for name in request.required if name not in values]
        elif violation.keyword == "anyOf":
            names.append("client_id")
        elif violation.parameter:
            names.append(violation.parameter)
    return dict.fromkeys(names)


def _finding(request: Schema, parameter: Parameter | None, name: str, base: Span) -> Finding:
    if parameter is None:
        missing = Shown("client_id or application_id") if name == "client_id" else own(name)
        return Finding("missing-parameter", say("the Connect URL requires {}", missing), name, *base, remedy=_REMEDY)
    if not parameter.value:
        message = say("the Connect URL requires {}, but it has no value", own(name))
        return Finding("empty-parameter", message, name, *parameter.span, remedy=_REMEDY)
    description = request.parameters[name]["description"].partition(".")[0]
    message = say("{} must be {}", own(name), own(description[0].lower() + description[1:]))
    if name in ("client_id", "application_id") and parameter.value.startswith(_API_CLIENT):
        message = say("{} is the id of an API client (client_…): Connect requires the application's UUID", own(name))
    elif value := placeholder(parameter.value):
        message = say("{} is {}", own(name), value)
    return Finding("invalid-value", message, name, *parameter.value_span, remedy=_REMEDY)


def _unrecognized(request: Schema, parameter: Parameter) -> Finding:
    hint = suggestion(parameter.name, request.parameters)
    if parameter.name in recognized_parameters():
        hint = Shown(": it is a parameter of a redirect")
    message = say("{} is not a parameter of this Connect URL{}", named(parameter), hint)
    return Finding("unrecognized-parameter", message, parameter.name, *parameter.span, remedy=_UNKNOWN_REMEDY)
