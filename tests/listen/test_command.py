"""`connect-errors listen`, as users run it."""

import http.client
import json
import os
import re
import signal
import stat
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from connect_errors.catalog import errors
from connect_errors.listen.server import LIMITS

from tests.conftest import Invoke
from tests.helpers.listening import CLIENT, CODE, DENIED, INCOMPLETE, listening
from tests.helpers.processes import EACH_FORMAT, slow_after_first


def test_redirects_as_they_arrive() -> None:
    with listening("--count=2") as command:
        assert re.fullmatch(r"http://localhost:\d+/callback", command.redirect_uri)
        assert command.open(DENIED) == 200
        assert command.open(INCOMPLETE) == 200
        assert command.end() == (
            1,
            f"""\
✓ TIME access_denied conforms
  Next step: Say what each permission is for, then offer Connect again.
  More:      https://connect-errors.github.io/errors/access_denied/

✗ TIME access_denied does not conform: 1 error

  │ {command.redirect_uri}
  │ ?error=access_denied
  │  ^^^^^^^^^^^^^^^^^^^
    error: access_denied requires error_description [missing-parameter]
    help: Connect always sends it: correct the recording or the mock, or find out what drops it on the way.
  │ &state=***

outcome        redirects  conforming  █ conforming ░ not
access_denied          2           1  ████████████░░░░░░░░░░░░

2 redirects, 1 conforming, 1 error
""",
            "",
        )


@pytest.mark.parametrize(
    ("arguments", "query", "code"),
    [
        ([], DENIED, 0),
        ([], INCOMPLETE, 1),
        pytest.param(["--expect=no_vehicles"], DENIED, 1, marks=pytest.mark.slow),
        pytest.param(["--state=abc"], DENIED, 1, marks=pytest.mark.slow),
        pytest.param(["--state=abc"], f"{DENIED}&state=abc", 0, marks=pytest.mark.slow),
        pytest.param([], f"{DENIED}&new=1", 0, marks=pytest.mark.slow),
        (["--strict"], f"{DENIED}&new=1", 1),
    ],
)
def test_exit_codes_match_validate(arguments: list[str], query: str, code: int) -> None:
    with listening("--count=1", *arguments) as command:
        command.open(query)
        assert command.end()[0] == code


