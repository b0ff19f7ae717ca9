import json
import re
from pathlib import Path

import pytest
from connect_errors.catalog import errors
from connect_errors.handbook import page
from connect_errors.rules import RULES
from connect_errors.site.errors import error_page
from connect_errors.site.rules import rule_section

from tests.helpers.html import Element, article, parse
from tests.helpers.paths import ROOT
from tests.helpers.site import HEADINGS, pages

CODES = sorted(path.stem for path in (ROOT / "schemas/errors").glob("*.json")) or list(errors())


def lines(element: Element) -> list[str]:
    return [" ".join(line.split()) for line in element.text("headerlink").splitlines() if line.strip()]


def rows(table: Element) -> list[list[str]]:
    return [[cell.text() for cell in row.find("td")] for row in table.find("tr") if row.find("td")]


def markdown_words(markdown: str) -> list[str]:
    converter = pytest.importorskip("markdown", reason="MkDocs is not installed: pip install -e '.[tests]'")
    return parse(converter.markdown(markdown, extensions=["tables", "fenced_code", "def_list"])).text().split()


def page_words(element: Element) -> list[str]:
    return element.text("headerlink", "tabbed-labels", "filename", "ce-jump").split()


def test_one_page_for_each_schema_and_one_schema_for_each_page(site: Path) -> None:
    built = sorted(page.parent.name for page in pages(site) if page.parent.parent == site / "errors")
    assert built == CODES
    assert len(built) == 8
    assert sorted(path.stem for path in (ROOT / "docs/errors").glob("*.md")) == CODES


@pytest.mark.parametrize("code", CODES)
def test_the_headings_of_an_error_are_the_same_on_every_page(site: Path, code: str) -> None:
    content = article(site, f"errors/{code}")
    assert [one.text("headerlink") for one in content.find("h1")] == [code]
    assert [one.text("headerlink") for one in content.find("h2")] == HEADINGS


@pytest.mark.parametrize("code", CODES)
def test_the_parameter_table_matches_the_schema(site: Path, code: str) -> None:
    schema = errors()[code].schema
    parameters = {name: one for name, one in schema["properties"].items() if one}
    table = article(site, f"errors/{code}").find("table")[1]
    assert [cell.text() for cell in table.find("th")] == ["Parameter", "Required", "What it is"]
    assert [row[0] for row in rows(table)] == list(parameters)
    for name, required, what in rows(table):
        constraint = parameters[name]
        assert required == ("yes" if name in schema["required"] else "no")
        assert what.startswith(constraint["description"])
        assert ("Always" in what) == ("const" in constraint)
        assert constraint.get("const", "") in what
        assert ("Pattern: " in what) == ("pattern" in constraint)
        assert constraint.get("pattern", "") in what
        assert ("Not empty." in what) == ("minLength" in constraint)
        shown = constraint.get("examples", [""])
        assert all(one in what for one in (shown if name == "error_description" else shown[:1]))
        assert ("Check it first" in what) == (name == "state")


@pytest.mark.parametrize("code", CODES)
def test_the_first_screen_says_what_happened_who_acts_and_whether_to_retry(site: Path, code: str) -> None:
    (overview,) = article(site, f"errors/{code}").find("div", "ce-overview")
    summary, who_acts, retry, severity, next_step = lines(overview)
    assert summary == page(code).summary
    assert who_acts.startswith("Who acts: ")
    assert retry.startswith("Retry: ")
    assert severity.startswith(f"Severity: {page(code).severity}, ")
    assert next_step == f"Next step: {page(code).next_step}"


def test_the_facts_of_access_denied(site: Path) -> None:
    (overview,) = article(site, "errors/access_denied").find("div", "ce-overview")
    assert lines(overview)[1:4] == [
        "Who acts: the vehicle owner",
        "Retry: ask the vehicle owner again",
        "Severity: expected, part of normal use",
    ]


@pytest.mark.parametrize("code", CODES)
def test_messages_are_shown_as_cards(site: Path, code: str) -> None:
    (box,) = article(site, f"errors/{code}").find("div", "ce-messages")
    cards = [[paragraph.text() for paragraph in card.find("p")] for card in box.find("blockquote")]
    assert cards == [[one.title, one.body, one.button] for one in (page(code).message, page(code).second_message)]


@pytest.mark.parametrize("code", CODES)
def test_the_words_of_the_messages_are_in_the_search_index(site: Path, code: str) -> None:
    index = json.loads((site / "search/search_index.json").read_text())["docs"]
    (section,) = (one for one in index if one["location"] == f"errors/{code}/#tell-the-user")
    words = parse(section["text"]).text()
    for message in (page(code).message, page(code).second_message):
        assert message.title in words
        assert message.body in words
        assert message.button in words


