"""`explain`, `list` and `schema`."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from connect_errors.catalog import errors, outcomes
from connect_errors.paths import SCHEMAS
from connect_errors.rules import RULES
from connect_errors.site.data import rules_data

from tests.conftest import Invoke

MISSING_PARAMETER = """\
## missing-parameter

**Error.** A required parameter is absent.

**Why:** A handler that was tested without the parameter has not been tested with what Connect sends.

**What to do:** Connect always sends it: correct the recording or the mock, or find out what drops it on the way.

**In a callback:** `receive` accepts the redirect anyway.

**Source:** The schema of the outcome.

```console
$ connect-errors validate 'https://example.com/callback?error=access_denied'
connect-errors: a shell ends a command at &: put the URL in quotes if it has more parameters
✗ access_denied does not conform: 1 error

  │ https://example.com/callback
  │ ?error=access_denied
  │  ^^^^^^^^^^^^^^^^^^^
    error: access_denied requires error_description [missing-parameter]
    help: Connect always sends it: correct the recording or the mock, or find
    out what drops it on the way.
```

Fixed:

```text
https://example.com/callback?error=access_denied&error_description=User%20denied%20access%20to%20application.
```
"""


@pytest.mark.parametrize("code", errors())
def test_explain_prints_the_page_of_an_error(code: str, invoke: Invoke) -> None:
    from connect_errors.site.errors import error_page

    result = invoke("explain", code)
    assert result.exit_code == 0
    first, _, more = result.stdout.rpartition("\n\n")
    assert error_page(code).startswith(f"{first}\n\n## Parameters\n")
    assert first.startswith(f"# {code}\n")
    assert more == (
        f"The whole page: `connect-errors explain {code} --full`, "
        f"or <https://connect-errors.github.io/errors/{code}/>\n"
    )
    assert invoke("explain", code, "--full").stdout == error_page(code)


def test_explain_prints_the_section_of_a_rule(invoke: Invoke) -> None:
    result = invoke("explain", "missing-parameter")
    assert result.exit_code == 0
    assert result.stdout == MISSING_PARAMETER


def test_explain_shows_the_decision_on_a_drift_rule(invoke: Invoke) -> None:
    text = " ".join(invoke("explain", "example-over-several-lines").stdout.split())
    assert "Known of every page: Such lines are joined wherever a pasted example is read." in text
    assert "Known of every page" not in invoke("explain", "example-missing").stdout


@pytest.mark.parametrize("name", [*RULES, "authorization_code", "user_connection", "vehicle_reauthentication"])
def test_explain_covers_rules_and_successes(name: str, invoke: Invoke) -> None:
    result = invoke("explain", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"## {name}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "acess_denied"], "there is no topic called acess_denied; did you mean access_denied?"),
        (["explain", "missing-paramter"], "called missing-paramter; did you mean missing-parameter?"),
        (["explain", "no_such_name"], "called no_such_name; connect-errors list shows the names of errors,"),
        (["explain", "unknownError", "--format", "json"], "2 topics match; name one of them: unknown-error, oem_canc"),
        (["list", "rule"], "'rule' is not one of 'errors', 'successes', 'rules'."),
        (["valdiate"], "there is no command called valdiate; did you mean validate?"),
        (["validate", "--stat", "x"], "--state"),  # versions of Click word it differently
        (["/callback?error=access_denied"], "To check a URL: connect-errors validate 'URL'"),
        (["explain", "\x1b[31m"], "called ***"),
        (["explain", ""], "give a name; connect-errors list shows the names of errors, successes and rules"),
        (["list", "faults"], "Invalid value for '[KIND]...': 'faults' is not one of 'errors', 'successes', 'rules'."),
        (["schema", "redirec"], "there is no schema called redirec; did you mean redirect?"),
        (["schema"], "name a schema, or use --output-dir to write all of them to a folder"),
        (
            ["schema", "redirect", "--output-dir", "x"],
            "name a schema or use --output-dir for all of them, not both.",
        ),
    ],
)
def test_unknown_names_are_usage_errors(arguments: list[str], message: str, invoke: Invoke) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_explain_json(invoke: Invoke) -> None:
    error = json.loads(invoke("explain", "no_vehicles", "--format", "json").stdout)
    assert (error["code"], error["retry"]) == ("no_vehicles", "after-owner-acted")
    rule = json.loads(invoke("explain", "state-mismatch", "--format", "json").stdout)
    assert (rule["rule"], rule["options"]) == ("state-mismatch", {"state": "0fac+da33"})
    success = json.loads(invoke("explain", "user_connection", "--format", "json").stdout)
    assert success["outcome"] == "user_connection"


NEEDS_CLICK = pytest.mark.skipif(
    version("click") < "8.2", reason="older versions of Click use other words, and page differently"
)
NEEDS_TERMINAL = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")


def on_terminal(arguments: list[str], columns: int = 80, lines: int = 200, pager: str = "") -> str:
    """Return the terminal output of a command that also reads from the terminal."""
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb") as terminal:
        variables = {"TERM": "xterm", "COLUMNS": str(columns), "LINES": str(lines), "PAGER": pager}
        process = subprocess.Popen(
            [sys.executable, "-m", "connect_errors", *arguments],
            stdin=theirs,
            stdout=theirs,
            env=os.environ | variables,
        )
        os.close(theirs)
        output = b""
        try:
            while piece := terminal.read1():
                output += piece
        except OSError:  # Linux raises this when the other end is closed
            pass
        assert process.wait(timeout=30) == 0
    return output.decode()


@NEEDS_TERMINAL
def test_explain_renders_markdown_on_a_terminal() -> None:
    text = on_terminal(["explain", "not-a-url"])
    assert "\x1b[" in text
    assert "```" not in text
    assert "not-a-url" in text


@NEEDS_TERMINAL
@NEEDS_CLICK
def test_long_output_opens_in_a_pager_on_a_terminal() -> None:
    assert "@paged: Error." not in on_terminal(["explain", "not-a-url"], pager="sed s/^/@paged:/")
    paged = on_terminal(["explain", "access_denied", "--full"], lines=24, pager="sed s/^/@paged:/")
    assert paged.count("@paged:") > 24
    assert "\x1b[" in paged
    short = on_terminal(["explain", "state"], lines=40, pager="sed s/^/@paged:/")
    assert "@paged:" not in short


@pytest.mark.parametrize(("encoding", "mark"), [("latin-1", "\\u2717"), ("utf-8", "✗")])
def test_explain_works_in_any_encoding(encoding: str, mark: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "connect_errors", "explain", "not-a-url"],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    assert f"\n{mark} no outcome" in result.stdout.decode(encoding)


def test_list_prints_a_table(invoke: Invoke) -> None:
    result = invoke("list", "errors")
    assert result.exit_code == 0
    assert (
        result.stdout
        == """\
