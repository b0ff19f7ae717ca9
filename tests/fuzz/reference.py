"""A slow and obvious reference judge: the standard library parses, `redirect.json` and the contract decide.

It uses nothing of the package but the schemas. It abstains where the standard library mangles input, or the contract is
silent:

* entirely, on a URL with anything unusual before its query string, a fragment that is neither a word nor a plain query
  string, or a lone surrogate; on a registered redirect URI that is unusual itself, or whose own query string is
  malformed or has a parameter of a schema;
* entirely, on text that may have been pasted: with quotes, escapes or spaces, wrapped by a link rewriter, a part of a
  URL; on a Connect URL; on a host that is a number or Punycode;
* on the other rules of a parameter that is malformed or has a control character, whose intended value is unknown; if
  the parameter decides the outcome, also on the outcome;
* after a `#`, on everything but the outcome, and the fact that it is in the fragment;
* on the parameter named in findings about the whole redirect.
"""

import json
import re
from base64 import b64decode
from collections import Counter
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from connect_errors.paths import SCHEMAS
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Finding = tuple[str, str | None]
"""A rule, and the parameter that breaks it."""

Pair = tuple[str, str]

_MAX_BYTES = 65536
_DISCRIMINATORS = ("error", "code", "vehicle_id", "user_id")
_HOST = r"(?:(?:[A-Za-z0-9-]+\.)*[A-Za-z][A-Za-z0-9-]*|127\.0\.0\.1)"  # other hosts may be addresses, or Punycode
_BASE = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*://(?!(?i:[^/]*xn--)){_HOST}(?::[0-9]{{1,4}})?(?:/[A-Za-z0-9/_~-]*)?")
_PASTED = re.compile(
    r"""^["'`<(\[{!]|[\s\\^“”\u2018\u2019«»„`]|[,;.]$|&(?:\#|\w+;)|=3[Dd]|^[^/?#]*%3A|smartcar|google|facebook|link|urldefense""",
    re.IGNORECASE,
)
_NUMBER_AS_HOST = re.compile(r"://(?:[^/?#:]*\.)?(?:0x[0-9a-f]*|[0-9]+)(?:[:/?#]|$)|xn--", re.IGNORECASE)
_NO_VALUE = {"undefined", "null", "(null)", "none", "nil", "nan"}
_UNCONSTRAINED = {"state", "code", "error_description", "error_message", "external_id", "vehicle_id", "make", "model"}
_ABOUT_VALUES = ("placeholder-value", "undocumented-wording", "outside-oauth-charset", "double-encoded")
_MAYBE_MASK = re.compile(r"[*•]{3}|^(?i:[\[<{]|redacted|xxxx)")
_MAYBE_PLACEHOLDER = re.compile(r"""^[{\[<$%]|^(?i:your|insert|replace)|['"`\u2019\u201d]$""")
_WORD = re.compile("[A-Za-z0-9/_-]*")
_STRANGE = re.compile("[\ud800-\udfff]")
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
_OUTSIDE = {
    "error": re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]"),
    "error_description": re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]"),
    "state": re.compile(r"[^\x20-\x7e]"),
    "code": re.compile(r"[^\x20-\x7e]"),
}
_WITHOUT_PARAMETER = {"conflicting-outcome", "no-outcome", "parameters-in-fragment", "redirect-uri-mismatch"}
_WITHOUT_PARAMETER |= {"unexpected-outcome", "not-a-url", "too-long"}


class Verdict(NamedTuple):
    """The reference's verdict, as far as it can decide."""

    outcome: str | None
    kind: str | None
    parameters: dict[str, str]
    findings: frozenset[Finding]
    unsure_names: frozenset[str] = frozenset()
    """Parameters about which nothing but `findings` is decided."""
    unsure: frozenset[Finding] = frozenset()
    is_outcome_certain: bool = True
    is_complete: bool = True
    """Whether any other findings or parameters would be wrong."""

    def differences(
        self, outcome: str | None, kind: str | None, parameters: dict[str, str], findings: set[Finding]
    ) -> str:
        """Describe how a verdict differs; empty if they agree."""
        reported = {_normalize(*finding) for finding in findings}
        wrong = []
        if self.is_outcome_certain and (outcome, kind) != (self.outcome, self.kind):
            wrong.append(f"outcome {kind} {outcome}, not {self.kind} {self.outcome}")
        if missing := self.findings - reported:
            wrong.append(f"not found: {sorted(missing, key=str)}")
        if self.is_complete:
            surplus = {
                finding for finding in reported - self.findings - self.unsure if finding[1] not in self.unsure_names
            }
            if surplus:
                wrong.append(f"should not be found: {sorted(surplus, key=str)}")
            actual = {name: value for name, value in parameters.items() if name not in self.unsure_names}
            expected = {name: value for name, value in self.parameters.items() if name not in self.unsure_names}
            if actual != expected:
                wrong.append(f"parameters {actual}, not {expected}")
        return "; ".join(wrong)


