"""SARIF, validated against its schema and GitHub code scanning's documented requirements."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from connect_errors.formats.sarif import message_of
from connect_errors.rules import RULES

from tests.conftest import Invoke
from tests.formats.conftest import Render
from tests.helpers import cases
from tests.helpers.output_schemas import SARIF_VALIDATOR, read_sarif
from tests.helpers.paths import CAPTURES

BAD = "https://example.com/home?error=access_denied&state=abc"


def physical(result: dict[str, Any]) -> dict[str, Any]:
    (location,) = result["locations"]
    place = location["physicalLocation"]
    assert isinstance(place, dict)
    return place


def test_sarif_schema_rejects_other_documents() -> None:
    document = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a", "rules": [{"id": "a", "x": 1}]}}}]}
    (error,) = SARIF_VALIDATOR.iter_errors(document)
    assert error.json_path == "$.runs[0].tool.driver.rules[0]"


def test_cases(invoke: Invoke) -> None:
    urls = [case.url for case in cases.load_cases() if "\0" not in case.url]
    stdin = "\n".join(urls).encode("utf-8", "surrogatepass")
    run = read_sarif(invoke("validate", "--input-format=urls", "--format=sarif", stdin=stdin).stdout)
    rules = {result["ruleId"] for result in run["results"]}
    assert rules == set(RULES) - {"redirect-uri-mismatch", "state-mismatch", "unexpected-outcome"}
    fingerprints = [result["partialFingerprints"]["redactedFinding/v1"] for result in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)


@pytest.mark.parametrize("path", [path for path in sorted(CAPTURES.iterdir()) if path.suffix != ".toml"], ids=str)
def test_captures(path: Path, invoke: Invoke) -> None:
    document = json.loads(invoke("validate", "--format=json", str(path)).stdout)
    run = read_sarif(invoke("validate", "--format=sarif", str(path)).stdout)
    redirects = document["redirects"]
    findings = [(finding["rule"], redirect["line"]) for redirect in redirects for finding in redirect["findings"]]
    assert [(result["ruleId"], physical(result)["region"]["startLine"]) for result in run["results"]] == findings


def test_nothing_found(render: Render) -> None:
    run = read_sarif(render("sarif"))
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], True)


def test_rules(render: Render) -> None:
    driver = read_sarif(render("sarif"))["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    rule = next(rule for rule in driver["rules"] if rule["id"] == "missing-parameter")
    assert rule["name"] == "MissingParameter"
    assert rule["shortDescription"]["text"] == "A required parameter is absent."
    assert rule["helpUri"] == "https://connect-errors.github.io/reference/rules/#missing-parameter"
    assert rule["help"]["markdown"].endswith(f"\n\n[missing-parameter]({rule['helpUri']})")
    assert rule["defaultConfiguration"]["level"] == "error"
    for rule in driver["rules"]:  # GitHub's limits
        assert len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= len(rule["fullDescription"]["text"]) <= 1024


def test_result(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "captures").mkdir()
    (tmp_path / "captures" / "a list.txt").write_text(f"# one\n  {BAD}\n")
    completed = invoke("validate", "--format=sarif", "captures/../captures/a list.txt", cwd=tmp_path)
    (result,) = read_sarif(completed.stdout)["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == (
        "missing-parameter",
        list(RULES).index("missing-parameter"),
        "error",
    )
    assert result["message"]["text"] == "access_denied requires error_description"
    assert physical(result) == {
        "artifactLocation": {"uri": "captures/a%20list.txt", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 2, "startColumn": 28, "endColumn": 47},
        "contextRegion": {
            "startLine": 2,
            "startColumn": 3,
            "snippet": {"text": "https://example.com/home?error=access_denied&state=***"},
        },
    }


@pytest.mark.parametrize(
    ("capture", "line", "column"),
    [
        (f"{BAD}\n", 1, 26),  # a list
        (f"HTTP/1.1 302 Found\nLocation: {BAD}\n", 2, 36),
        (f"< HTTP/1.1 302 Found\n< location:   {BAD}  \n", 2, 40),
        (f'::1 - - [1] "GET {BAD} HTTP/1.1" 302 0 "-" "x"\n', 1, 43),
        # The place of the redirect is exact, a place in it is not:
        ("HTTP/1.1 302 Found\nLocation: https://example.com/home\n  ?error=access_denied\n", 2, None),
        ("GET /home?error=access_denied HTTP/1.1\nHost: example.com\n", 1, None),
        (r'::1 - - [1] "GET /home?error=access_denied&a=\x22 HTTP/1.1" 302 0 "-" "x"' + "\n", 1, None),
        ('::1 - - [1] "GET https://example.com:443/home?error=access_denied HTTP/1.1" 302 0 "-" "x"\n', 1, None),
    ],
    ids=str,
)
def test_place_in_a_line(capture: str, line: int, column: int | None, tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "capture").write_text(capture)
    completed = invoke("validate", "--format=sarif", "capture", cwd=tmp_path)
    result = next(
        candidate for candidate in read_sarif(completed.stdout)["results"] if candidate["ruleId"] == "missing-parameter"
    )
    region = physical(result)["region"]
    assert region["startLine"] == line
    text = capture.split("\n")[line - 1]
    if column is None:
        assert "endColumn" not in region
        assert text[region["startColumn"] - 1 :].startswith(("https://", "/home"))
    else:
        assert (region["startColumn"], region["endColumn"]) == (column, column + 19)
        assert text[column - 1 : column + 18] == "error=access_denied"


def test_place_in_a_har_file(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": [{"request": {"url": BAD}}]}}))
    completed = invoke("validate", "--format=sarif", "a.har", cwd=tmp_path)
    (result,) = read_sarif(completed.stdout)["results"]
    place = "(at /log/entries/0/request/url)"
    assert result["message"]["text"] == f"access_denied requires error_description {place}"
    (location,) = result["locations"]
    assert location["physicalLocation"]["region"]["startLine"] == 1
    assert location["logicalLocations"] == [{"fullyQualifiedName": "/log/entries/0/request/url", "kind": "value"}]


def test_address_of_a_capture(tmp_path: Path, invoke: Invoke) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    names = {
        "plain.txt": "plain.txt",
        "100% a:b c#d.txt": "100%25%20a%3Ab%20c%23d.txt",
        "grün.txt": "gr%C3%BCn.txt",
        "\udcff.txt": "%FF.txt",
        "a\nb.txt": "a%0Ab.txt",
    }
    for name, address in names.items():
        (folder / name).write_text(BAD)
        (result,) = read_sarif(invoke("validate", "--format=sarif", name, cwd=folder).stdout)["results"]
        uri = physical(result)["artifactLocation"]["uri"]
        assert uri == address
        assert unquote_to_bytes(uri) == name.encode("utf-8", "surrogateescape")
    (tmp_path / "outside.txt").write_text(BAD)
    (result,) = read_sarif(invoke("validate", "--format=sarif", "../outside.txt", cwd=folder).stdout)["results"]
    assert physical(result)["artifactLocation"] == {"uri": (tmp_path / "outside.txt").as_uri()}


def test_sources_that_are_not_files(invoke: Invoke) -> None:
    (result,) = read_sarif(invoke("validate", "--format=sarif", BAD).stdout)["results"]
    expected = {"uri": "argument", "description": {"text": "the command line"}}
    assert physical(result)["artifactLocation"] == expected
    (result,) = read_sarif(invoke("validate", "--format=sarif", stdin=f"\n{BAD}\n").stdout)["results"]
    assert physical(result)["artifactLocation"] == {"uri": "stdin", "description": {"text": "standard input"}}
    assert physical(result)["region"]["startLine"] == 2


def test_unreadable_capture(invoke: Invoke) -> None:
    run = read_sarif(invoke("validate", "--format=sarif", "missing", BAD).stdout)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("The capture could not be read: no such file")
    assert len(run["results"]) == 1


def test_fingerprints_are_stable(render: Render) -> None:
    def fingerprints(*urls: str, **options: Any) -> list[str]:
        results = read_sarif(render("sarif", *urls, **options))["results"]
        return [result["partialFingerprints"]["redactedFinding/v1"] for result in results]

    first, second = fingerprints(BAD, BAD)
    digest = first.removesuffix(":1")
    assert second == f"{digest}:2"
    good = "https://example.com/?code=1"
    assert fingerprints(good, good, BAD, source="moved.txt") == [first]
    assert fingerprints(BAD.replace("access_denied", "no_vehicles")) != [first]


def test_equal_findings_are_numbered_in_each_capture(tmp_path: Path, invoke: Invoke) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"{BAD}\n", encoding="utf-8")
    results = read_sarif(invoke("validate", "--format=sarif", str(tmp_path / "a.txt"), str(tmp_path / "b.txt")).stdout)[
        "results"
    ]
    first, second = (result["partialFingerprints"]["redactedFinding/v1"] for result in results)
    assert first == second


def test_messages_contain_no_links(render: Render) -> None:
    url = "https://example.com/?error=[a](https://evil.example)&error_description=b"
    (result,) = read_sarif(render("sarif", url))["results"]
    assert "[a] (https://evil.example)" in result["message"]["text"]


def test_messages_contain_no_placeholders() -> None:
    assert message_of("a{0} {1}{x} [a](b)") == {"text": "a{ 0} { 1}{x} [a] (b)"}
