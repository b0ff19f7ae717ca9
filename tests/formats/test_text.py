"""Text for people, literally: marks, wrapping, colors, the table."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import Invoke

DENIED = "https://example.com/home?error=access_denied&error_description=User+denied+access+to+application&state=1"


def lines(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_a_conforming_error_shows_its_parameters_and_the_next_step(invoke: Invoke) -> None:
    assert invoke("validate", DENIED).stdout == lines("""
        ✓ access_denied conforms

            error              access_denied
            error_description  User denied access to application
            state              ***

          The vehicle owner chose not to grant the permissions that your application asked for.

          Next step: Say what each permission is for, then offer Connect again.
          Who acts:  the vehicle owner
          Retry:     ask the vehicle owner again
          More:      https://connect-errors.github.io/errors/access_denied/
        """)


def test_a_long_name_does_not_indent_all_values(invoke: Invoke) -> None:
    name = "a_name_that_is_longer_than_all_the_others"
    shown = invoke("validate", DENIED.replace("&state", f"&{name}=2&state")).stdout.splitlines()
    assert "    error                     access_denied" in shown
    assert f"    {name}  ***" in shown
    assert "    state                     ***" in shown


def test_a_success_shows_its_parameters(invoke: Invoke) -> None:
    assert invoke("validate", "https://example.com/home?code=1&state=2").stdout == lines("""
        ✓ authorization_code conforms

            code   ***
            state  ***

          Access was granted: the code must be exchanged for tokens within ten minutes.
        """)


def test_a_finding_marks_its_place_with_message_and_advice(invoke: Invoke) -> None:
    assert invoke("validate", "https://example.com/home?error=access_denied&state=1&lang=en").stdout == lines("""
        ✗ access_denied does not conform: 1 error, 1 warning

          │ https://example.com/home
          │ ?error=access_denied
          │  ^^^^^^^^^^^^^^^^^^^
            error: access_denied requires error_description [missing-parameter]
            help: Connect always sends it: correct the recording or the mock, or find out what drops it on the way.
          │ &state=***
          │ &lang=***
          │  ^^^^^^^^
            warning: lang is not a Connect parameter [unrecognized-parameter]
            help: Ignore parameters that you do not know (RFC 6749 §4.1.2); if one is yours, add it to --redirect-uri.
        """)


def test_strict_marks_warnings_as_failures(invoke: Invoke) -> None:
    url = "https://example.com/home?code=1&lang=en"
    assert invoke("validate", url).stdout.startswith("✓ authorization_code conforms: 1 warning\n")
    assert invoke("validate", "--strict", url).stdout.startswith(
        "✗ authorization_code conforms: 1 warning, which fails with --strict\n"
    )
    assert invoke("validate", "--strict", "-q", url).stdout.endswith(
        "\n1 redirect, 1 conforming, 1 warning, which fails with --strict\n"
    )
    assert invoke("validate", "--strict", "-q", url, url).stdout.endswith(
        "\n2 redirects, 2 conforming, 2 warnings, which fail with --strict\n"
    )


def test_no_address_line_for_parameters_alone(invoke: Invoke) -> None:
    assert invoke("validate", "error=access_denied").stdout == lines("""
        ✗ access_denied does not conform: 1 error

          │ ?error=access_denied
          │  ^^^^^^^^^^^^^^^^^^^
            error: access_denied requires error_description [missing-parameter]
            help: Connect always sends it: correct the recording or the mock, or find out what drops it on the way.
        """)


def test_a_narrow_terminal_wraps_the_url_its_marks_and_the_words(invoke: Invoke) -> None:
    url = "https://example.com/home?error=access_denied&error_description=User+%22denied%22+access"
    assert invoke("validate", url, COLUMNS="40").stdout == lines("""
        ✓ access_denied conforms: 2 warnings

          │ https://example.com/home
          │ ?error=access_denied
          │ &error_description=User+%22denied%22
          │                    ^^^^^^^^^^^^^^^^^
          │                         ^^^
            warning: error_description has a
            character outside RFC 6749's
            character set: U+0022
            [outside-oauth-charset]
            help: Treat the text as UTF-8, and
            never compare it.
          │ +access
          │ ^^^^^^^
            warning: no page documents this
            error_description
            [undocumented-wording]
            help: Branch on error alone: the
            text of error_description may change
            at any time.

            error              access_denied
            error_description  User "denied"
                               access

          The vehicle owner chose not to grant
          the permissions that your application
          asked for.

          Next step: Say what each permission is
                     for, then offer Connect
                     again.
          Who acts:  the vehicle owner
          Retry:     ask the vehicle owner again
          More:
                     https://connect-errors.github.io/errors/access_denied/
        """)


MANY = "\n".join(
    [DENIED] * 3
    + ["https://example.com/home?code=1"]
    + ["https://example.com/home?error=denied&error_description=x", "https://example.com/home"]
)


def test_many_redirects_end_with_a_table(invoke: Invoke) -> None:
    result = invoke("validate", "-q", stdin=MANY)
    assert result.stdout == lines("""
        outcome             redirects  conforming  █ conforming ░ not
        access_denied               3           3  ████████████████████████
        authorization_code          1           1  ████████
        unknown error               1           0  ░░░░░░░░
        no outcome                  1           0  ░░░░░░░░

        6 redirects, 4 conforming, 2 errors
        """)


def test_the_table_in_color(invoke: Invoke) -> None:
    assert invoke("validate", "-q", "--color=always", stdin=f"{DENIED}\nhttps://example.com/home").stdout == lines("""
        \x1b[1moutcome        redirects  conforming  █ conforming ░ not\x1b[0m
        access_denied          1           1  \x1b[32m████████████████████████\x1b[0m
        no outcome             1           0  \x1b[31m░░░░░░░░░░░░░░░░░░░░░░░░\x1b[0m

        2 redirects, 1 conforming, 1 error
        """)


def test_bars_show_how_many_of_an_outcome_conform(invoke: Invoke) -> None:
    parts = {"access_denied": (990, 10), "no_vehicles": (1, 399), "vehicle_incompatible": (5, 5)}
    stdin = "\n".join(
        url
        for code, (conforming, others) in parts.items()
        for url in [f"/cb?error={code}&error_description=x"] * conforming + [f"/cb?error={code}"] * others
    )
    assert invoke("validate", "-q", "--input-format=urls", stdin=stdin).stdout == lines("""
        outcome               redirects  conforming  █ conforming ░ not
        access_denied             1,000         990  ███████████████████████░
        no_vehicles                 400           1  ░░░░░░░░░░
        vehicle_incompatible         10           5  ░

        1,410 redirects, 996 conforming, 414 errors, 996 warnings
        """)


def test_bars_in_ascii(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connect_errors.formats.typesetting._can_encode", lambda *_: False)
    assert invoke("validate", "-q", stdin=f"{DENIED}\n{DENIED}\n{OTHER}\n").stdout == lines("""
        outcome        redirects  conforming  # conforming . not
        access_denied          3           2  ################........

        3 redirects, 2 conforming, 1 error
        """)


def test_the_table_needs_no_large_import() -> None:
    program = "import sys; from connect_errors.cli import cli; cli(standalone_mode=False); print('rich' in sys.modules)"
    command = [sys.executable, "-c", program, "validate", "-q"]
    assert subprocess.check_output(command, input=MANY, text=True).endswith(" errors\nFalse\n")


def test_a_narrow_table_has_no_bars(invoke: Invoke) -> None:
    result = invoke("validate", "-q", stdin=MANY, COLUMNS="50")
    assert result.stdout.splitlines()[1] == "access_denied               3           3"


def test_quiet_shows_the_summary_even_of_a_single_redirect(invoke: Invoke) -> None:
    assert invoke("validate", "-q", DENIED).stdout == lines("""
        outcome        redirects  conforming  █ conforming ░ not
        access_denied          1           1  ████████████████████████

        1 redirect, 1 conforming
        """)


OTHER = "https://example.com/home?error=access_denied&state="


def test_equal_reports_are_shown_once_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, invoke: Invoke
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(f"{OTHER}1\n  {OTHER}2\nhttps://example.com/home\n{OTHER}3\n", encoding="utf-8")
    Path("b.txt").write_text(f"{OTHER}4\n", encoding="utf-8")
    assert invoke("validate", "--input-format=urls", "a.txt", "b.txt").stdout == lines("""
        ✗ a.txt:1:1 access_denied does not conform: 1 error

          │ https://example.com/home
          │ ?error=access_denied
          │  ^^^^^^^^^^^^^^^^^^^
            error: access_denied requires error_description [missing-parameter]
            help: Connect always sends it: correct the recording or the mock, or find out what drops it on the way.
          │ &state=***

        ✗ a.txt:3:1 no outcome: 1 error

          │ https://example.com/home
          │                         ^
            error: none of error, code, vehicle_id and user_id has a value [no-outcome]
            help: Do not treat it as an answer from Connect: someone else opened the callback, or its query was cut off.

        3 more like a.txt:1:1: access_denied requires error_description [missing-parameter]

        outcome        redirects  conforming  █ conforming ░ not
        access_denied          4           0  ░░░░░░░░░░░░░░░░░░░░░░░░
        no outcome             1           0  ░░░░░░

        5 redirects, 0 conforming, 5 errors
        """)


def test_a_group_lists_at_most_three_findings(invoke: Invoke) -> None:
    url = f"{OTHER}1&a=1&b=2&c=3"
    assert (
        "\n\n1 more like -:1:1: access_denied requires error_description [missing-parameter]; a is not a Connect"
        in (shown := invoke("validate", stdin=f"{url}\n{url}\n").stdout)
    )
    assert "b is not a Connect parameter [unrecognized-parameter]; 1 more finding\n\noutcome " in shown


def test_reports_beyond_the_group_limit_are_always_shown(monkeypatch: pytest.MonkeyPatch, invoke: Invoke) -> None:
    monkeypatch.setattr("connect_errors.formats.text._MAX_GROUPS", 1)
    urls = f"{OTHER}1\n{OTHER}2\n" + "https://example.com/home\n" * 3
    shown = invoke("validate", "--input-format=urls", stdin=urls).stdout
    assert [line for line in shown.splitlines() if line.startswith(("✗", "1", "2", "3"))] == [
        "✗ -:1:1 access_denied does not conform: 1 error",
        "✗ -:3:1 no outcome: 1 error",
        "✗ -:4:1 no outcome: 1 error",
        "✗ -:5:1 no outcome: 1 error",
        "1 more like -:1:1: access_denied requires error_description [missing-parameter]",
    ]


def test_many_parameters_without_a_finding_are_shortened(invoke: Invoke) -> None:
    url = "https://example.com/home?" + "&".join(f"code={number}" for number in range(100))
    assert invoke("validate", url).stdout == lines("""
        ✗ authorization_code does not conform: 1 error

          │ https://example.com/home
          │ ?code=***
          │ &code=***
          │  ^^^^^^^^
            error: code appears 100 times; only the first value is checked [duplicate-parameter]
            help: Refuse such a redirect: each parameter may appear only once (RFC 6749 §3.1).
          │ &code=***
          │ &code=***
          ⋮ 94 more lines
          │ &code=***
          │ &code=***
        """)


RED = "\x1b[31m\x1b[1m✗\x1b[0m \x1b[1maccess_denied\x1b[0m does not conform: 1 error"


@pytest.mark.parametrize(
    ("arguments", "environment", "is_colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colors(arguments: list[str], environment: dict[str, str], is_colored: bool, invoke: Invoke) -> None:
    result = invoke("validate", *arguments, "https://example.com/?error=access_denied", **environment)
    assert (result.stdout.splitlines()[0] == RED) is is_colored
    assert ("\x1b" in result.stdout) is is_colored


def test_line_length_is_limited_on_wide_terminals(invoke: Invoke) -> None:
    result = invoke("validate", "https://example.com/?error=access_denied&code=1&x=1", COLUMNS="300")
    assert 80 < max(map(len, result.stdout.splitlines())) <= 100
