"""Redirects to test a handler with: each conforms, or breaks exactly the rule that it names."""

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import connect_errors
import pytest
from connect_errors import catalog, example, examples, handbook, invalid_examples, validate
from connect_errors.catalog import outcomes
from connect_errors.escapes import unescape
from connect_errors.paths import PAGES, SCHEMAS
from connect_errors.rules import RULES
from connect_errors.schema import Outcome
from connect_errors.site import clear_caches
from hypothesis import example as and_this
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Invoke, Run
from tests.helpers import properties

MANY = properties.examples(300)
SOME = properties.examples(100)
FEW = properties.examples(10)
OUTCOMES = st.sampled_from(list(outcomes().values()))
EACH_OUTCOME = pytest.mark.parametrize("outcome", outcomes().values(), ids=list(outcomes()))

CALLBACK = "https://example.com/callback"
OWN_QUERY = "https://example.com/callback?app_origin=https://myapp.com"

HOSTS = st.sampled_from(
    ["a.example", "localhost:8000", "127.0.0.1:1", "[::1]", "[2001:db8::1]:65535", "bücher.example", "me:pw@A.EXAMPLE:"]
)
PATHS = st.sampled_from(
    ["", "/", "/callback", "/callback/", "//", "/a//b/", "/%C3%A9", "/é", "/a&b=c", "/:@!$'()*,;[]"]
)
WEB = st.tuples(st.sampled_from(["https", "http", "HTTPS", "sc4a1b01e5-0497-417c-a30e-6df6ba33ba46"]), HOSTS, PATHS)
APP = st.tuples(st.sampled_from(["com.example.app", "myapp"]), st.just(""), st.sampled_from(["/callback", "/a/b/"]))
QUERY_TEXT = st.text(
    st.one_of(
        st.sampled_from("%&=+;/?ab0é車"),
        st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"], exclude_characters="#"),
    ),
    max_size=12,
)
QUERIES = st.one_of(
    st.sampled_from(
        [
            "",
            "?",
            "?&",
            "?app_origin=https://myapp.com",
            "?a=1&b=",
            "?name=J%C3%BCrgen&flag",
            "?x=%zz&y=%FF",
            "??",
            "?a=?",
        ]
    ),
    # No one registers a URL that looks escaped for HTML or a shell.
    QUERY_TEXT.map("?{}".format).filter(lambda query: not unescape(f"{query}&a=").media),
)
# A redirect URI may contain anything that is part of Connect's redirects.
NAMES = sorted({name for outcome in outcomes().values() for name in outcome.schema["properties"]})
VALUES = sorted({value for outcome in outcomes().values() for value in max(outcome.examples, key=len).values()})
CLASHING = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "1", *VALUES])), min_size=1, max_size=3).map(
    lambda pairs: "?" + "&".join(f"{name}={value.replace(' ', '+')}" for name, value in pairs)
)
BASES = st.one_of(WEB, APP).map(lambda parts: f"{parts[0]}://{parts[1]}{parts[2]}")
REDIRECT_URIS = st.tuples(BASES, st.one_of(QUERIES, CLASHING)).map("".join)
PLAIN_REDIRECT_URIS = st.tuples(BASES, QUERIES).map("".join)

ANY_STATE = st.text(
    st.one_of(st.sampled_from('+&=#%? "\\\n\0\x7f\x85\u2028\ud800\udcff'), st.characters(codec=None)), max_size=20
)
PLAIN_STATE = st.text(st.sampled_from("+&=#;?/ 'aF0~."), min_size=1, max_size=20)

OF_EVERY_OUTCOME = {
    "no-outcome",
    "unrecognized-parameter",
    "double-encoded",
    "duplicate-parameter",
    "malformed-encoding",
    "forbidden-character",
    "parameters-in-fragment",
}
OF_AN_ERROR = {
    "missing-parameter",
    "empty-parameter",
    "conflicting-outcome",
    "unknown-error",
    "undocumented-wording",
}
WITHOUT_EXAMPLE = {"not-a-url", "too-long", "unexpected-outcome", "connect-url", "escaped-copy", "placeholder-value"}


def kwargs(**options: str | None) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}


def values_of(url: str, name: str) -> list[str]:
    query = urlsplit(url).query
    return [value for key, value in parse_qsl(query, keep_blank_values=True, errors="replace") if key == name]


