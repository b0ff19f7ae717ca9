"""The redirects that the site shows break, or keep, exactly the rule that they are shown for."""

import pytest
from connect_errors import validate
from connect_errors.catalog import CatalogError, errors, outcomes
from connect_errors.example_redirects import example
from connect_errors.rules import RULES, Rule
from connect_errors.site.errors import broken_redirects
from connect_errors.site.markdown import absolute_links, break_code, fill, table
from connect_errors.site.rules import rule_section
from connect_errors.site.session import session


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_each_rule_has_a_redirect_that_breaks_it_alone_and_one_that_is_mended(rule: Rule) -> None:
    assert [finding.rule for finding in validate(rule.bad, **rule.options).findings] == [rule.name]
    assert validate(rule.good, **rule.options).findings == ()


def test_a_rule_whose_examples_do_not_show_it_is_refused() -> None:
    rule = RULES["missing-parameter"]
    with pytest.raises(CatalogError, match="its bad redirect does not break this rule alone"):
        rule_section(rule._replace(bad=rule.good))
    with pytest.raises(CatalogError, match="its good redirect breaks a rule"):
        rule_section(rule._replace(good=rule.bad))


@pytest.mark.parametrize("name", outcomes())
def test_the_redirect_that_is_shown_conforms(name: str) -> None:
    report = validate(example(name, optional=True))
    assert report.findings == ()
    assert report.outcome == name
    assert report.parameters.keys() == outcomes()[name].parameters.keys()


@pytest.mark.parametrize("code", errors())
def test_each_broken_redirect_breaks_one_rule(code: str) -> None:
    found = [[one.rule for one in validate(broken.url).findings] for broken in broken_redirects(errors()[code])]
    assert [len(rules) for rules in found] == [1, 1, 1]


def test_a_command_line_that_is_shown_masks_secrets() -> None:
    assert session("https://example.com/callback?error=server_error", {"state": "it's"}).startswith(
        "$ connect-errors validate --state 'it'\"'\"'s' 'https://example.com/callback?error=server_error'\n✗"
    )


def test_markers_are_filled() -> None:
    text = "a\n\n<!-- one -->\n\n<!-- none -->\n\nb <!-- one -->\n"
    sections = {"one": lambda: "1", "none": lambda: ""}
    assert fill(text, sections) == "a\n\n1\n\nb <!-- one -->\n"
    assert fill(text, sections, lambda name, inner: f"<{name}>{inner}</{name}>").count("<one>1</one>") == 1


def test_links_of_the_published_markdown_are_absolute() -> None:
    text = "[a](b.md) [c](../guides/d.md#e) [f](#g) [h](https://x.test/i.md) `[j](k.md)` [l](../errors.json)"
    assert absolute_links(text, "errors/x.md") == (
        "[a](https://connect-errors.github.io/errors/b/) [c](https://connect-errors.github.io/guides/d/#e) "
        "[f](https://connect-errors.github.io/errors/x/#g) [h](https://x.test/i.md) `[j](k.md)` "
        "[l](https://connect-errors.github.io/errors.json)"
    )
    assert absolute_links("[home](index.md#a)", "errors.md") == "[home](https://connect-errors.github.io/#a)"


def test_cells_cannot_break_a_table() -> None:
    assert table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x\\|y |"


def test_codes_may_break_but_not_in_samples() -> None:
    assert break_code("<title>no_vehicles</title>") == "<title>no_vehicles</title>"
    assert break_code("<title>no_vehicles - site</title>") == "<title>no_vehicles - site</title>"
    assert break_code("<h1>no_vehicles</h1><pre><b>no_vehicles</b></pre>") == (
        "<h1>no_<wbr>vehicles</h1><pre><b>no_vehicles</b></pre>"
    )
