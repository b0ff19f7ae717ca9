"""The Connect URL that `listen` builds, checks and opens."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from connect_errors import validate
from connect_errors.listen.authorize import ConnectSession

from tests.conftest import Invoke
from tests.helpers.listening import CLIENT, DENIED, listening
from tests.helpers.processes import slow_after_first


def connect_url(invoke: Invoke, *arguments: str) -> tuple[str, dict[str, str]]:
    result = invoke("listen", "--port=0", "--timeout=0.05", "--client-id", CLIENT, *arguments)
    assert result.exit_code == 3
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Open Connect:")]
    url = urlsplit(line.split()[-1])
    return f"{url.scheme}://{url.netloc}{url.path}", dict(parse_qsl(url.query))


def test_the_connect_url(invoke: Invoke) -> None:
    address, parameters = connect_url(invoke)
    assert address == "https://connect.smartcar.com/oauth/authorize"
    assert re.fullmatch("[A-Za-z0-9_-]{22}", parameters["state"])
    assert parameters["state"] != connect_url(invoke)[1]["state"]
    assert re.fullmatch(r"http://localhost:\d+/callback", parameters["redirect_uri"])
    assert {name: parameters[name] for name in ("client_id", "response_type", "scope")} == {
        "client_id": CLIENT,
        "response_type": "code",
        "scope": "read_vehicle_info",
    }
    assert len(parameters) == 5


def test_all_parameters_of_the_connect_url(invoke: Invoke) -> None:
    options = ["--state=a b+c", "--scope=read_vin required:read_location", "--mode=simulated"]
    _, parameters = connect_url(
        invoke, *options, "--single-select-vin=0SCAUDI012FE3B132", "--redirect-uri=https://callback.example/cb?a=b"
    )
    assert parameters == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": "https://callback.example/cb?a=b",
        "state": "a b+c",
        "scope": "read_vin required:read_location",
        "mode": "simulated",
        "single_select": "true",
        "single_select_vin": "0SCAUDI012FE3B132",
    }


def test_reauthentication(invoke: Invoke) -> None:
    address, parameters = connect_url(invoke, "--reauthenticate=sc4a1b01e5", "--state=s")
    del parameters["redirect_uri"]
    assert address == "https://connect.smartcar.com/oauth/reauthenticate"
    assert parameters == {"response_type": "vehicle_id", "client_id": CLIENT, "vehicle_id": "sc4a1b01e5", "state": "s"}


def test_the_generated_state_is_required() -> None:
    with listening("--count=2", "--format=jsonl", "--client-id", CLIENT) as command:
        state = dict(parse_qsl(command.stderr_lines[1]))["state"]
        command.open(f"{DENIED}&state={state}")
        command.open(f"{DENIED}&state={state[:-1]}")
        code, out, _ = command.end()
    assert code == 1
    assert [json.loads(line)["conforms"] for line in out.splitlines()] == [True, False]
    assert state not in out


WRONG_CONNECT_URLS = [
    (["--client-id=client_01J"], "client_id is the id of an API client (client_…): Connect requires the"),
    (["--client-id=YOUR_CLIENT_ID"], "client_id is a placeholder from documentation"),
    (["--client-id="], "the Connect URL requires client_id, but it has no value"),
    (["--mode=simulate"], "mode must be a word: live or simulated, or the older test"),
    (["--scope=read_vin,read_odometer"], "scope must be the permissions that the application asks for, separated by"),
    (["--single-select-vin=x"], "single_select_vin must be a VIN: 17 capital letters and digits"),
    (
        ["--redirect-uri=http://192.168.1.2/cb"],
        "redirect_uri cannot be registered with Smartcar: it accepts plain http",
    ),
    (["--reauthenticate="], "the Connect URL requires vehicle_id, but it has no value"),
    (["--reauthenticate=1", "--mode=live"], "mode is not a parameter of this Connect URL"),
    (["--client-id=x", "--mode=y"], "a UUID: the application's id; mode must be"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_CONNECT_URLS)
def test_an_invalid_connect_url_is_a_usage_error(arguments: list[str], message: str, invoke: Invoke) -> None:
    result = invoke("listen", "--port=0", "--timeout=0.05", "--client-id", CLIENT, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.partition("Error: the Connect URL would be rejected: ")[2].split())


@pytest.mark.parametrize(("arguments", "_message"), [row for row in WRONG_CONNECT_URLS if len(row[0]) == 1])
def test_validate_reports_the_same_findings(arguments: list[str], _message: str, invoke: Invoke) -> None:
    option, _, value = arguments[0].removeprefix("--").partition("=")
    session_options = {"client_id": CLIENT, "state": "s", option.replace("-", "_"): value}
    vehicle_id = session_options.pop("reauthenticate", None)
    redirect_uri = session_options.pop("redirect_uri", "http://localhost:8000/callback")
    session = ConnectSession(**session_options, vehicle_id=vehicle_id)
    findings = validate(session.url(redirect_uri)).findings
    stderr = invoke("listen", "--port=0", "--timeout=0.05", "--client-id", CLIENT, *arguments).stderr
    assert len(findings) > 1
    assert stderr.endswith(f": {'; '.join(finding.message for finding in findings[1:])}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("others", ["", "w3m:"])
def test_the_browser_is_opened(others: str, tmp_path: Path) -> None:
    script = tmp_path / "browser"
    write_script(script, f"printf '%s' \"$1\" >'{tmp_path}/part'; mv '{tmp_path}/part' '{tmp_path}/url'")
    environment = os.environ | {"BROWSER": f"{others}{script}"}
    with listening("--client-id", CLIENT, "--open", env=environment) as command:
        assert wait_for(tmp_path / "url") == command.stderr_lines[1].split()[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_the_browser_is_detached_from_the_terminal(tmp_path: Path) -> None:
    """It receives neither pasted addresses nor Ctrl-C, and nothing waits for it."""
    script = tmp_path / "browser"
    write_script(
        script,
        f"cat >'{tmp_path}/part'; echo noise; echo noise >&2; ps -o sid= $$ >>'{tmp_path}/part'"
        f"; mv '{tmp_path}/part' '{tmp_path}/seen'; exec sleep 60",
    )
    environment = os.environ | {"BROWSER": str(script)}
    arguments = ("--client-id", CLIENT, "--open", "--count=1", "--state=s")
    with listening(*arguments, env=environment, stdin=subprocess.PIPE) as command:
        session = wait_for(tmp_path / "seen").strip()  # all its input, and its session
        assert command.process.stdin
        command.process.stdin.write(f"{command.redirect_uri}?{DENIED}&state=s\n")
        command.process.stdin.flush()
        code, out, err = command.end()
    os.killpg(int(session), signal.SIGKILL)
    assert (code, err) == (0, "")
    assert "noise" not in out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    "called", slow_after_first(["{}/lynx -accept_all_cookies %s", "w3m", "{}/w3m", "{}/w3m %s", "{}/no-such-one"])
)
def test_text_browsers_are_not_opened(called: str, tmp_path: Path) -> None:
    for name in ("w3m", "lynx"):
        write_script(tmp_path / name, f"touch '{tmp_path}/started'")
    env = {"PATH": str(tmp_path), "BROWSER": called.format(tmp_path), "TERM": "xterm"}
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    with listening("--client-id", CLIENT, "--open", env=environment | env) as command:
        assert command.process.stderr
        assert command.process.stderr.readline() == (
            "connect-errors: no browser could be opened outside this terminal; open the URL yourself\n"
        )
    assert not (tmp_path / "started").exists()


def write_script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)


def wait_for(path: Path) -> str:
    """Wait until a file exists, and return its content."""
    for _ in range(400):
        if path.exists():
            break
        time.sleep(0.05)
    return path.read_text()
