"""The library in pytest: a failed assertion shows the findings, and no masked value."""

import subprocess
import sys
from pathlib import Path

from connect_errors import validate

BAD = "https://alice:pa55word@example.com/home?error=access_denied&state=s3cret&vin=1FTFW1ET5DFC10312"
GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application"


def test_repr() -> None:
    assert repr(validate(BAD)) == (
        "<Report: access_denied does not conform: access_denied requires error_description [missing-parameter];"
        " https://***@example.com/home?error=access_denied&state=***&vin=***>"
    )
    assert repr(validate(GOOD)) == f"<Report: access_denied conforms: {GOOD}>"
    assert repr(validate("https://example.com/?a")) == (
        "<Report: no outcome: none of error, code, vehicle_id and user_id has a value [no-outcome];"
        " a is not a Connect parameter [unrecognized-parameter]; https://example.com/?a>"
    )
    assert repr(validate("")) == (
        "<Report: no outcome: not an absolute URL: it does not start with a scheme such as https://"
        " (it is empty) [not-a-url]; >"
    )


def test_repr_is_one_readable_line() -> None:
    url = "https://example.com/?error=a%0A%1B[31m\u202e\ud800&error_description=" + 300 * "\n"
    assert repr(validate(url)).isprintable()
    assert len(repr(validate("https://example.com/?code=1&state=" + 70000 * "a"))) < 500


def test_failed_assertion(tmp_path: Path) -> None:
    (tmp_path / "test_mock.py").write_text(
        "import os\n"
        "from connect_errors import validate\n\n\n"
        "def test_mock() -> None:\n"
        "    assert validate(os.environ['MOCK']).conforms\n"
    )
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "test_mock.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"MOCK": BAD, "PATH": "", "COLUMNS": "200", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert result.returncode == 1
    start = "where False = <Report: access_denied does not conform: access_denied requires error_description [missing"
    assert start in result.stdout
    report = result.stdout.partition(start)[2].partition("\n")[0]
    assert report == "-parameter]; https://***@example.com/home?error=access_denied&state=***&vin=***>.conforms"