@MANY
@given(REDIRECT_URIS, st.none() | ANY_STATE, st.booleans())
def test_every_example_conforms(redirect_uri: str, state: str | None, optional: bool) -> None:
    if state is not None and any(unicodedata.category(character) in ("Cc", "Cs") for character in state):
        with pytest.raises(ValueError, match=r"^no redirect like this conforms: state has "):
            examples(redirect_uri=redirect_uri, state=state, optional=optional)
        return
    redirects = examples(redirect_uri=redirect_uri, state=state, optional=optional)
    assert [redirect.outcome for redirect in redirects] == list(outcomes())
    for redirect in redirects:
        outcome = outcomes()[redirect.outcome]
        report = validate(redirect.url, expect=redirect.outcome, **kwargs(redirect_uri=redirect_uri, state=state))
        assert report.conforms
        assert (redirect.kind, redirect.rule, redirect.parameter, redirect.what) == (outcome.kind, None, None, None)
        assert redirect.options == kwargs(redirect_uri=redirect_uri, state=state)
        assert redirect.url.startswith(redirect_uri)
        # Only the state can break a rule, which merely warns, and then does so for every example.
        assert {finding.parameter for finding in report.findings} <= {"state"}
        if state is not None:
            assert values_of(redirect.url, "state")[-1] == state
        carried = set(outcome.parameters if optional else outcome.required) | (
            {"state"} if state is not None else set()
        )
        assert {
            name for name, _ in parse_qsl(redirect.url[len(redirect_uri) :].lstrip("?&"), keep_blank_values=True)
        } == carried


@EACH_OUTCOME
def test_examples_without_options_have_no_findings(outcome: Outcome) -> None:
    for optional in (False, True):
        url = example(outcome.name, optional=optional)
        report = validate(url, expect=outcome.name)
        assert report.findings == ()
        assert report.parameters.keys() == set(outcome.parameters if optional else outcome.required)
        assert all(
            value in [*outcome.parameters[name].get("examples", ()), outcome.parameters[name].get("const")]
            for name, value in report.parameters.items()
        )


def test_example_urls() -> None:
    assert example("access_denied") == (
        "https://example.com/callback?error=access_denied&error_description=User%20denied%20access%20to%20application."
    )
    assert example("user_connection", redirect_uri="myapp:///callback?", state="a+b é/&", optional=True) == (
        "myapp:///callback?user_id=725146a3-69f4-46c8-965d-54b3b6f81eb7&state=a%2Bb%20%C3%A9%2F%26"
        "&virtual_key_url=https%3A%2F%2Fwww.tesla.com%2F_ak%2Fexample.com&external_id=customer-1024"
    )
    assert example("vehicle_reauthentication", redirect_uri=OWN_QUERY) == (
        "https://example.com/callback?app_origin=https://myapp.com&vehicle_id=sc4a1b01e5-0497-417c-a30e-6df6ba33ba46"
    )
    assert example("vehicle_reauthentication", redirect_uri="https://example.com?a&").startswith(
        "https://example.com?a&vehicle_id="
    )
    assert example("vehicle_reauthentication", redirect_uri="https://example.com??").startswith(
        "https://example.com??&vehicle_id="
    )
    # The first documented wording has a typographic apostrophe, which causes a warning.
    assert "The%20user%27s%20vehicle" in example("vehicle_incompatible")


def test_own_query_with_a_connect_parameter() -> None:
    redirect_uri = f"{CALLBACK}?state=mine&error=none"
    url = example("no_vehicles", redirect_uri=redirect_uri, state="mine")
    assert values_of(url, "state") == ["mine", "mine"]
    assert validate(url, redirect_uri=redirect_uri, state="mine", expect="no_vehicles").findings == ()
    assert {finding.rule for finding in validate(url).findings} == {"duplicate-parameter", "unknown-error"}


