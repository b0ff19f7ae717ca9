"""A redirect → its report. `jsonschema` decides what conforms; the other rules look at the raw text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from connect_errors.address import compare, without_own_query
from connect_errors.catalog import DISCRIMINATORS, Outcome, errors, outcome_of, outcomes, recognized_parameters
from connect_errors.encoding import Span, decode, find_malformed, span_of
from connect_errors.escaping import shorten
from connect_errors.redaction import SHOWN, shown_name, shown_text, shown_value
from connect_errors.redirect import Redirect
from connect_errors.report import Finding, Report
from connect_errors.rules import RULES
from connect_errors.state import state_difference
from connect_errors.suggestion import suggestion
from connect_errors.url import URL, Parameter

_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_WORD = re.compile(r"[\w.*=\[\]-]+")

# RFC 6749 appendix A.5, A.7, A.8, A.11
OUTSIDE_OAUTH = {
    "error": re.compile(r'[^ -~]|["\\]'),
    "error_description": re.compile(r'[^ -~]|["\\]'),
    "state": re.compile(r"[^ -~]"),
    "code": re.compile(r"[^ -~]"),
}
"""What a parameter must not hold, by its name."""

# RFC 6749 §4.1.2.1, less what Connect documents
OAUTH_ERRORS = frozenset(
    {"invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "temporarily_unavailable"}
)

MAX_FINDINGS_PER_RULE = 20
"""Findings of one rule that are told of one redirect; whoever writes a URL could have thousands."""

_RANKS = {name: rank for rank, name in enumerate(RULES)}


@dataclass(frozen=True)
class Expectation:
    """What the application knows about the redirects that it gets.

    Raises:
        ValueError: a redirect URI is not an absolute URL without a fragment, or the outcome is none of the catalog.
    """

    redirect_uris: tuple[URL, ...] = ()
    """The registered redirect URIs, of which the redirect must be at one."""
    state: str | None = field(default=None, repr=False)
    """The state that was sent."""
    outcome: str | None = None

    def __post_init__(self) -> None:
        for uri in self.redirect_uris:
            if uri.problem:
                hint = "; leave the blank at its end out" if uri.text.rstrip() != uri.text else ""
                raise ValueError(f"the redirect URI is not an absolute URL: {uri.problem[0]}{hint}")
            if "#" in uri.text:
                raise ValueError("a redirect URI has no fragment (RFC 6749 §3.1.2)")
        if self.outcome is not None and self.outcome not in outcomes():
            name = _quoted(shown_text(shorten(self.outcome)))
            hint = suggestion(self.outcome, outcomes()) or f"; there are {', '.join(outcomes())}"
            raise ValueError(f"no outcome is called {name}{hint}")


NO_EXPECTATION = Expectation()


def judge(redirect: Redirect, expectation: Expectation = NO_EXPECTATION) -> Report:
    """Judge one redirect by every rule. Takes any text, and never raises."""
    url = redirect.url
    if url.too_long:
        return _unreadable(redirect, Finding("too-long", "the URL has more than 64 KiB"))
    if redirect.must_be_absolute and url.problem:
        problem, span = url.problem
        return _unreadable(redirect, Finding("not-a-url", f"not an absolute URL: {problem}", None, *span))
    return _Judgement(redirect, expectation).report()


def _unreadable(redirect: Redirect, finding: Finding) -> Report:
    return Report(redirect.url.text, None, None, {}, (_placed(finding, redirect),), redirect.place, redirect.url)


def _placed(finding: Finding, redirect: Redirect) -> Finding:
    """Tell where the finding stands in the capture's line, if the URL stands there as it is."""
    column = redirect.place.column
    if not redirect.is_verbatim or column is None or finding.start is None or finding.end is None:
        return finding
    return replace(finding, column=column + finding.start, end_column=column + finding.end)


