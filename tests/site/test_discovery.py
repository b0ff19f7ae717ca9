"""Pages as found by search engines, link previews, language models, and people with a wrong address."""

from pathlib import Path

import pytest
from connect_errors.catalog import errors, outcomes
from connect_errors.handbook import page
from connect_errors.site.aliases import aliases

from tests.helpers.html import Element, parse
from tests.helpers.site import SITE, pages


def head(path: Path) -> Element:
    return parse(path.read_text(encoding="utf-8")).find("head")[0]


def meta_tags(path: Path) -> dict[str, str]:
    found = [one.attributes for one in head(path).find("meta")]
    return {one.get("property") or one.get("name", ""): one.get("content", "") for one in found}


def test_each_page_has_a_unique_title_and_description(site: Path) -> None:
    titles = [head(one).find("title")[0].text() for one in pages(site)]
    descriptions = [meta_tags(one)["description"] for one in pages(site)]
    assert len(set(titles)) == len(titles)
    assert len(set(descriptions)) == len(descriptions)
    assert all("Smartcar Connect" in title for title in titles)
    assert all(40 <= len(description) <= 200 for description in descriptions)


def test_the_title_of_an_error_is_what_people_search_for(site: Path) -> None:
    (title,) = head(site / "errors/no_vehicles/index.html").find("title")
    assert title.text() == "no_vehicles - Smartcar Connect error"
    (title,) = head(site / "index.html").find("title")
    assert title.text() == "Smartcar Connect errors: what each means and what to do"


@pytest.mark.parametrize("code", errors())
def test_a_description_may_have_quotation_marks(site: Path, code: str) -> None:
    found = meta_tags(site / f"errors/{code}/index.html")
    assert found["description"] == page(code).summary
    assert found["og:description"] == page(code).summary


def test_a_shared_link_has_a_preview(site: Path) -> None:
    for one in pages(site):
        found = meta_tags(one)
        address = SITE + one.parent.relative_to(site).as_posix().removesuffix(".")
        assert found["og:url"] == address.removesuffix("/") + "/"
        assert found["og:image"] == f"{SITE}assets/card.png"
        assert found["twitter:card"] == "summary_large_image"
    assert (site / "assets/card.png").read_bytes().startswith(b"\x89PNG")
    assert (site / "favicon.ico").exists()


def test_each_page_links_to_its_markdown(site: Path) -> None:
    for one in pages(site):
        (link,) = (link for link in head(one).find("link") if link.attributes.get("type") == "text/markdown")
        assert (one.parent / link.attributes["href"]).resolve().is_file()


def test_robots_txt_allows_all_and_names_the_sitemap(site: Path) -> None:
    text = (site / "robots.txt").read_text()
    assert f"Sitemap: {SITE}sitemap.xml" in text
    assert "Disallow" not in text


@pytest.mark.parametrize(
    ("alias", "target"),
    [
        ("errors/oem_login_cancelled/", "errors/oem_cancelled_login/"),
        ("errors/no-vehicles/", "errors/no_vehicles/"),
        ("errors/returned-to-application/", "errors/user_manually_returned_to_application/"),
        ("schemas/", "reference/schemas/"),
    ],
)
def test_a_guessed_address_redirects_to_the_page(site: Path, alias: str, target: str) -> None:
    text = (site / alias / "index.html").read_text()
    refresh = meta_tags(site / alias / "index.html")
    assert f"0; url=../{'../' if alias.count('/') > 1 else ''}{target}" in text
    assert refresh["robots"] == "noindex"


def test_every_alias_redirects_to_a_page(site: Path) -> None:
    assert len(aliases()) > len(errors())
    for alias, target in aliases().items():
        assert (site / alias / "index.html").is_file()
        assert (site / target / "index.html").is_file()
        assert f"<loc>{SITE}{alias}</loc>" not in (site / "sitemap.xml").read_text()


def test_the_404_page_helps(site: Path) -> None:
    (content,) = parse((site / "404.html").read_text()).find("article")
    assert content.find("h1")[0].text() == "This page does not exist"
    links = [link.attributes["href"] for link in content.find("a")]
    assert links[0] == "/errors/"
    assert all(f"/errors/{code}/" in links for code in errors())


def test_llms_txt_lists_all_pages_and_data(site: Path) -> None:
    listed = (site / "llms.txt").read_text()
    for name in ("errors", "rules", "examples"):
        assert f"{SITE}{name}.json" in listed
    for outcome in outcomes().values():
        assert f"{SITE}schemas/{outcome.path}" in listed
    full = (site / "llms-full.txt").read_text()
    for path in site.rglob("*.md"):
        assert path.read_text() in full


def test_the_version_and_the_repository_are_shown(site: Path) -> None:
    for one in pages(site):
        text = one.read_text()
        assert "Version 0.1.0, not released yet." in text
        assert 'href="https://github.com/connect-errors/connect-errors.github.io"' in text
    assert "edit/main/docs/errors/no_vehicles.md" in (site / "errors/no_vehicles/index.html").read_text()
    assert "edit/main" not in (site / "reference/changelog/index.html").read_text()