def judge(
    url: str, redirect_uri: str | None = None, state: str | None = None, expect: str | None = None
) -> Verdict | None:
    """Judge a URL; None if the reference abstains entirely."""
    is_too_long = len(url.encode("utf-8", "surrogatepass")) > _MAX_BYTES
    if is_too_long or ("://" not in url and "=" not in url and not _PASTED.search(url)):
        return Verdict(None, None, {}, frozenset({("too-long" if is_too_long else "not-a-url", None)}))
    if "://" not in url or _PASTED.search(url) or _NUMBER_AS_HOST.search(url):
        return None
    before, _, fragment = url.partition("#")
    base, _, query = before.partition("?")
    base = _normalize_base(base)
    registered_base, _, registered_query = (redirect_uri or "").partition("?")
    registered_base = _normalize_base(registered_base)
    if not _BASE.fullmatch(base) or _STRANGE.search(url) or (redirect_uri and not _BASE.fullmatch(registered_base)):
        return None
    own = parse_qsl(registered_query, keep_blank_values=True)
    if {name for name, _ in own} & _known_names() or "#" in registered_query or not _is_well_formed(registered_query):
        return None
    if not _WORD.fullmatch(fragment):
        return _judge_fragment(query, fragment)
    return _judge(query, base == registered_base if redirect_uri else None, own, state, expect)


def _judge_fragment(query: str, fragment: str) -> Verdict | None:
    if "?" in fragment or not _is_well_formed(fragment):
        return None
    in_query = _first_values(parse_qsl(query, keep_blank_values=True))
    after = _first_values(parse_qsl(fragment, keep_blank_values=True))
    if any(in_query.get(name) for name in _DISCRIMINATORS) or not any(after.get(name) for name in _DISCRIMINATORS):
        return None
    outcome, kind, _ = _outcome(after)
    return Verdict(outcome, kind, {}, frozenset({("parameters-in-fragment", None)}), is_complete=False)


def _judge(query: str, is_at_base: bool | None, own: list[Pair], state: str | None, expect: str | None) -> Verdict:
    pairs, findings, malformed = _fields(query, own)
    malformed |= {name for name, _ in own}
    values = _first_values(pairs)
    outcome, kind, discriminator = _outcome(values)
    is_outcome_certain = not malformed & set(_DISCRIMINATORS)

    findings |= {
        ("duplicate-parameter", name) for name, times in Counter(name for name, _ in pairs).items() if times > 1
    }
    if is_outcome_certain:
        findings |= _by_schema(values, discriminator)
        if expect and outcome != expect:
            findings.add(("unexpected-outcome", None))
    if is_at_base is not None and not (is_at_base and Counter(own) <= Counter(pairs)):
        findings.add(("redirect-uri-mismatch", None))
    if state and state not in (values.get("state", ""), _in_envelope(values.get("state", ""))):
        findings.add(("state-mismatch", "state"))
    warned, unsure = _warnings(values, outcome, kind)
    if state == "" or _MAYBE_MASK.search(values.get("state", "")):
        unsure.add(("state-mismatch", "state"))
    findings |= warned
    certain = {
        (rule, name)
        for rule, name in findings - unsure
        if rule in _ALWAYS_CERTAIN or (is_outcome_certain and name not in malformed)
    }
    return Verdict(
        outcome,
        kind,
        values,
        frozenset(certain),
        frozenset(malformed),
        frozenset(unsure),
        is_outcome_certain,
        is_outcome_certain,
    )


def _fields(query: str, own: list[Pair]) -> tuple[list[Pair], set[Finding], set[str]]:
    """Return a query string's pairs, its syntax violations, and the parameters that have them."""
    findings: set[Finding] = set()
    pairs = []
    for field in filter(None, query.split("&")):
        if _is_well_formed(field):
            (pair,) = parse_qsl(field, keep_blank_values=True, errors="strict", separator="&")
            if _CONTROL.search("".join(pair)) and pair not in own:
                findings.add(("forbidden-character", pair[0]))
        else:
            pair = unquote_plus(field.partition("=")[0], errors="replace"), "\ufffd"
            findings.add(("malformed-encoding", pair[0]))
        pairs.append(pair)
    return pairs, findings, {name for _, name in findings if name is not None}


def _warnings(values: dict[str, str], outcome: str | None, kind: str | None) -> tuple[set[Finding], set[Finding]]:
    """Return warnings, and the parameters about which the reference abstains."""
    findings: set[Finding] = set()
    unsure: set[Finding] = set()
    for name, value in values.items():
        if name not in _known_names():
            findings.add(("unrecognized-parameter", name))
            if not value and outcome and name.casefold() in {wording.casefold() for wording in _wordings(outcome)}:
                unsure.add(("unrecognized-parameter", name))  # another rule may name it
            continue
        is_no_value = value.casefold() in _NO_VALUE
        if is_no_value or _MAYBE_PLACEHOLDER.search(value) or _MAYBE_MASK.search(value):
            unsure |= {(rule, name) for rule in _ABOUT_VALUES}
        if is_no_value and name in _UNCONSTRAINED:
            findings.add(("placeholder-value", name))
            unsure.discard(("placeholder-value", name))
        if not is_no_value:
            of_value = _value_warnings(name, value, outcome, kind)
            findings |= of_value[0]
            unsure |= of_value[1]
    return findings, unsure


