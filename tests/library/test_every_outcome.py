"""Every schema, violated in every way: new schemas are tested automatically."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from connect_errors import validate
from connect_errors.catalog import outcomes
from connect_errors.report import Report
from connect_errors.schema import Outcome

from tests.conftest import Invoke
from tests.helpers.tables import check_each

BASE = "https://example.com/callback"
NOT_OAUTH_ASCII = {"outside-oauth-charset"}  # a documented wording contains one


@dataclass(frozen=True)
class Deviation:
    """A URL, and its only error: rule, parameter and the marked text."""

    what: str
    url: str
    rule: str
    parameter: str | None
    place: str


def example(outcome: Outcome) -> dict[str, str]:
    """Return the largest example."""
    return max(outcome.examples, key=len)


def encoded(name: str, value: str) -> str:
    return urlencode({name: value})


def url_of(parameters: dict[str, str]) -> str:
    return f"{BASE}?{urlencode(parameters)}"


def deviations(outcome: Outcome) -> Iterator[Deviation]:
    good = example(outcome)
    url = url_of(good)
    decides = encoded(outcome.discriminator, good[outcome.discriminator])
    for name in outcome.required:
        if name != outcome.discriminator:
            rest = {other: value for other, value in good.items() if other != name}
            yield Deviation(f"{name} missing", url_of(rest), "missing-parameter", name, decides)
            empty = good | {name: ""}
            yield Deviation(f"{name} empty", url_of(empty), "empty-parameter", name, f"{name}=")
    for name in good:
        if name != outcome.discriminator and "pattern" in outcome.parameters[name]:
            yield Deviation(f"{name} invalid", url_of(good | {name: "-"}), "invalid-value", name, "-")
        if "maxLength" in outcome.parameters[name]:
            long = good[name] + "0"
            yield Deviation(f"{name} too long", url_of(good | {name: long}), "invalid-value", name, long)
        twice = encoded(name, good[name])
        yield Deviation(f"{name} twice", f"{url}&{twice}", "duplicate-parameter", name, twice)
        if name != "error":
            broken = url.replace(twice, f"{twice}%f")
            yield Deviation(f"{name} with a broken escape", broken, "malformed-encoding", name, "%")
            control = url.replace(twice, f"{twice}%0A")
            yield Deviation(f"{name} with a line end", control, "forbidden-character", name, "%0A")
    if outcome.kind == "error":
        yield Deviation("code added", f"{url}&code=1", "conflicting-outcome", "code", "code=1")
        yield Deviation("vehicle_id added", f"{url}&vehicle_id=1", "conflicting-outcome", "vehicle_id", "vehicle_id=1")
    query = urlencode(good)
    yield Deviation("the fragment", f"{BASE}#{query}", "parameters-in-fragment", outcome.discriminator, query)


DEVIATIONS = [(outcome, deviation) for outcome in outcomes().values() for deviation in deviations(outcome)]
CONFORMING = [
    (outcome, instance | {"error_description": wording} if wording else instance)
    for outcome in outcomes().values()
    for instance in outcome.examples
    for wording in outcome.wordings or ("",)
]


def errors_of(report: Report) -> list[tuple[str, str | None, str]]:
    return [
        (finding.rule, finding.parameter, report.url[finding.start : finding.end])
        for finding in report.findings
        if finding.severity == "error"
    ]


@pytest.mark.parametrize(("outcome", "instance"), CONFORMING)
def test_conforming_redirects(outcome: Outcome, instance: dict[str, str], invoke: Invoke) -> None:
    report = validate(url_of(instance))
    assert report.conforms
    assert (report.outcome, report.kind, report.parameters) == (outcome.name, outcome.kind, instance)
    assert {finding.rule for finding in report.findings} <= NOT_OAUTH_ASCII
    assert invoke("validate", url_of(instance)).exit_code == 0


def test_library_and_command_line_report_each_deviation(invoke: Invoke) -> None:
    def check(row: tuple[Outcome, Deviation]) -> None:
        outcome, deviation = row
        report = validate(deviation.url)
        assert errors_of(report) == [(deviation.rule, deviation.parameter, deviation.place)]
        assert report.outcome == outcome.name

        result = invoke("validate", "--format=json", "--show-values", deviation.url)
        assert result.exit_code == 1
        (redirect,) = json.loads(result.stdout)["redirects"]
        (error,) = (finding for finding in redirect["findings"] if finding["severity"] == "error")
        assert (error["rule"], error["parameter"]) == (deviation.rule, deviation.parameter)
        assert redirect["url"][error["start"] : error["end"]] == deviation.place
        assert redirect["outcome"] == outcome.name

    check_each(DEVIATIONS, check, lambda row: f"{row[0].name}: {row[1].what}")


def test_every_constraint_is_broken_once() -> None:
    """A new keyword in a schema needs a way to violate it above."""
    known = {"type", "description", "examples", "const", "minLength", "maxLength", "pattern"}
    for outcome in outcomes().values():
        for name, schema in outcome.parameters.items():
            assert schema.keys() <= known, name
            assert name in example(outcome) or not schema.keys() & {"pattern", "maxLength"}, name


def test_deviations_cover_these_rules() -> None:
    assert {deviation.rule for _, deviation in DEVIATIONS} == {
        "missing-parameter",
        "empty-parameter",
        "invalid-value",
        "duplicate-parameter",
        "malformed-encoding",
        "forbidden-character",
        "conflicting-outcome",
        "parameters-in-fragment",
    }