def test_examples_of_some_outcomes() -> None:
    redirects = examples("authorization_code", "access_denied", "authorization_code")
    assert [str(redirect) for redirect in redirects] == ["authorization_code", "access_denied"]
    assert {redirect.outcome for redirect in invalid_examples("access_denied", "authorization_code")} == {
        "access_denied",
        "authorization_code",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"redirect_uri": ""}, "the redirect URI is not an absolute URL: it does not start with a scheme"),
        ({"redirect_uri": "/callback"}, "the redirect URI is not an absolute URL: it does not start with a scheme"),
        ({"redirect_uri": "https://a b/"}, "the redirect URI is not an absolute URL: it has a space"),
        ({"redirect_uri": "https:///"}, "the redirect URI is not an absolute URL: it has no host"),
        ({"redirect_uri": f"{CALLBACK}#"}, "a redirect URI cannot have a fragment (RFC 6749 §3.1.2)"),
        ({"redirect_uri": f"{CALLBACK}?a=b c"}, "the redirect URI has a space, a control character or one that"),
        ({"redirect_uri": f"{CALLBACK}?a=\n"}, "the redirect URI has a space, a control character or one that"),
        ({"redirect_uri": f"{CALLBACK}?a=\udcff"}, "the redirect URI has a space, a control character or one that"),
        (
            {"redirect_uri": f"{CALLBACK}/%zz"},
            "no redirect like this conforms: the address has a percent sign not followed",
        ),
        (
            {"redirect_uri": f"{CALLBACK}/%FF"},
            "no redirect like this conforms: the address has bytes that are not UTF-8",
        ),
        ({"state": "a\nb"}, "no redirect like this conforms: state has a control character"),
        ({"state": "\ud800"}, "no redirect like this conforms: state has bytes that are not UTF-8"),
        ({"state": 65_536 * "0"}, "no redirect like this conforms: the URL is longer than 64 KiB"),
    ],
)
def test_examples_that_cannot_conform_are_rejected(options: dict[str, str], message: str, invoke: Invoke) -> None:
    for make in (examples, invalid_examples):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
            make("access_denied", redirect_uri=options.get("redirect_uri"), state=options.get("state"))
    arguments = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
    result = invoke("example", "--all", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: {message}" in result.stderr


def test_the_longest_url() -> None:
    room = 64 * 1024 - len(example("server_error", state="0").encode()) + 1
    assert len(example("server_error", state=room * "0").encode()) == 64 * 1024
    with pytest.raises(ValueError, match="longer than 64 KiB"):
        example("server_error", state=(room + 1) * "0")


def test_unknown_outcomes_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"^there is no outcome called acces_denied; did you mean access_denied\?$"):
        example("acces_denied")
    with pytest.raises(ValueError, match="did you mean authorization_code"):
        invalid_examples("access_denied", "autorization_code")


@SOME
@given(OUTCOMES, REDIRECT_URIS, st.none() | PLAIN_STATE, st.booleans())
@and_this(outcomes()["authorization_code"], "com.example.app:///callback?code=It+has+ended.", None, False)  # noqa: FBT003
def test_every_invalid_example_breaks_only_its_rule(
    outcome: Outcome, redirect_uri: str, state: str | None, optional: bool
) -> None:
    redirects = invalid_examples(outcome.name, redirect_uri=redirect_uri, state=state, optional=optional)
    for redirect in redirects:
        report = validate(redirect.url, **kwargs(redirect_uri=redirect_uri, state=state))
        assert [(finding.rule, finding.parameter) for finding in report.findings] == [
            (redirect.rule, redirect.parameter)
        ]
        assert (redirect.outcome, redirect.kind) == (outcome.name, outcome.kind)
        assert redirect.options == kwargs(redirect_uri=redirect_uri, state=state)
    assert (
        len({redirect.url for redirect in redirects})
        == len({str(redirect) for redirect in redirects})
        == len(redirects)
    )


@EACH_OUTCOME
@pytest.mark.parametrize("optional", [False, True])
@FEW
@given(PLAIN_REDIRECT_URIS, st.none() | PLAIN_STATE)
def test_every_rule_that_can_be_broken_is_broken(
    outcome: Outcome, optional: bool, redirect_uri: str, state: str | None
) -> None:
    redirects = invalid_examples(outcome.name, redirect_uri=redirect_uri, state=state, optional=optional)
    rules = {redirect.rule for redirect in redirects}
    assert rules >= OF_EVERY_OUTCOME | {"redirect-uri-mismatch"}
    assert rules >= OF_AN_ERROR or outcome.kind == "success"
    assert ("state-mismatch" in rules) == (state is not None)
    assert ("invalid-value" in rules) == any("pattern" in schema for schema in outcome.parameters.values())
    assert "outside-oauth-charset" in rules or state is not None
    missing = {redirect.parameter for redirect in redirects if redirect.rule == "missing-parameter"}
    assert missing == set(outcome.required) - {outcome.discriminator}


