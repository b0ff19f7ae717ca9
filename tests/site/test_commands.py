"""`explain`, `list` and `schema`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from connect_errors.catalog import errors, outcomes
from connect_errors.paths import SCHEMAS
from connect_errors.rules import RULES

from tests.conftest import Invoke

MISSING_PARAMETER = """\
## missing-parameter

**Error.** A required parameter is absent.

**Why:** A handler that was tested without the parameter has not been tested with what Connect sends.

**What to do:** Connect always sends it: correct the recording or the mock, or see what drops it on the way.

**In a callback:** `receive` takes the redirect all the same.

**Source:** The schema of the outcome.

```console
$ connect-errors validate 'https://example.com/callback?error=access_denied'
connect-errors: a shell ends a command at &: put the URL in quotes, if it has more parameters
✗ access_denied does not conform: 1 error

    https://example.com/callback
    ?error=access_denied
     ^^^^^^^^^^^^^^^^^^^
    error: access_denied requires error_description [missing-parameter]
    Connect always sends it: correct the recording or the mock, or see what
    drops it on the way.
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
    assert result.stdout == error_page(code)
    assert result.stdout.startswith(f"# {code}\n")


def test_explain_prints_the_section_of_a_rule(invoke: Invoke) -> None:
    result = invoke("explain", "missing-parameter")
    assert result.exit_code == 0
    assert result.stdout == MISSING_PARAMETER


@pytest.mark.parametrize("name", [*RULES, "authorization_code", "user_connection", "vehicle_reauthentication"])
def test_explain_knows_rules_and_successes(name: str, invoke: Invoke) -> None:
    result = invoke("explain", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"## {name}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "acess_denied"], "no error, rule or success is called acess_denied; did you mean access_denied?"),
        (["explain", "missing-paramter"], "called missing-paramter; did you mean missing-parameter?"),
        (["explain", "user_exited"], "The Android SDK makes this name up on the device"),
        (["explain", "\x1b[31m"], "called ***"),
        (["schema", "redirec"], "no schema is called redirec; did you mean redirect?"),
        (["schema"], "name a schema, or a folder for all of them with --output-dir"),
        (["schema", "redirect", "--output-dir", "x"], "name a schema, or a folder for all of them with --output-dir"),
    ],
)
def test_unknown_names_are_wrong_usage(arguments: list[str], message: str, invoke: Invoke) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_explain_gives_data(invoke: Invoke) -> None:
    error = json.loads(invoke("explain", "no_vehicles", "--format", "json").stdout)
    assert (error["code"], error["retry"]) == ("no_vehicles", "after-owner-acted")
    rule = json.loads(invoke("explain", "state-mismatch", "--format", "json").stdout)
    assert (rule["rule"], rule["options"]) == ("state-mismatch", {"state": "0fac+da33"})
    success = json.loads(invoke("explain", "user_connection", "--format", "json").stdout)
    assert success["outcome"] == "user_connection"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no pseudo-terminals")
def test_explain_draws_on_a_terminal() -> None:
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb") as terminal:
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
        process = subprocess.Popen(
            [sys.executable, "-m", "connect_errors", "explain", "not-a-url"], stdout=theirs, env=environment
        )
        os.close(theirs)
        drawn = b""
        try:
            while piece := terminal.read1():
                drawn += piece
        except OSError:  # Linux tells so that nobody writes any more
            pass
        assert process.wait() == 0
    text = drawn.decode()
    assert "\x1b[" in text
    assert "```" not in text
    assert "not-a-url" in text


@pytest.mark.parametrize(("encoding", "mark"), [("latin-1", "\\u2717"), ("utf-8", "✗")])
def test_no_encoding_stops_explain(encoding: str, mark: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "connect_errors", "explain", "not-a-url"],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    assert f"\n{mark} no outcome" in result.stdout.decode(encoding)


def test_list_prints_a_table(invoke: Invoke) -> None:
    result = invoke("list")
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


def test_list_gives_data(invoke: Invoke) -> None:
    data = json.loads(invoke("list", "--format", "json").stdout)
    assert data["version"] == 1
    assert [error["code"] for error in data["errors"]] == list(errors())


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


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "file").touch()
    result = invoke("schema", "--output-dir", str(tmp_path / "file" / "folder"))
    assert result.exit_code == 2
    assert result.stderr.startswith("connect-errors: ")
