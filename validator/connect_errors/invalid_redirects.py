"""Generate redirects that each break one rule, for handlers that must cope with them. Derived only from schemas."""

import re
from collections.abc import Iterator

from connect_errors.argument import read_redirect
from connect_errors.catalog import successes
from connect_errors.example_redirects import Application, Example, encoded, fullest, joined, written
from connect_errors.schema import DISCRIMINATORS, Outcome
from connect_errors.shown import InvalidArgumentError, say
from connect_errors.url import URL

_NOT_PLAIN = re.compile("[^A-Za-z0-9]")

_Deviation = tuple[str, str, dict[str, str]]
"""A rule, a description of the deviation, and the deviating parameters."""


def invalid_examples(
    *names: str, redirect_uri: str | None = None, state: str | None = None, optional: bool = False
) -> list[Example]:
    """Make redirects that each break exactly one rule, from those that `examples` makes.

    Redirects that would result from several outcomes are included once. `redirect_uri` and `state` add redirects that
    only an application that knows these values can reject.

    Raises:
        InvalidArgumentError: see `examples`; also if the state breaks a rule by itself.
    """
    application = Application(redirect_uri, state)
    found: dict[str, Example] = {}
    for outcome in application.outcomes(names):
        whole = application.parameters(outcome, optional=optional)
        for finding in application.judge(application.url(whole)).findings:
            raise InvalidArgumentError(say("no redirect like this breaks only one rule: {}", finding.message))
        for rule, what, url in _deviations(application, outcome, whole):
            findings = application.judge(url).findings
            # Some deviations do not break exactly their rule for every outcome; `validate` would read a part of a few.
            is_read_whole = read_redirect(url).url.text == url
            if [finding.rule for finding in findings] == [rule] and is_read_whole and url not in found:
                parameter = findings[0].parameter
                found[url] = Example(outcome.name, outcome.kind, url, application.options, rule, parameter, what)
    return list(found.values())


def _deviations(application: Application, outcome: Outcome, whole: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield deviations from a redirect with the parameters `whole`: rule, description, URL."""
    for rule, what, parameters in (
        *_absences(outcome, whole),
        *_other_values(outcome, whole),
        *_other_characters(outcome, whole),
        *_additions(outcome, whole),
        *_other_states(application.state, whole),
    ):
        yield rule, what, application.url(parameters)
    yield from _other_texts(application.redirect_uri, encoded(whole))
    yield from _other_addresses(URL(application.redirect_uri), encoded(whole))


def _absences(outcome: Outcome, whole: dict[str, str]) -> Iterator[_Deviation]:
    for name in outcome.required:
        if name == outcome.discriminator:
            yield "no-outcome", f"{name} is missing", _without(DISCRIMINATORS, whole)
            yield "no-outcome", f"{name} has no value", whole | {name: ""}
        else:
            yield "missing-parameter", f"{name} is missing", _without((name,), whole)
            yield "empty-parameter", f"{name} has no value", whole | {name: ""}


def _other_values(outcome: Outcome, whole: dict[str, str]) -> Iterator[_Deviation]:
    for name, value in fullest(outcome).items():  # optional parameters may be present, and invalid
        yield "invalid-value", f"{name} lost its last character", whole | {name: value[:-1]}
        yield "invalid-value", f"{name} is only a hyphen", whole | {name: "-"}
    if code := whole.get("error"):
        yield "unknown-error", "the error code has hyphens", whole | {"error": code.replace("_", "-")}
        yield "unknown-error", "the error code is in capitals", whole | {"error": code.upper()}
    if outcome.wordings:
        yield (
            "undocumented-wording",
            "error_description is worded differently",
            whole | {"error_description": "Other words."},
        )


def _other_characters(outcome: Outcome, whole: dict[str, str]) -> Iterator[_Deviation]:
    full = fullest(outcome)
    documented = [("error_description", wording) for wording in outcome.wordings]
    for name, value in (*documented, *((name, f"{value}é") for name, value in full.items())):
        yield "outside-oauth-charset", f"{name} has a character that RFC 6749 does not allow", whole | {name: value}
    for name, value in full.items():
        once = _NOT_PLAIN.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), value)
        yield "double-encoded", f"{name} is encoded twice", whole | {name: once}


def _additions(outcome: Outcome, whole: dict[str, str]) -> Iterator[_Deviation]:
    for success in successes().values():
        if (name := success.discriminator) in outcome.forbidden:
            added = {name: fullest(success)[name]}
            yield "conflicting-outcome", f"{name}, which belongs to a success, is also present", whole | added
    yield (
        "unrecognized-parameter",
        "new_parameter, which no schema has, is also present",
        whole | {"new_parameter": "1"},
    )


def _other_states(state: str | None, whole: dict[str, str]) -> Iterator[_Deviation]:
    if state is not None:
        yield "state-mismatch", "a different state came back", whole | {"state": f"{state}0"}
        yield "state-mismatch", "no state came back", _without(("state",), whole)


def _other_texts(redirect_uri: str, query: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Write encoded parameters as no encoder would, or in the wrong place."""
    for name, value in query.items():
        yield "duplicate-parameter", f"{name} appears twice", f"{written(redirect_uri, query)}&{name}={value}"
        for rule, what, text in (
            ("malformed-encoding", "a broken percent escape", "%f"),
            ("malformed-encoding", "a byte that is not UTF-8", "%FF"),
            ("forbidden-character", "a line break", "%0A"),
        ):
            yield rule, f"{name} has {what}", written(redirect_uri, query | {name: value + text})
    yield "parameters-in-fragment", "the parameters are in the fragment", f"{redirect_uri}#{joined(query)}"


def _other_addresses(redirect_uri: URL, query: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Change the address to one other than the redirect URI, on the same server."""
    end = redirect_uri.base_span[1]
    address, own_query = redirect_uri.text[:end], redirect_uri.text[end:]
    if redirect_uri.path in ("", "/"):
        other = f"{address.removesuffix('/')}/callback"
    else:
        other = address[:-1] if address.endswith("/") else f"{address}/"
    yield "redirect-uri-mismatch", "the path is different", written(other + own_query, query)
    yield "redirect-uri-mismatch", "the redirect URI's own query is missing", written(address, query)


def _without(names: tuple[str, ...], parameters: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name not in names}
