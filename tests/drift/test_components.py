"""Pages whose tables were replaced with components, whose examples moved, or from which something was removed."""

import time
from pathlib import Path

import pytest
from connect_errors.drift.comparison import RESPONSE_PAGES, compare

from tests.conftest import Invoke
from tests.helpers.drift import new_differences

EXAMPLE = "```http\nHTTP/1.1 302 Found\nLocation: https://a.example/cb?code=1&state=2\n```\n"
DENIED = "error=access_denied&error_description=User+denied+access+to+application."
FOUND = [("parameter-not-in-schema", "reason_code")]
CODE = '<ResponseField name="code">\n  A code.\n</ResponseField>\n'


@pytest.mark.parametrize(
    "field",
    [
        '<ResponseField name="reason_code">',
        "<ResponseField name='reason_code' required>",
        '<ResponseField\n  name="reason_code"\n  type="string"\n  required\n>',
        '<ResponseField type="string" name={"reason_code"} required={true}>',
        "<ResponseField name={'reason_code'}>",
        '<ParamField query="reason_code" type="string" required>',
        "<ParamField\n  body='reason_code'\n>",
        '<ResponseField name="code"></ResponseField> <ResponseField name="reason_code">',
        '<Expandable><ResponseField name="reason_code">',
    ],
)
def test_a_new_component(field: str) -> None:
    assert new_differences(f"# A page\n\n{CODE}\n{field}\n  New.\n</ResponseField>\n\n{EXAMPLE}") == FOUND


def test_a_removed_component() -> None:
    assert new_differences(f"# A page\n\n{CODE}\n{EXAMPLE}") == []
    other = CODE.replace("code", "state")
    assert new_differences(f"# A page\n\n{other}\n{EXAMPLE}") == [("parameter-not-on-page", "code=***")]


@pytest.mark.parametrize("language", ["http", "bash", "text", "", "sh Example theme={null}"])
def test_examples_in_any_fence(language: str) -> None:
    text = f"# A page\n\n{CODE}\n" + EXAMPLE.replace("```http", f"```{language}").replace(
        "&state", "&reason_code=1&state"
    )
    assert new_differences(text) == [("parameter-not-in-schema", "reason_code=***")]


def test_an_example_that_is_a_request() -> None:
    text = f"# A page\n\n```http\nGET /callback?{DENIED}&reason_code=1 HTTP/1.1\nHost: a.example\n```\n"
    assert new_differences(text) == [("parameter-not-in-schema", "reason_code=***")]
    assert new_differences("# A page\n\n```http\nGET /v2/vehicles?limit=1 HTTP/1.1\n```\n") == [
        ("page-not-understood", "")
    ]


TABLE = "| Parameter | Required | Description |\n|---|---|---|\n| error | true | access_denied |\n"
WORDING = "| error_description | {} | User denied access to application. |\n"
ERROR_EXAMPLE = f"```http\nHTTP/1.1 302 Found\nLocation: https://a.example/cb?{DENIED}\n```\n"


@pytest.mark.parametrize("tag", ["s", "del", "strike"])
def test_a_struck_cell(tag: str) -> None:
    struck = WORDING.format(f"<{tag}>true</{tag}>")
    differences = new_differences(f"# Access Denied\n\n{TABLE}{struck}\n{ERROR_EXAMPLE}")
    assert [rule for rule, _ in differences if rule != "known-defect-gone"] == ["cell-not-understood"]


def test_components_instead_of_a_table() -> None:
    fields = (
        '<ResponseField name="error" required>\n  new_code\n</ResponseField>\n\n'
        '<ResponseField name="error_description">\n  Another wording.\n</ResponseField>\n'
    )
    differences = new_differences(f"# Access Denied\n\n{fields}\n{ERROR_EXAMPLE}")
    assert [difference for difference in differences if difference[0] != "known-defect-gone"] == [
        ("error-not-in-catalog", "new_code"),
        ("required-differs", "error_description"),
        ("wording-differs", "Another wording."),
    ]


def test_a_nonconforming_example_does_not_hide_a_new_parameter() -> None:
    example = ERROR_EXAMPLE.replace("error_description=", "reason_code=7&")
    differences = new_differences(f"# Access Denied\n\n{TABLE}{WORDING.format('true')}\n{example}")
    assert ("parameter-not-in-schema", "reason_code=***") in differences


def test_list_includes_the_response_pages(invoke: Invoke) -> None:
    assert invoke("drift", "--list").stdout.split()[-2:] == list(RESPONSE_PAGES)


@pytest.mark.slow
def test_time_is_linear_in_the_width_of_a_table() -> None:
    def seconds(columns: int) -> float:
        row = "|" + "a|" * columns
        rule = "|" + "-|" * columns
        start = time.process_time()
        compare("page.md", f"# A\n\n{row}\n{rule}\n{row}\n")
        return time.process_time() - start

    seconds(100)
    assert seconds(8_000) < 3 * seconds(4_000) + 0.2


def test_long_lines_are_quoted_in_part(invoke: Invoke, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("|" + "a|" * 2_000 + "\n|" + "-|" * 2_000 + "\n")
    assert len(invoke("drift", str(page)).stdout) < 900 * 2_000


PIECES = [
    "<ResponseField ",
    '<ResponseField name="a"',
    "<ResponseField name='",
    "<ResponseField {",
    '<ResponseField name="x">',
    "<ResponseField>\n",
    "<ParamField query = ",
    "</s>",
    "|<s>",
    "| a ",
    "|a|\n|-|\n",
    "```http\n",
    "```\nLocation: /?code=1\n",
    "GET /?code=1 HTTP/1.1\n",
    "`a`",
    "# ",
    "# Server\n",
    "[a](b",
    "{",
]
"""Building blocks of pages; each is repeated up to the maximum length of a page."""


@pytest.mark.slow
@pytest.mark.parametrize("head", ["# Server\n\n", "", "```http\n"])
@pytest.mark.parametrize("piece", PIECES)
def test_time_is_linear_in_the_length_of_a_page(piece: str, head: str) -> None:
    def seconds(length: int) -> float:
        text = head + piece * (length // len(piece))
        start = time.process_time()
        compare("page.md", text)
        return time.process_time() - start

    small, large = seconds(8 * 1024), seconds(32 * 1024)
    assert large < 8 * small + 0.3