@pytest.mark.parametrize("code", CODES)
def test_three_broken_redirects_are_judged_on_each_page(site: Path, code: str) -> None:
    text = (site / f"errors/{code}.md").read_text().split("## What the validator rejects")[1].split("\n## ")[0]
    assert text.count("$ connect-errors validate ") == 3
    rules = re.findall(r"\[([a-z-]+)\]$", text, re.MULTILINE)
    assert rules[0] == "missing-parameter"
    assert rules[1] in ("conflicting-outcome", "invalid-value")
    assert rules[2] == "unknown-error"


@pytest.mark.parametrize("code", CODES)
def test_the_page_matches_the_output_of_explain(site: Path, code: str) -> None:
    assert (site / f"errors/{code}.md").read_text() == error_page(code)
    assert page_words(article(site, f"errors/{code}")) == markdown_words(error_page(code))


@pytest.mark.parametrize("name", RULES)
def test_the_rules_section_matches_the_output_of_explain(site: Path, name: str) -> None:
    section = rule_section(RULES[name])
    sections = (site / "reference/rules.md").read_text().split("\n## ")
    assert [one.strip() for one in sections if one.startswith(f"{name}\n")] == [section.removeprefix("## ")]
    words = " ".join(page_words(article(site, "reference/rules")))
    assert " ".join(markdown_words(section)) in words


def test_the_command_line_reference_has_every_command_and_option(site: Path) -> None:
    from connect_errors.cli import cli

    content = article(site, "reference/command-line")
    headings = [one.text("headerlink") for one in content.find("h2")]
    assert headings[headings.index("Formats") + 1 :] == list(cli.list_commands(None))  # type: ignore[arg-type] # it ignores the context
    terms = [one.text() for one in content.find("dt")]
    assert "--state TEXT" in terms
    assert "--output-dir DIR" in terms
    text = " ".join(content.text().split())
    assert "The state that was sent. Environment: CONNECT_ERRORS_VALIDATE_STATE." in text
    assert "Environment: CONNECT_ERRORS_EXPLAIN_FORMAT." in text
    assert "Sentinel" not in text


def test_the_command_line_reference_describes_values_in_words(site: Path) -> None:
    content = article(site, "reference/command-line")
    descriptions = [" ".join(one.text().split()) for one in content.find("dd")]
    assert [
        text.partition(" Environment: ")[0]
        for text in descriptions
        if re.search("from [0-9]|least|more than", text, re.IGNORECASE)
    ] == [
        "With --send: the time limit for each request. Default: 10; from 0.1 to 600.",
        "The port to listen on; 0 picks a free one. Default: 8000; from 0 to 65535.",
        "Stop after this many redirects. At least 1.",
        "Stop after this time. More than 0.",
    ]
    assert [text for text in descriptions if re.search(r"[<>]=?|\[(?:default|x)", text)] == []


@pytest.mark.parametrize("code", CODES)
def test_the_links_to_sections_are_in_their_order(site: Path, code: str) -> None:
    content = article(site, f"errors/{code}")
    (jump,) = content.find("p", "ce-jump")
    linked = [link.text() for link in jump.find("a")]
    assert linked == ["Handle it", "Tell the user", "Reproduce it", "What to log"]
    assert linked == [
        heading for heading in (one.text("headerlink") for one in content.find("h2")) if heading in linked
    ]


def test_the_links_to_sections_are_not_searched(site: Path) -> None:
    index = (site / "search/search_index.json").read_text(encoding="utf-8")
    assert '"location":"errors/access_denied/"' in index
    assert "On this page" not in index


def test_no_generated_line_ends_in_a_space(site: Path) -> None:
    assert [
        f"{path.relative_to(site)}: {line}"
        for path in site.rglob("*.md")
        for line in path.read_text(encoding="utf-8").split("\n")
        if line != line.rstrip()
    ] == []


def test_the_diagram_links_every_error_to_its_page(site: Path) -> None:
    (picture,) = article(site, "").find("svg", "ce-flow")
    assert sorted(link.text() for link in picture.find("a")) == CODES
    assert [link.attributes["href"] for link in picture.find("a")] == [
        f"errors/{link.text()}/" for link in picture.find("a")
    ]


def test_every_public_name_of_the_library_is_documented(site: Path) -> None:
    import connect_errors
    from connect_errors import ConnectError, Example, Finding, Place, Refused, Report, Success

    text = (site / "reference/python-api.md").read_text()
    for name in connect_errors.__all__:
        assert f"\n## {name}\n" in text
    for type_ in (ConnectError, Example, Finding, Place, Refused, Report, Success):
        section = text.split(f"\n## {type_.__name__}\n")[1].split("\n## ")[0]
        public = [name for name in dir(type_) if not name.startswith("_") and name not in dir(tuple)]
        assert [name for name in public if f"`{name}`" not in section] == []
