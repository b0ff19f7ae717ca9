"""The guide's scripts, in a folder with access logs and lists of URLs, and the command's results for them."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from benchmarks import modes
from scripts.console import write_files
from tests.conftest import Run
from tests.helpers.paths import ROOT

GUIDE = ROOT / "docs/guides/check-a-data-lake.md"

Row = tuple[str | None, str | None, bool, tuple[str, ...], str]
"""Kind, outcome, whether it conforms, rules, masked URL."""


class Verdict(NamedTuple):
    """The command's results for one file."""

    rows: list[tuple[int, Row]]
    """Each redirect, with its line number, from 1."""
    summary: dict[str, Any]

    def row_counts(self) -> Counter[Row]:
        return Counter(row for _, row in self.rows)


Command = Callable[[Path, str], Verdict]
Script = Callable[..., str]

# In addition to ordinary lines: bytes that are not UTF-8, Windows line ends, redirects that deviate, an empty file.
UNUSUAL_TARGETS = [
    b"/callback?error=access_denied&error_description=caf\xe9&state=1",
    b"/callback?error=access_denied&state=1",
    b"/callback?error=access_denied&error=server_error",
    b"/callback?code=%zz&state=%00",
    "/callback?error=access_denied&error_description=’".encode(),
    b"/callback",
]


def log(lines: int) -> bytes:
    unusual = [
        b'203.0.113.7 - - [26/Nov/2026:10:00:00 +0000] "GET %b HTTP/1.1" 302 0 "-" "-"' % target
        for target in UNUSUAL_TARGETS
    ]
    return b"".join(
        [
            *(line.encode() + b"\n" for line in modes.log(lines)),
            *(target + end for target in unusual for end in (b"\r\n", b"\n")),
        ]
    )


def urls(redirects: int) -> list[str]:
    unusual = [f"https://{modes.HOST}{target.decode('utf-8', 'replace')}" for target in UNUSUAL_TARGETS]
    return [*modes.urls(redirects), *unusual, "", "no URL", "# a comment"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    if not GUIDE.exists():
        pytest.skip("the guide is tested in a checkout, not with a wheel")
    write_files(GUIDE.read_text(encoding="utf-8"), tmp_path)
    return tmp_path


@pytest.fixture
def run_script(folder: Path) -> Script:
    """Run one of the guide's scripts in the folder, and return its output."""

    def run_script(*command: str) -> str:
        scripts = os.environ["PATH"], str(Path(sys.executable).parent)
        environment = os.environ | {
            "PATH": os.pathsep.join(scripts[::-1]),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            # The optimizing compiler does not pay off in short runs.
            "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        }
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=540
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run_script


@pytest.fixture
def run_command(run: Run) -> Command:
    """Have the command check a file."""

    def run_command(path: Path, input_format: str) -> Verdict:
        arguments = ("validate", "--input-format", input_format, "--redirect-uri", modes.CALLBACK, str(path))
        lines = run(*arguments, "--format", "jsonl").stdout.splitlines()
        summary = json.loads(run(*arguments, "--format", "json", "-q").stdout)["summary"]
        return Verdict([(redirect["line"], _to_row(redirect)) for redirect in map(json.loads, lines)], summary)

    return run_command


def _to_row(redirect: dict[str, Any]) -> Row:
    rules = tuple(dict.fromkeys(finding["rule"] for finding in redirect["findings"]))
    return redirect["kind"], redirect["outcome"], redirect["conforms"], rules, redirect["url"]
