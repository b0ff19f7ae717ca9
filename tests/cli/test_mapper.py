"""The command as a mapper: an engine that splits lines over processes gets the results of a single process."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.throughput import corpus


@pytest.mark.skipif(not shutil.which("xargs") or not shutil.which("split"), reason="xargs or split is not installed")
def test_two_processes_count_the_same_as_one(tmp_path: Path) -> None:
    capture = tmp_path / "capture.txt"
    capture.write_text("".join(f"{url}\n" for url in corpus(2_000)))
    command = f"{sys.executable} -m connect_errors validate -q --format json"
    whole = subprocess.run([*command.split(), capture], capture_output=True, text=True, check=False)
    parts = subprocess.run(  # noqa: S602 - the pipeline of the guide
        f"split -n l/3 capture.txt part. && ls part.* | xargs -P 2 -I{{}} sh -c '{command} - < {{}} > {{}}.json'",
        shell=True,
        cwd=tmp_path,
        check=False,
    )
    assert whole.returncode == 1
    assert parts.returncode == 123  # xargs: some of them exited with 1
    total: Counter[str] = Counter()
    for path in tmp_path.glob("part.*.json"):
        summary = json.loads(path.read_text())["summary"]
        total.update({name: count for name, count in summary.items() if isinstance(count, int)})
        total.update(summary["outcomes"])
    summary = json.loads(whole.stdout)["summary"]
    assert total == Counter(summary["outcomes"]) + Counter(
        {name: count for name, count in summary.items() if isinstance(count, int)}
    )
    assert len(list(tmp_path.glob("part.*.json"))) == 3
