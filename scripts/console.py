"""The command lines on a page: run in a temporary folder, and compared with the output shown.

`python -m scripts.console` writes their output into the pages of `docs/`.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

_FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_SEPARATOR = "\x1e"


class Fence(NamedTuple):
    """A fenced block; one with a title is a file."""

    language: str
    title: str
    text: str


def fences(markdown: str) -> list[Fence]:
    return [Fence(*match.groups(default="")) for match in _FENCE.finditer(markdown)]


def commands(text: str) -> list[str]:
    """Return the command lines of a console block; a line that ends with a backslash continues."""
    lines: list[str] = []
    continues = False
    for line in text.splitlines():
        if continues:
            lines[-1] += f"\n{line}"
        elif line.startswith("$ "):
            lines.append(line[2:])
        continues = line.endswith("\\") and (continues or line.startswith("$ "))
    return lines


def replay(text: str, folder: Path) -> str:
    """Run the command lines of a console block, and return the block with their actual output."""
    step = f"\nstatus=$?; printf '{_SEPARATOR}'; (exit $status)\n"
    result = run_script(step.join(["exec 2>&1", *commands(text)]), folder)
    return format_block(commands(text), result.stdout.split(_SEPARATOR)[1:])


def format_block(lines: list[str], outputs: list[str]) -> str:
    """Format a console block: each command line with its output."""
    return "".join(f"$ {line}\n{output.rstrip()}".rstrip() + "\n" for line, output in zip(lines, outputs, strict=True))


def run_script(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script as on a terminal with 80 columns, with installed programs only; nothing is downloaded."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    if path := os.environ.get("PYTHONPATH"):  # a checkout that is not installed
        environment["PYTHONPATH"] = path
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def write_files(markdown: str, folder: Path) -> None:
    for fence in fences(markdown):
        if fence.title:
            (folder / fence.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / fence.title).write_text(fence.text, encoding="utf-8")


def update_output(markdown: str) -> str:
    """Rewrite the output of all console blocks."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(markdown, folder)

        def replay_match(match: re.Match[str]) -> str:
            return f"```console\n{replay(match[3], folder)}```" if match[1] == "console" else match[0]

        return _FENCE.sub(replay_match, markdown)


if __name__ == "__main__":
    for path in sorted((ROOT / "docs").rglob("*.md")):
        path.write_text(update_output(path.read_text(encoding="utf-8")), encoding="utf-8")
