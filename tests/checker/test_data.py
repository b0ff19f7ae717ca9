"""The data of the site's checker: patterns that mean the same in JavaScript, supported keywords, nothing unused."""

import gzip
import json
import re
import subprocess
from html.entities import html5

import pytest
from connect_errors.paths import CatalogError
from connect_errors.site.check_data import UNUSED, check_data, check_json, check_schema
from connect_errors.site.portable import NotPortableError, to_javascript

from tests.helpers.checker import MODULE, NEEDS_MODULE, node

pytestmark = NEEDS_MODULE

MAX_BYTES = 62_000
"""Maximum size of everything that the checker loads, as a server sends it."""
TEXTS = [
    "", "a", "K", "\u017f", "i", "\u0130", "\u0131", "ab", "aab", "a\n", "\n", "\r", "\u2028", "é", "½", "٣", " ",
    "\x1c", "\xa0", "\ufeff", "_", "😀", "a-b", "]", "AAA",
]  # fmt: skip
PATTERNS = [
    re.compile(r"\w+"),
    re.compile(r"\w+", re.ASCII),
    re.compile(r"[^\W\d_]"),
    re.compile(r"[\W_]"),
    re.compile(r"\d|\s"),
    re.compile(r"\S"),
    re.compile("[a-k]+", re.IGNORECASE),
    re.compile("[^A-Z]", re.IGNORECASE),
    re.compile("k|s|i", re.IGNORECASE),
    re.compile(r"k|[s-t]|i|\s", re.IGNORECASE | re.ASCII),
    re.compile("a$"),
    re.compile(r"a\Z"),
    re.compile("."),
    re.compile(".", re.DOTALL),
    re.compile("(?>a+)b?"),
    re.compile("a*+a"),
    re.compile("(a)?+(b)?"),
    re.compile("(?<=a)b|(?<!a)b|(?!a)(?=.)é"),
    re.compile("a{2,}?|a{1,2}|a{3}"),
    re.compile(r"[]^\-[]"),
    re.compile(r"a\b|\bé"),
]


def test_patterns_match_the_same_in_javascript() -> None:
    program = """
      const { patterns, texts } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      const found = patterns.map((one) => texts.map((text) => {
        const match = new RegExp(one, "u").exec(text);
        return match && [[...text.slice(0, match.index)].length, match[0]];
      }));
      console.log(JSON.stringify(found));
    """
    job = json.dumps({"patterns": [to_javascript(compiled) for compiled in PATTERNS], "texts": TEXTS})
    result = subprocess.run(
        [node(), "-e", program], input=job, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    for pattern, javascript_matches in zip(PATTERNS, json.loads(result.stdout), strict=True):
        matches = [pattern.search(text) for text in TEXTS]
        assert javascript_matches == [match and [match.start(), match[0]] for match in matches], pattern


@pytest.mark.parametrize("pattern", [re.compile("^a", re.MULTILINE), re.compile(r"(a)\1"), re.compile(r"\Ba")])
def test_unsupported_syntax_is_rejected(pattern: re.Pattern[str]) -> None:
    with pytest.raises(NotPortableError):
        to_javascript(pattern)


def test_every_pattern_is_used_and_every_used_name_exists() -> None:
    source = MODULE.read_text(encoding="utf-8") + MODULE.with_name("find.js").read_text(encoding="utf-8")
    named = set(re.findall(r"\"((?:[a-z_]+)\._[A-Z0-9_]+)\"", source))
    named |= {f"secrets.{name}" for name in ("_REST", "_VALUE")}
    patterns = set(check_data()["patterns"])
    assert named - patterns == set()
    assert {name for name in patterns if "._" in name} - named == set()
    assert not UNUSED & patterns


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ({"properties": {"a": {"format": "uri"}}}, "the keyword format"),
        ({"anyOf": [{"not": {}}]}, "the keyword not"),
        ({"additionalProperties": {"type": "number"}}, "the type number"),
    ],
)
def test_unsupported_schema_keywords_fail_the_build(schema: object, keyword: str) -> None:
    with pytest.raises(
        CatalogError, match=f"^errors/x.json: docs/assets/check.js does not know {keyword}; teach it first$"
    ):
        check_schema(schema, "errors/x.json")


def test_character_references() -> None:
    words = check_data()["entities"].split(" ")
    read = {f"{name};": text for text, names in zip(words[::2], words[1::2], strict=True) for name in names.split(",")}
    assert read == {name: text for name, text in html5.items() if name.endswith(";")}


def test_checker_size() -> None:
    scripts = [MODULE.with_name(name).read_bytes() for name in ("check.js", "find.js", "check-page.js")]
    files = (*scripts, check_json().encode())
    assert sum(len(gzip.compress(file, 6)) for file in files) < MAX_BYTES
