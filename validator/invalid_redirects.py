"""An outcome → redirects that each break one rule, for handlers that must survive them. Derived from the schemas."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from validator.catalog import Outcome, successes
from validator.example_redirects import Application, Example, encoded, fullest, joined, written
from validator.url import URL

_NOT_PLAIN = re.compile("[^A-Za-z0-9]")


class _Deviation(NamedTuple):
    """A redirect that is meant to break one rule."""

    rule: str
    what: str
    url: str


def invalid_examples(
    *names: str, redirect_uri: str | None = None, state: str | None = None, optional: bool = False
) -> list[Example]:
    """Make redirects that each break one rule and no other, out of those that `examples` makes.

    One that would come of several outcomes comes once. With `redirect_uri` and `state` there are also those that
    only an application can tell that knows them.

    Raises:
        ValueError: as of `examples`; also where the state breaks a rule by itself.
    """
    application = Application(redirect_uri, state)
    found: dict[str, Example] = {}
    for outcome in application.outcomes(names):
        whole = application.parameters(outcome, optional=optional)
        for finding in application.judge(application.url(whole)).findings:
            raise ValueError(f"no such redirect breaks one rule alone: {finding.message}")
        for rule, what, url in _deviations(application, outcome, whole):
            findings = application.judge(url).findings
            # Not every deviation breaks its rule for every outcome, and alone.
            if [finding.rule for finding in findings] == [rule] and url not in found:
                parameter = findings[0].parameter
                found[url] = Example(outcome.name, outcome.kind, url, application.options, rule, parameter, what)
    return list(found.values())


def _deviations(application: Application, outcome: Outcome, whole: dict[str, str]) -> Iterator[_Deviation]:
    for rule, what, parameters in _other_parameters(outcome, whole, application.state):
        yield _Deviation(rule, what, application.url(parameters))
    yield from _other_texts(application, whole)
    yield from _other_addresses(application, whole)


def _other_parameters(
    outcome: Outcome, whole: dict[str, str], state: str | None
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Leave parameters out, add some, and change their values: also of those that are not there as yet."""
    full = fullest(outcome) | whole
    for name in outcome.required:
        decides = name == outcome.deciding
        yield "no-outcome" if decides else "missing-parameter", f"{name} is not there", _without(name, whole)
        yield "no-outcome" if decides else "empty-parameter", f"{name} has no value", whole | {name: ""}
    for name, value in full.items():
        yield "invalid-value", f"{name} lost its last character", whole | {name: value[:-1]}
        yield "invalid-value", f"{name} is nothing but a hyphen", whole | {name: "-"}
    for success in successes().values():
        if (name := success.deciding) in outcome.forbidden:
            added = {name: fullest(success)[name]}
            yield "conflicting-outcome", f"{name}, the parameter of a success, came along", whole | added
    if code := whole.get("error"):
        yield "unknown-error", "the error code is written with hyphens", whole | {"error": code.replace("_", "-")}
        yield "unknown-error", "the error code is written in capitals", whole | {"error": code.upper()}
    if outcome.wordings:
        yield "undocumented-wording", "error_description has other words", whole | {"error_description": "Other words."}
    worded = [("error_description", wording) for wording in outcome.wordings]
    for name, value in [*worded, *((name, f"{value}é") for name, value in full.items())]:
        yield "outside-oauth-charset", f"{name} has a character outside RFC 6749's set", whole | {name: value}
    yield "unrecognised-parameter", "new_parameter, which no schema has, came along", whole | {"new_parameter": "1"}
    for name, value in full.items():
        twice = _NOT_PLAIN.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), value)
        yield "double-encoded", f"{name} is encoded twice", whole | {name: twice}
    if state is not None:
        yield "state-mismatch", "another state came back", whole | {"state": f"{state}0"}
        yield "state-mismatch", "no state came back", _without("state", whole)


def _other_texts(application: Application, whole: dict[str, str]) -> Iterator[_Deviation]:
    """Write the parameters as no encoder does, or where they do not belong."""
    query = encoded(whole)
    uri = application.redirect_uri
    url = written(uri, query)
    for name, value in query.items():
        yield _Deviation("duplicate-parameter", f"{name} is there twice", f"{url}&{name}={value}")
        for rule, what, text in (
            ("malformed-encoding", "a broken percent escape", "%f"),
            ("malformed-encoding", "a byte that is not UTF-8", "%FF"),
            ("forbidden-character", "a line end", "%0A"),
        ):
            yield _Deviation(rule, f"{name} has {what}", written(uri, query | {name: value + text}))
    what = "the parameters stand behind the #"
    yield _Deviation("parameters-in-fragment", what, f"{uri}#{joined(query)}")


def _other_addresses(application: Application, whole: dict[str, str]) -> Iterator[_Deviation]:
    """Come to another address than the redirect URI, though to the same server."""
    uri, query = URL(application.redirect_uri), encoded(whole)
    address, own_query = uri.text[: uri.base_span[1]], uri.text[uri.base_span[1] :]
    if uri.path in ("", "/"):
        other = f"{address.removesuffix('/')}/callback"
    else:
        other = address[:-1] if uri.path.endswith("/") else f"{address}/"
    yield _Deviation("redirect-uri-mismatch", "its path is another one", written(other + own_query, query))
    yield _Deviation("redirect-uri-mismatch", "the redirect URI's own query is not there", written(address, query))


def _without(name: str, parameters: dict[str, str]) -> dict[str, str]:
    return {other: value for other, value in parameters.items() if other != name}
