"""Generate redirects that each break one rule, for handlers that must cope with them. Derived only from schemas."""

from collections.abc import Iterator

from connect_errors import lazy_re
from connect_errors.argument import read_redirect
from connect_errors.catalog import successes
from connect_errors.example_redirects import (
    Application,
    Example,
    append_query,
    encode_parameters,
    fullest_example,
    join_query,
)
from connect_errors.schema import DISCRIMINATORS, Outcome
from connect_errors.shown import InvalidArgumentError, say
from connect_errors.url import URL

_NOT_PLAIN = lazy_re.pattern("[^A-Za-z0-9]")

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
    by_url: dict[str, Example] = {}
    for outcome in application.outcomes(names):
        valid = application.parameters(outcome, optional=optional)
        for finding in application.judge(application.url(valid)).findings:
            raise InvalidArgumentError(say("no redirect like this breaks only one rule: {}", finding.message))
        for rule, description, url in _deviations(application, outcome, valid):
            findings = application.judge(url).findings
            # Some deviations do not break exactly their rule for every outcome; `validate` would read a part of a few.
            is_read_whole = read_redirect(url).url.text == url
            if [finding.rule for finding in findings] == [rule] and is_read_whole and url not in by_url:
                parameter = findings[0].parameter
                by_url[url] = Example(
                    outcome.name, outcome.kind, url, application.options, rule, parameter, description
                )
    return list(by_url.values())


def _deviations(application: Application, outcome: Outcome, valid: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield deviations from a redirect with the parameters `valid`: rule, description, URL."""
    for rule, description, parameters in (
        *_missing_parameters(outcome, valid),
        *_wrong_values(outcome, valid),
        *_wrong_characters(outcome, valid),
        *_extra_parameters(outcome, valid),
        *_wrong_states(application.state, valid),
    ):
        yield rule, description, application.url(parameters)
    yield from _malformed_queries(application.redirect_uri, encode_parameters(valid))
    yield from _wrong_addresses(URL(application.redirect_uri), encode_parameters(valid))


def _missing_parameters(outcome: Outcome, valid: dict[str, str]) -> Iterator[_Deviation]:
    for name in outcome.required:
        if name == outcome.discriminator:
            yield "no-outcome", f"{name} is missing", _without(DISCRIMINATORS, valid)
            yield "no-outcome", f"{name} has no value", valid | {name: ""}
        else:
            yield "missing-parameter", f"{name} is missing", _without((name,), valid)
            yield "empty-parameter", f"{name} has no value", valid | {name: ""}


def _wrong_values(outcome: Outcome, valid: dict[str, str]) -> Iterator[_Deviation]:
    for name, value in fullest_example(outcome).items():  # optional parameters may be present, and invalid
        yield "invalid-value", f"{name} lost its last character", valid | {name: value[:-1]}
        yield "invalid-value", f"{name} is only a hyphen", valid | {name: "-"}
    if code := valid.get("error"):
        yield "unknown-error", "the error code has hyphens", valid | {"error": code.replace("_", "-")}
        yield "unknown-error", "the error code is in capitals", valid | {"error": code.upper()}
    if outcome.wordings:
        yield (
            "undocumented-wording",
            "error_description is worded differently",
            valid | {"error_description": "Other words."},
        )


def _wrong_characters(outcome: Outcome, valid: dict[str, str]) -> Iterator[_Deviation]:
    all_parameters = fullest_example(outcome)
    documented = [("error_description", wording) for wording in outcome.wordings]
    for name, value in (*documented, *((name, f"{value}é") for name, value in all_parameters.items())):
        yield "outside-oauth-charset", f"{name} has a character that RFC 6749 does not allow", valid | {name: value}
    for name, value in all_parameters.items():
        encoded = _NOT_PLAIN.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), value)
        yield "double-encoded", f"{name} is encoded twice", valid | {name: encoded}


def _extra_parameters(outcome: Outcome, valid: dict[str, str]) -> Iterator[_Deviation]:
    for success in successes().values():
        if (name := success.discriminator) in outcome.forbidden:
            added = {name: fullest_example(success)[name]}
            yield "conflicting-outcome", f"{name}, which belongs to a success, is also present", valid | added
    yield (
        "unrecognized-parameter",
        "new_parameter, which no schema has, is also present",
        valid | {"new_parameter": "1"},
    )


def _wrong_states(state: str | None, valid: dict[str, str]) -> Iterator[_Deviation]:
    if state is not None:
        yield "state-mismatch", "a different state came back", valid | {"state": f"{state}0"}
        yield "state-mismatch", "no state came back", _without(("state",), valid)


def _malformed_queries(redirect_uri: str, query: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Write encoded parameters as no encoder would, or in the wrong place."""
    for name, value in query.items():
        yield "duplicate-parameter", f"{name} appears twice", f"{append_query(redirect_uri, query)}&{name}={value}"
        for rule, description, text in (
            ("malformed-encoding", "a broken percent escape", "%f"),
            ("malformed-encoding", "a byte that is not UTF-8", "%FF"),
            ("forbidden-character", "a line break", "%0A"),
        ):
            yield rule, f"{name} has {description}", append_query(redirect_uri, query | {name: value + text})
    yield "parameters-in-fragment", "the parameters are in the fragment", f"{redirect_uri}#{join_query(query)}"


def _wrong_addresses(redirect_uri: URL, query: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Change the address to one other than the redirect URI, on the same server."""
    end = redirect_uri.base_span[1]
    address, own_query = redirect_uri.text[:end], redirect_uri.text[end:]
    if redirect_uri.path in ("", "/"):
        other = f"{address.removesuffix('/')}/callback"
    else:
        other = address[:-1] if address.endswith("/") else f"{address}/"
    yield "redirect-uri-mismatch", "the path is different", append_query(other + own_query, query)
    yield "redirect-uri-mismatch", "the redirect URI's own query is missing", append_query(address, query)


def _without(names: tuple[str, ...], parameters: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name not in names}
