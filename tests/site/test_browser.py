"""The site in a real browser: Chromium, headless, below a base path."""

import functools
import gzip
import http.server
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.once import make_once

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install --group browser")
axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install --group browser")

pytestmark = pytest.mark.browser

ALL_PAGES = re.compile(r"<loc>https://connect-errors\.github\.io/([^<]*)</loc>")
NOT_FOUND = "../../404.html"
BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 27)"}
AXE_RULES = "rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: false}}"
AXE_LAYOUT = "runOnly: ['target-size', 'scrollable-region-focusable']"
AXE_CONTRAST = "runOnly: ['color-contrast', 'link-in-text-block']"
ONE_OF_EACH_KIND = {
    "",
    "check/",
    "errors/",
    "errors/access_denied/",
    "guides/callback/node/",
    "guides/validate-captures/",
    "reference/command-line/",
    "reference/rules/",
    NOT_FOUND,
}
"""Pages on which axe checks contrast, its slowest check, and applies all its other rules at both widths.

On the others, `faint` measures the contrast of all text, and axe applies to a phone only the rules about layout.
"""
PARTS = 6
"""Number of parts in which pages are checked, so that each worker gets some."""
SERVER = "http://server.invalid/"
# A scrolling sidebar cuts off the link at its edge, depending on when Material scrolls it.
IS_NOT_CUT_OFF = "(one) => one.id !== 'target-size' || !one.nodes.every((node) => node.html.includes('md-nav__link'))"
PALETTES = {"light": "default", "dark": "slate"}
TOOLS = (Path(axe.__file__).with_name("axe.min.js"), Path(__file__).with_name("page_checks.js"))
MIN_WIDTH = 320
"""The width, in pixels, at which a page must not scroll sideways (WCAG 2.2, 1.4.10): a small phone, or 400% zoom."""
MAX_REQUESTS = 9
MAX_BYTES = 178_000
MAX_CHECKER_REQUESTS = 4
MAX_CHECKER_BYTES = 62_000
"""Maximum size that the checker adds to the page with its form."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def base(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("root")
    (root / "deep").mkdir()
    (root / "deep" / "base").symlink_to(site)
    for tool in TOOLS:  # loaded like this, Chromium compiles it once for all pages
        (root / tool.name).symlink_to(tool)
    for path in site.iterdir():  # the 404 page expects the site at the root of its host
        (root / path.name).symlink_to(path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/deep/base/"
    server.shutdown()
    server.server_close()


class Visit:
    """A page in a browser, and its errors."""

    def __init__(self, browser: Any, base: str, width: int = 1280, **options: Any) -> None:
        self.base = base
        self.context = browser.new_context(viewport={"width": width, "height": 844}, **options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._on_response)
        self.page.on("console", self._on_console_message)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _on_response(self, response: Any) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")

    def _on_console_message(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def open(self, address: str, until: str = "load") -> None:
        self.page.goto(self.base + address, wait_until=until)

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true: Playwright's own wait may evaluate it in the page, against its policy."""
        end = time.monotonic() + 10
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(50)

    def clipboard(self) -> str:
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text


@pytest.fixture
def visit(browser: Any, base: str) -> Iterator[Visit]:
    one = Visit(browser, base)
    yield one
    one.context.close()


InspectPage = Callable[[int], dict[str, Any]]


@pytest.fixture(scope="module")
def addresses(site: Path) -> list[str]:
    found = [*ALL_PAGES.findall((site / "sitemap.xml").read_text()), NOT_FOUND]
    assert len(found) >= 25
    assert set(found) >= ONE_OF_EACH_KIND
    return found


@pytest.fixture(scope="module")
def inspect_page(
    addresses: list[str], browser: Any, base: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InspectPage]:
    """Return a function that checks a page at three widths, in two palettes and on paper; one worker loads it, once."""
    visit = Visit(browser, base, bypass_csp=True)
    server = base.removesuffix("deep/base/")  # each worker has its own server

    def inspect_page(number: int) -> dict[str, Any]:
        def write(path: Path) -> None:
            path.write_text(json.dumps(inspect(visit, addresses[number])).replace(server, SERVER), encoding="utf-8")

        path = make_once(tmp_path_factory, f"inspect-{number}", write)
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8").replace(SERVER, server))
        return found

    yield inspect_page
    visit.context.close()


