"""The redirects shown on the site break, or keep, exactly the rule they are shown for."""

import pytest
from connect_errors import validate
from connect_errors.catalog import errors, outcomes
from connect_errors.example_redirects import example
from connect_errors.paths import CatalogError
from connect_errors.rules import RULES, Rule
from connect_errors.site.console import console_block
from connect_errors.site.errors import broken_redirects
from connect_errors.site.html import break_code, postprocess
from connect_errors.site.markdown import absolute_links, fill_markers, link_rfcs, table
from connect_errors.site.rules import rule_section
from connect_errors.site.schemas import parameter_table
from connect_errors.site.session import session


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_each_rule_has_a_redirect_that_breaks_only_it_and_a_fixed_one(rule: Rule) -> None:
    assert [finding.rule for finding in validate(rule.bad, **rule.options).findings] == [rule.name]
    assert validate(rule.good, **rule.options).findings == ()


def test_a_rule_whose_examples_do_not_demonstrate_it_is_rejected() -> None:
    rule = RULES["missing-parameter"]
    with pytest.raises(CatalogError, match="its bad redirect does not break this rule alone"):
        rule_section(rule._replace(bad=rule.good))
    with pytest.raises(CatalogError, match="its good redirect breaks a rule"):
        rule_section(rule._replace(good=rule.bad))


@pytest.mark.parametrize("name", outcomes())
def test_the_example_redirect_conforms(name: str) -> None:
    report = validate(example(name, optional=True))
    assert report.findings == ()
    assert report.outcome == name
    assert report.parameters.keys() == outcomes()[name].parameters.keys()


@pytest.mark.parametrize("code", errors())
def test_each_broken_redirect_breaks_one_rule(code: str) -> None:
    found = [[one.rule for one in validate(broken.url).findings] for broken in broken_redirects(errors()[code])]
    assert [len(rules) for rules in found] == [1, 1, 1]


def test_the_shown_output_masks_secrets() -> None:
    assert session("https://example.com/callback?error=no_vehicles&x=", {"state": "it's"}).startswith(
        "$ connect-errors validate --state 'it'\"'\"'s' 'https://example.com/callback?error=no_vehicles&x='\n✗"
    )


def test_markers_are_filled() -> None:
    text = "a\n\n<!-- one -->\n\n<!-- none -->\n\nb <!-- one -->\n"
    sections = {"one": lambda: "1", "none": lambda: ""}
    assert fill_markers(text, sections) == "a\n\n1\n\nb <!-- one -->\n"
    assert (
        fill_markers(text, sections, lambda name, inner: f"<{name}>{inner}</{name}>")
        == "a\n\n<one>1</one>\n\nb <!-- one -->\n"
    )


def test_links_of_the_published_markdown_are_absolute() -> None:
    text = "[a](b.md) [c](../guides/d.md#e) [f](#g) [h](https://x.test/i.md) `[j](k.md)` [l](../errors.json)"
    assert absolute_links(text, "errors/x.md") == (
        "[a](https://connect-errors.github.io/errors/b/) [c](https://connect-errors.github.io/guides/d/#e) "
        "[f](https://connect-errors.github.io/errors/x/#g) [h](https://x.test/i.md) `[j](k.md)` "
        "[l](https://connect-errors.github.io/errors.json)"
    )
    assert absolute_links("[home](index.md#a)", "errors.md") == "[home](https://connect-errors.github.io/#a)"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("authorization_code", "`code` never appears together with `error`."),
        ("vehicle_reauthentication", "`vehicle_id` never appears together with `error` or `code`."),
        ("user_connection", "`user_id` never appears together with `error`, `code` or `vehicle_id`."),
    ],
)
def test_mutually_exclusive_parameters_are_listed(outcome: str, words: str) -> None:
    assert words in parameter_table(outcomes()[outcome])


def test_table_cells_are_escaped() -> None:
    assert table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x\\|y |"


def test_codes_may_wrap_except_in_samples() -> None:
    assert break_code("<title>no_vehicles</title>") == "<title>no_vehicles</title>"
    assert break_code("<title>no_vehicles - site</title>") == "<title>no_vehicles - site</title>"
    assert break_code("<h1>no_vehicles</h1><pre><b>no_vehicles</b></pre>") == (
        "<h1>no_<wbr>vehicles</h1><pre><b>no_vehicles</b></pre>"
    )


def test_an_option_does_not_wrap_after_its_hyphens() -> None:
    assert break_code("<p><code>--redirect-uri</code> <code>--a b</code></p>") == (
        '<p><code class="ce-option">--redirect-uri</code> <code>--a b</code></p>'
    )


def test_an_option_in_a_command_line_does_not_wrap_either() -> None:
    block = '<div class="language-bash highlight"><pre>a <span class="w"> </span>--all --b-c="--d"</pre>'
    option = '<span class="ce-option">--{}</span>'
    assert postprocess(block) == (
        f'<div class="language-bash highlight"><pre>a <span class="w"> </span>{option.format("all")} '
        f'{option.format("b-c")}="--d"</pre>'
    )


def test_cells_have_the_names_of_their_columns() -> None:
    html = "<table><thead><tr><th>A <b>b</b></th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    assert postprocess(html) == (
        '<table role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader">A <b>b</b></th></tr></thead>'
        '<tbody role="rowgroup"><tr role="row"><td role="cell" data-column="A b">1</td></tr></tbody></table>'
    )


def test_rfcs_are_linked_to_their_sections_but_not_in_code() -> None:
    link = "https://www.rfc-editor.org/rfc/rfc6749"
    assert link_rfcs("RFC 6749 §3.1.2, RFC 6749 appendix A, RFC 6749's") == (
        f"[RFC 6749 §3.1.2]({link}#section-3.1.2), [RFC 6749 appendix A]({link}#appendix-A), [RFC 6749]({link})'s"
    )
    assert link_rfcs("`RFC 6749`\n\n```text\nRFC 6749 §3\n```\n") == "`RFC 6749`\n\n```text\nRFC 6749 §3\n```\n"
    assert link_rfcs(link_rfcs("RFC 6749 §3.1.")) == link_rfcs("RFC 6749 §3.1.")


def test_a_line_of_output_is_never_taken_for_a_command() -> None:
    block = console_block("$ a 'b' \\\n  c\n% x\n# y\n$ d\n$ e\n")
    assert block == (
        '<div class="language-console highlight"><pre><code><span class="gp">$ </span>a '
        '<span class="s1">&#x27;b&#x27;</span> \\\n  c\n<span class="go">% x\n# y\n</span>'
        '<span class="gp">$ </span>d\n<span class="gp">$ </span>e\n</code></pre></div>'
    )