def test_no_redirect_arrives(invoke: Invoke) -> None:
    result = invoke("listen", "--port=0", "--timeout=0.1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.endswith("connect-errors: no redirect arrived\n")


@EACH_FORMAT
def test_formats(name: str, tmp_path: Path) -> None:
    with listening("--count=1", f"--format={name}=report", "--format=jsonl", cwd=tmp_path) as command:
        command.open(INCOMPLETE)
        code, out, _ = command.end()
    (line,) = (json.loads(line) for line in out.splitlines())
    assert (code, line["source"], line["line"], line["url"]) == (
        1,
        "listen",
        1,
        f"{command.redirect_uri}?error=access_denied&state=***",
    )
    report = (tmp_path / "report").read_text()
    assert "access_denied requires error_description" in report
    assert "s3cret" not in report


def test_jsonl_lines_are_flushed_immediately() -> None:
    with listening("--format=jsonl") as command:
        command.open(DENIED)
        assert command.process.stdout
        assert json.loads(command.process.stdout.readline())["outcome"] == "access_denied"
        command.open(f"code={CODE}")
        assert json.loads(command.process.stdout.readline())["outcome"] == "authorization_code"


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("name", "code"), slow_after_first([("SIGTERM", 143), ("SIGINT", 130), ("SIGHUP", 129)], 1))
def test_signals_end_with_the_summary(name: str, code: int, tmp_path: Path) -> None:
    with listening("--format=text", "--format=json=report", "--save=urls", cwd=tmp_path) as command:
        command.open(DENIED)
        command.open(INCOMPLETE)
        ended, out, err = command.end(signal.Signals[name])
    assert (ended, err) == (code, "")
    assert out.endswith("\n2 redirects, 1 conforming, 1 error\n")
    assert json.loads((tmp_path / "report").read_text())["summary"]["redirects"] == 2
    assert len((tmp_path / "urls").read_text().splitlines()) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_before_any_redirect() -> None:
    with listening() as command:
        assert command.end(signal.SIGINT) == (130, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_nohup() -> None:
    with listening("--count=1", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as command:
        command.process.send_signal(signal.SIGHUP)
        command.open(DENIED)
        assert command.end()[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGPIPE")
def test_broken_pipe() -> None:
    read, write = os.pipe()
    os.close(read)
    with listening("--format=jsonl", stdout=write) as command:
        os.close(write)
        with suppress(ConnectionError, http.client.HTTPException):
            command.open(DENIED)
        command.process.stdout = None
        assert command.end()[0] == 141


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix file modes")
@pytest.mark.parametrize(("arguments", "secret"), [([], "***"), (["--show-values"], CODE)])
def test_saved_urls_are_masked_and_private(arguments: list[str], secret: str, tmp_path: Path) -> None:
    saved = tmp_path / "urls"
    saved.write_text("of another day")
    saved.chmod(0o644)
    with listening("--count=1", "--save", saved, *arguments) as command:
        command.open(f"code={CODE}")
        command.end()
    assert saved.read_text() == f"{command.redirect_uri}?code={secret}\n"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_an_unwritable_file_is_reported_before_listening(invoke: Invoke, tmp_path: Path) -> None:
    for option in (f"--save={tmp_path}/no/urls", f"--format=json={tmp_path}/no/report"):
        result = invoke("listen", "--port=0", option)
        assert result.exit_code == 2
        assert result.stderr.endswith(": No such file or directory\n")
        assert "Waiting" not in result.stderr


def test_a_code_appears_nowhere(tmp_path: Path) -> None:
    with listening("--count=2", "--format=text", "--format=json=report", cwd=tmp_path) as command:
        command.open(f"code={CODE}&state=s3cret&x={CODE}")
        command.open(f"code={CODE}&code=s3cret")
        _, out, err = command.end()
    for text in (out, err, (tmp_path / "report").read_text()):
        assert CODE not in text
        assert "s3cret" not in text


def test_other_requests_are_reported() -> None:
    with listening("--count=1", "--format=json") as command:
        assert [command.open("", path) for path in ("/", "/favicon.ico", "/")] == [404, 404, 404]
        command.open(DENIED)
        code, out, err = command.end()
    assert code == 0
    assert json.loads(out)["summary"]["passed_over"] == 3
    assert err == (
        "connect-errors: passed over a request: it is for another path\n"
        "connect-errors: passed over a request: it is for an icon\n"
        "connect-errors: 2 requests passed over: it is for another path\n"
    )


def test_a_port_in_use(invoke: Invoke) -> None:
    with listening() as command:
        result = invoke("listen", f"--port={command.port}")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == (
            f"connect-errors: port {command.port} is in use; stop the program that is listening there, "
            "or choose another one with --port\n"
        )


def test_hints_if_no_redirect_arrives(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connect_errors.cli.listen.LIMITS", LIMITS._replace(silence=0.05))
    stderr = invoke("listen", "--port=0", "--path=/cb", "--timeout=0.3").stderr
    for shown in ("400: Unauthorized redirect_uri", "400: Invalid parameter client_id", '"response_type"'):
        assert stderr.count(shown) == 1
    assert re.search(r"register exactly http://localhost:\d+/cb\n", stderr)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--open"], "--open needs --client-id"),
        (["--scope=a"], "--scope needs --client-id"),
        (["--mode=live"], "--mode needs --client-id"),
        (["--test=acess_denied"], "there is no error called acess_denied; did you mean access_denied?"),
        (["--test=access_denied", "--expect=no_vehicles"], "--test and --expect name different outcomes"),
        (["--expect=x"], "there is no outcome called"),
        (["--save=urls", "--format=json=./urls"], "--save and --format name the same file."),
        (["--path=callback"], "--path is not the path of a URL, such as /callback: callback"),
        (["--path=/a?code=s3cret"], "--path is not the path of a URL, such as /callback: ***"),
        (["--redirect-uri=callback"], "the redirect URI is not an absolute URL"),
        (["--port=70000"], "Invalid value for '--port'"),
        (["--count=0"], "it must be a whole number, 1 or more."),
        (["--count=x"], "it must be a whole number, 1 or more."),
        (["--port=65536"], "'--port': it must be a whole number from 0 to 65535."),
        (["--timeout=0"], "it must be a number above 0."),
        (["--timeout=nan"], "it must be a number above 0."),
        (["--state="], "--state is empty: give the state that was sent, or leave the option out."),
        (["--timeout=0"], "0"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, invoke: Invoke) -> None:
    result = invoke("listen", *arguments, CONNECT_ERRORS_LISTEN_TIMEOUT="0.05")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())


def test_options_from_the_environment(invoke: Invoke) -> None:
    environment = {"PORT": "0", "PATH": "/cb", "TIMEOUT": "0.05", "CLIENT_ID": CLIENT, "MODE": "live", "STATE": "s"}
    result = invoke("listen", **{f"CONNECT_ERRORS_LISTEN_{name}": value for name, value in environment.items()})
    assert result.exit_code == 3
    assert re.search(r"http://localhost:\d+/cb\n", result.stderr)
    assert "&state=s&scope=read_vehicle_info&mode=live\n" in result.stderr


@pytest.mark.parametrize("code", errors())
def test_steps_to_provoke_each_error(code: str, invoke: Invoke) -> None:
    result = invoke("listen", "--port=0", "--timeout=0.05", "--test", code)
    assert result.exit_code == 3
    section = result.stderr.partition(f"To get {code}:\n")[2]
    assert f"run connect-errors example {code}: it prints the redirect" in section
    for markup in ("<!--", "](", "**", "`", "#"):
        assert markup not in section


def test_a_test_account_is_filled_in(invoke: Invoke) -> None:
    stderr = invoke("listen", "--port=0", "--timeout=0.05", "--test=vehicle_incompatible").stderr
    account = "smartcar@vehicle-incompatible.com, any password. VIN, for --single-select-vin: 0SCAUDI012FE3B132"
    assert f"  Email: {account}\n" in stderr


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        (["--test=access_denied"], "&mode=simulated"),
        (["--test=access_denied", "--mode=simulated"], "&mode=simulated"),
        (["--test=access_denied", "--mode=test"], "&mode=test"),
        (["--test=invalid_subscription"], "&mode=simulated"),
        (
            ["--test=invalid_subscription", "--single-select-vin=0SCAUDI0155C49A95"],
            "&mode=simulated&single_select=true&single_select_vin=0SCAUDI0155C49A95",
        ),
        (["--test=vehicle_incompatible"], "&mode=simulated"),
        (
            ["--test=configuration_error"],
            "&mode=live&single_select=true&single_select_vin=0SCAUDI0155C49A95",
        ),
        (
            ["--test=configuration_error", "--mode=live", "--single-select-vin=0SCAUDI012FE3B132"],
            "&mode=live&single_select=true&single_select_vin=0SCAUDI012FE3B132",
        ),
        (["--test=no_vehicles"], ""),
        (["--test=no_vehicles", "--mode=simulated"], "&mode=simulated"),
        (["--test=oem_cancelled_login"], ""),
        (["--test=server_error"], ""),
        (["--test=user_manually_returned_to_application"], ""),
        (["--expect=invalid_subscription", "--mode=live"], "&mode=live"),
    ],
)
def test_connect_is_opened_as_the_steps_say(arguments: list[str], parameters: str, invoke: Invoke) -> None:
    stderr = invoke("listen", "--port=0", "--timeout=0.05", "--client-id", CLIENT, *arguments).stderr
    assert f"&scope=read_vehicle_info{parameters}\n" in stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--test=invalid_subscription", "--mode=live"],
            "--test invalid_subscription needs --mode simulated; --expect invalid_subscription works in any mode.",
        ),
        (
            ["--test=configuration_error", "--mode=test"],
            "--test configuration_error needs --mode live; --expect configuration_error works in any mode.",
        ),
        (
            ["--test=access_denied", "--reauthenticate=1"],
            "--test access_denied needs a Connect URL in simulated mode; that of --reauthenticate has no mode.",
        ),
    ],
)
def test_steps_that_the_options_exclude(arguments: list[str], message: str, invoke: Invoke) -> None:
    result = invoke("listen", "--port=0", "--timeout=0.05", "--client-id", CLIENT, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"\n\nError: {message}\n")


@pytest.mark.parametrize("arguments", [[], ["--count=3"]], ids=str)
def test_a_test_waits_for_its_error(arguments: list[str]) -> None:
    with listening("--test=access_denied", "--format=jsonl", *arguments) as command:
        command.open("error=no_vehicles&error_description=No+vehicles+found.")
        assert command.process.poll() is None
        command.open(DENIED)
        code, out, _ = command.end()
    assert code == 1
    first, second = (json.loads(line) for line in out.splitlines())
    assert "unexpected-outcome" in [finding["rule"] for finding in first["findings"]]
    assert second["conforms"]