@pytest.fixture(scope="module")
def inspections(addresses: list[str], inspect_page: InspectPage) -> dict[str, dict[str, Any]]:
    """Return the results for each page, by its address."""
    return {address: inspect_page(number) for number, address in enumerate(addresses)}


def inspect(visit: Visit, address: str) -> dict[str, Any]:
    page = visit.page
    visit.requests.clear()
    visit.problems.clear()
    page.set_viewport_size({"width": 1280, "height": 844})
    page.emulate_media(media="screen")
    visit.open(address)
    tools = [visit.base.replace("deep/base/", tool.name) for tool in TOOLS]
    for url in tools:
        page.add_script_tag(url=url)
    page.add_style_tag(content="*, ::before, ::after { transition: none !important }")
    found: dict[str, Any] = {}
    for width in (1280, 390, MIN_WIDTH):
        page.set_viewport_size({"width": width, "height": 844})
        # Content that Material renders on scrolling into view must be present first.
        page.evaluate("document.querySelectorAll('pre').forEach((one) => one.scrollIntoView())")
        page.evaluate("scrollTo(0, 0)")  # where the header covers nothing: further down, it may cut a button in half
        page.wait_for_timeout(50)
        for scheme in ("light", "dark") if width != MIN_WIDTH else ():
            page.evaluate(f"document.body.dataset.mdColorScheme = '{PALETTES[scheme]}'")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == BACKGROUND[scheme]
            name = f"{width} {scheme}"
            if scheme == "light":
                is_full = width == 1280 or address in ONE_OF_EACH_KIND
                found[f"axe {name}"] = page.evaluate(axe_script(AXE_RULES if is_full else AXE_LAYOUT))
            if width == 1280 and address in ONE_OF_EACH_KIND:
                found[f"axe contrast {name}"] = page.evaluate(axe_script(AXE_CONTRAST))
            found[f"faint {name}"] = page.evaluate("faint()")
        found[f"wide {width}"] = page.evaluate("document.documentElement.scrollWidth") - width
        found[f"clipped {width}"] = page.evaluate("clipped()")
        found[f"covered {width}"] = page.evaluate("covered()")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4
    page.emulate_media(media="print")
    page.wait_for_timeout(50)
    found["lost in print"] = page.evaluate("lost()")
    found["faint in print"] = page.evaluate("faint()")
    found["paper"] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    found["problems"] = list(visit.problems)
    found["requests"] = [url for url in visit.requests if url not in tools]
    return found


def axe_script(rules: str) -> str:
    # axe would compute selectors for passed checks, which takes a third of its time.
    return (
        f"axe.run(document, {{resultTypes: ['violations'], {rules}}})"
        f".then((all) => all.violations.filter({IS_NOT_CUT_OFF}))"
        ".then((violations) => violations.map((one) => [one.id, one.nodes[0].html]))"
    )