error                                  who acts            retry
access_denied                          the vehicle owner   ask the vehicle owner again
configuration_error                    you, the developer  only after a fix
invalid_subscription                   the vehicle owner   once the vehicle owner has fixed it
no_vehicles                            the vehicle owner   once the vehicle owner has fixed it
oem_cancelled_login                    the vehicle owner   ask the vehicle owner again
server_error                           Smartcar            later
user_manually_returned_to_application  the vehicle owner   ask the vehicle owner again
vehicle_incompatible                   you, the developer  only after a fix
"""
    )


def test_list_prints_a_table_per_kind(invoke: Invoke) -> None:
    tables = invoke("list").stdout.split("\n\n")
    assert tables[0] + "\n" == invoke("list", "errors").stdout
    assert tables[1].splitlines()[:2] == [
        "success                   what happened",
        "authorization_code        Access was granted: the code must be exchanged for tokens within ten minutes.",
    ]
    assert tables[2].splitlines()[11] == "missing-parameter       error     A required parameter is absent."
    assert len(tables[2].splitlines()) == 1 + len(RULES)
    assert invoke("list", "rules", "errors").stdout == f"{tables[0]}\n\n{tables[2]}"


@NEEDS_TERMINAL
def test_list_wraps_at_the_width_of_a_terminal() -> None:
    lines = on_terminal(["list", "successes"], columns=60).splitlines()
    assert lines[:3] == [
        "success                   what happened",
        "authorization_code        Access was granted: the code must",
        "                          be exchanged for tokens within ten",
    ]


def test_list_json(invoke: Invoke) -> None:
    data = json.loads(invoke("list", "--format", "json").stdout)
    assert list(data) == ["version", "errors", "successes", "rules"]
    assert [error["code"] for error in data["errors"]] == list(errors())
    assert [rule["rule"] for rule in data["rules"]] == list(RULES)
    assert json.loads(invoke("list", "rules", "--format", "json").stdout) == rules_data()


@pytest.mark.parametrize("name", outcomes())
def test_schema_prints_the_file(name: str, invoke: Invoke) -> None:
    result = invoke("schema", name)
    assert result.exit_code == 0
    assert result.stdout == (SCHEMAS / outcomes()[name].path).read_text(encoding="utf-8")


def test_schema_writes_all_files(tmp_path: Path, invoke: Invoke) -> None:
    result = invoke("schema", "--output-dir", str(tmp_path / "new" / "folder"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    written = {path.relative_to(tmp_path / "new/folder"): path.read_bytes() for path in tmp_path.rglob("*.json")}
    expected = {path.relative_to(SCHEMAS): path.read_bytes() for path in SCHEMAS.rglob("*.json")}
    assert written == expected
    assert len(written) == 14


def test_output_folder_that_cannot_be_created(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "file").touch()
    result = invoke("schema", "--output-dir", str(tmp_path / "file" / "folder"))
    assert result.exit_code == 2
    assert result.stderr.startswith("connect-errors: ")