@pytest.mark.parametrize("optional", [False, True])
def test_rules_without_options(optional: bool) -> None:
    redirects = invalid_examples(optional=optional)
    for redirect in redirects:
        assert [(finding.rule, finding.parameter) for finding in validate(redirect.url).findings] == [
            (redirect.rule, redirect.parameter)
        ]
        assert redirect.options == {}
    assert RULES.keys() - {redirect.rule for redirect in redirects} == WITHOUT_EXAMPLE | {
        "state-mismatch",
        "redirect-uri-mismatch",
    }
    for name, outcome in outcomes().items():
        broken = {
            redirect.parameter for redirect in redirects if (redirect.outcome, redirect.rule) == (name, "invalid-value")
        }
        assert broken == {key for key, schema in outcome.parameters.items() if "pattern" in schema}


def test_only_three_rules_have_no_example() -> None:
    redirects = invalid_examples(redirect_uri=OWN_QUERY, state="8c5f31")
    assert RULES.keys() - {redirect.rule for redirect in redirects} == WITHOUT_EXAMPLE


def test_other_addresses() -> None:
    def addresses(redirect_uri: str) -> list[str]:
        redirects = invalid_examples("user_connection", redirect_uri=redirect_uri)
        return [
            redirect.url.partition("user_id=")[0] for redirect in redirects if redirect.rule == "redirect-uri-mismatch"
        ]

    assert addresses("https://a.example/cb") == ["https://a.example/cb/?"]
    assert addresses("https://a.example/cb/?") == ["https://a.example/cb?"]
    assert addresses("https://a.example") == ["https://a.example/callback?"]
    assert addresses("http://[::1]:8000/?a=b") == ["http://[::1]:8000/callback?a=b&", "http://[::1]:8000/?"]
    assert addresses("myapp:///cb?a") == ["myapp:///cb/?a&", "myapp:///cb?"]


def test_all_invalid_examples_of_an_outcome() -> None:
    redirects = invalid_examples("server_error", redirect_uri=OWN_QUERY, state="8c5f31")
    assert [str(redirect) for redirect in redirects] == [
        "server_error: error is missing (no-outcome)",
        "server_error: error has no value (no-outcome)",
        "server_error: error_description is missing (missing-parameter)",
        "server_error: error_description has no value (empty-parameter)",
        "server_error: status_code lost its last character (invalid-value)",
        "server_error: status_code is only a hyphen (invalid-value)",
        "server_error: the error code has hyphens (unknown-error)",
        "server_error: the error code is in capitals (unknown-error)",
        "server_error: error_description is worded differently (undocumented-wording)",
        "server_error: error_message is encoded twice (double-encoded)",
        "server_error: external_id is encoded twice (double-encoded)",
        "server_error: code, which belongs to a success, is also present (conflicting-outcome)",
        "server_error: vehicle_id, which belongs to a success, is also present (conflicting-outcome)",
        "server_error: new_parameter, which no schema has, is also present (unrecognized-parameter)",
        "server_error: a different state came back (state-mismatch)",
        "server_error: no state came back (state-mismatch)",
        "server_error: error appears twice (duplicate-parameter)",
        "server_error: error has a broken percent escape (malformed-encoding)",
        "server_error: error has a byte that is not UTF-8 (malformed-encoding)",
        "server_error: error has a line break (forbidden-character)",
        "server_error: error_description appears twice (duplicate-parameter)",
        "server_error: error_description has a broken percent escape (malformed-encoding)",
        "server_error: error_description has a byte that is not UTF-8 (malformed-encoding)",
        "server_error: error_description has a line break (forbidden-character)",
        "server_error: state appears twice (duplicate-parameter)",
        "server_error: state has a broken percent escape (malformed-encoding)",
        "server_error: state has a byte that is not UTF-8 (malformed-encoding)",
        "server_error: state has a line break (forbidden-character)",
        "server_error: the parameters are in the fragment (parameters-in-fragment)",
        "server_error: the path is different (redirect-uri-mismatch)",
        "server_error: the redirect URI's own query is missing (redirect-uri-mismatch)",
    ]


def test_duplicate_urls_are_dropped() -> None:
    bare = [str(redirect) for redirect in invalid_examples() if redirect.url == CALLBACK]
    assert bare == ["authorization_code: code is missing (no-outcome)"]
    assert CALLBACK in {redirect.url for redirect in invalid_examples("user_connection")}


@pytest.mark.parametrize("state", ["é", "%41", 'a"\u2028'])
def test_states_that_break_a_rule_themselves_are_rejected(state: str) -> None:
    assert validate(example("no_vehicles", state=state), state=state).conforms
    with pytest.raises(ValueError, match=r"^no redirect like this breaks only one rule: state "):
        invalid_examples("no_vehicles", state=state)