def _value_warnings(name: str, value: str, outcome: str | None, kind: str | None) -> tuple[set[Finding], set[Finding]]:
    """Return warnings about a value that is not one of the usual placeholders."""
    findings: set[Finding] = set()
    unsure: set[Finding] = set()
    if name == "error_description" and value and kind == "error":
        findings.add(("undocumented-wording", name))
        if outcome and value in _wordings(outcome):
            findings.remove(("undocumented-wording", name))
        elif outcome is None or any(value in _wordings(other) for other in _names("errors")):
            unsure.add(("undocumented-wording", name))
    if name in _OUTSIDE and _OUTSIDE[name].search(value):
        findings.add(("outside-oauth-charset", name))
    if re.search("%[0-9A-Fa-f]{2}", value):
        findings.add(("double-encoded", name))
        if "://" in value:  # a URL contains escapes of its own; the contract does not cover this
            unsure.add(("double-encoded", name))
    return findings, unsure


_ALWAYS_CERTAIN = {"malformed-encoding", "forbidden-character"}


def _is_well_formed(field: str) -> bool:
    try:
        unquote_plus(field, errors="strict")
    except UnicodeDecodeError:
        return False
    return not _BROKEN_ESCAPE.search(field)


def _first_values(pairs: list[Pair]) -> dict[str, str]:
    """Return the first value of each parameter; an empty one counts as omitted (RFC 6749 §3.1)."""
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = values.get(name) or value
    return values


def _outcome(values: dict[str, str]) -> tuple[str | None, str | None, str | None]:
    if code := values.get("error"):
        return code if code in _names("errors") else None, "error", "error"
    for discriminator, name in (
        ("code", "authorization_code"),
        ("vehicle_id", "vehicle_reauthentication"),
        ("user_id", "user_connection"),
    ):
        if values.get(discriminator):
            return name, "success", discriminator
    return None, None, None


def _by_schema(values: dict[str, str], discriminator: str | None) -> set[Finding]:
    if discriminator is None:
        return {("no-outcome", None)}
    instance = {name: value for name, value in values.items() if value}
    findings: set[Finding] = set()
    if discriminator == "error" and ("code" in instance or "vehicle_id" in instance):
        findings.add(("conflicting-outcome", None))
    for violation in _redirect().iter_errors(instance):
        if violation.validator == "required":
            absent = {name for name in violation.validator_value if name not in instance}
            findings |= {("empty-parameter" if name in values else "missing-parameter", name) for name in absent}
        elif violation.validator == "enum":
            findings.add(("unknown-error", "error"))
        elif violation.validator is not None:
            findings.add(("invalid-value", str(violation.absolute_path[0])))
    return findings


def _normalize_base(base: str) -> str:
    """Normalize scheme and host to lowercase, without a default port, with a path; unusual text is left as is."""
    if not _BASE.fullmatch(base):
        return base
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https"):
        return base.replace(base.partition(":")[0], parts.scheme, 1)
    port = "" if parts.port in (None, {"http": 80, "https": 443}[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path or '/'}"


def _in_envelope(state: str) -> str | None:
    """Return the state in an envelope of the JavaScript SDK: an object with the instance that sent it."""
    encoded = state.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    if not re.fullmatch("[A-Za-z0-9+/]*", encoded):
        return None
    try:
        envelope = json.loads(b64decode(encoded + "==="))
    except ValueError:
        return None
    if not isinstance(envelope, dict) or "instanceId" not in envelope:
        return None
    inner = envelope.get("originalState")
    return inner if isinstance(inner, str) else None


def _normalize(rule: str, parameter: str | None) -> Finding:
    return rule, None if rule in _WITHOUT_PARAMETER else parameter


@cache
def _redirect() -> Draft202012Validator:
    def retrieve(uri: str) -> Resource[Any]:
        return Resource.from_contents(_read(uri), DRAFT202012)

    registry: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg] # attrs calls it so
    return Draft202012Validator(_read("redirect.json"), registry=registry)


@cache
def _read(path: str) -> Any:
    return json.loads((SCHEMAS / path).read_text(encoding="utf-8"))


@cache
def _names(folder: str) -> frozenset[str]:
    return frozenset(path.stem for path in (SCHEMAS / folder).glob("*.json"))


def _schema(outcome: str) -> Any:
    return _read(f"errors/{outcome}.json" if outcome in _names("errors") else f"successes/{outcome}.json")


@cache
def _known_names() -> frozenset[str]:
    """Return the names of all parameters in any schema."""
    return frozenset(
        name
        for outcome in _names("errors") | _names("successes")
        for name, schema in _schema(outcome)["properties"].items()
        if schema is not False
    )


def _wordings(outcome: str) -> list[str]:
    documented: list[str] = _schema(outcome)["properties"].get("error_description", {}).get("examples", [])
    return documented
