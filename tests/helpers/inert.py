"""Checks that an output has no side effects on its readers."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from markdown_it import MarkdownIt


def check_output(name: str, text: str) -> None:
    """Fail unless a report is inert: in terminals, in CI logs, and for parsers of the format."""
    text.encode()
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    assert "##" not in text
    for line in text.split("\n"):
        if name == "github":
            # Only our own commands, with only our own properties; `::` ends these.
            command = r"::(?:error|warning)(?: (?:(?:file|line|col|endColumn|title)=[^,:\r\n]+,?)+)?::.*"
            assert line == "" or re.fullmatch(command, line)
        else:
            assert not line.lstrip().startswith("::")
    if name == "json":
        json.loads(text)
    elif name == "jsonl":
        assert [json.loads(line)["version"] for line in text.splitlines()] == [1] * len(text.splitlines())
    elif name == "sarif":
        for result in json.loads(text)["runs"][0]["results"]:
            assert "](" not in result["message"]["text"]
    elif name == "junit":
        elements = {element.tag for element in ET.fromstring(text).iter()}  # noqa: S314 - our own output
        assert elements <= {"testsuites", "testsuite", "testcase", "failure", "error", "system-out"}


def check_summary(text: str) -> None:
    """Fail unless a job summary contains only our own tables, links and headings, as Markdown and as HTML."""
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    elements: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            elements.append((tag, [(name, value) for name, value in attrs if name != "style"]))

    html = MarkdownIt("commonmark").enable("table").render(text)
    Parser().feed(html)
    plain = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong"}
    for tag, attributes in elements:
        if tag == "a":
            ((name, address),) = attributes
            assert name == "href"
            assert re.fullmatch(r"https://connect-errors\.github\.io/reference/rules/#[a-z-]+", address or "")
        else:
            assert tag in plain
            assert attributes == []
    assert "pwned" not in re.sub("<td>.*?</td>", "", html)
