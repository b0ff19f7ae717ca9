"""`pytest --update`: writes missing expectations of captures and cases, for review."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner
from connect_errors import validate
from connect_errors.captures import Capture
from connect_errors.cli import cli
from connect_errors.judge import judge
from connect_errors.shown import Shown

from tests.helpers.cases import read_case

_CASE = re.compile(r"^\[\[case\]\]$", re.MULTILINE)
_EXPECTATIONS = {"outcome", "kind", "findings", "notes"}


def write_missing(captures: Path, cases: Path) -> Iterator[Path]:
    """Write missing expectations, and yield each file that changed; existing ones are kept."""
    for path in sorted(captures.iterdir()):
        expectation = path.with_name(f"{path.name}.toml")
        if path.suffix != ".toml" and not expectation.exists():
            expectation.write_text(_capture_expectation(path), encoding="utf-8", newline="\n")
            yield expectation
    for path in sorted(cases.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        head, *blocks = _CASE.split(text)
        updated = "[[case]]".join([head, *map(_add_expectation, blocks)])
        if updated != text:
            path.write_text(updated, encoding="utf-8", newline="\n")
            yield path


def _capture_expectation(path: Path) -> str:
    with path.open("rb") as stream:
        capture = Capture(Shown(path.name), stream)
        reports = [judge(redirect).redacted() for redirect in capture]
    exit_code = CliRunner().invoke(cli, ["validate", str(path)]).exit_code
    lines = [f"input_format = {_toml(str(capture.input_format))}"]
    if exit_code:
        lines.append(f"exit_code = {exit_code}")
    if capture.leaks:
        lines.append(f"leaks = {capture.leaks}")
    if capture.passed_over:
        pairs = ", ".join(f"{reason} = {number}" for reason, number in capture.passed_over.items())
        lines.append(f"passed_over = {{ {pairs} }}")
    for report in reports:
        place = report.place
        fields: dict[str, object] = {
            "line": place.line,
            "column": place.column,
            "pointer": place.pointer,
            "url": report.url,
            "outcome": report.outcome,
            "rules": [finding.rule for finding in report.findings] or None,
        }
        lines += ["", "[[redirects]]"]
        lines += [f"{name} = {_toml(value)}" for name, value in fields.items() if value is not None]
    return "\n".join(lines) + "\n"


def _add_expectation(block: str) -> str:
    table = tomllib.loads(f"[[case]]{block}")["case"][0]
    if not _EXPECTATIONS.isdisjoint(table):
        return block
    case = read_case("", table)
    report = validate(case.url, **case.options)
    lines = []
    if report.outcome or report.kind:
        name, value = ("outcome", report.outcome) if report.outcome else ("kind", report.kind)
        lines.append(f"{name} = {_toml(value)}")
    findings = []
    for finding in report.findings:
        place = None if finding.start is None else report.url[finding.start : finding.end]
        fields = {"rule": finding.rule, "parameter": finding.parameter, "place": place, "message": finding.message}
        pairs = (f"{name} = {_toml(value)}" for name, value in fields.items() if value is not None)
        findings.append(f"    {{ {', '.join(pairs)} }},\n")
    if findings:
        lines.append(f"findings = [\n{''.join(findings)}]")
    if report.notes:
        lines.append(f"notes = {_toml([*report.notes])}")
    written = block.rstrip("\n")
    return "\n".join([written, *lines]) + (block[len(written) :] or "\n")


def _toml(value: object) -> str:
    """Format a string, a number or a list of strings: JSON is valid TOML, if DEL is escaped (TOML 1.0, "String")."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
