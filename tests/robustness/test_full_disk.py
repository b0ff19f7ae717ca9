"""Full disks: reports are kept, no partial file is left, and the message names the full file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from connect_errors.formats import FORMATS

from tests.conftest import Invoke, Run
from tests.helpers.processes import slow_after_first

BAD = "https://example.com/home?error=access_denied&state=abc"
URL = "https://example.com/home?error=access_denied&error_description=x&state=abc"

needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full does not exist")
needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="needs limits on file sizes")


def on_full_device(*arguments: str, **streams: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "connect_errors", *arguments]
    with Path("/dev/full").open("wb") as full:
        full_streams = {name: full for name, is_full in streams.items() if is_full}
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=full_streams.get("stdout", subprocess.PIPE),
            stderr=full_streams.get("stderr", subprocess.PIPE),
            text=True,
            check=False,
        )


def limit(size: int) -> Any:
    import resource

    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@needs_full_device
@pytest.mark.parametrize(
    "arguments",
    slow_after_first(
        [
            ["validate", "--format=text", URL],
            ["validate", "--format=junit", URL],
            ["explain", "access_denied"],
            ["drift", "--quiet", "-"],
            *(["validate", f"--format={name}", URL] for name in FORMATS if name not in ("text", "junit")),
            ["validate", "--help"],
            ["list"],
            ["explain", "access_denied", "--format=json"],
            ["schema", "redirect"],
            ["--help"],
            ["--version"],
        ],
        3,
    ),
    ids=" ".join,
)
def test_full_standard_output(arguments: list[str]) -> None:
    result = on_full_device(*arguments, stdout=True)
    assert (result.returncode, result.stderr) == (2, "connect-errors: standard output: No space left on device\n")


@needs_full_device
def test_full_standard_error_is_ignored(tmp_path: Path, invoke: Invoke) -> None:
    report = invoke("validate", "missing", BAD, cwd=tmp_path).stdout
    result = on_full_device("validate", "missing", BAD, stderr=True)
    assert (result.returncode, result.stdout) == (2, report)
    for wrong in (["validat"], []):
        assert on_full_device(*wrong, stderr=True).returncode == 2
    assert on_full_device("validate", BAD, stdout=True, stderr=True).returncode == 2


@needs_full_device
def test_standard_output_is_complete_if_a_file_cannot_be_written(tmp_path: Path, invoke: Invoke, run: Run) -> None:
    report = invoke("validate", BAD).stdout
    result = run("validate", "--format=text", "--format=json=/dev/full", BAD, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, report)
    assert result.stderr == "connect-errors: /dev/full: No space left on device\n"


@needs_full_device
def test_annotations_are_complete_if_the_job_summary_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, invoke: Invoke, run: Run
) -> None:
    annotations = invoke("validate", "--format=github", BAD).stdout
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/dev/full")
    result = run("validate", "--format=github", BAD)
    assert (result.returncode, result.stdout) == (2, annotations)
    assert result.stderr == "connect-errors: /dev/full: No space left on device\n"


@needs_limits
def test_full_temporary_folder(tmp_path: Path, run: Run) -> None:
    """JUnit's counts precede its test cases, many of which are held in a temporary file."""
    result = run(
        *("validate", "--format=junit=report", "--input-format=urls", "--format=text"),
        stdin=f"{BAD}\n" * 2500,
        cwd=tmp_path,
        preexec_fn=limit(64 * 1024),
    )
    assert (result.returncode, result.stderr) == (2, "connect-errors: temporary file: File too large\n")
    assert result.stdout.startswith("✗ -:1:1 access_denied does not conform: 1 error\n")
    assert list(tmp_path.iterdir()) == []


@needs_limits
def test_schemas_on_a_full_disk(tmp_path: Path, run: Run) -> None:
    result = run("schema", "--output-dir=schemas", cwd=tmp_path, preexec_fn=limit(256))
    assert result.returncode == 2
    assert result.stderr == "connect-errors: schemas/errors/access_denied.json: File too large\n"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


@needs_limits
def test_standard_output_is_kept_if_the_disk_fills(tmp_path: Path) -> None:
    """The reports written before are whole lines, as far as they fit on the disk."""
    with (tmp_path / "out").open("wb") as out:
        result = subprocess.run(
            [sys.executable, "-m", "connect_errors", "validate", "--format=jsonl", "--input-format=urls"],
            input=f"{BAD}\n".encode() * 100,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            preexec_fn=limit(10_000),
        )
    assert (result.returncode, result.stderr) == (2, b"connect-errors: standard output: File too large\n")
    *whole, _cut = (tmp_path / "out").read_text().split("\n")
    assert len(whole) > 5
    assert {json.loads(line)["outcome"] for line in whole} == {"access_denied"}
