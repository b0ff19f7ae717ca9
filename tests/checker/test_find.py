"""The site's checker finds the same redirects in a text as the command, or fewer and says so; never different ones."""

import io
import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from connect_errors.captures import Capture, CaptureError
from connect_errors.expectation import Expectation
from connect_errors.formats.json import JSONRedirects
from connect_errors.judge import judge
from connect_errors.report_batch import ReportBatch
from connect_errors.shown import Shown
from connect_errors.url import URL

from tests.helpers.checker import NEEDS_MODULE, Input, checker_results
from tests.helpers.media import KINDS, MEDIA, NOISE, ordinary_lines
from tests.helpers.paths import TESTS
from tests.helpers.properties import share

pytestmark = NEEDS_MODULE

_DENIED = "error=access_denied&error_description=User%20denied%20access%20to%20application."
REDIRECTS = (
    f"https://app.example/callback?{_DENIED}&state=8c5f31",
    "http://localhost:8000/auth/smartcar?code=90abecb6-e7ab-4b85-864a-e1c8bf67f2ad&state=0facda3319",
    "https://a.b-c.example/v2/cb.php?error=vehicle_incompatible&error_description=x%20y&region=US&state=1",
    "myapp://callback?error=no_vehicle&state=a-b-c-1234567890",
    "https://app.example/cb?code=4/0AbCd&scope=openid&state=1",
    "https://app.example/cb?error=session_expired&x=1&state=1",
)
REDIRECT_URIS = ("https://app.example/callback", "http://localhost:8000/auth/smartcar", "https://app.example/cb")
RANDOM_TEXTS = 200
MORE_RANDOM_TEXTS = 8000
"""The number with the profile `nightly`."""

Redirect = Mapping[str, Any]


def command_redirects(text: str, redirect_uri: str | None) -> list[Redirect]:
    """Return the redirects in a capture, as in the command's JSON output."""
    uris = (URL(redirect_uri),) if redirect_uri else ()
    capture = Capture(Shown("-"), io.BytesIO(text.encode("utf-8", "surrogatepass")), redirect_uris=uris)
    reports = (judge(redirect, Expectation(uris, None, None)).redacted() for redirect in capture)
    redirects = JSONRedirects("{")
    return [json.loads(text) for report in reports for text in redirects.dumps(ReportBatch.of(report))]


def verdict(redirect: Redirect) -> tuple[object, ...]:
    findings = [tuple(finding[key] for key in ("rule", "message", "start", "end")) for finding in redirect["findings"]]
    return redirect["url"], redirect["outcome"], redirect["conforms"], findings


def content(redirect: Redirect) -> tuple[object, ...]:
    """Return what repetitions of a redirect in a text have in common; one of them may lack its host."""
    return redirect["outcome"], redirect["conforms"], redirect["parameters"]


def find_differences(texts: Mapping[str, Input]) -> list[str]:
    """Return the texts in which the checker shows something that the command does not, or silently shows less."""
    results = checker_results(texts.values(), "find")
    urls = [
        Input(url, source.options)
        for source, result in zip(texts.values(), results, strict=True)
        for url in result["redirects"]
    ]
    checked = iter(checker_results(urls))
    problems = []
    for (name, source), result in zip(texts.items(), results, strict=True):
        shown = [next(checked) for _ in result["redirects"]]
        try:
            expected = command_redirects(source.text, source.options.get("redirect_uri"))
        except CaptureError:
            continue  # the command does not read it at all
        if result["has_more"]:  # the command may have found the same redirect elsewhere first
            known = list(map(content, expected))
            problems += [f"{name}: not {verdict(redirect)}" for redirect in shown if content(redirect) not in known]
        else:
            verdicts, known = list(map(verdict, expected)), list(map(content, shown))
            problems += [f"{name}: not {verdict(redirect)}" for redirect in shown if verdict(redirect) not in verdicts]
            problems += [f"{name}: {verdict(redirect)}" for redirect in expected if content(redirect) not in known]
    return problems


def captures() -> dict[str, str]:
    by_name = {path.name: path.read_bytes() for path in (TESTS / "captures").iterdir() if path.suffix != ".toml"}
    for target in ("text", "har", "reports", "drift"):
        by_name |= {f"{target}/{path.name}": path.read_bytes() for path in (TESTS / "fuzz/corpus" / target).iterdir()}
    decoded = {name: data.decode("utf-8", "replace") for name, data in by_name.items()}
    return {name: text for name, text in decoded.items() if "\ufffd" not in text}


