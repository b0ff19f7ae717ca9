"""A secret anywhere in the input, encoded or not, is in no output, neither raw nor decoded."""

import ast
import json
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote, unquote

import connect_errors
import pytest
from connect_errors import validate
from connect_errors.cli.exit_codes import ExitCode
from connect_errors.formats import FORMATS

from tests.conftest import Invoke
from tests.helpers.tables import check_each

SECRETS = {
    "short": "hunter2secret",
    "UUID": "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad",
    "VIN": "1FTFW1ET5DFC10312",
    "letters": "qxZkVbNmLpOiUyTr",
}
DENIED = "error=access_denied&error_description=User%20denied%20access%20to%20application."
FAILED = "error=server_error&error_description=Unexpected%20server%20error.%20Please%20try%20again.&status_code=500"

ANYWHERE = [
    # in a name
    f"https://example.com/cb?{DENIED}&SECRET",
    f"https://example.com/cb?{DENIED}&SECRET=1",
    f"https://example.com/cb?{DENIED}&code:SECRET",
    f"https://example.com/cb?{DENIED}&state/SECRET",
    f"https://example.com/cb?{DENIED}&VIN+SECRET",
    f"https://example.com/cb?{DENIED}&amp;SECRET",
    'https://example.com/cb?{"code":"SECRET","vin":"SECRET"}',
    "https://example.com/cb?code%3DSECRET",
    # in a value
    "https://example.com/cb?code=SECRET&state=SECRET",
    f"https://example.com/cb?{DENIED}&lang=SECRET",
    f"https://example.com/cb?{DENIED};access_token=SECRET",
    f"https://example.com/cb?{FAILED}&error_message=code+=+SECRET;+state:+SECRET;+%7B%22code%22:%22SECRET%22%7D",
    f"https://example.com/cb?{FAILED}&error_message=x;authorization_code=SECRET",
    f"https://example.com/cb?{FAILED}&error_message=my_state=SECRET+or+sessionId:'SECRET'",
    f"https://example.com/cb?{FAILED}&error_message=;c%6Fde=+SECRET",
    f"https://example.com/cb?{FAILED}&error_message=Authorization:+Bearer+SECRET",
    f"https://example.com/cb?{FAILED}&error_message=Bearer+SECRET",
    f"https://example.com/cb?{FAILED}&error_message=Cannot+reach+https://admin:SECRET@intranet/x",
    f"https://example.com/cb?{FAILED}&error_message=SECRET@example.com+is+unknown",
    f"https://example.com/cb?{FAILED}&error_message=user%255Fid%253DSECRET",
    f"https://example.com/cb?{FAILED}&error_message=%5Cu0063ode%5Cu003dSECRET",
    f"https://example.com/cb?{FAILED}&error_message=code%26%2361;SECRET",
    # in the path, the fragment and the authority
    f"https://example.com/SECRET/cb?{DENIED}",
    f"https://example.com/cb;jsessionid=SECRET?{DENIED}",
    f"https://example.com/cb;SECRET?{DENIED}",
    "https://example.com/callbackcode=SECRET&state=SECRET",
    f"https://example.com/callback&access_token=SECRET&{DENIED}",
    f"https://proxy.example/https://admin:SECRET@intranet.example/cb?{DENIED}",
    f"https://example.com/cb?{DENIED}#SECRET",
    f"https://example.com/cb?{DENIED}#/SECRET",
    f"https://example.com/cb?{DENIED}#/session/access_token%3DSECRET?x=1",
    f"https://example.com/cb?{DENIED}#/x/SECRET?SECRET",
    f"https://user:SECRET@example.com/cb?{DENIED}",
    f"https://user:SEC/RET@example.com/cb?{DENIED}",
    f"https://user:SECRET\\@example.com/cb?{DENIED}",
    f"https://user:SECRET/cb?{DENIED}",
    f"https://example.com&code=SECRET?{DENIED}",
    f"myapp://code%3DSECRET/?{DENIED}",
    f"scSECRET://cb?{DENIED}",
    f"myapp://SECRET/cb?{DENIED}".replace("SECRET", "user:SECRET@host"),
    f"/SECRET/cb?{DENIED}&SECRET",
]
"""Redirects; `SECRET` marks the place."""

