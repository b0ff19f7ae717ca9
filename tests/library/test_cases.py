"""Every rule, in the library and on the command line: rule, parameter, place and message."""

import json
import re

import pytest
from connect_errors import validate
from connect_errors.catalog import outcomes
from connect_errors.rules import RULES

from tests.conftest import Invoke
from tests.helpers.cases import CONFORMING, Case, load_cases

CASES = load_cases()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file}: {case.name or case.url}" for case in CASES])
def test_library_and_command_line_report_the_expected_findings(case: Case, invoke: Invoke) -> None:
    library_finds(case)
    if case.url and case.options.get("state") != "":  # empty arguments are rejected, and a list skips empty lines
        command_line_finds(case, invoke)


def library_finds(case: Case) -> None:
    report = validate(case.url, **case.options)
    findings = [
        (finding.rule, finding.parameter, None if finding.start is None else report.url[finding.start : finding.end])
        for finding in report.findings
    ]
    assert findings == [(expected.rule, expected.parameter, expected.place) for expected in case.findings]
    for finding, expected in zip(report.findings, case.findings, strict=True):
        assert expected.message is None or finding.message == expected.message
        assert expected.advice is None or finding.advice == expected.advice
    assert report.notes == case.notes
    kind = outcomes()[case.outcome].kind if case.outcome else case.kind
    assert (report.outcome, report.kind) == (case.outcome, kind)


def command_line_finds(case: Case, invoke: Invoke) -> None:
    options = [
        f"--{name.replace('_', '-')}={value}"
        for name, values in case.options.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    if "://" in case.url:
        result = invoke("validate", "--format", "json", "--show-values", *options, "--", case.url)
    else:
        result = invoke(
            "validate", "--format", "json", "--show-values", "--input-format", "urls", *options, stdin=case.url
        )
    document = json.loads(result.stdout)
    (redirect,) = document["redirects"]
    assert [finding["rule"] for finding in redirect["findings"]] == [expected.rule for expected in case.findings]
    assert [finding["parameter"] for finding in redirect["findings"]] == [
        expected_finding.parameter for expected_finding in case.findings
    ]
    for finding, expected in zip(redirect["findings"], case.findings, strict=True):
        if expected.place is not None and re.fullmatch("[!-~]*", expected.place):  # others are percent-encoded
            assert redirect["url"][finding["start"] : finding["end"]] == expected.place
    assert redirect["outcome"] == case.outcome
    assert redirect["notes"] == list(case.notes)
    has_error = any(RULES[expected.rule].severity == "error" for expected in case.findings)
    assert redirect["conforms"] is not has_error
    assert result.exit_code == has_error


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_broken_by_its_cases(rule: str) -> None:
    cases = [case for case in CASES if case.file == rule]
    assert cases
    for case in cases:
        broken = {expected.rule for expected in case.findings}
        assert (rule in broken) != case.name.startswith("just not")


def test_conforming_cases_have_no_findings() -> None:
    assert {case.file for case in CASES} == {CONFORMING, *RULES}
    assert not [case for case in CASES if case.file == CONFORMING and case.findings]