class _Judgement:
    """The judgement of one redirect whose parameters can be read."""

    def __init__(self, redirect: Redirect, expectation: Expectation) -> None:
        self._redirect = redirect
        self._url = redirect.url
        self._expectation = expectation
        parameters = self._url.parameters
        self._in_fragment = not _has_outcome(parameters) and _has_outcome(self._url.fragment_parameters)
        if self._in_fragment:
            parameters += self._url.fragment_parameters
        self._all = _first(parameters)
        self._comparison = compare(self._url, parameters, expectation.redirect_uris)
        registered = self._comparison.registered if self._comparison else None
        self._parameters = without_own_query(parameters, registered) if registered else parameters
        self._first = self._all if self._parameters is parameters else _first(self._parameters)
        self._values = {name: parameter.value for name, parameter in self._first.items() if parameter.value}
        self._outcome = outcome_of(self._values)
        self._deciding = next((self._first[name] for name in DISCRIMINATORS if name in self._values), None)

    def report(self) -> Report:
        broken = list(self._encoding_findings())
        findings = [finding for _, finding in broken]
        # What a broken text was meant to be is not known: its value is not judged any further.
        unsound = {parameter for parameter, _ in broken}
        sound = {name: one for name, one in self._first.items() if one not in unsound} if unsound else self._first
        findings += self._repetitions()
        findings += self._outcomes(sound)
        if self._outcome and self._deciding:
            findings += self._schema_findings(self._outcome, self._deciding, sound)
        findings += self._unrecognized(sound)
        for parameter in sound.values():
            if parameter.name in recognized_parameters():
                findings += self._warnings(parameter)
        if self._expectation is not NO_EXPECTATION:
            findings += self._unmet_expectations(sound)
        told = _most(sorted(findings, key=_by_place)) if findings else ()
        return Report(
            url=self._url.text,
            outcome=self._outcome.name if self._outcome else None,
            kind=self._outcome.kind if self._outcome else "error" if "error" in self._values else None,
            parameters={name: parameter.value for name, parameter in self._all.items()},
            findings=tuple(_placed(finding, self._redirect) for finding in told),
            place=self._redirect.place,
            _parsed_url=self._url,
        )

    def _encoding_findings(self) -> Iterator[tuple[Parameter | None, Finding]]:
        """Find what cannot be decoded, and what no parameter may have."""
        is_well_formed = not find_malformed(self._url.text)  # then no part of it is malformed
        if not is_well_formed and (span := find_malformed(self._url.text, *self._url.base_span)):
            yield None, self._malformed(span)
        for parameter in self._parameters:
            if not is_well_formed and (span := find_malformed(self._url.text, *parameter.span)):
                yield parameter, self._malformed(span, parameter)
            elif parameter.value.isprintable() and parameter.name.isprintable():
                continue  # which no control character is
            elif found := self._find(_CONTROL, *parameter.span):
                character, span = found
                what = f"the control character {character}" if parameter.name in SHOWN else "a control character"
                message = f"{_name(parameter)} has {what}"
                yield parameter, Finding("forbidden-character", message, parameter.name, *span)

    def _malformed(self, span: Span, parameter: Parameter | None = None) -> Finding:
        is_escape = self._url.text[span[0]] == "%" and not _ESCAPE.match(self._url.text, span[0])
        what = "a percent sign without two hexadecimal digits" if is_escape else "bytes that are not UTF-8"
        where = _name(parameter) if parameter else "the address"
        return Finding("malformed-encoding", f"{where} has {what}", parameter.name if parameter else None, *span)

    def _repetitions(self) -> Iterator[Finding]:
        if len(self._parameters) == len(self._first):
            return
        counts = Counter(parameter.name for parameter in self._parameters)
        seen: Counter[str] = Counter()
        for parameter in self._parameters:
            seen[parameter.name] += 1
            if seen[parameter.name] == 2:  # noqa: PLR2004 - the second one is told, further ones are counted
                message = f"{_name(parameter)} is there {counts[parameter.name]} times; the first value is judged"
                yield Finding("duplicate-parameter", message, parameter.name, *parameter.span)

    def _outcomes(self, sound: Mapping[str, Parameter]) -> Iterator[Finding]:
        """Find what hides the outcome."""
        if self._deciding is None:
            *others, last = DISCRIMINATORS
            message = f"none of {', '.join(others)} and {last} has a value"
            yield Finding("no-outcome", message, None, *self._url.query_span)
            return
        if self._outcome is None:
            yield from self._unknown_error(self._deciding, is_sound="error" in sound)
        if self._in_fragment:
            message = "the outcome stands behind #, where no server sees it"
            yield Finding("parameters-in-fragment", message, self._deciding.name, *self._url.fragment_span)

    def _unknown_error(self, error: Parameter, *, is_sound: bool) -> Iterator[Finding]:
        if is_sound:
            code = shorten(shown_value("error", error.value))
            message = f"{_quoted(code)} is no error that Connect documents{_hint(error.value)}"
            yield Finding("unknown-error", message, "error", *error.value_span)
        # No schema tells, but what excludes every known error excludes this one.
        for name in set.intersection(*(set(known.forbidden) for known in errors().values())) & self._values.keys():
            message = f"an error must not come with {name}"
            yield Finding("conflicting-outcome", message, name, *self._first[name].span)

    def _schema_findings(
        self, outcome: Outcome, deciding: Parameter, sound: Mapping[str, Parameter]
    ) -> Iterator[Finding]:
        """Say in our rules and words, without a value, what `jsonschema` says about the parameters."""
        told: set[str | None] = set()
        for violation in outcome.violations(self._values):
            keyword = violation.keyword
            if keyword == "required":
                names: list[str | None] = [name for name in outcome.required if name not in self._values]
            elif keyword is None:
                names = [name for name in outcome.forbidden if name in self._values]
            else:
                names = [violation.parameter]
            for name in names:
                if name not in told and (name in sound or name not in self._first):
                    told.add(name)
                    yield self._schema_finding(outcome, deciding, name, keyword)

    def _schema_finding(self, outcome: Outcome, deciding: Parameter, name: str | None, keyword: str | None) -> Finding:
        given = self._first.get(name) if name else None
        if name is None:
            message = f"{outcome.name} does not meet {keyword} of its schema"
            return Finding("invalid-value", message, None, *deciding.span)
        if keyword is None:
            message = f"{outcome.name} must not come with {name}"
            return Finding("conflicting-outcome", message, name, *(given or deciding).span)
        if keyword != "required":
            message = f"{name} must be {_constraint(outcome.parameters[name])}"
            return Finding("invalid-value", message, name, *(given or deciding).value_span)
        if given:
            message = f"{outcome.name} requires {name}, and it has no value"
            return Finding("empty-parameter", message, name, *given.span)
        return Finding("missing-parameter", f"{outcome.name} requires {name}", name, *deciding.span)

    def _unrecognized(self, sound: Mapping[str, Parameter]) -> Iterator[Finding]:
        if sound.keys() <= recognized_parameters():
            return
        unknown = [parameter for name, parameter in sound.items() if name not in recognized_parameters()]
        for index, parameter in enumerate(sorted(unknown, key=lambda one: one.start)):
            # Looking for a near miss takes long; those behind the first ones are only counted.
            hint = self._near_miss(parameter) if index < MAX_FINDINGS_PER_RULE else ""
            message = f"{_name(parameter)} is no parameter of Connect{hint}"
            yield Finding("unrecognized-parameter", message, parameter.name, *parameter.span)

    def _warnings(self, parameter: Parameter) -> Iterator[Finding]:
        name, value = parameter.name, parameter.value
        wordings = self._outcome.wordings if self._outcome and name == "error_description" else ()
        if wordings and value and value not in wordings:
            message = "no page documents this error_description"
            yield Finding("undocumented-wording", message, name, *parameter.value_span)
        charset = OUTSIDE_OAUTH.get(name)
        if charset and charset.search(value) and (found := self._find(charset, parameter.value_start, parameter.end)):
            character, span = found
            what = character if name in SHOWN else "a character"
            message = f"{name} has {what}, which is outside RFC 6749's set"
            yield Finding("outside-oauth-charset", message, name, *span)
        # A value that is a URL has escapes of its own.
        if "%" in value and _ESCAPE.search(value) and not URL(value).scheme:
            message = f"{name} is still percent-encoded after decoding"
            yield Finding("double-encoded", message, name, *parameter.value_span)

    def _near_miss(self, parameter: Parameter) -> str:
        if parameter.value_start == parameter.end and self._outcome:
            wordings = {wording.casefold() for wording in self._outcome.wordings}
            if parameter.name.casefold() in wordings:
                return ": it is the text of error_description without its name"
        if parameter.name.startswith("amp;"):
            return ": the URL is escaped for HTML, with &amp; in the place of &"
        return suggestion(parameter.name, recognized_parameters())

    def _unmet_expectations(self, sound: Mapping[str, Parameter]) -> Iterator[Finding]:
        """Find what the application did not expect."""
        expected = self._expectation
        place = self._deciding.span if self._deciding else self._url.query_span
        if difference := self._comparison and self._comparison.difference():
            address = self._url.base_span
            yield Finding("redirect-uri-mismatch", difference.message, None, *address, remedy=difference.remedy)
        if expected.state is not None:
            state = self._first.get("state")
            if expected.state and (state is None or not state.value):
                yield Finding("state-mismatch", "no state came back", "state", *(state.span if state else place))
            elif state and "state" in sound and (how := state_difference(expected.state, state.value)):
                yield Finding("state-mismatch", how, "state", *state.value_span)
        if expected.outcome and (self._outcome is None or self._outcome.name != expected.outcome):
            given = self._outcome.name if self._outcome else "an unknown error" if self._deciding else "no outcome"
            message = f"{expected.outcome} was expected, not {given}"
            yield Finding("unexpected-outcome", message, self._deciding.name if self._deciding else None, *place)

    def _find(self, pattern: re.Pattern[str], start: int, end: int) -> tuple[str, Span] | None:
        """Find a character in the decoded text of `[start:end]`; its code point and its place."""
        raw = self._url.text[start:end]
        decoded = decode(raw)
        match = pattern.search(decoded)
        if match is None:
            return None
        span = span_of(raw, decoded, match.start())
        return f"U+{ord(match[0]):04X}", (start + span[0], start + span[1])


