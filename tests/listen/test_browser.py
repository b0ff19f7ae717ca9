"""A real browser goes through a fake Connect, and arrives at the listener."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from connect_errors import examples, invalid_examples, validate
from connect_errors.handbook import page as handbook_page

from tests.listen.conftest import QUICK, Listen, RunningListener
from tests.listen.fake_connect import WAYS, FakeConnect, fake_connect

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install --group browser")
axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install --group browser")

pytestmark = pytest.mark.browser

DENIED = "error=access_denied&error_description=User+denied+access+to+application&state=0facda"
HOSTILE = (
    "error=%3Cscript%3Ealert(1)%3C%2Fscript%3E"
    "&error_description=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%E2%80%AE&%3Csvg%20onload%3Dalert(1)%3E=1"
)


@pytest.fixture(scope="module")
def connect() -> Iterator[FakeConnect]:
    with fake_connect() as server:
        yield server


class Tab:
    """A browser page, and its errors."""

    def __init__(self, browser: Any, connect: FakeConnect, running: RunningListener) -> None:
        self.connect = connect
        self.running = running
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", self._see_dialog)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _see_dialog(self, dialog: Any) -> None:
        self.problems.append(dialog.message)
        dialog.dismiss()

    def go(self, location: str, way: str = "302") -> str:
        """Have Connect redirect to `location`, and return the heading of the final page."""
        self.connect.location = location
        self.page.goto(f"{self.connect.address}/oauth/authorize?way={way}", wait_until="commit")
        self.page.wait_for_url(f"http://localhost:{self.running.port}/**")
        return self.heading()

    def heading(self) -> str:
        self.page.wait_for_selector("h1")
        text: str = self.page.inner_text("h1")
        return text


@pytest.fixture
def tab(browser: Any, connect: FakeConnect, listen: Listen) -> Iterator[Tab]:
    opened = Tab(browser, connect, listen(limits=QUICK._replace(fragment=5, repetition=0)))
    yield opened
    opened.context.close()


@pytest.mark.parametrize("way", [way for way in WAYS if way != "form"])
def test_every_kind_of_redirection(way: str, tab: Tab) -> None:
    assert tab.go(f"{tab.running.address}?{DENIED}", way) == "✓ access_denied conforms"
    assert [report.outcome for report in tab.running.reports] == ["access_denied"]
    assert tab.problems == []
    assert {urlsplit(url).port for url in tab.requests} == {tab.connect.server_port, tab.running.port}


def test_error_page(tab: Tab) -> None:
    tab.go(f"{tab.running.address}?{DENIED}")
    message = handbook_page("access_denied").message
    card = tab.page.inner_text(".card").split("\n")
    assert [line for line in card if line] == [message.title, message.body, message.button]
    text = tab.page.inner_text("main")
    assert handbook_page("access_denied").next_step in text
    assert "User denied access to application" in text
    assert "0facda" not in text
    assert tab.page.title() == "access_denied conforms - connect-errors"


def test_deviation_page_marks_the_place(tab: Tab) -> None:
    assert tab.go(f"{tab.running.address}?error=acess_denied&state=a+b") == "✗ unknown error: 1 error"
    assert tab.page.locator("mark.error").all_inner_texts() == ["acess_denied"]
    assert "did you mean access_denied?" in tab.page.inner_text(".url p.error")
    assert "***" in tab.page.inner_text(".url")


def test_every_example(tab: Tab) -> None:
    for example in examples(redirect_uri=tab.running.address, state="0facda", optional=True):
        assert tab.go(example.url) == f"✓ {example.outcome} conforms"
        assert tab.running.reports[-1].findings == ()
    assert tab.problems == []


@pytest.mark.browser(seconds=12)
def test_every_deviation(tab: Tab) -> None:
    """Each deviation with one outcome: the others are sent over a socket, which is fast."""
    by_deviation = {
        (example.rule, example.what): example
        for example in invalid_examples(redirect_uri=tab.running.address, state="0facda")
    }
    assert len(by_deviation) > 50
    for example in by_deviation.values():
        if example.rule in ("redirect-uri-mismatch", "state-mismatch"):
            continue  # the first has its own test, the second needs a state
        heading = tab.go(example.url)
        report = tab.running.reports[-1]
        rules = [finding.rule for finding in report.findings]
        assert example.rule in rules, (example, report)
        assert rules == [finding.rule for finding in validate(example.url, redirect_uri=tab.running.address).findings]
        assert heading == f"{'✓' if report.conforms else '✗'} {report.verdict.heading}"
    assert tab.problems == []


@pytest.mark.parametrize("query", ["", "?app_origin=https://example.com"])
@pytest.mark.parametrize("fragment", [DENIED, f"/route?{DENIED}"])
def test_outcome_in_the_fragment(query: str, fragment: str, tab: Tab) -> None:
    tab.connect.location = f"{tab.running.address}{query}#{fragment}"
    tab.page.goto(f"{tab.connect.address}/oauth/authorize?way=302", wait_until="commit")
    tab.page.wait_for_selector("text=access_denied does not conform")
    (report,) = tab.running.reports
    assert "parameters-in-fragment" in [finding.rule for finding in report.findings]
    assert dict(parse_qsl(urlsplit(tab.page.url).fragment)) == {}
    assert tab.problems == []


def test_a_visit_without_parameters_waits(tab: Tab) -> None:
    assert tab.go(tab.running.address) == "Waiting for a redirect"
    assert tab.go(f"{tab.running.address}#top") == "Waiting for a redirect"
    assert tab.running.reports == []
    assert tab.problems == []


def test_a_query_without_an_outcome_does_not_wait(tab: Tab) -> None:
    tab.go(f"{tab.running.address}?state=0facda")
    tab.page.wait_for_selector("text=✗ no outcome: 1 error")
    assert len(tab.running.reports) == 1


def test_reloading_a_page_with_a_code_counts_once(tab: Tab) -> None:
    tab.go(f"{tab.running.address}?code=e1dd0eb7-ec1d-4b8a-8a6b-5d1f5ab2b8ed&state=0facda")
    tab.page.reload()
    assert tab.heading() == "✓ authorization_code conforms"
    assert len(tab.running.reports) == 1


@pytest.mark.parametrize("way", ["image", "iframe", "fetch", "post", "prefetch"])
def test_another_site_cannot_forge_a_redirect(way: str, tab: Tab) -> None:
    tab.connect.location = f"{tab.running.address}?{DENIED}"
    tab.page.goto(f"{tab.connect.address}/oauth/authorize?way={way}", wait_until="networkidle")
    assert tab.running.reports == []
    assert sum(tab.running.refusals.values()) == 1


def test_hostile_values_have_no_effect(tab: Tab) -> None:
    tab.go(f"{tab.running.address}?{HOSTILE}")
    assert tab.page.locator("main img, main script, main svg").count() == 0
    assert tab.problems == []
    assert "\u202e" not in tab.page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "query", [DENIED, "error=acess_denied&state=a", "", "code=e1dd0eb7-ec1d-4b8a-8a6b-5d1f5ab2b8ed"]
)
def test_axe_finds_no_violations(query: str, scheme: str, tab: Tab) -> None:
    tab.page.emulate_media(color_scheme=scheme)
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.go(f"{tab.running.address}?{query}".rstrip("?"))
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    script = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    tab.page.evaluate(script)  # the page's policy blocks script elements
    violations = tab.page.evaluate("axe.run().then((found) => found.violations)")
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
