"""No leaks and no side effects of a capture: no network, no other program, no file that was not named.

An audit hook of the interpreter detects each of these, also in libraries.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from connect_errors.formats import FORMATS

from tests.helpers.cases import load_cases
from tests.helpers.paths import CAPTURES, DRIFT_PAGES
from tests.helpers.processes import slow_after_first

MARK = "m4rk"
"""Appears in every value, name and path of a hostile capture, and nowhere else."""

WATCHED = """
import json, os, sys

MARK, COMMANDS = sys.argv[1:]
FORBIDDEN = tuple(
    "ctypes. ftplib. http. imaplib. nntplib. os.exec os.fork os.posix_spawn os.spawn os.startfile os.system pickle. "
    "poplib. pty. smtplib. socket. sqlite3. subprocess. telnetlib. urllib. webbrowser. winreg.".split()
)
CHANGING = {"os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}
seen = {}

def hook(event, arguments):
    if event.startswith(FORBIDDEN):
        seen["forbidden"].append(event)
        raise PermissionError(f"{event} is forbidden")
    if MARK in repr(arguments).lower():
        seen["marked"].append([event, repr(arguments)[:200]])
    if event == "open":
        path, _, flags = arguments
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and not isinstance(path, int):  # which is open already
            seen["written"].append(os.path.basename(path))
    if event in CHANGING:
        *_, name = (argument for argument in arguments if isinstance(argument, (str, os.PathLike)))
        seen["written"].append(f"{event} {os.path.basename(name)}")

from connect_errors.__main__ import main

runs = []
for arguments in json.loads(COMMANDS):
    sys.argv[1:] = arguments
    seen |= {"forbidden": [], "marked": [], "written": []}
    if not runs:
        sys.addaudithook(hook)
    try:
        main()
    except SystemExit as end:
        runs.append([end.code or 0, dict(seen)])
    finally:
        print(json.dumps(runs or seen), file=sys.stderr)
"""
NOTHING: dict[str, list[Any]] = {"forbidden": [], "marked": [], "written": []}


HOSTILE = [
    f"https://{MARK}.invalid/{MARK}?error={MARK}&error_description={MARK}&state={MARK}",
    f"https://127.0.0.1:9/{MARK}?code={MARK}&virtual_key_url=https://{MARK}.invalid/{MARK}&{MARK}={MARK}",
    f"file:///etc/{MARK}?user_id={MARK}&state={MARK}",
    f"file://{MARK}/../../{MARK}?vehicle_id=../../{MARK}&state={MARK}",
    f"https://example.com/?error=__import__('os').system('{MARK}')&error_description=$({MARK})&vin={{{{{MARK}}}}}",
    f"https://example.com/?error=access_denied&error_description=%24%7Bjndi:ldap://{MARK}.invalid/{MARK}%7D",
    f"https://example.com/?error=../../docs/errors/{MARK}&error_description=!!python/object:{MARK}.{MARK}",
    f"https://example.com/?error={MARK}.json&error_description=%00{MARK}",
]

MESSAGE = "GET /{0} HTTP/1.1\nHost: {1}.invalid\nReferer: {0}\n\nHTTP/1.1 302 Found\nLocation: {0}\n\n"
LOG = '{1} - {1} [01/Jan/2026:00:00:00 +0000] "GET {0} HTTP/1.1" 302 0 "{0}" "{1}"\n'


def har(urls: list[str]) -> str:
    entries = [
        {
            "request": {"url": url, "headers": [{"name": "Referer", "value": url}, {"name": MARK, "value": MARK}]},
            "response": {"redirectURL": url, "content": {"text": f"<script src=https://{MARK}.invalid>"}, MARK: MARK},
        }
        for url in urls
    ]
    return json.dumps({"$ref": f"https://{MARK}.invalid/", "log": {"$schema": MARK, "entries": entries}})


BY_INPUT = {
    "urls": "\n".join([*HOSTILE, MARK, f"../{MARK}", f"#{MARK}"]),
    "text": "".join(MESSAGE.format(url, MARK) + LOG.format(url, MARK) for url in HOSTILE),
    "json": har(HOSTILE),
}

PAGE = f"""
# Access Denied

import {MARK} from '../{MARK}.mdx'

![](https://{MARK}.invalid/{MARK}.png) <script src="https://{MARK}.invalid"></script> [{MARK}]: file:///{MARK}

| Parameter | Required | Description |
|---|---|---|
| error | {MARK} | [{MARK}](https://{MARK}.invalid) |

```http
HTTP/1.1 302 Found
Location: {HOSTILE[0]}
```
"""


Seen = tuple[int, dict[str, list[Any]]]
"""The exit code of a command, and the audit events seen."""


def watch(*commands: Sequence[str | Path], stdin: str = "", **options: Any) -> list[Seen]:
    """Run command lines under the hook, one after the other in one process."""
    result = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, MARK, json.dumps([list(map(str, command)) for command in commands])],
        input=stdin.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
        **options,
    )
    assert "Traceback" not in result.stderr.decode()
    runs = [(code, events) for code, events in json.loads(result.stderr.decode().splitlines()[-1])]
    assert len(runs) == len(commands)
    return runs


@pytest.mark.parametrize("is_shown", [False, True])
def test_hostile_captures(is_shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name in FORMATS if name != "text"]
    for name, text in BY_INPUT.items():
        (tmp_path / f"{name}.capture").write_text(text)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary")
    inputs = {"auto": list(BY_INPUT)} | {name: [name] for name in BY_INPUT}
    commands = [
        [
            "validate",
            f"--input-format={input_format}",
            *(["--show-values"] if is_shown else []),
            "--format=text",
            *(f"--format={name}={input_format}.{name}" for name in names),
            *(f"{name}.capture" for name in captures),
        ]
        for input_format, captures in inputs.items()
    ]
    expected = {"summary", *(f"{name}.capture" for name in BY_INPUT)}
    for input_format, (code, events) in zip(inputs, watch(*commands, cwd=tmp_path), strict=True):
        assert code == 1
        assert MARK in (tmp_path / f"{input_format}.json").read_text()
        assert (events["forbidden"], events["marked"]) == ([], [])
        reports = {f"{input_format}.{name}" for name in names}
        written = set(events["written"]) - {"summary"} - {f"os.rename {report}" for report in reports}
        assert len(written) == len(reports)
        assert all(name.startswith(".connect-errors-") and name.endswith(".part") for name in written)
        expected |= reports
    assert {path.name for path in tmp_path.iterdir()} == expected


def test_hostile_arguments() -> None:
    commands = [["validate", f"--format={name}", *HOSTILE, "-"] for name in FORMATS]
    assert watch(*commands, stdin=BY_INPUT["urls"]) == [(1, NOTHING)] * len(commands)


def test_every_capture_and_case() -> None:
    captures = sorted(path for path in CAPTURES.iterdir() if path.suffix != ".toml")
    urls = "".join(f"{case.url}\n" for case in load_cases())
    assert watch(["validate", "--format=json", *captures, "-"], stdin=urls) == [(1, NOTHING)]


def test_drift(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE)
    pages = [tmp_path / "page.md", *sorted(DRIFT_PAGES.glob("*.md"))]
    commands: list[list[str | Path]] = [["drift", f"--format={name}", *pages] for name in ("text", "json")]
    runs = watch(*commands, ["drift", f"https://{MARK}.invalid/page.md"])
    assert runs == [(1, NOTHING), (1, NOTHING), (2, NOTHING)]


def test_the_other_commands() -> None:
    commands = [
        ["explain", "access_denied"],
        ["schema", "redirect"],
        ["list"],
        ["explain", "missing-parameter", "--format=json"],
        ["explain", "authorization_code"],
        ["--version"],
        ["validate", "--help"],
    ]
    assert watch(*commands) == [(0, NOTHING)] * len(commands)


REFERENCES = [
    "http://127.0.0.1:9/schema.json",
    "{folder}/schemas/errors/no_vehicles.json",
    "https://connect-errors.github.io/schemas/errors/no_vehicles.json",
    "no_vehicles.json",
    "urn:uuid:0b2f8b53-3b4c-4d4a-8f9b-2f2f2f2f2f2f",
]


@pytest.mark.parametrize("reference", slow_after_first(REFERENCES))
@pytest.mark.parametrize("keyword", slow_after_first(["$ref", "$dynamicRef"], 1))
def test_schema_references_are_not_loaded(keyword: str, reference: str, checkout: Path) -> None:
    path = checkout / "schemas" / "errors" / "access_denied.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["properties"]["error_description"][keyword] = reference.format(folder=checkout.as_uri())
    path.write_text(json.dumps(schema))
    url = "https://example.com/?error=access_denied&error_description=User+denied+access+to+application"
    assert watch(["validate", url], cwd=checkout / "validator") == [(2, NOTHING)]


def test_a_foreign_dialect_is_not_loaded(checkout: Path) -> None:
    for path in (checkout / "schemas").rglob("*.json"):
        path.write_text(path.read_text().replace("https://json-schema.org/draft/", "http://127.0.0.1:9/draft/"))
    assert watch(["validate", *HOSTILE], cwd=checkout / "validator") == [(1, NOTHING)]


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("import socket; socket.socket()", "forbidden"),
        ("import urllib.request; urllib.request.urlopen('file:///etc/hosts')", "forbidden"),
        ("import os; os.system('true')", "forbidden"),
        ("import subprocess; subprocess.run(['true'])", "forbidden"),
        ("eval(MARK[:0] + '1 if ' + repr(MARK) + ' else 0')", "marked"),
        ("__import__(MARK)", "marked"),
        ("open('/nowhere/' + MARK)", "marked"),
        ("open('/dev/null', 'w')", "written"),
    ],
)
def test_audit_hook_detects_access(statement: str, key: str) -> None:
    script = WATCHED.replace("    main()", f"    {statement}")
    command = [sys.executable, "-B", "-c", script, MARK, "[[]]"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("{")]
    assert json.loads(line)[key]
