"""The output of drift, for people and for machines."""

import io
import json
import re
from pathlib import Path

import pytest
from connect_errors.drift.comparison import compare, summarize
from connect_errors.drift.formats import DRIFT_FORMATS
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.formats.base import Settings
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Invoke
from tests.helpers.output_schemas import read_sarif
from tests.helpers.paths import DRIFT_PAGES
from tests.helpers.properties import examples

PAGE = """\
# No Vehicles

| Parameter           | Required | Description                                                  |
| ------------------- | -------- | ------------------------------------------------------------ |
| `error`             | `true`   | `no_vehicles`                                                |
| `error_description` | `false`  | User does not have an active connected vehicle subscription. |

```http
HTTP/1.1 302 Found
Location: https://app.example/cb?error=no_vehicles
&error_description=No%20vehicles%20found.%20Please%20add%20vehicles%20to%20your%20account%20and%20try%20again.
```
"""
TEXT = """\
✗ no-vehicles.md no_vehicles: 1 new difference, 2 known

    no-vehicles.md:6:25
  │ | `error_description` | `false` | User does not have an active connected vehicle subscription. |
  │                         ^^^^^^^
    error: error_description is required by the schema [required-differs]
    help: If Connect behaves this way, change schema and handbook page; if not, record it there as a known defect.

    known at 11:1: the example continues on a line that is not indented [example-over-several-lines]. \
Such lines are joined wherever a pasted example is read.
    known at 11:2: the example and the table word error_description differently [wording-differs]. \
Both wordings are accepted, and the example's is the one shown.

Pages not given: access_denied, configuration_error, invalid_subscription, oem_cancelled_login, server_error, \
user_manually_returned_to_application, vehicle_incompatible. To list their addresses: connect-errors drift --list

1 page: 1 new difference, 2 known
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "no-vehicles.md").write_text(PAGE, encoding="utf-8")
    return "no-vehicles.md"


def test_text(page: str, invoke: Invoke) -> None:
    result = invoke("drift", page)
    assert result.exit_code == 1
    assert result.stdout == TEXT


def test_quiet(page: str, invoke: Invoke) -> None:
    assert invoke("drift", "-q", page).stdout == "1 page: 1 new difference, 2 known\n"


def test_a_narrow_terminal_in_color(page: str, invoke: Invoke) -> None:
    result = invoke("drift", "--color=always", page, COLUMNS="40")
    lines = [re.sub("\x1b[^m]*m", "", line) for line in result.stdout.splitlines()]
    assert lines[2:9] == [
        "    no-vehicles.md:6:25",
        "  │ …tion` | `false` | User does not ha…",
        "  │          ^^^^^^^",
        "    error: error_description is required",
        "    by the schema [required-differs]",
        "    help: If Connect behaves this way,",
        "    change schema and handbook page; if",
    ]
    assert "\x1b[31m" in result.stdout


def test_json(page: str, invoke: Invoke) -> None:
    document = json.loads(invoke("drift", "--format=json", page).stdout)
    (report,) = document["pages"]
    assert (document["version"], report["source"], report["error"]) == (1, "no-vehicles.md", "no_vehicles")
    assert report["differences"][0] == {
        "rule": "required-differs",
        "severity": "error",
        "message": "error_description is required by the schema",
        "line": 6,
        "column": 25,
        "end_column": 32,
        "known": False,
        "decision": None,
        "help": "https://connect-errors.github.io/reference/drift/#required-differs",
    }
    assert document["summary"] == {"pages": 1, "errors": 1, "warnings": 0, "known": 2}
    assert document["absent"][0] == "access_denied"


def test_sarif(page: str, invoke: Invoke) -> None:
    run = read_sarif(invoke("drift", "--format=sarif", page, "missing.md").stdout)
    new, lines, wording = run["results"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(DRIFT_RULES)
    assert "suppressions" not in new
    assert new["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "no-vehicles.md", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 6, "startColumn": 25, "endColumn": 32},
    }
    assert lines["ruleId"] == "example-over-several-lines"
    (suppression,) = wording["suppressions"]
    assert suppression == {
        "kind": "external",
        "status": "accepted",
        "justification": "Both wordings are accepted, and the example's is the one shown.",
    }
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    texts = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert texts[:2] == [
        "missing.md could not be read: no such file",
        "The page of access_denied was not among those given.",
    ]


def test_github(page: str, invoke: Invoke) -> None:
    lines = invoke("drift", "--format=github", page).stdout.splitlines()
    assert lines[0] == (
        "::error file=no-vehicles.md,line=6,col=25,endColumn=32,title=required-differs::"
        "error_description is required by the schema%0A"
        "If Connect behaves this way, change schema and handbook page; if not, record it there as a known defect.%0A"
        "https://connect-errors.github.io/reference/drift/#required-differs"
    )
    assert lines[1].startswith("::notice file=no-vehicles.md,line=11,col=1,")
    assert lines[3] == "::notice::The page of access_denied was not among those given."


def test_quiet_json(page: str, invoke: Invoke) -> None:
    document = json.loads(invoke("drift", "--quiet", "--format=json", page).stdout)
    assert document["pages"][0]["differences"] == []
    assert document["summary"]["errors"] == 1


def test_github_warnings_and_unreadable_pages(invoke: Invoke) -> None:
    denied = DRIFT_PAGES / "access-denied.md"
    lines = invoke("drift", "--format=github", str(denied), "missing.md").stdout.splitlines()
    assert any(line.startswith("::warning ") for line in lines)
    assert not any(line.startswith("::error ") for line in lines)
    assert "::error::missing.md could not be read: no such file" in lines


def test_several_outputs(page: str, invoke: Invoke) -> None:
    result = invoke("drift", "--format=text", "--format=json=drift.json", page)
    assert "1 new difference" in result.stdout
    assert json.loads(Path("drift.json").read_text(encoding="utf-8"))["summary"]["errors"] == 1


def test_unreadable_pages(tmp_path: Path, page: str, invoke: Invoke) -> None:
    (tmp_path / "binary.md").write_bytes(b"\0\1\2")
    (tmp_path / "long.md").write_text("x\n" * 40_000, encoding="utf-8")
    result = invoke("drift", "binary.md", "long.md", "missing.md", ".", "https://smartcar.com/docs.md", page)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "connect-errors: binary.md: it is a binary file, not text",
        "connect-errors: long.md: pages are limited to 64 KiB",
        "connect-errors: missing.md: no such file",
        "connect-errors: .: it is a directory; name the files in it",
        "connect-errors: https://smartcar.com/docs.md: URLs are not downloaded: fetch the page and pass its file",
    ]
    assert "required-differs" in result.stdout  # the page that was read is still reported


def test_no_readable_page(invoke: Invoke) -> None:
    result = invoke("drift", "missing.md")
    assert result.exit_code == 2
    assert result.stdout.endswith("\nno page was compared\n")


def test_warnings_fail_only_with_strict(invoke: Invoke) -> None:
    page = str(DRIFT_PAGES / "access-denied.md")
    assert invoke("drift", page).exit_code == 0
    assert invoke("drift", "--strict", page).exit_code == 1


PIECES = """
# Server
| Parameter | Required | Description |
|-|-|-|
| error | true | server\\_error |
| Email | VIN |
| a@b.example | 0SCAUDI0155C49A95 |
```http
Location: https://a.example/cb
?error=server_error
&error_description=x
<ResponseField name="
<Tab>
##[error]
::error::
""".splitlines(keepends=True)
CHARACTERS = [
    "|",
    "\\",
    "`",
    "[",
    "](",
    '">',
    "\t",
    "> ",
    "- ",
    "\x1b[31m",
    "\u202e",
    "\x85",
    "\u2028",
    "\ud800",
    "%0A",
    "%",
]


def test_excerpts_do_not_start_a_workflow_command(invoke: Invoke) -> None:
    page = "Parameter | Required\n-|-\n::error::pwned | true\n"
    assert "\n  │ ::error::pwned |" in invoke("drift", stdin=page).stdout


@examples(100)
@given(st.lists(st.sampled_from(PIECES + CHARACTERS) | st.text(max_size=5), max_size=25).map("".join))
def test_any_text_is_a_page(text: str) -> None:
    """The output is inert in a terminal and a file, and each place is in the page."""
    report = compare("page.md", text)
    lines = re.split("\r\n|\r|\n", text)
    for difference in report.differences:
        assert 1 <= difference.mark.column <= difference.mark.end_column <= len(lines[difference.mark.line - 1]) + 1
    drift = summarize([report])
    for name, write in DRIFT_FORMATS.items():
        output = write(drift, io.StringIO(), Settings(width=60))
        assert name == "github" or not re.search(r"^\s*::", output, re.MULTILINE)
        assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", output)
        assert "##" not in output.replace("###", "")
    json.loads(DRIFT_FORMATS["json"](drift, io.StringIO(), Settings()))
    read_sarif(DRIFT_FORMATS["sarif"](drift, io.StringIO(), Settings()))