def _has_outcome(parameters: Iterable[Parameter]) -> bool:
    return any(parameter.value and parameter.name in DISCRIMINATORS for parameter in parameters)


def _first(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """The first of each name; one without a value counts only where no other is (RFC 6749 §3.1)."""
    first: dict[str, Parameter] = {}
    for parameter in parameters:
        if parameter.name not in first or (parameter.value and not first[parameter.name].value):
            first[parameter.name] = parameter
    return first


def _name(parameter: Parameter) -> str:
    return _quoted(shorten(shown_name(parameter.name))) if parameter.name else "a parameter without a name"


def _quoted(text: str) -> str:
    return text if _WORD.fullmatch(text) else f'"{text}"'


def _constraint(schema: Mapping[str, str]) -> str:
    """The description of a constrained parameter, `A UUID: …`, as a part of a sentence."""
    description = schema["description"].removesuffix(".")
    return description[0].lower() + description[1:]


def _hint(code: str) -> str:
    from connect_errors.handbook import undocumented_names

    if hint := undocumented_names().get(code):
        return f": {hint}"
    if code in OAUTH_ERRORS:
        return ": OAuth defines it (RFC 6749 §4.1.2.1), but Smartcar does not"
    return suggestion(code, errors())


def _most(findings: list[Finding]) -> Iterator[Finding]:
    """Leave out what a rule finds too often; the last finding that is told counts the others."""
    found = Counter(finding.rule for finding in findings)
    told: Counter[str] = Counter()
    for finding in findings:
        told[finding.rule] += 1
        more = found[finding.rule] - MAX_FINDINGS_PER_RULE
        if told[finding.rule] == MAX_FINDINGS_PER_RULE and more > 0:
            yield replace(finding, message=f"{finding.message}; this rule is broken {more:,} more times")
        elif told[finding.rule] <= MAX_FINDINGS_PER_RULE:
            yield finding


def _by_place(finding: Finding) -> tuple[int, int, int, str]:
    return finding.start or 0, finding.end or 0, _RANKS[finding.rule], finding.message
