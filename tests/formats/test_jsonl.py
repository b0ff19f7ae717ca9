"""JSON Lines."""

import json
import subprocess
import sys

BAD = "https://example.com/home?error=access_denied"


def test_lines_are_written_as_redirects_are_judged() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "connect_errors", "validate", "--input-format=urls", "--format=jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        for number in (1, 2):
            process.stdin.write(f"{BAD}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["line"] == number  # while standard input stays open
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(30) == 1