NOT_URLS = [
    '{"code":"SECRET","state":"SECRET"}',
    f"2026-11-24,SECRET,https://example.com/callback?{DENIED}",
    "code:SECRET",
    "SECRET",
    "Authorization:BearerSECRET",
    "Authorization: Bearer SECRET",
    f"[SECRET](https://example.com/cb?{DENIED})",
    f"SECRET|https://example.com/cb?{DENIED}",
    "mailto:SECRET",
    "myapp:cb/SECRET",
    "example.com/callback?code=SECRET",
    "?SECRET",
    "//SECRET/cb?code=SECRET",
]
"""Lines of a list that are not URLs."""


def encoded(levels: int) -> Callable[[str], str]:
    def encode(secret: str) -> str:
        for _ in range(levels):
            secret = (
                "".join(
                    f"%{ord(character):02X}" if not character.isalnum() or index % 3 == 0 else character
                    for index, character in enumerate(secret)
                )
                if "%" not in secret
                else quote(secret)
            )
        return secret

    return encode


ENCODINGS = [encoded(levels) for levels in range(4)]


def each_level(output: str) -> Iterator[str]:
    for _ in range(6):
        yield output
        yield output.replace("\\u00", "%").replace("&#x", "%")
        output = unquote(output)


def assert_hidden(secret: str, *outputs: str) -> None:
    for output in outputs:
        for plain in each_level(output):
            assert secret.casefold() not in plain.casefold()


@pytest.mark.parametrize("text", [*ANYWHERE, *NOT_URLS])
def test_reports_mask_secrets(text: str) -> None:
    for secret, encode in product(SECRETS.values(), ENCODINGS):
        raw = text.replace("SECRET", encode(secret)).replace("SEC/RET", f"x/{secret}")
        report = validate(raw, redirect_uri="https://example.com/cb", state="x")
        shown = report.redacted()
        findings = [f"{finding.message} {finding.parameter}" for finding in shown.findings]
        assert_hidden(secret, repr(report), shown.url, repr(shown.parameters), *findings)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("secret", SECRETS)
