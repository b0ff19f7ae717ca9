"""A redirect → its report. `jsonschema` decides what conforms; the other rules look at the raw text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from connect_errors.address import JAVASCRIPT_SDK_HOST, compare, without_own_query
from connect_errors.catalog import DISCRIMINATORS, Outcome, errors, outcome_of, outcomes, recognized_parameters
from connect_errors.connect_url import is_connect_url, request_findings
from connect_errors.encoding import Span, decode, find_malformed, span_of
from connect_errors.escaping import shorten
from connect_errors.hints import hint_about_error, hint_about_parameter, is_wording
from connect_errors.naming import named, quoted
from connect_errors.placeholders import ends_with_stray_quote, looks_like_test_value, placeholder
from connect_errors.redaction import kind_and_length, shown_argument, shown_value
from connect_errors.redirect import Redirect
from connect_errors.report import Finding, Report, ReportKind
from connect_errors.rules import RULES
from connect_errors.secrets import SHOWN_PARAMETERS
from connect_errors.shown import InvalidArgumentError, Shown, join, own, say
from connect_errors.state import state_difference
from connect_errors.suggestion import suggestion
from connect_errors.url import URL, Parameter

_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")

# RFC 6749 appendix A.5, A.7, A.8, A.11
OUTSIDE_OAUTH = {
    "error": re.compile(r'[^ -~]|["\\]'),
    "error_description": re.compile(r'[^ -~]|["\\]'),
    "state": re.compile(r"[^ -~]"),
    "code": re.compile(r"[^ -~]"),
}
"""What a parameter must not hold, by its name."""

MAX_CHARACTERS = 5
"""Characters of a value that a message names."""

MAX_FINDINGS_PER_RULE = 20
"""Findings of one rule that are told of one redirect; whoever writes a URL could have thousands."""

_RANKS = {name: rank for rank, name in enumerate(RULES)}


@dataclass(frozen=True)
class Expectation:
    """What the application knows about the redirects that it gets.

    Raises:
        InvalidArgumentError: a redirect URI is not an absolute URL without a fragment, or no outcome of the catalog
            has that name.
    """

    redirect_uris: tuple[URL, ...] = ()
    """The registered redirect URIs, of which the redirect must be at one."""
    state: str | None = field(default=None, repr=False)
    """The state that was sent."""
    outcome: str | None = None

    def __post_init__(self) -> None:
        for uri in self.redirect_uris:
            if uri.problem:
                is_blank = uri.text.rstrip() != uri.text
                hint = Shown("; leave the blank at its end out") if is_blank else Shown("")
                raise InvalidArgumentError(say("the redirect URI is not an absolute URL: {}{}", uri.problem[0], hint))
            if "#" in uri.text:
                raise InvalidArgumentError(Shown("a redirect URI has no fragment (RFC 6749 §3.1.2)"))
        if self.outcome is not None and self.outcome not in outcomes():
            name = quoted(shorten(shown_argument(self.outcome)))
            hint = suggestion(self.outcome, outcomes()) or say("; there are {}", own(", ".join(outcomes())))
            raise InvalidArgumentError(say("no outcome is called {}{}", name, hint))


NO_EXPECTATION = Expectation()

_ABOUT_VALUES = frozenset({"invalid-value", "unknown-error"})
"""Rules whose message says of a placeholder what it is."""


def judge(redirect: Redirect, expectation: Expectation = NO_EXPECTATION) -> Report:
    """Judge one redirect by every rule. Takes any text, and never raises."""
    url = redirect.url
    if url.too_long:
        return _unreadable(redirect, Finding("too-long", Shown("the URL has more than 64 KiB")))
    if redirect.must_be_absolute and url.problem:
        problem, span = url.problem
        what = say("not an absolute URL: {}", problem)
        if url.scheme is None and not url.path_only:
            what = say("{} ({})", what, kind_and_length(url.text))
        return _unreadable(redirect, Finding("not-a-url", what, None, *span))
    judgement = _Judgement(redirect, expectation)
    return judgement.request_report() if is_connect_url(url) else judgement.report()


def _unreadable(redirect: Redirect, finding: Finding) -> Report:
    found = (*_escapes(redirect), finding)
    placed = tuple(_placed(one, redirect) for one in found)
    return Report(redirect.url.text, None, None, {}, placed, redirect.place, redirect.notes, redirect.url)


def _escapes(redirect: Redirect) -> Iterator[Finding]:
    """Name what the text was escaped by, so that one that really arrived so is not taken for sound."""
    if redirect.media:
        from connect_errors.escapes import MEDIA

        media = join(" and ", [own(MEDIA[medium]) for medium in redirect.media])
        message = say("the URL is escaped for {}: it is judged unescaped", media)
        yield Finding("escaped-copy", message, None, *redirect.url.base_span)


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
        findings = [*_escapes(self._redirect), *(finding for _, finding in broken)]
        # What a broken text was meant to be is not known: its value is not judged any further.
        unsound = {parameter for parameter, _ in broken}
        sound = {name: one for name, one in self._first.items() if one not in unsound} if unsound else self._first
        findings += self._repetitions()
        findings += self._outcomes(sound)
        if self._outcome and self._deciding:
            findings += self._schema_findings(self._outcome, self._deciding, sound)
        findings += self._unrecognized(sound)
        wrong = {finding.parameter for finding in findings if finding.rule in _ABOUT_VALUES} if findings else ()
        for parameter in sound.values():
            if parameter.name in recognized_parameters():
                findings += self._warnings(parameter, is_wrong=parameter.name in wrong)
        if self._expectation is not NO_EXPECTATION:
            findings += self._unmet_expectations(sound)
        kind: ReportKind | None = self._outcome.kind if self._outcome else "error" if "error" in self._values else None
        return self._report(self._outcome.name if self._outcome else None, kind, findings)

    def request_report(self) -> Report:
        """Judge a Connect URL by what Connect takes."""
        broken = list(self._encoding_findings())
        unsound = {parameter for parameter, _ in broken}
        sound = {name: one for name, one in self._first.items() if one not in unsound}
        findings = [*_escapes(self._redirect), *(finding for _, finding in broken), *self._repetitions()]
        findings += request_findings(self._url, sound)
        return self._report(None, "request", findings)

    def _report(self, outcome: str | None, kind: ReportKind | None, findings: list[Finding]) -> Report:
        findings.sort(key=_by_place)
        told = _most(findings) if len(findings) > MAX_FINDINGS_PER_RULE else findings
        return Report(
            url=self._url.text,
            outcome=outcome,
            kind=kind,
            parameters={name: parameter.value for name, parameter in self._all.items()},
            findings=tuple(_placed(finding, self._redirect) for finding in told),
            place=self._redirect.place,
            notes=self._redirect.notes,
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
                is_shown = parameter.name in SHOWN_PARAMETERS
                what = say("the control character {}", character) if is_shown else Shown("a control character")
                message = say("{} has {}", named(parameter), what)
                yield parameter, Finding("forbidden-character", message, parameter.name, *span)

    def _malformed(self, span: Span, parameter: Parameter | None = None) -> Finding:
        is_escape = self._url.text[span[0]] == "%" and not _ESCAPE.match(self._url.text, span[0])
        escape, other = Shown("a percent sign without two hexadecimal digits"), Shown("bytes that are not UTF-8")
        where = named(parameter) if parameter else Shown("the address")
        message = say("{} has {}", where, escape if is_escape else other)
        return Finding("malformed-encoding", message, parameter.name if parameter else None, *span)

    def _repetitions(self) -> Iterator[Finding]:
        if len(self._parameters) == len(self._first):
            return
        counts = Counter(parameter.name for parameter in self._parameters)
        seen: Counter[str] = Counter()
        for parameter in self._parameters:
            seen[parameter.name] += 1
            if seen[parameter.name] == 2:  # noqa: PLR2004 - the second one is told, further ones are counted
                times = counts[parameter.name]
                message = say("{} is there {} times; the first value is judged", named(parameter), times)
                yield Finding("duplicate-parameter", message, parameter.name, *parameter.span)

    def _outcomes(self, sound: Mapping[str, Parameter]) -> Iterator[Finding]:
        """Find what hides the outcome."""
        if self._deciding is None:
            *others, last = DISCRIMINATORS
            message = say("none of {} and {} has a value", own(", ".join(others)), own(last))
            yield Finding("no-outcome", message, None, *self._url.query_span)
            return
        if self._outcome is None:
            yield from self._unknown_error(self._deciding, is_sound="error" in sound)
        if self._in_fragment:
            message = Shown("the outcome stands behind #, where no server sees it")
            yield Finding("parameters-in-fragment", message, self._deciding.name, *self._url.fragment_span)

    def _unknown_error(self, error: Parameter, *, is_sound: bool) -> Iterator[Finding]:
        if is_sound:
            code = shorten(shown_value("error", error.value))
            message = say("{} is no error that Connect documents{}", quoted(code), hint_about_error(error.value))
            yield Finding("unknown-error", message, "error", *error.value_span)
        # No schema tells, but what excludes every known error excludes this one.
        for name in set.intersection(*(set(known.forbidden) for known in errors().values())) & self._values.keys():
            message = say("an error must not come with {}", own(name))
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
            message = say("{} does not meet {} of its schema", own(outcome.name), own(str(keyword)))
            return Finding("invalid-value", message, None, *deciding.span)
        if keyword is None:
            message = say("{} must not come with {}", own(outcome.name), own(name))
            return Finding("conflicting-outcome", message, name, *(given or deciding).span)
        if keyword != "required":
            constraint = _constraint(outcome.parameters[name])
            message = say("{} must be {}{}", own(name), constraint, _about_value(given))
            return Finding("invalid-value", message, name, *(given or deciding).value_span)
        if given:
            message = say("{} requires {}, and it has no value", own(outcome.name), own(name))
            return Finding("empty-parameter", message, name, *given.span)
        message = say("{} requires {}", own(outcome.name), own(name))
        if name == "error_description" and (nameless := self._nameless_wording):
            message = say("{}: its text is there, without error_description= before it", message)
            return Finding("missing-parameter", message, name, *nameless.span)
        return Finding("missing-parameter", message, name, *deciding.span)

    def _unrecognized(self, sound: Mapping[str, Parameter]) -> Iterator[Finding]:
        if sound.keys() <= recognized_parameters():
            return
        known = {self._nameless_wording.name} if self._nameless_wording else set()
        if self._url.host.lower() == JAVASCRIPT_SDK_HOST:
            known.add("app_origin")
        unknown = [one for name, one in sound.items() if name not in recognized_parameters() and name not in known]
        for index, parameter in enumerate(sorted(unknown, key=lambda one: one.start)):
            # Looking for a near miss takes long; those behind the first ones are only counted.
            hint = hint_about_parameter(parameter) if index < MAX_FINDINGS_PER_RULE else Shown("")
            message = say("{} is no parameter of Connect{}", named(parameter), hint)
            yield Finding("unrecognized-parameter", message, parameter.name, *parameter.span)

    @cached_property
    def _nameless_wording(self) -> Parameter | None:
        """The text of error_description that is there without its name, and so is the cause of its absence."""
        if self._outcome is None or "error_description" in self._first:
            return None
        return next((one for one in self._first.values() if is_wording(one, self._outcome)), None)

    def _warnings(self, parameter: Parameter, *, is_wrong: bool) -> Iterator[Finding]:
        name, value = parameter.name, parameter.value
        if what := placeholder(value):
            if not is_wrong:
                message = say("{} is {}", own(name), what)
                yield Finding("placeholder-value", message, name, *parameter.value_span)
            return
        if ends_with_stray_quote(value) and not (name == "state" and value == self._expectation.state):
            message = say("{} ends with a quote, which was probably around the URL", own(name))
            yield Finding("placeholder-value", message, name, *parameter.value_span)
            return
        wordings = self._outcome.wordings if self._outcome and name == "error_description" else ()
        if wordings and value and value not in wordings:
            message = Shown("no page documents this error_description")
            yield Finding("undocumented-wording", message, name, *parameter.value_span)
        charset = OUTSIDE_OAUTH.get(name)
        if charset and charset.search(value) and (found := self._find(charset, parameter.value_start, parameter.end)):
            _, span = found
            message = say("{} has {}, outside RFC 6749's set", own(name), _characters(charset, name, value))
            if value in wordings:
                message = say("{}; Smartcar documents it so", message)
            yield Finding("outside-oauth-charset", message, name, *span)
        # A value that is a URL has escapes of its own.
        if "%" in value and _ESCAPE.search(value) and not URL(value).scheme:
            message = say("{} is still percent-encoded after decoding", own(name))
            yield Finding("double-encoded", message, name, *parameter.value_span)

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
                yield Finding("state-mismatch", Shown("no state came back"), "state", *(state.span if state else place))
            elif state and "state" in sound and (how := state_difference(expected.state, state.value)):
                yield Finding("state-mismatch", how, "state", *state.value_span)
        if expected.outcome and (self._outcome is None or self._outcome.name != expected.outcome):
            given = Shown("an unknown error") if self._deciding else Shown("no outcome")
            given = own(self._outcome.name) if self._outcome else given
            message = say("{} was expected, not {}", own(expected.outcome), given)
            yield Finding("unexpected-outcome", message, self._deciding.name if self._deciding else None, *place)

    def _find(self, pattern: re.Pattern[str], start: int, end: int) -> tuple[Shown, Span] | None:
        """Find a character in the decoded text of `[start:end]`; its code point and its place."""
        raw = self._url.text[start:end]
        decoded = decode(raw)
        match = pattern.search(decoded)
        if match is None:
            return None
        span = span_of(raw, decoded, match.start())
        return say("U+{:04X}", ord(match[0])), (start + span[0], start + span[1])


def _has_outcome(parameters: Iterable[Parameter]) -> bool:
    return any(parameter.value and parameter.name in DISCRIMINATORS for parameter in parameters)


def _first(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """The first of each name; one without a value counts only where no other is (RFC 6749 §3.1)."""
    first: dict[str, Parameter] = {}
    for parameter in parameters:
        if parameter.name not in first or (parameter.value and not first[parameter.name].value):
            first[parameter.name] = parameter
    return first


def _about_value(given: Parameter | None) -> Shown:
    """What a value may be that does not meet its schema, as the end of a sentence."""
    if given is None:
        return Shown("")
    if what := placeholder(given.value):
        return say("; it is {}", what)
    return Shown("; it looks like a test value") if looks_like_test_value(given.value) else Shown("")


def _characters(charset: re.Pattern[str], name: str, value: str) -> Shown:
    """Name the characters of a value that are outside a set, if the value is shown."""
    found = list(dict.fromkeys(charset.findall(value)))
    if name not in SHOWN_PARAMETERS:
        return Shown("a character") if len(found) == 1 else Shown("characters")
    names = [say("U+{:04X}", ord(character)) for character in found[:MAX_CHARACTERS]]
    if more := len(found) - len(names):
        names.append(say("{} more", more))
    return join(", ", names)


def _constraint(schema: Mapping[str, str]) -> Shown:
    """The description of a constrained parameter, `A UUID: …`, as a part of a sentence."""
    description = schema["description"].removesuffix(".")
    return own(description[0].lower() + description[1:])


def _most(findings: list[Finding]) -> Iterator[Finding]:
    """Leave out what a rule finds too often; the last finding that is told counts the others."""
    found = Counter(finding.rule for finding in findings)
    told: Counter[str] = Counter()
    for finding in findings:
        told[finding.rule] += 1
        more = found[finding.rule] - MAX_FINDINGS_PER_RULE
        if told[finding.rule] == MAX_FINDINGS_PER_RULE and more > 0:
            yield replace(finding, message=say("{}; this rule is broken {:,} more times", finding.message, more))
        elif told[finding.rule] <= MAX_FINDINGS_PER_RULE:
            yield finding


def _by_place(finding: Finding) -> tuple[int, int, int, str]:
    return finding.start or 0, finding.end or 0, _RANKS[finding.rule], finding.message
