"""The handbook pages: their front matter, their headings, and error messages for damaged ones."""

import re
from datetime import date
from pathlib import Path

import pytest
from connect_errors import paths
from connect_errors.catalog import errors
from connect_errors.handbook import Page, page, undocumented_names
from connect_errors.paths import CatalogError

from tests.helpers.site import HEADINGS

PAGES = [page(code) for code in errors()]
EACH_PAGE = pytest.mark.parametrize("handbook", PAGES, ids=lambda handbook: handbook.title)


@EACH_PAGE
def test_front_matter(handbook: Page) -> None:
    assert handbook.title in errors()
    assert handbook.address == f"https://connect-errors.github.io/errors/{handbook.title}/"
    for sentence in (handbook.summary, handbook.next_step, handbook.message.body, handbook.second_message.body):
        assert sentence.endswith((".", "?", "!"))
        assert "\n" not in sentence
    for message in (handbook.message, handbook.second_message):
        assert len(message.title) <= 45
        assert len(message.button) <= 25
        assert not re.search(r"redirect|OAuth|error_|_", f"{message.title} {message.body} {message.button}")
    assert handbook.message.tone != handbook.second_message.tone
    assert handbook.upstream.page.startswith("https://smartcar.com/docs/errors/connect-errors/")
    assert isinstance(handbook.upstream.read, date)


@EACH_PAGE
def test_confusions_are_mutual(handbook: Page) -> None:
    assert 2 <= len(handbook.confused_with) <= 3
    for code in handbook.confused_with:
        assert handbook.title in page(code).confused_with


@EACH_PAGE
def test_all_pages_have_the_same_headings(handbook: Page) -> None:
    prose = re.sub(r"^```.*?^```$", "", handbook.body, flags=re.MULTILINE | re.DOTALL)
    assert prose.startswith(f"# {handbook.title}\n")
    assert re.findall(r"^## (.*)$", prose, re.MULTILINE) == HEADINGS


@EACH_PAGE
def test_command_that_prints_the_redirect(handbook: Page) -> None:
    section = handbook.body.partition("## Reproduce it\n")[2].partition("\n## ")[0]
    assert re.findall(r"`connect-errors (\w+) (\w+)`", section) == [("example", handbook.title)]


def test_documented_test_accounts() -> None:
    accounts = {
        handbook.title: (handbook.testing.email, handbook.testing.vin) for handbook in PAGES if handbook.testing
    }
    assert accounts == {
        "invalid_subscription": ("smartcar@invalid-subscription.com", "0SCAUDI0155C49A95"),
        "vehicle_incompatible": ("smartcar@vehicle-incompatible.com", "0SCAUDI012FE3B132"),
    }


@EACH_PAGE
def test_steps_name_the_parameters_of_the_connect_url(handbook: Page) -> None:
    steps = handbook.body.partition("## Reproduce it\n")[2].partition("\n## ")[0]
    launched = re.findall(r"Launch Connect in (\w+) mode", steps)
    vins = re.findall(r"`([0-9A-Z]{17})`", steps)
    connect = handbook.connect
    assert launched == ([connect.mode] if connect else [])
    assert vins == ([connect.single_select_vin] if connect and connect.single_select_vin else [])
    assert set(vins) <= {other.testing.vin for other in PAGES if other.testing}


def test_undocumented_names_are_not_errors() -> None:
    assert {"user_cancelled", "user_exited"} <= undocumented_names().keys()
    assert not undocumented_names().keys() & errors().keys()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("---\n", "", "it does not start with front matter"),
        ('"ask-again"', '"soon"', "retry is 'soon', not one of ask-again, after-owner-acted, later, after-fix"),
        ('"retry": "ask-again",\n', "", "'retry'"),
        ('"retry":', '"retries": "x", "retry":', "unexpected keyword argument 'retries'"),
        ('"message":', '"message"', "Expecting ':' delimiter"),
    ],
)
def test_damaged_pages_are_reported(
    old: str, new: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (paths.PAGES / "access_denied.md").read_text(encoding="utf-8")
    (tmp_path / "access_denied.md").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr("connect_errors.handbook.PAGES", tmp_path)
    page.cache_clear()
    try:
        with pytest.raises(CatalogError, match=re.escape(message)):
            page("access_denied")
    finally:
        page.cache_clear()