def test_a_new_schema_yields_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    schema = json.loads((SCHEMAS / "errors/access_denied.json").read_text(encoding="utf-8"))
    schema["title"] = schema["properties"]["error"]["const"] = "new"
    schema["properties"]["error_description"]["examples"] = ["Encoded %41 twice.", "Plain."]
    schema["properties"]["color"] = {
        "type": "string",
        "pattern": "^[a-z]+$",
        "description": "A color.",
        "examples": ["red"],
    }
    schema["required"] = ["error", "error_description", "color"]
    schema["examples"] = [{"error": "new", "error_description": "Encoded %41 twice.", "color": "red", "state": "1"}]
    (tmp_path / "schemas/errors/new.json").write_text(json.dumps(schema))
    shutil.copytree(PAGES, tmp_path / "pages")
    page = (PAGES / "access_denied.md").read_text(encoding="utf-8")
    (tmp_path / "pages/new.md").write_text(page.replace('"title": "access_denied"', '"title": "new"'))
    monkeypatch.setattr(catalog, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(handbook, "PAGES", tmp_path / "pages")
    clear_caches()
    try:
        assert "new" in [redirect.outcome for redirect in examples()]
        assert example("new") == f"{CALLBACK}?error=new&error_description=Plain.&color=red"
        invalid = [(redirect.rule, redirect.parameter, redirect.what) for redirect in invalid_examples("new")]
        assert ("missing-parameter", "color", "color is missing") in invalid
        assert ("empty-parameter", "color", "color has no value") in invalid
        assert ("invalid-value", "color", "color is only a hyphen") in invalid
        assert ("unknown-error", "error", "the error code is in capitals") in invalid
        assert ("double-encoded", "error_description", "error_description is encoded twice") not in invalid
    finally:
        monkeypatch.undo()
        clear_caches()


@pytest.mark.parametrize("redirect", invalid_examples("vehicle_incompatible", state="8c5f31"), ids=str)
def test_examples_as_test_parameters(redirect: connect_errors.Example, request: pytest.FixtureRequest) -> None:
    assert (
        request.node.name
        == f"test_examples_as_test_parameters[vehicle_incompatible: {redirect.what} ({redirect.rule})]"
    )
    assert not validate(redirect.url, **redirect.options).conforms or RULES[str(redirect.rule)].severity == "warning"


def test_examples_are_imported_lazily() -> None:
    script = (
        "import sys, connect_errors; assert not any(name.endswith('_redirects') for name in sys.modules);"
        "connect_errors.example('no_vehicles'); connect_errors.examples(); connect_errors.invalid_examples();"
        "connect_errors.Example;"
        "from connect_errors import *; print(len(examples()), len(connect_errors.examples()))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("11 11\n", "")
    with pytest.raises(AttributeError, match=r"^module 'connect_errors' has no attribute 'exmaple'$"):
        connect_errors.exmaple  # type: ignore[attr-defined] # so it should be  # noqa: B018 - it raises


def test_command_and_library_make_the_same_examples(invoke: Invoke) -> None:
    result = invoke("example", "access_denied", "user_connection")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{example('access_denied')}\n{example('user_connection')}\n"
    options = ["--redirect-uri", OWN_QUERY, "--state", "a+b", "--optional"]
    redirects = examples(redirect_uri=OWN_QUERY, state="a+b", optional=True)
    assert invoke("example", "--all", *options).stdout.splitlines() == [redirect.url for redirect in redirects]
    redirects = invalid_examples("access_denied", redirect_uri=OWN_QUERY, state="a+b", optional=True)
    result = invoke("example", "access_denied", "--invalid", *options)
    assert result.stdout.splitlines() == [redirect.url for redirect in redirects]


def test_json(invoke: Invoke) -> None:
    data = json.loads(invoke("example", "access_denied", "--state", "é", "--format", "json").stdout)
    assert data == {
        "version": 1,
        "examples": [
            {
                "outcome": "access_denied",
                "kind": "error",
                "url": f"{example('access_denied')}&state=%C3%A9",
                "options": {"state": "é"},
                "rule": None,
                "parameter": None,
                "what": None,
            }
        ],
    }
    data = json.loads(invoke("example", "--all", "--invalid", "--redirect-uri", OWN_QUERY, "--format", "json").stdout)
    for redirect in data["examples"]:
        (finding,) = validate(redirect["url"], **redirect["options"]).findings
        assert (finding.rule, finding.parameter) == (redirect["rule"], redirect["parameter"])
        assert redirect.keys() == {"outcome", "kind", "url", "options", "rule", "parameter", "what"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Error: name one or more outcomes, or use --all for every one.\n"),
        (["--invalid"], "Error: name one or more outcomes, or use --all for every one.\n"),
        (["access_denied", "--all"], "Error: name outcomes or use --all, not both.\n"),
        (["acces_denied"], "Error: there is no outcome called acces_denied; did you mean access_denied?\n"),
        (["no_vehicles", "vehicle_reauth"], "called vehicle_reauth; did you mean vehicle_reauthentication?\n"),
        (["\x1b[31m"], "Error: there is no outcome called ***; the outcomes are access_denied, "),
        (
            ["--all", "--invalid", "--state", "é"],
            "Error: no redirect like this breaks only one rule: state has a character",
        ),
        (["--all", "--format", "yaml"], "'yaml' is not one of 'text', 'json'."),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, invoke: Invoke) -> None:
    result = invoke("example", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_arguments_that_are_not_utf_8(run: Run) -> None:
    for option in (b"--state=\xff", b"--redirect-uri=https://a.example/?a=\xff"):
        result = run("example", "--all", option)
        assert (result.returncode, result.stdout) == (2, "")
        assert "Error: " in result.stderr
    assert "did you mean" not in run("example", b"\xff").stderr


def test_every_option_from_the_environment(invoke: Invoke) -> None:
    names = {
        "ALL": "1",
        "REDIRECT_URI": OWN_QUERY,
        "STATE": "8c5f31",
        "OPTIONAL": "1",
        "INVALID": "1",
        "FORMAT": "json",
    }
    result = invoke("example", **{f"CONNECT_ERRORS_EXAMPLE_{name}": value for name, value in names.items()})
    redirects = invalid_examples(redirect_uri=OWN_QUERY, state="8c5f31", optional=True)
    assert [redirect["url"] for redirect in json.loads(result.stdout)["examples"]] == [
        redirect.url for redirect in redirects
    ]


@pytest.mark.parametrize("redirect_uri", [CALLBACK, OWN_QUERY, "sc4a1b01e5-0497:///callback", "https://[::1]:443?é=車"])
def test_output_can_be_piped_into_validate(redirect_uri: str, invoke: Invoke) -> None:
    options = ["--redirect-uri", redirect_uri, "--state", "8c5f31"]
    printed = invoke("example", "--all", *options).stdout
    result = invoke("validate", "--strict", *options, "-", stdin=printed)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("\n11 redirects, 11 conforming\n")
    printed = invoke("example", "--all", "--invalid", *options).stdout
    result = invoke("validate", "--strict", "--format", "json", *options, "-", stdin=printed)
    assert (result.exit_code, result.stderr) == (1, "")
    redirects = json.loads(result.stdout)["redirects"]
    rules = [[finding["rule"] for finding in redirect["findings"]] for redirect in redirects]
    assert rules == [[example.rule] for example in invalid_examples(redirect_uri=redirect_uri, state="8c5f31")]


def test_output_without_options_can_be_piped_into_validate(invoke: Invoke) -> None:
    assert invoke("validate", "--strict", "-", stdin=invoke("example", "--all").stdout).exit_code == 0
    result = invoke("validate", "--format", "json", stdin=invoke("example", "--all", "--invalid").stdout)
    assert result.exit_code == 1
    assert {len(redirect["findings"]) for redirect in json.loads(result.stdout)["redirects"]} == {1}


@pytest.fixture
def received() -> Iterator[tuple[int, list[str]]]:
    """A server on the loopback interface: its port, and the request targets it received."""
    targets: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            targets.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port, targets
        server.shutdown()
        thread.join()


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("xargs"), reason="curl or xargs is not installed")
@pytest.mark.parametrize("options", [[], ["--invalid"]])
def test_curl_sends_every_url_unchanged(options: list[str], received: tuple[int, list[str]], run: Run) -> None:
    port, targets = received
    printed = run("example", "--all", "--redirect-uri", f"http://127.0.0.1:{port}/cb?a=[1-3]", *options).stdout
    subprocess.run(["xargs", "curl", "-s", "-g", "--noproxy", "*"], input=printed, text=True, check=True)
    assert targets == [line.partition("#")[0].partition(str(port))[2] for line in printed.splitlines()]
