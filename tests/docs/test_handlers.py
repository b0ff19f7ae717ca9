"""The handlers under "Handle it", in both languages, with all kinds of input that a URL can contain."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from connect_errors.catalog import errors
from connect_errors.handbook import page
from connect_errors.site.errors import error_page
from connect_errors.site.samples import HREFS

from scripts.console import fences

VIN = "1M8GDM9AXKP042788"
STATE = "5e5510n-state-0facda3319"
CODE = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"

HOSTILE = [
    "",
    " ",
    "500",
    "5\n00",
    "\u0665\u0660\u0660",
    "<script>alert(1)</script>",
    "one\r\nconnect: forged",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "\u2028",
    "😀" * 300,
    "x" * 100_000,
    f"The vehicle {VIN} was refused",
    f"code={CODE}&vin={VIN}",
]


def cases(code: str) -> list[dict[str, str]]:
    """Return cases: no parameters, the examples of the schema, and each text in every parameter."""
    secrets = {"state": STATE, "code": CODE, "vin": VIN}
    redirects: list[dict[str, str]] = [{}, {"error": code}]
    redirects += [{**example, **secrets} for example in errors()[code].examples]
    names = [name for name in errors()[code].parameters if name != "error"]
    for text in HOSTILE:
        redirects.append({"error": code, **dict.fromkeys(names, text), **secrets})
        redirects += [{"error": code, name: text} for name in ("error_description", "error_message", "status_code")]
    return redirects


def sample(code: str, language: str) -> str:
    section = error_page(code).split("## Handle it")[1].split("\n## ")[0]
    (text,) = (fence.text for fence in fences(section) if fence.language == language)
    return text


@cache
def in_python(code: str) -> list[dict[str, Any]]:
    namespace: dict[str, Any] = {}
    exec(sample(code, "python"), namespace)  # noqa: S102 - our own sample
    results = []
    for parameters in cases(code):
        shown: list[dict[str, str]] = []
        logged: list[str] = []

        def show(shown: list[dict[str, str]] = shown, **message: str) -> str:
            shown.append(message)
            return "page"

        returned = namespace[f"on_{code}"](parameters, show, logged.append)
        results.append({"shown": shown, "logged": logged, "returned": returned})
    return results


@cache
def in_javascript(code: str) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    result = subprocess.run(
        [node, str(Path(__file__).with_name("handler.mjs"))],
        input=json.dumps({"source": sample(code, "js"), "cases": cases(code)}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    results: list[dict[str, Any]] = json.loads(result.stdout)
    return results


def hold(code: str, results: list[dict[str, Any]]) -> None:
    message = page(code).message
    assert len(results) == len(cases(code))
    for result in results:
        (shown,) = result["shown"]
        href = HREFS[message.leads_to]
        assert shown == {"title": message.title, "body": message.body, "button": message.button, "href": href}
        assert result["returned"] == "page"
        (line,) = result["logged"]
        assert line.startswith(f"connect: {code}")
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < 400
        assert not any(secret in line for secret in (VIN, STATE, CODE))


@pytest.mark.parametrize("code", errors())
def test_the_python_handler_shows_the_message_and_logs_no_secret(code: str) -> None:
    hold(code, in_python(code))


@pytest.mark.parametrize("code", errors())
def test_the_javascript_handler_shows_the_message_and_logs_no_secret(code: str) -> None:
    hold(code, in_javascript(code))


@pytest.mark.parametrize("code", errors())
def test_both_handlers_agree(code: str) -> None:
    assert in_python(code) == in_javascript(code)