def kinds() -> dict[str, Input]:
    return {
        kind["name"]: Input(
            kind["input"], {"redirect_uri": kind["args"][1]} if "--redirect-uri" in kind["args"] else {}
        )
        for kind in KINDS
    }


def random_texts(count: int, seed: int) -> dict[str, Input]:
    """Generate redirects in media, between lines without one, some of them damaged."""
    random = Random(seed)  # noqa: S311 - no secret
    lines = (*NOISE, *ordinary_lines(100))
    by_name = {}
    for number in range(count):
        parts = []
        for _ in range(random.randrange(1, 4)):
            parts += random.choices(lines, k=random.randrange(3))
            parts.append(MEDIA[random.choice(sorted(MEDIA))](random.choice(REDIRECTS)))
        text = random.choice(("\n", "\n\n")).join(parts)
        if random.random() < 0.3:
            at = random.randrange(len(text))
            text = text[:at] + random.choice(("", "\n", " ", '"', "&", "=", ")", "://x?code=1")) + text[at + 1 :]
        options = {"redirect_uri": random.choice(REDIRECT_URIS)} if random.random() < 0.2 else {}
        by_name[f"{number} {text!r}"] = Input(f"Notes of today:\n{text}", options)
    return by_name


def test_every_capture_and_corpus() -> None:
    by_name = captures()
    assert len(by_name) > 80
    assert find_differences({name: Input(text) for name, text in by_name.items()}) == []


def test_every_kind_of_capture() -> None:
    assert find_differences(kinds()) == []


def test_most_kinds_of_captures_yield_redirects() -> None:
    inputs = kinds()
    finds = checker_results(inputs.values(), "find")
    read = [bool(result["redirects"]) for result, kind in zip(finds, KINDS, strict=True) if kind["outcomes"]]
    assert sum(read) > 0.55 * len(read)


def test_redirects_in_every_medium() -> None:
    assert find_differences(random_texts(RANDOM_TEXTS, 1)) == []


@pytest.mark.property
@pytest.mark.slow(seconds=5)
def test_many_redirects_in_every_medium() -> None:
    assert find_differences(random_texts(share(MORE_RANDOM_TEXTS), 2)) == []


PASTED: dict[str, list[str]] = {
    "https://example.com/cb?error=x": ["https://example.com/cb?error=x"],
    "?error=x&state=1": ["?error=x&state=1"],
    "see <https://example.com/cb?error=no_vehicles>.": ["https://example.com/cb?error=no_vehicles"],
    "https://connect.smartcar.com/oauth/authorize?client_id=1": [
        "https://connect.smartcar.com/oauth/authorize?client_id=1"
    ],
    "https://e.com/cb?error=a b https://e.com/cb?error=no_vehicles": ["https://e.com/cb?error=no_vehicles"],
    "https://e.com/cb?error=<img src=https://e.com/x>": ["https://e.com/cb?error=<img src=https://e.com/x>"],
    "hello": [],
    "two\nlines": [],
    "://": [],
    "\n\n": [],
}


def test_pasted_text_is_one_redirect_or_a_capture() -> None:
    results = checker_results(map(Input, PASTED), "find")
    assert {text: result["redirects"] for text, result in zip(PASTED, results, strict=True)} == PASTED
    assert not any(result["has_more"] for result in results)


def test_complete_first_line() -> None:
    texts = (f"https://a.example/cb?error=no_vehicles{rest}" for rest in ("&state=1\n&make=X\nz", "\n&state=1\nz"))
    assert find_differences({text: Input(text) for text in texts}) == []


def test_passed_over_urls_are_counted_by_reason() -> None:
    text = "a https://example.com/?code=1&scope=x b\nc https://example.com/cb?error=no_vehicles d https://e.example/?error=1"
    (result,) = checker_results([Input(text)], "find")
    assert result == {
        "redirects": ["https://example.com/cb?error=no_vehicles"],
        "passed_over": {"other-provider": 1, "other-error": 1},
        "has_more": False,
    }
    (result,) = checker_results([Input(text, {"redirect_uri": "https://other.example/cb"})], "find")
    assert result["passed_over"] == {"other-address": 2, "near-miss": 1}


def test_a_long_text_is_read_quickly() -> None:
    lines = [MEDIA["access log"](REDIRECTS[0]), *NOISE] * 1500
    (result,) = checker_results([Input("\n".join(lines))], "find")
    assert result["redirects"] == [REDIRECTS[0]]
    assert result["has_more"]  # it has more than a million characters
