"""Pages of documentation with their expected differences: `pages/NAME` and `pages/NAME.toml`."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from connect_errors.catalog import errors
from connect_errors.drift.comparison import compare, summarize
from connect_errors.drift.report import Difference
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.handbook import page

from tests.conftest import Invoke
from tests.helpers.drift import new_differences
from tests.helpers.paths import DRIFT_PAGES

PAGES = sorted(DRIFT_PAGES.glob("*.md"))
EACH_PAGE = pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])


def expected(path: Path) -> dict[str, Any]:
    expectation = path.with_name(f"{path.name}.toml")
    assert expectation.exists(), f"{path.name} needs its expected differences in {expectation.name}"
    defaults = {"error": None, "differences": []} | tomllib.loads(expectation.read_text(encoding="utf-8"))
    defaults["differences"] = [{"decision": None} | difference for difference in defaults["differences"]]
    return defaults


def text_at(path: Path, line: int, column: int, end_column: int) -> str:
    return path.read_text(encoding="utf-8").split("\n")[line - 1][column - 1 : end_column - 1]


@EACH_PAGE
def test_library(path: Path) -> None:
    report = compare(path.name, path.read_text(encoding="utf-8"))
    differences = [
        {
            "rule": difference.rule,
            "line": difference.mark.line,
            "place": text_at(path, *difference.mark),
            "decision": difference.decision,
        }
        for difference in report.differences
    ]
    assert differences == expected(path)["differences"]
    assert report.error == expected(path)["error"]


@EACH_PAGE
@pytest.mark.parametrize("from_stdin", [False, True], ids=["file", "stdin"])
def test_command_line(path: Path, invoke: Invoke, *, from_stdin: bool) -> None:
    if from_stdin:
        result = invoke("drift", "--format", "json", stdin=path.read_bytes())
    else:
        result = invoke("drift", "--format", "json", str(path))
    document = json.loads(result.stdout)
    (report,) = document["pages"]
    differences = [
        {
            "rule": difference["rule"],
            "line": difference["line"],
            "place": text_at(path, difference["line"], difference["column"], difference["end_column"]),
            "decision": difference["decision"],
        }
        for difference in report["differences"]
    ]
    assert differences == expected(path)["differences"]
    assert report["error"] == expected(path)["error"]
    assert result.exit_code == expected(path)["exit_code"]
    assert result.stderr == ""
    known = sum(difference["decision"] is not None for difference in expected(path)["differences"])
    assert document["summary"]["known"] == known
    assert document["absent"] == [code for code in errors() if code != report["error"]]


def test_every_rule_has_a_case() -> None:
    rules = {difference["rule"] for path in PAGES for difference in expected(path)["differences"]}
    assert rules == DRIFT_RULES.keys() - {"test-vehicle-missing"}  # see `test_a_page_without_test_vehicle`


def test_a_page_without_test_vehicle() -> None:
    text = (DRIFT_PAGES / "invalid-subscription.md").read_text(encoding="utf-8").partition("## Testing")[0]
    assert new_differences(text) == [
        ("test-vehicle-missing", "Invalid Subscription"),
        ("known-defect-gone", "Invalid Subscription"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Server\r\n\r\n| Parameter | Required |\r\n|---|---|\r\n| error | true |\r\n| status_code | true |\r\n",
        "# Server\r\r| Parameter | Required |\r|---|---|\r| error | true |\r| status_code | true |\r",
    ],
    ids=["CRLF", "CR"],
)
def test_line_ends(text: str) -> None:
    (difference,) = (candidate for candidate in compare("-", text).differences if candidate.rule == "required-differs")
    assert (difference.mark, difference.excerpt.text) == ((6, 17, 21), "| status_code | true |")


def test_differences_are_known_per_page() -> None:
    """The example of another error is known for one page; other examples there, or the same one elsewhere, are new."""
    server = (DRIFT_PAGES / "server-error.md").read_text(encoding="utf-8")
    other = server.replace("error=configuration_error", "error=no_vehicles").replace(
        "&status_code=400\n&error_message=Wrong%20VIN.", ""
    )
    assert ("example-of-another-error", "error=no_vehicles") in new_differences(other)
    denied = (DRIFT_PAGES / "access-denied.md").read_text(encoding="utf-8")
    elsewhere = denied.replace(
        "error=access_denied&error_description=User+denied+access+to+application.",
        "error=no_vehicles&error_description=User+does+not+have+an+active+connected+vehicle+subscription.",
    )
    assert ("example-of-another-error", "error=no_vehicles") in new_differences(elsewhere)


def test_an_example_of_another_error_in_the_fragment() -> None:
    text = "# Server\n```http\nLocation: https://a.example/cb?x=1#y=2&error=access_denied&error_description=No\n```\n"
    differences = [difference for difference in new_differences(text) if difference[0].startswith("example")]
    assert differences == [
        ("example-does-not-conform", "y=***&error=access_denied&error_description=No"),
        ("example-of-another-error", "error=access_denied"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("mailto:smartcar@", "mailto:other@", ["email-differs"]),
        ("0SCAUDI0155C49A95", "0SCAUDQ0155C49A95", ["known-defect-gone", "vin-differs", "vin-outside-iso-3779"]),
        ("| true     |", "| True     |", []),
    ],
)
def test_a_small_change(old: str, new: str, rules: list[str]) -> None:
    text = (DRIFT_PAGES / "invalid-subscription.md").read_text(encoding="utf-8")
    assert old in text
    assert [rule for rule, _ in new_differences(text.replace(old, new))] == rules


def test_all_pages_together() -> None:
    reports = [compare(path.name, path.read_text(encoding="utf-8")) for path in PAGES]
    assert summarize(reports).absent == ("no_vehicles", "user_manually_returned_to_application")


@pytest.mark.parametrize("code", errors())
def test_defects_name_existing_rules_and_parameters(code: str) -> None:
    upstream = page(code).upstream
    assert {shown.rule for defect in upstream.defects for shown in defect.shows} <= DRIFT_RULES.keys()
    assert set(upstream.descriptions) <= set(errors()[code].parameters) - {"error"}
    assert set(errors()[code].required) - {"error"} <= set(upstream.descriptions)


def test_titles_are_unique() -> None:
    assert len({page(code).upstream.title for code in errors()}) == len(errors())


def test_excerpts_show_no_secrets() -> None:
    """No secret in a page is shown, not even in an excerpt."""
    code = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
    text = f"```http\nLocation: https://a:b@app.example/cb?error=access_denied&code={code}&x={code}\n```\n"
    differences = compare("-", text).differences
    assert {difference.rule for difference in differences} == {"example-does-not-conform", "parameter-not-in-schema"}
    assert not any(shows(difference, code) for difference in differences)


def shows(difference: Difference, text: str) -> bool:
    return text in difference.message or text in difference.excerpt.text
