"""The guide's CI job: a valid workflow, whose steps fetch every page and compare it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from connect_errors.drift.comparison import RESPONSE_PAGES

from scripts.console import fences, run_script
from tests.helpers.paths import DRIFT_PAGES, GUIDES

pytestmark = pytest.mark.skipif(not GUIDES.is_dir(), reason="the guides belong to the repository, not to the wheel")
CURL = """\
#!/bin/sh
for address; do :; done
cp PAGES/"$(basename "$address")" .
"""


def workflow() -> str:
    guide = (GUIDES / "watch-the-documentation.md").read_text(encoding="utf-8")
    (block,) = (fence for fence in fences(guide) if fence.language == "yaml")
    assert block.title == ".github/workflows/drift.yml"
    return block.text


def test_the_job_is_valid(tmp_path: Path) -> None:
    (tmp_path / "drift.yml").write_text(workflow(), encoding="utf-8")
    command = ["check_jsonschema", "--builtin-schema", "vendor.github-workflows", "drift.yml"]
    result = subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


RESPONSES = [address.rpartition("/")[2] for address in RESPONSE_PAGES]


@pytest.mark.skipif(shutil.which("xargs") is None, reason="needs xargs")
def test_the_job_fetches_and_compares(tmp_path: Path) -> None:
    _install, fetch, compare = re.findall("run: (.*)", workflow())
    pages = tmp_path / "pages"
    shutil.copytree(DRIFT_PAGES, pages)
    for name in ("configuration-error.md", "no-vehicles.md", "returned-to-application.md", *RESPONSES):
        shutil.copy(pages / "no-page.md", pages / name)  # as a web server may send instead of a page
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text(CURL.replace("PAGES", str(pages)), encoding="utf-8")
    curl.chmod(0o755)
    fetched = tmp_path / "fetched"
    fetched.mkdir()
    result = run_script(f"PATH={curl.parent}:$PATH; {fetch} && {compare}", fetched)
    assert len(list(fetched.iterdir())) == 10
    assert result.returncode == 1
    assert "::error file=no-vehicles.md,line=1,col=1,endColumn=1,title=page-not-understood::" in result.stdout
