"""The command line: exit codes, options, streams, and termination."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from connect_errors.cli.exit_codes import EXIT_CODES
from connect_errors.cli.input import open_input

from tests.conftest import Invoke, Run

GOOD = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application"
BAD = "https://example.com/home?error=access_denied"
DOUBTFUL = "https://example.com/home?code=1&lang=en"
INVALID = "https://example.com/home?error=server_error&error_description=x&status_code=5xx"
NOTHING_FOUND = "connect-errors: -: {}\nconnect-errors: no redirect was found\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        ([GOOD], "", 0),
        ([GOOD, BAD], "", 1),
        ([DOUBTFUL], "", 0),
        (["--strict", DOUBTFUL], "", 1),
        (["--strict", GOOD], "", 0),
        ([], GOOD, 0),
        (["-"], BAD, 1),
        ([], "", 3),
        ([], "\n# nothing\n", 3),
        (["no-such-file"], "", 2),
        ([GOOD, "no-such-file"], "", 2),
        (["--state", "abc", DOUBTFUL + "&state=abc"], "", 0),
        (["--state", "abd", DOUBTFUL + "&state=abc"], "", 1),
        (["--expect", "access_denied", GOOD], "", 0),
        (["--expect", "no_vehicles", GOOD], "", 1),
        (["--redirect-uri", "https://example.com/home", GOOD], "", 0),
        (["--redirect-uri", "https://example.com/", GOOD], "", 1),
    ],
)
def test_exit_codes(arguments: list[str], stdin: str, code: int, invoke: Invoke) -> None:
    assert invoke("validate", *arguments, stdin=stdin).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "yaml"], "Error: Invalid value for '--format': 'yaml' is not one of "),
        (["--format", "json="], "Error: Invalid value for '--format': give a file name after json=."),
        (
            ["--format", "json", "--format", "text"],
            "only one format can go to standard output; give the others a file: FORMAT=FILE.",
        ),
        (["--format", "json=a", "--format", "text=a"], "two formats name the same file."),
        (
            ["--redirect-uri", "example.com"],
            "Error: the redirect URI is not an absolute URL: it does not start with a scheme such as https://",
        ),
        (["--state", ""], "Error: --state is empty: give the state that was sent, or leave the option out."),
        (["--redirect-uri", "https://example.com/#"], "Error: a redirect URI cannot have a fragment (RFC 6749 §3.1.2)"),
        (["--expect", "acces_denied"], "Error: there is no outcome called acces_denied; did you mean access_denied?"),
        (["--input-format", "xml"], "'xml' is not one of "),
        (["--nonsense"], "No such option"),
        (["--color", "https://user:pw@a.example/?code=s3cr3t"], "'***' is not one of "),
        (
            ["--expect", "https://a.example/?code=s3cr3t"],
            'there is no outcome called "https://a.example/?code=***',
        ),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, invoke: Invoke) -> None:
    result = invoke("validate", *arguments, GOOD)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "s3cr3t" not in result.stderr
    assert result.stdout == ""


def test_url_instead_of_a_command(invoke: Invoke) -> None:
    result = invoke("https://a.example/?code=s3cr3t")
    assert result.exit_code == 2
    assert "Error: To check a URL: connect-errors validate 'URL'\n" in result.stderr
    assert "s3cr3t" not in result.output


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("kode=s3cr3t", "kode***"),
        ("user:s3cr3t@a.example/home", "***/home"),
        ("missing.txt", "missing.txt"),
        ("", '""'),
        (" ", '" "'),
    ],
)
def test_arguments_that_are_neither_file_nor_url_are_masked(argument: str, shown: str, invoke: Invoke) -> None:
    result = invoke("validate", argument)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"connect-errors: {shown}: ")
    assert "s3cr3t" not in result.output


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("/home?code=s3cr3t", "/home?code=***"),
        ("?code=s3cr3t", "?code=***"),
        ("#code=s3cr3t", "#code=***"),
        ("code=s3cr3t", "?code=***"),
        ("localhost/?code=s3cr3t", "localhost/?code=***"),
        ("https%3A%2F%2Fa.example%3Fcode%3Ds3cr3t", "https://a.example?code=***"),
        ('"https://a.example/?code=s3cr3t",', "https://a.example/?code=***"),
    ],
)
def test_forms_of_redirects_as_arguments(argument: str, shown: str, invoke: Invoke) -> None:
    result = invoke("validate", "--format", "json", argument)
    (redirect,) = json.loads(result.stdout)["redirects"]
    assert redirect["url"] == shown
    assert (redirect["outcome"], redirect["source"]) == ("authorization_code", "argument")
    assert result.stderr == "".join(f"connect-errors: {note}\n" for note in redirect["notes"])
    listed = invoke("validate", "--format", "json", "--input-format", "urls", stdin=argument)
    if not argument.startswith("#"):  # a list would take it for a comment
        (same,) = json.loads(listed.stdout)["redirects"]
        assert {**same, "source": "argument"} == redirect | {"column": same["column"]}
    assert "s3cr3t" not in result.output + listed.output


def test_an_existing_file_is_not_taken_for_a_redirect(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code=1").write_text("https://a.example/?error=access_denied&state=1\n")
    (redirect,) = json.loads(invoke("validate", "--format", "json", "code=1").stdout)["redirects"]
    assert (redirect["source"], redirect["outcome"]) == ("code***", "access_denied")


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (["http://192.168.1.2/cb?code=1&state=1"], "http://192.168.1.2/cb"),
        (["--redirect-uri", "http://192.168.1.2/", "http://127.0.0.1/cb?code=1&state=1"], "http://127.0.0.1/cb"),
        (["http://localhost/cb?code=1&state=1"], None),
        (["/cb?code=1&state=1"], None),
    ],
)
def test_an_address_that_cannot_be_registered(arguments: list[str], note: str | None, invoke: Invoke) -> None:
    stderr = invoke("validate", *arguments).stderr
    reason = "it accepts plain http only for localhost; use https"
    sentence = f"connect-errors: {note} cannot be registered with Smartcar: {reason}"
    assert (sentence in stderr) if note else ("registered" not in stderr)


def test_the_note_on_a_truncated_url_comes_first(invoke: Invoke) -> None:
    hint = "connect-errors: a shell ends a command at &: put the URL in quotes if it has more parameters\n"
    url = "https://a.example/?error=access_denied"
    assert invoke("validate", url).stderr == hint
    assert invoke("validate", "--state=1", "https://a.example/?code=1").stderr == hint
    assert invoke("validate", "https://a.example/?code=1").stderr == ""
    assert invoke("validate", f"{url}&state=1").stderr == ""
    assert invoke("validate", stdin=url).stderr == ""


def test_closed_standard_streams() -> None:
    for redirection, message in (
        ("<&-", "-: standard input is closed"),
        (f"'{BAD}' >&-", "standard output: it is closed"),
    ):
        command = f"{sys.executable} -m connect_errors validate {redirection}"
        result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (2, f"connect-errors: {message}\n")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")
@pytest.mark.parametrize(("url", "is_told"), [(BAD, True), (BAD + "&state=1", False)])
def test_url_truncated_by_the_shell(url: str, is_told: bool) -> None:
    terminal, end = os.openpty()
    result = subprocess.run(
        [sys.executable, "-m", "connect_errors", "validate", url], stdout=subprocess.PIPE, stderr=end, check=False
    )
    os.write(end, b"done\r\n")
    stderr = os.read(terminal, 1000).decode()
    os.close(terminal)
    os.close(end)
    assert result.returncode == 1
    assert stderr.startswith("connect-errors: a shell ends a command at &: put the URL in quotes") is is_told


def test_arguments_are_numbered(invoke: Invoke) -> None:
    result = invoke("validate", GOOD, BAD + "&state=1")
    assert result.stdout.startswith("✗ argument 2: access_denied does not conform: 1 error\n")


def test_reports_go_to_stdout_and_notes_to_stderr(run: Run) -> None:
    result = run(
        "validate", "-q", "--format", "json", stdin=f"Location: {GOOD}\n\nLocation: https://example.com/other?code=1\n"
    )
    assert json.loads(result.stdout)["summary"]["passed_over"] == 1
    assert result.stderr == (
        "connect-errors: -: 1 other URL passed over: it has a code that is not one of Connect's\n"
        "connect-errors: -: if one of them is a redirect, name its address with --redirect-uri\n"
    )


@pytest.mark.parametrize(
    ("stdin", "code", "message"),
    [
        (b"", 3, NOTHING_FOUND.format("it is empty")),
        (b"nothing of ours\n", 3, NOTHING_FOUND.format("1 line, none with Connect's parameters")),
        (b"\x7fELF\x02\x01\x01\0\0\0", 2, "connect-errors: -: it is a binary file, not text\n"),
        (
            b"\x1f\x8b\x08\0",
            2,
            "connect-errors: -: Compressed file ended before the end-of-stream marker was reached\n",
        ),
    ],
)
def test_input_that_is_not_a_capture(stdin: bytes, code: int, message: str, invoke: Invoke) -> None:
    result = invoke("validate", stdin=stdin)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", message)


def test_unreadable_captures_do_not_affect_others(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "first.txt").write_text(BAD)
    (tmp_path / "binary").write_bytes(b"\0\0")
    (tmp_path / "last.txt").write_text(GOOD)
    result = invoke("validate", "-q", "first.txt", "missing", "binary", ".", "last.txt", cwd=tmp_path)
    assert result.exit_code == 2
    assert "2 redirects, 1 conforming, 1 error\n" in result.stdout
    assert result.stderr.splitlines() == [
        "connect-errors: missing: no such file, and not a URL or a query such as error=access_denied",
        "connect-errors: binary: it is a binary file, not text",
        "connect-errors: .: it is a directory; name the files in it",
    ]


@pytest.mark.parametrize(
    "argument", ["access_denied", "ACCESS-DENIED", "acces_denied", "User denied access to application"]
)
def test_the_name_of_an_error_is_looked_up_with_explain(argument: str, invoke: Invoke) -> None:
    result = invoke("validate", argument)
    assert result.exit_code == 2
    assert result.stderr == (
        f"connect-errors: {argument}: no such file; what the error means: connect-errors explain access_denied\n"
    )


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that can be opened but not read")
def test_unreadable_file(run: Run) -> None:
    result = run("validate", "/proc/self/mem")
    assert (result.returncode, result.stderr) == (2, "connect-errors: /proc/self/mem: Input/output error\n")


def test_options_from_the_environment(invoke: Invoke) -> None:
    url = DOUBTFUL + "&state=abc"
    assert invoke("validate", url, CONNECT_ERRORS_VALIDATE_STATE="abc").exit_code == 0
    assert invoke("validate", url, CONNECT_ERRORS_VALIDATE_STATE="abd").exit_code == 1
    assert invoke("validate", url, CONNECT_ERRORS_VALIDATE_STRICT="1").exit_code == 1
    for registered, exit_code in (
        ("https://a.example/ https://b.example/", 1),
        ("https://a.example/ https://example.com/home", 0),
    ):
        assert invoke("validate", url, CONNECT_ERRORS_VALIDATE_REDIRECT_URI=registered).exit_code == exit_code
    assert json.loads(invoke("validate", url, CONNECT_ERRORS_VALIDATE_FORMAT="json").stdout)["version"] == 1


def test_output_files_are_written_atomically(tmp_path: Path, invoke: Invoke) -> None:
    result = invoke("validate", "--format=text", "--format=json=report.json", BAD, cwd=tmp_path)
    assert result.exit_code == 1
    assert result.stdout.startswith("✗ access_denied does not conform: 1 error\n")
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["errors"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]

    failed = invoke("validate", "--format=json=missing/report.json", BAD, cwd=tmp_path)
    assert failed.exit_code == 2
    assert failed.stderr == "connect-errors: missing/report.json: No such file or directory\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full does not exist")
def test_full_disk() -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "connect_errors", "validate", BAD + "&state=1"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (result.returncode, result.stderr) == (2, b"connect-errors: standard output: No space left on device\n")


def test_closed_pipe_ends_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "connect_errors", "validate", "--input-format", "urls"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stdin.write("".join(f"{BAD}&name{number}=1\n" for number in range(1000)).encode())
        process.stdin.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_ends_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "connect_errors", "validate", "--input-format", "urls"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - where the tests run without it
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(f"{BAD}\n".encode() * 1000)
        process.stdin.flush()
        process.stdout.read(1)  # it is running
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    "module", [["-m", "connect_errors"], ["-c", "from connect_errors.__main__ import main; main()"]]
)
def test_command_and_module_behave_alike(module: list[str]) -> None:
    result = subprocess.run([sys.executable, *module, "--help"], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("Usage: connect-errors [OPTIONS] COMMAND [ARGS]...\n")


def test_help_lists_the_exit_codes(invoke: Invoke) -> None:
    for code, meaning in EXIT_CODES.items():
        assert f"    {code:<3}  {meaning}\n" in invoke("validate", "--help").stdout


def test_imports_are_lazy() -> None:
    """No redirect needs `jsonschema`, the slowest import: the keywords of their schemas are all built in."""
    script = (
        "import sys; from connect_errors.cli import cli; "
        "cli(['validate', '--quiet', sys.argv[1]], standalone_mode=False); "
        "print(sorted({'rich', 'jsonschema', 'yaml', 'difflib'} & set(sys.modules)))"
    )
    for url in (GOOD, BAD, f"{GOOD}&code=1", INVALID):
        result = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True, check=True)
        assert result.stdout.splitlines()[-1] == "[]"


def test_no_pattern_is_compiled_on_import() -> None:
    script = (
        "import gc, connect_errors.captures.text, connect_errors.cli.validate, connect_errors.lazy_re as lazy_re; "
        "patterns = [one for one in gc.get_objects() if isinstance(one, lazy_re.LazyPattern)]; "
        "print(len(patterns) > 100, [one.pattern for one in patterns if 'compiled' in vars(one)])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "True []\n"


def test_without_a_locale(run: Run) -> None:
    environment = os.environ | {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    result = run("validate", GOOD, env=environment)
    assert result.stdout.startswith("+ access_denied conforms\n")
    url = "https://example.com/?error=vehicle_incompatible&error_description=The+user%E2%80%99s+vehicle+is+not+compatible."
    assert "The user\\u2019s vehicle is not compatible." in run("validate", url, env=environment).stdout


def test_argument_that_is_not_utf_8(run: Run) -> None:
    result = run("validate", "--format=json", b"https://example.com/?code=1&state=\xff")
    (redirect,) = json.loads(result.stdout)["redirects"]
    assert [finding["rule"] for finding in redirect["findings"]] == ["malformed-encoding"]
    shown = run("validate", "--show-values", "--format=json", b"https://example.com/?code=1&state=\xff")
    assert json.loads(shown.stdout)["redirects"][0]["url"] == "https://example.com/?code=1&state=%FF"


def test_file_names_are_escaped(tmp_path: Path, run: Run) -> None:
    name = "a\n\x1b[31m\u202eb.txt"
    (tmp_path / name).write_text(BAD)
    result = run("validate", name, "missing\n::error::x", cwd=tmp_path)
    assert result.stdout.startswith("✗ a\\n\\x1b[31m\\u202eb.txt:1:1 access_denied does not conform: 1 error\n")
    assert (
        result.stderr
        == "connect-errors: missing\\n::error::x: no such file, and not a URL or a query such as error=access_denied\n"
    )


def test_reading_a_terminal_prints_a_notice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(b"x"))
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    with open_input("-") as stream:
        assert stream.read() == b"x"
    assert capsys.readouterr().err == "connect-errors: reading standard input; end it with Ctrl-D\n"


def test_garbage_collection_is_enabled_after_imports() -> None:
    program = """
import gc
import connect_errors.cli
from connect_errors.__main__ import main
connect_errors.cli.cli = lambda prog_name: print(gc.isenabled())
main()
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "True\n"


def test_outcomes_are_sorted_by_frequency(invoke: Invoke) -> None:
    result = invoke("validate", "--format=json", stdin=f"{BAD}\nhttps://a.example/?code=1\nhttps://a.example/?code=2\n")
    outcomes = json.loads(result.stdout)["summary"]["outcomes"]
    assert list(outcomes) == ["authorization_code", "access_denied"]
