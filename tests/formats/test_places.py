"""Places of redirects in each format: line and column wherever a capture has lines."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Invoke

DENIED, FAILED = "/cb?error=access_denied&state=1", "/cb?error=server_error&state=1"
CAPTURES = {
    "list of URLs": (f"https://a.example{DENIED}\nhttps://a.example{FAILED}\n", ["1:1", "2:1"]),
    "JSON Lines": (
        json.dumps({"url": DENIED}) + "\n" + json.dumps({"url": FAILED}).replace("&", "\\u0026") + "\n",
        ["1:10", "2/url"],
    ),
    "one document": (json.dumps({"a": [{"url": DENIED}, {"url": FAILED}]}), ["/a/0/url", "/a/1/url"]),
}


@pytest.mark.parametrize(("capture", "places"), CAPTURES.values(), ids=list(CAPTURES))
def test_places(capture: str, places: list[str], tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "capture").write_text(capture)

    def written(name: str) -> str:
        return invoke("validate", f"--format={name}", "capture", cwd=tmp_path).stdout

    assert re.findall(r"✗ (\S+)", written("text")) == [f"capture:{place}".replace(":/", "/") for place in places]
    assert re.findall(r'<testcase .* name="(\S+)', written("junit")) == places
    pointers = [place for place in places if place.startswith("/")]  # GitHub marks lines, and names the place otherwise
    assert re.findall(r" \(at (.*?)\)", written("github")) == pointers
