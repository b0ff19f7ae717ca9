"""Benchmark of start-up: validating one URL, next to check-jsonschema validating one small JSON file.

    python -m benchmarks.startup [--runs N]

Both run as users start them, each in a separate process, in alternation. Prints medians in milliseconds, and the ratio.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from connect_errors.paths import SCHEMAS

URL = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application"
BIN = Path(sys.executable).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance.json"
        schema = SCHEMAS / "errors" / "access_denied.json"
        instance.write_text(json.dumps(json.loads(schema.read_text(encoding="utf-8"))["examples"][0]))
        commands: dict[str, list[str | Path]] = {
            "connect-errors": [BIN / "connect-errors", "validate", URL],
            "check-jsonschema": [BIN / "check-jsonschema", "--schemafile", schema, instance],
            "python -c pass": [sys.executable, "-c", "pass"],
        }
        # The first run fills caches, including compiled modules.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs + 1):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
                times[name].append((time.perf_counter() - start) * 1000)
    medians = {name: statistics.median(measured[1:]) for name, measured in times.items()}
    for name, median in medians.items():
        print(f"{name:18}{median:7.1f} ms")
    print(
        f"connect-errors takes {medians['connect-errors'] / medians['check-jsonschema']:.2f} of check-jsonschema's time"
    )


if __name__ == "__main__":
    main()