def find_problems(inspections: dict[str, dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return the problems of one kind, by page."""
    return {
        f"{address} {name}": value
        for address, found in inspections.items()
        for name, value in found.items()
        if name.startswith(kind) and value
    }


@pytest.mark.browser(seconds=15)
@pytest.mark.parametrize("part", range(PARTS))
def test_pages_are_loaded(part: int, addresses: list[str], inspect_page: InspectPage) -> None:
    for number in range(part, len(addresses), PARTS):
        assert inspect_page(number)["problems"] == []


def test_pages_request_nothing_elsewhere_and_report_no_errors(
    base: str, inspections: dict[str, dict[str, Any]]
) -> None:
    assert find_problems(inspections, "problems") == {}
    for address, found in inspections.items():
        inside = base if address != NOT_FOUND else base.removesuffix("deep/base/")
        assert [url for url in found["requests"] if not url.startswith((inside, "data:"))] == []


def test_axe_finds_no_violation(inspections: dict[str, dict[str, Any]]) -> None:
    assert find_problems(inspections, "axe") == {}


def test_text_has_contrast_in_every_color(inspections: dict[str, dict[str, Any]]) -> None:
    assert find_problems(inspections, "faint") == {}


def test_no_page_scrolls_sideways(inspections: dict[str, dict[str, Any]]) -> None:
    assert find_problems(inspections, "wide") == {}


def test_no_text_is_cut_off_without_a_sign(inspections: dict[str, dict[str, Any]]) -> None:
    assert find_problems(inspections, "clipped") == {}


def test_no_copy_button_covers_text(inspections: dict[str, dict[str, Any]]) -> None:
    assert find_problems(inspections, "covered") == {}


def test_print_keeps_all_text_on_white(inspections: dict[str, dict[str, Any]]) -> None:
    assert find_problems(inspections, "lost in print") == {}
    assert {found["paper"] for found in inspections.values()} == {BACKGROUND["light"]}


def test_page_weight_is_within_budget(site: Path, base: str, inspections: dict[str, dict[str, Any]]) -> None:
    """Budgets: number of requests, and compressed bytes."""
    for address, found in inspections.items():
        urls = {url.partition("?")[0] for url in found["requests"] if url.startswith(base)}
        files = [site / url.removeprefix(base) for url in urls]
        files = [path / "index.html" if path.is_dir() else path for path in files]
        sizes = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in files}
        has_checker = "check.js" in sizes
        requests = [url for url in found["requests"] if not url.startswith("data:")]
        assert len(requests) <= MAX_REQUESTS + has_checker * MAX_CHECKER_REQUESTS, (address, requests)
        assert sum(sizes.values()) <= MAX_BYTES + has_checker * MAX_CHECKER_BYTES, (address, sizes)


def test_inspections_find_planted_problems(visit: Visit) -> None:
    visit.open("errors/access_denied/")
    visit.page.add_script_tag(path=str(Path(__file__).with_name("page_checks.js")))
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.page.locator("pre").first.scroll_into_view_if_needed()
    visit.page.wait_for_selector(".md-code__nav")
    visit.page.emulate_media(media="print")
    assert visit.page.evaluate("lost()") == []
    visit.page.add_style_tag(content=".ce-jump { display: none }")
    assert visit.page.evaluate("lost()[0]") == "On this page:"
    visit.page.emulate_media(media="screen")
    assert visit.page.evaluate("[clipped(), covered(), faint()]") == [[], [], []]
    visit.page.add_style_tag(
        content=".ce-overview p { white-space: nowrap; color: #999 !important } .md-code__nav { right: 90% !important }"
    )
    clipped, covered, faint = visit.page.evaluate("[clipped(), covered(), faint()]")
    summary = "The vehicle owner chose not to grant the permissions that yo"
    assert clipped == [summary, "Say what each permission is for, then offer Connect again."]
    assert f"2.85 {summary}" in faint
    assert covered[0].startswith("https://example.com/callback?error=access_denied")


def test_underscores_stay_visible_in_links(visit: Visit) -> None:
    visit.open("")
    below = """[...document.querySelectorAll('.ce-flow a')].map((one) =>
        one.querySelector('path').getBBox().y - (parseFloat(one.querySelector('text').getAttribute('y'))))"""
    assert visit.page.evaluate(below) == [5.5] * 8  # an underscore ends 3 below the baseline
    assert visit.page.evaluate("getComputedStyle(document.querySelector('.ce-flow a')).textDecorationLine") == "none"
    offset = "parseFloat(getComputedStyle(document.querySelector('.ce-codes a')).textUnderlineOffset)"
    assert visit.page.evaluate(offset) >= 4


@pytest.mark.parametrize(
    ("address", "text", "names"),
    [
        ("errors/", "SIGN-IN page", ["oem_cancelled_login"]),
        ("errors/", "sign_in  PAGE", ["oem_cancelled_login"]),
        ("errors/", "oem-cancelled login", ["oem_cancelled_login"]),
        ("reference/rules/", "state_mismatch", ["state-mismatch"]),
        ("reference/rules/", "State Mismatch", ["state-mismatch"]),
        ("reference/rules/", "zzz", []),
    ],
)
def test_a_long_table_is_filtered_by_text(visit: Visit, address: str, text: str, names: list[str]) -> None:
    visit.open(address)
    box = visit.page.locator(".ce-filter").first
    box.locator("input").fill(text)
    shown = "(rows) => rows.filter((one) => one.checkVisibility()).map((one) => one.cells[0].textContent)"
    assert box.locator("tbody tr").evaluate_all(shown) == names
    assert box.locator("thead").is_visible() == bool(names)
    assert box.get_by_role("status").text_content() == ("" if names else "Nothing matches.")
    box.locator("input").fill("")
    assert box.locator("thead").is_visible()
    assert not box.get_by_role("status").text_content()


def test_the_drawer_opens_by_keyboard_and_is_skipped_while_closed(browser: Any, base: str) -> None:
    visit = Visit(browser, base, 390)
    visit.open("errors/")
    link = (
        "document.querySelector('.md-sidebar--primary .md-nav__link[href]').checkVisibility({visibilityProperty: true})"
    )
    assert not visit.page.evaluate(link)
    visit.page.locator(".ce-drawer").focus()
    visit.page.keyboard.press("Enter")
    visit.wait_for(link)
    visit.context.close()


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
def test_search_finds_pages(visit: Visit, query: str, address: str) -> None:
    visit.open("")
    visit.page.locator(".md-search__input").click()
    visit.page.keyboard.type(query)
    results = "[...document.querySelectorAll('.md-search-result__item')].slice(0, 3)"
    found = f"{results}.some((one) => one.querySelector('a').href.startsWith('{visit.base}{address}'))"
    visit.wait_for(found)


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("denied", "errors/access_denied/"),
        ("user denied", "errors/access_denied/"),
        ("no vehicles", "errors/no_vehicles/"),
        ("cancelled", "errors/oem_cancelled_login/"),
        ("server error", "errors/server_error/"),
        ("unknown error", "reference/rules/"),
        ("invalid_grant", "errors/"),
        ("flask", "guides/callback/flask/"),
        ("changelog", "reference/changelog/"),
    ],
)
def test_search_ranks_the_page_about_the_words_first(visit: Visit, query: str, address: str) -> None:
    visit.open("")
    visit.page.locator(".md-search__input").click()
    visit.page.keyboard.type(query)
    first = "document.querySelector('.md-search-result__item a')?.href.replace(/[?#].*/, '')"
    visit.wait_for(f"{first} === '{visit.base}{address}'")


def test_copy_buttons_copy_their_block(visit: Visit) -> None:
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


@pytest.mark.parametrize(
    ("address", "block", "commands"),
    [
        (
            "reference/schemas/",
            ".language-console",
            ["connect-errors schema access_denied | head -n 5", "connect-errors schema --output-dir"],
        ),
        (
            "reference/rules/",
            "#parameters-in-fragment ~ .language-console",
            ["connect-errors validate 'https://example.com/callback#error=access_denied&error_descri"],
        ),
    ],
)
def test_copy_buttons_copy_commands_without_output(visit: Visit, address: str, block: str, commands: list[str]) -> None:
    visit.open(address)
    shown = visit.page.locator(block).first
    shown.scroll_into_view_if_needed()
    shown.locator(".md-code__button").click()
    lines = visit.clipboard().strip().splitlines()
    assert [line[: len(command)] for line, command in zip(lines, commands, strict=True)] == commands


def test_colors_can_be_switched(visit: Visit) -> None:
    visit.open("")
    visit.page.locator("label[title='Switch to dark colors']").click()
    assert visit.page.evaluate("document.body.dataset.mdColorScheme") == "slate"


REDIRECT = "https://example.com/callback?error=no_vehicle&state=0facda3319"


def check_text(visit: Visit, text: str, *, expected: str) -> str:
    """Paste a text into the checker, and wait for a result that contains a text."""
    visit.page.fill("#ce-check-text", text)
    visit.wait_for(f"document.querySelector('.ce-check-result').textContent.includes({json.dumps(expected)})")
    shown: str = visit.page.inner_text(".ce-check-result")
    return shown


@pytest.mark.parametrize("address", ["", "check/"])
def test_checker_agrees_with_the_command(visit: Visit, address: str) -> None:
    visit.open(address)
    shown = check_text(visit, REDIRECT, expected="unknown error")
    assert shown.startswith("✗ unknown error: 1 error")
    assert "did you mean no_vehicles? [unknown-error]" in shown
    assert "help: Handle any unknown code like server_error" in shown
    assert "0facda3319" not in shown
    assert visit.page.inner_text(".ce-check-result mark") == "no_vehicle"
    good = (
        "https://example.com/callback?error=access_denied&error_description=User%20denied%20access%20to%20application."
    )
    shown = check_text(visit, good, expected="conforms")
    assert shown.startswith("✓ access_denied conforms")
    for term in (
        "User denied access to application.",
        "What happened",
        "Next step",
        "Who acts",
        "Retry",
        "Tell the user",
    ):
        assert term in shown
    assert visit.problems == []


def test_checker_accepts_options_and_a_keyboard_shortcut(visit: Visit) -> None:
    visit.open("check/")
    visit.page.click(".ce-check summary")
    visit.page.fill("#ce-check-state", "0facda33")
    visit.page.fill("#ce-check-uri", "https://example.com/cb")
    visit.page.fill("#ce-check-text", "https://example.com/callback?code=90abecb6-e7ab-4b85-864a-e1c8bf67f2ad&state=1")
    visit.page.press("#ce-check-text", "Control+Enter")
    shown = visit.page.wait_for_selector(".ce-check-result .ce-bad").inner_text()
    assert "redirect-uri-mismatch" in shown
    assert "state-mismatch" in shown
    visit.page.fill("#ce-check-uri", "example")
    visit.page.click(".ce-check button")
    visit.wait_for(
        "document.querySelector('.ce-check-result').textContent.startsWith('the redirect URI is not an absolute URL')"
    )
    assert visit.problems == []


def test_tab_order_of_the_checker_is_that_of_the_page(visit: Visit) -> None:
    visit.open("check/")
    visit.page.locator("#ce-check-text").focus()
    focused = []
    for key in ("Tab", "Enter", "Tab", "Tab", "Tab"):
        visit.page.keyboard.press(key)
        focused.append(visit.page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert focused == ["Options", "Options", "ce-check-uri", "ce-check-state", "Check"]
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert visit.page.evaluate(outline) != "none"
    visit.page.fill("#ce-check-text", REDIRECT)
    visit.page.locator(".ce-check button").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".ce-check-result .ce-bad")
    assert visit.page.url.endswith("check/")


def test_nothing_moves_with_reduced_motion(browser: Any, base: str) -> None:
    visit = Visit(browser, base, reduced_motion="reduce")
    moving = """[...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      const times = `${style.transitionDuration}, ${style.animationName === "none" ? "0s" : style.animationDuration}`;
      return style.scrollBehavior === "smooth" || times.split(", ").some((time) => parseFloat(time) > 0);
    }).map((one) => one.className || one.tagName)"""
    for address in ("", "check/", "errors/access_denied/"):
        visit.open(address)
        assert visit.page.evaluate(moving) == [], address
    visit.context.close()


def test_checker_finds_redirects_in_a_log(visit: Visit) -> None:
    visit.open("check/")
    log = f'1 GET /favicon.ico 200\n2 "GET {REDIRECT}" 302\n3 "GET /callback?code=1&state=2 HTTP/1.1" 302\n4 {REDIRECT}'
    check_text(visit, log, expected="authorization_code")
    assert visit.page.locator(".ce-check-result section").count() == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hello", "Nothing here has the parameters of one: error, code, vehicle_id or user_id."),
        (
            "a\nhttps://e.example/?code=4/0Ab&scope=x\n",
            "1 other URL passed over: it has a code, but looks like another provider's.",
        ),
        ('{"error": "no_vehicles", "error_description": "x"}', "connect-errors validate FILE reads those, too."),
        (
            "error=x " * 130_000,
            "This page reads the first million characters: connect-errors validate FILE reads all of them.",
        ),
    ],
)
def test_checker_reports_what_it_leaves_out(visit: Visit, text: str, shown: str) -> None:
    visit.open("check/")
    assert check_text(visit, text, expected=shown).startswith("No redirect was found.\n")
    assert visit.page.inner_text(".ce-check [role=status]") == "No redirect was found."


def test_checker_explains_a_bare_code(visit: Visit) -> None:
    visit.open("")
    shown = check_text(visit, " no_vehicles\n", expected="We did not find a vehicle")
    assert shown.startswith("no_vehicles is an error code of Connect.")
    assert "All about this error" in shown
    link = visit.page.get_attribute(".ce-check-result a", "href")
    assert link == "https://connect-errors.github.io/errors/no_vehicles/"


SHARED_WORDING = "User does not have an active connected vehicle subscription."


@pytest.mark.parametrize(
    ("text", "verdicts", "codes"),
    [
        ("NO_VEHICLES", ["In a redirect, this error is no_vehicles."], ["no_vehicles"]),
        ("acces_denied", ["Did you mean access_denied?"], ["access_denied"]),
        (
            SHARED_WORDING,
            [
                f'"{SHARED_WORDING}" is a documented error_description of {code}.'
                for code in ("invalid_subscription", "no_vehicles")
            ],
            ["invalid_subscription", "no_vehicles"],
        ),
    ],
)
def test_checker_explains_names_and_messages(visit: Visit, text: str, verdicts: list[str], codes: list[str]) -> None:
    visit.open("check/")
    check_text(visit, text, expected="All about")
    assert visit.page.locator(".ce-check-result .ce-verdict").all_inner_texts() == verdicts
    assert visit.page.inner_text(".ce-check [role=status]") == " ".join(verdicts)
    links = visit.page.locator(".ce-check-result a")
    assert [link.get_attribute("href") for link in links.all()] == [
        f"https://connect-errors.github.io/errors/{code}/" for code in codes
    ]


def test_checker_announces_only_verdicts(visit: Visit) -> None:
    visit.open("check/")
    check_text(visit, f"a {REDIRECT}\nb https://example.com/callback?error=no_vehicles\n", expected="missing-parameter")
    assert visit.page.inner_text(".ce-check [role=status]") == (
        "2 redirects. ✗ unknown error: 1 error. ✗ no_vehicles does not conform: 1 error"
    )


def test_checker_runs_no_captured_script_and_sends_no_request(visit: Visit, base: str) -> None:
    visit.open("check/")
    visit.page.evaluate("window.ran = []")
    for attack in (
        "<img src=https://evil.example/x onerror=ran.push(1)>",
        "<script>ran.push(2)</script>",
        "javascript:",
    ):
        check_text(
            visit, f"https://example.com/callback?error={attack}&error_description={attack}", expected="unknown error"
        )
        check_text(visit, f"{attack}?error={attack}", expected="help:")
    assert visit.page.evaluate("window.ran") == []
    assert visit.page.locator(".ce-check-result :is(img, script, iframe)").count() == 0
    assert [url for url in visit.requests if not url.startswith((base, "data:"))] == []
    assert visit.page.url == f"{base}check/"
    kept = "Object.entries({...localStorage, ...sessionStorage}).filter((one) => one.join().includes('evil')).length"
    assert visit.page.evaluate(kept) == 0
    refused = "fetch('https://evil.example/').then(() => 'sent', (error) => 'refused')"
    assert visit.page.evaluate(refused) == "refused"
    assert any("Content Security Policy" in problem for problem in visit.problems)


def test_checker_works_offline_once_loaded(visit: Visit) -> None:
    visit.open("check/", until="networkidle")
    visit.context.set_offline(True)
    check_text(visit, REDIRECT, expected="unknown error")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_checker_results_are_accessible_on_a_phone(browser: Any, base: str, scheme: str) -> None:
    visit = Visit(browser, base, width=390, color_scheme=scheme, bypass_csp=True)
    visit.open("check/")
    check_text(visit, f"{REDIRECT}&{'x' * 300}=1", expected="unknown error")
    visit.page.add_script_tag(path=str(Path(axe.__file__).with_name("axe.min.js")))
    found = "axe.run(document).then((all) => all.violations.map((one) => [one.id, one.nodes[0].html]))"
    assert visit.page.evaluate(found) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
    visit.context.close()


def test_without_javascript_the_checker_names_the_command(browser: Any, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}check/")
    assert "connect-errors validate" in page.inner_text("noscript")
    assert not page.is_visible(".ce-check")
    context.close()
