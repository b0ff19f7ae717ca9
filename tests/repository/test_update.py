"""`pytest --update` writes missing expectations only."""

from pathlib import Path

from tests.helpers.expectations import write_missing

CASES = """\
# Two cases.

[[case]]
url = "https://example.com/?code=1"
outcome = "no_vehicles"

[[case]]
name = "new"
url = "https://example.com/?error=access_denied&x=%01"
"""
WRITTEN = """\
outcome = "access_denied"
findings = [
    { rule = "missing-parameter", parameter = "error_description", place = "error=access_denied", \
message = "access_denied requires error_description" },
    { rule = "forbidden-character", parameter = "x", place = "%01", message = "x has a control character" },
]
"""
CAPTURE = 'GET /callback?code=e1dd0eb7-ec1d-4b8a-8a6b-5d1f5ab2b8ed HTTP/1.1\nHost: a.example\n\n"é\x7f"\n'
EXPECTED = """\
input_format = "text"

[[redirects]]
line = 1
column = 5
url = "https://a.example/callback?code=***"
outcome = "authorization_code"
"""


def test_missing_expectations_are_written_once(tmp_path: Path) -> None:
    captures, cases = tmp_path / "captures", tmp_path / "cases"
    captures.mkdir()
    cases.mkdir()
    (captures / "new.http").write_text(CAPTURE, encoding="utf-8")
    (captures / "old.http").write_text(CAPTURE, encoding="utf-8")
    (captures / "old.http.toml").write_text("reviewed = true\n", encoding="utf-8")
    (cases / "missing-parameter.toml").write_text(CASES, encoding="utf-8")
    written = list(write_missing(captures, cases))
    assert written == [captures / "new.http.toml", cases / "missing-parameter.toml"]
    assert written[0].read_text(encoding="utf-8") == EXPECTED
    assert written[1].read_text(encoding="utf-8") == CASES + WRITTEN
    assert (captures / "old.http.toml").read_text(encoding="utf-8") == "reviewed = true\n"
    assert list(write_missing(captures, cases)) == []
