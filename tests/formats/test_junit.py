"""JUnit XML, parsed by an independent library."""

from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from tests.conftest import Invoke
from tests.formats.conftest import Render
from tests.helpers import cases
from tests.helpers.paths import CAPTURES

GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application"
BAD = "https://example.com/home?error=access_denied&state=abc"
DOUBTFUL = "https://example.com/home?code=1&lang=en"


def read(text: str) -> tuple[TestSuite, list[TestCase]]:
    (suite,) = JUnitXml.fromstring(text.encode())
    junit_cases = list(suite)
    assert suite.tests == len(junit_cases)
    assert suite.failures == sum(isinstance(result, Failure) for case in junit_cases for result in case.result)
    assert suite.errors == sum(isinstance(result, Error) for case in junit_cases for result in case.result)
    return suite, junit_cases


def test_one_test_case_per_redirect(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "a.txt").write_text(
        f"{GOOD}\n\n{BAD}\n{DOUBTFUL}\nhttps://example.com/?error=nope&error_description=x\n"
    )
    suite, (good, bad, doubtful, unknown) = read(invoke("validate", "--format=junit", "a.txt", cwd=tmp_path).stdout)
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("connect-errors", 4, 2, 0)
    assert (good.classname, good.name, good.result) == ("a.txt", "1:1 access_denied", [])
    assert (good._elem.get("file"), good._elem.get("line")) == ("a.txt", "1")  # noqa: SLF001 - GitLab reads these
    (failure,) = bad.result
    assert isinstance(failure, Failure)
    assert bad.name == "3:1 access_denied"
    assert (failure.type, failure.message) == ("missing-parameter", "access_denied requires error_description")
    assert failure.text == (
        "https://example.com/home?error=access_denied&state=***\n"
        "error: access_denied requires error_description [missing-parameter]\n"
        "Connect always sends it: correct the recording or the mock, or find out what drops it on the way.\n"
        "https://connect-errors.github.io/reference/rules/#missing-parameter"
    )
    assert doubtful.is_passed
    assert doubtful.system_out.splitlines()[1] == ("warning: lang is not a Connect parameter [unrecognized-parameter]")
    assert unknown.name == "5:1 unknown error"


def test_failure_type_is_the_first_error(invoke: Invoke) -> None:
    _, (case,) = read(invoke("validate", "--format=junit", "https://example.com/?lang=en&error=access_denied").stdout)
    (failure,) = case.result
    assert failure.text.split("\n")[1].startswith("warning: lang")
    assert (failure.type, failure.message) == ("missing-parameter", "access_denied requires error_description")


def test_strict(invoke: Invoke) -> None:
    _, (case,) = read(invoke("validate", "--format=junit", "--strict", DOUBTFUL).stdout)
    assert [failure.type for failure in case.result] == ["unrecognized-parameter"]


def test_unreadable_capture(invoke: Invoke) -> None:
    suite, (case,) = read(invoke("validate", "--format=junit", "missing").stdout)
    assert suite.errors == 1
    assert (case.classname, case.name) == ("missing", "could not be read")
    assert case.result[0].message.startswith("no such file")


def test_cases(invoke: Invoke) -> None:
    urls = [case.url for case in cases.load_cases() if "\0" not in case.url]
    stdin = "\n".join(urls).encode("utf-8", "surrogatepass")
    options = ("validate", "--input-format=urls")
    _, junit_cases = read(invoke(*options, "--format=junit", stdin=stdin).stdout)
    listed = invoke(*options, "--format=jsonl", stdin=stdin).stdout.splitlines()
    assert len(junit_cases) == len(listed) > 50
    assert [not case.is_passed for case in junit_cases] == ['"conforms": false' in line for line in listed]


@pytest.mark.parametrize("path", [path for path in sorted(CAPTURES.iterdir()) if path.suffix != ".toml"], ids=str)
def test_captures(path: Path, invoke: Invoke) -> None:
    _, junit_cases = read(invoke("validate", "--format=junit", str(path)).stdout)
    assert len(junit_cases) == len(invoke("validate", "--format=jsonl", str(path)).stdout.splitlines())
    assert len({(case.classname, case.name) for case in junit_cases}) == len(junit_cases)


def test_reports_larger_than_the_memory_limit(render: Render) -> None:
    text = render("junit", *[BAD] * 3000)
    assert len(text) > 1024 * 1024
    suite, _ = read(text)
    assert suite.failures == 3000


def test_output_is_ascii(render: Render) -> None:
    url = "https://example.com/?error=vehicle_incompatible&error_description=The+user%E2%80%99s+vehicle+is+not+compatible."
    assert render("junit", url).isascii()  # so that the declared encoding is right in any locale