def test_formats_mask_secrets(
    name: str, secret: str, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").touch()
    lines = "\n".join([*ANYWHERE, *NOT_URLS]).replace("SECRET", SECRETS[secret])
    for options in ([], ["--input-format", "urls"], ["--redirect-uri", "https://example.com/cb"]):
        result = invoke("validate", "--format", name, *options, stdin=lines)
        assert_hidden(SECRETS[secret], result.output, (tmp_path / "summary.md").read_text(encoding="utf-8"))
        assert result.exit_code == 1


@pytest.mark.parametrize("name", FORMATS)
def test_file_names_are_masked(name: str, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for secret in SECRETS.values():
        for file in (f"cb?code={secret}&state={secret}", f"cb&{secret}", f"x;code={secret}", f"user:{secret}@host"):
            Path(file).write_text(
                f"https://example.com/cb?{DENIED.replace('access_denied', 'acces_denied')}\n", encoding="utf-8"
            )
            assert_hidden(secret, invoke("validate", "--format", name, file).output)
            assert_hidden(secret, invoke("validate", "--format", name, f"{file}?").output)
            assert_hidden(secret, invoke("drift", "--format", "json", file).output)


USAGE = [
    ["validate", "example.com/callback?code=SECRET"],
    ["validate", "/callback?code=SECRET"],
    ["explain", "/callback?code=SECRET"],
    ["explain", "code=SECRET"],
    ["schema", "/callback?code=SECRET"],
    ["list", "/callback?code=SECRET"],
    ["list", "https://example.com/cb?error_description=User denied&code=SECRET"],
    ["example", "code=SECRET"],
    ["example", "access_denied", "--redirect-uri", "code=SECRET"],
    ["validate", "--input-format", "/cb?code=SECRET"],
    ["validate", "--format", "/cb?code=SECRET"],
    ["validate", "--color", "x&SECRET"],
    ["validate", "--expect", "SECRET"],
    ["validate", "--redirect-uri", "SECRET", "https://example.com/"],
    ["validate", "--redirect-uri", "https://a.example/SECRET", f"https://example.com/?{DENIED}"],
    ["validate", "--redirect-uri", "scSECRET://a.example/", f"https://example.com/?{DENIED}"],
    ["validate", "--redirect-uri", "https://example.com/?SECRET", f"https://example.com/?{DENIED}"],
    ["validate", "--SECRET"],
    ["validate", "--quiet=SECRET"],
    ["/callback?code=SECRET"],
    ["https://example.com/?code=SECRET"],
    ["code=SECRET"],
    ["drift", "https://example.com/?code=SECRET"],
    ["drift", "--format", "json=x/cb?code=SECRET", "-"],
]


@pytest.mark.parametrize("secret", SECRETS)
def test_usage_errors_mask_secrets(secret: str, invoke: Invoke) -> None:
    def check(arguments: list[str]) -> None:
        result = invoke(*(argument.replace("SECRET", SECRETS[secret]) for argument in arguments))
        assert result.exit_code != ExitCode.INTERNAL_ERROR  # some are read as what they lack
        assert_hidden(SECRETS[secret], result.output)

    check_each(USAGE, check, " ".join)


@pytest.mark.parametrize("variable", ["COLOR", "FORMAT", "INPUT_FORMAT", "EXPECT", "REDIRECT_URI", "STRICT"])
def test_errors_about_environment_variables_mask_secrets(variable: str, invoke: Invoke) -> None:
    for secret in SECRETS.values():
        result = invoke("validate", "https://x.example/", **{f"CONNECT_ERRORS_VALIDATE_{variable}": f"x?code={secret}"})
        assert result.exit_code in (1, 2)
        assert_hidden(secret, result.output)


def test_harmless_values_are_shown() -> None:
    url = (
        f"https://example.com:8443/oauth2/v1/smart-car_callback/index.html?{FAILED}&error_message=No+luck&utm_source=x"
    )
    assert validate(url).redacted().url == url.replace("utm_source=x", "utm_source=***")


MAKERS = {"shown.py", "redaction.py", "copying.py", "escaping.py"}
"""The modules that derive printable text from other text."""
SHORTENERS = {"cli/console.py", "cli/__init__.py"}
"""Modules that shorten a message, or pass on one that may be shown."""
LITERALS = {"Shown": slice(1), "say": slice(1), "join": slice(1), "counted": slice(1, None)}
"""Functions that make a `Shown`, and the arguments that must be literals."""


def test_shown_is_made_only_from_literals() -> None:
    """mypy ensures that only `Shown` is printed; this test, that a `Shown` is a literal or comes from `redaction`."""
    package = Path(connect_errors.__file__).parent
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name in MAKERS | SHORTENERS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [statement for statement in ast.walk(tree) if isinstance(statement, ast.ImportFrom)]
        makers = {
            alias.name
            for statement in imports
            if statement.module == "connect_errors.shown"
            for alias in statement.names
        } & LITERALS.keys()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
                literals = node.args[LITERALS[node.func.id]]
                assert literals, f"{name}:{node.lineno}: {ast.unparse(node)}"
                for argument in literals:
                    assert isinstance(argument, ast.Constant), f"{name}:{node.lineno}: {ast.unparse(node)}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "cast":
                assert "Shown" not in ast.unparse(node), f"{name}:{node.lineno}"


def test_json_report_has_no_secret(invoke: Invoke) -> None:
    result = invoke("validate", "--format", "json", ANYWHERE[0].replace("SECRET", SECRETS["short"]))
    assert json.loads(result.stdout)["redirects"][0]["url"] == f"https://example.com/cb?{DENIED}&***"
