"""The site in a real browser: Chromium, headless, from a base path of its own."""

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from connect_errors.catalog import errors

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not there: pip install --group browser")
axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not there: pip install --group browser")

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]  # one Chromium for all of them

PAGES = [
    "",
    "errors/",
    "errors/access_denied/",
    "errors/configuration_error/",
    "reference/rules/",
    "reference/command-line/",
]
ALL_PAGES = re.compile(r"<loc>https://connect-errors\.github\.io/([^<]*)</loc>")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def base(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("root")
    (root / "deep").mkdir()
    (root / "deep" / "base").symlink_to(site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/deep/base/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not there: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


class Visit:
    """A page in a browser, and what went wrong there."""

    def __init__(self, browser: Any, base: str, width: int = 1280, scheme: str = "light") -> None:
        self.base = base
        self.context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._see)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _see(self, response: Any) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def open(self, address: str, until: str = "load") -> None:
        self.page.goto(self.base + address, wait_until=until)

    def clipboard(self) -> str:
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text


@pytest.fixture
def visit(browser: Any, base: str) -> Iterator[Visit]:
    one = Visit(browser, base)
    yield one
    one.context.close()


def test_no_request_leaves_the_site_and_nothing_goes_wrong(site: Path, visit: Visit) -> None:
    addresses = ALL_PAGES.findall((site / "sitemap.xml").read_text())
    assert len(addresses) >= 18
    for address in addresses:
        visit.open(address, until="networkidle")
    assert [url for url in visit.requests if not url.startswith((visit.base, "data:"))] == []
    assert visit.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_no_violation(browser: Any, base: str, address: str, width: int, scheme: str) -> None:
    visit = Visit(browser, base, width, scheme)
    visit.open(address)
    background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 27)"}[scheme]
    # Whatever Material makes as it comes into view is there before it is judged.
    visit.page.evaluate("document.querySelectorAll('pre').forEach((one) => one.scrollIntoView())")
    visit.page.wait_for_timeout(300)
    visit.page.add_script_tag(path=str(Path(axe.__file__).with_name("axe.min.js")))
    violations = visit.page.evaluate("axe.run().then((found) => found.violations)")
    visit.context.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_no_table_of_an_error_scrolls_sideways(browser: Any, base: str, width: int) -> None:
    visit = Visit(browser, base, width)
    for code in errors():
        visit.open(f"errors/{code}/")
        wraps = "[...document.querySelectorAll('.md-typeset__scrollwrap')]"
        assert visit.page.evaluate(f"{wraps}.every((one) => one.scrollWidth <= one.clientWidth)"), code
    visit.context.close()


def test_no_page_scrolls_sideways_on_a_phone(site: Path, browser: Any, base: str) -> None:
    visit = Visit(browser, base, 390)
    wide = []
    for address in ALL_PAGES.findall((site / "sitemap.xml").read_text()):
        visit.open(address)
        if visit.page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(address)
    visit.context.close()
    assert wide == []


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("no_vehicles", "errors/no_vehicles/"),
        ("user_manually_returned_to_application", "errors/user_manually_returned_to_application/"),
        ("status_code", "errors/configuration_error/"),
        ("Review permissions", "errors/access_denied/"),
        ("unrecognized-parameter", "reference/rules/"),
    ],
)
def test_the_search_finds(visit: Visit, query: str, address: str) -> None:
    visit.open("")
    visit.page.locator(".md-search__input").click()
    visit.page.keyboard.type(query)
    results = "[...document.querySelectorAll('.md-search-result__item')].slice(0, 3)"
    found = f"{results}.some((one) => one.querySelector('a').href.startsWith('{visit.base}{address}'))"
    visit.page.wait_for_function(found, timeout=10_000)


def test_copy_buttons_copy(visit: Visit) -> None:
    visit.open("errors/access_denied/")
    visit.page.locator(".ce-redirect .md-code__button").first.click()
    assert visit.clipboard().strip() == (
        "https://example.com/callback?error=access_denied&error_description=User%20denied%20access%20to%20application."
        "&state=0facda3319&external_id=customer-1024"
    )
    visit.page.locator(".language-console .md-code__button").first.click()
    assert visit.clipboard().strip() == ("connect-errors validate 'https://example.com/callback?error=access_denied'")
    visit.page.locator(".ce-copy").first.click()
    assert visit.clipboard() == (
        "Your vehicle is not connected yet\n"
        "No access was given this time. You can look through the permissions again whenever you like.\n"
        "Review permissions"
    )
    visit.page.locator(".tabbed-block .md-code__button").first.click()
    assert visit.clipboard().startswith("def on_access_denied(")
    assert visit.problems == []


def test_colors_can_be_switched(visit: Visit) -> None:
    visit.open("")
    visit.page.locator("label[title='Switch to dark colors']").click()
    assert visit.page.evaluate("document.body.dataset.mdColorScheme") == "slate"
