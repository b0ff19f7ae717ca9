"""Invariants of results. Each function raises `Broken`, which names the oracle."""

import json
import re
import zlib
from typing import Any
from urllib.parse import unquote, unquote_plus
from xml.etree import ElementTree as ET

from connect_errors.escapes import unescape
from connect_errors.report import Report
from connect_errors.secrets import SHOWN_PARAMETERS as SHOWN

from tests.helpers.inert import check_output, check_summary
from tests.helpers.output_schemas import DOCUMENT_VALIDATOR, LINE_VALIDATOR, SARIF_VALIDATOR

CANARY = "zq7secret7qz"
"""Replaces a secret. It is neither a token nor a word: only its place determines whether it may be shown."""

_SAMPLE = 50
"""One in this many SARIF documents is validated against the schema, which is slow."""

_MASKED_NAMES = "code|state|vin|user_id|vehicle_id|external_id|virtual_key_url"
_EQUALS = "(?:=|%(?:25)*3d)"
# A name in any text, unless it may end another name, or continue a previous line that is joined.
_BY_NAME = re.compile(
    rf"((?:(?<![\w%.~*\s-])|(?<=\S\x20)|(?<=%(?:3b|3f|2f|26|20|0a))|(?<=%25(?:3b|3f|2f|26|20|0a)))(?:{_MASKED_NAMES}){_EQUALS})"
    r"(?:(?![&;?#\s\"'\\<>`]|%(?:25)*26).)+",
    re.IGNORECASE | re.ASCII,
)
_ANNOTATION = re.compile(r"::(?:error|warning|notice)(?: (?:(?:file|line|col|endColumn|title)=[^,:\r\n]+,?)+)?::.*")
# Characters that end a URL in any medium: spaces, quotes, punctuation of other scripts.
_TOKEN = re.compile(r"[^\s\"'\\<>`\x7f\xa0\u2028\u2029“”«»„。\uff0c\uff1b\uff01\uff1f\uff09】」』、]+", re.ASCII)
_FIELD = re.compile(r"(?<=&)([^&=#?]+=)([^&=#?]+)(?=&|#|$)")
_USER_INFO = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@:\[\]]+(?::[^/?#@:\[\]]*)?@(?=[A-Za-z0-9])")


class Broken(Exception):  # noqa: N818 - an oracle is broken
    """An oracle does not hold."""

    def __init__(self, oracle: str, detail: str = "") -> None:
        super().__init__(f"{oracle}: {detail}")
        self.oracle = oracle


def require(oracle: str, holds: object, detail: object = "") -> None:
    """Fail unless the oracle holds; `detail` describes the violation."""
    if not holds:
        raise Broken(oracle, str(detail)[:2000])


def plant_canaries(text: str, urls: int = 0) -> str:
    """Replace each value that must be masked wherever it appears with the canary.

    These are: values after the name of such a parameter, also after a wrong or encoded separator; the other parameters
    of a query string, if a whole token is a URL with one; the user info of such a URL. If `urls` is given, only
    that many tokens at the start may be URLs.
    """
    text = text.replace(CANARY, "")
    return _BY_NAME.sub(rf"\g<1>{CANARY}", _TOKEN.sub(_plant_token, text, count=urls))


def _plant_token(match: re.Match[str]) -> str:
    token = _USER_INFO.sub(rf"\g<1>{CANARY}:{CANARY}@", match[0], count=1) if _USER_INFO.match(match[0]) else match[0]
    before, question_mark, rest = token.partition("?")
    if not question_mark or "#" in token or "://" not in before:
        return token
    return before + question_mark + _FIELD.sub(_plant_field, rest)


def _plant_field(match: re.Match[str]) -> str:
    name = unquote_plus(unescape(f"&{match[1][:-1]}").text[1:])  # an escaped name counts as the name
    return match[0] if name in SHOWN else match[1] + CANARY


def check_no_canary(*texts: str) -> None:
    """Require that no output contains the canary, however often it is encoded."""
    for text in texts:
        plain = text
        for _ in range(4):
            require("no secret in any output", CANARY not in plain.casefold(), text)
            plain = unquote(plain)


def check_places(url: str, report: Report) -> None:
    """Require that each finding's place is within the URL."""
    for finding in report.findings:
        start, end = finding.start, finding.end
        is_place = start is not None and end is not None and 0 <= start <= end <= len(report.url)
        require("start and end index the url", is_place or (start, end) == (None, None), (url, finding))


def check_format(name: str, text: str) -> None:
    """Require that the output of a format is inert, and can be parsed."""
    try:
        check_output(name, text)
    except (AssertionError, ValueError, ET.ParseError) as error:
        raise Broken("output is inert and reads back", f"{name}: {error!r} in {text!r}") from error
    if name == "json":
        _check_json(json.loads(text))
    elif name == "jsonl":
        for line in text.splitlines():
            _check_schema(LINE_VALIDATOR, json.loads(line))
    elif name == "sarif" and zlib.crc32(text.encode()) % _SAMPLE == 0:
        _check_schema(SARIF_VALIDATOR, json.loads(text))
    elif name == "junit":
        _check_junit(text)


def check_job_summary(text: str) -> None:
    """Require that a job summary contains only our own tables, links and headings."""
    try:
        check_summary(text)
    except (AssertionError, ValueError) as error:
        raise Broken("the job summary is inert", f"{error!r} in {text!r}") from error


def check_drift(name: str, text: str) -> None:
    """Require that the output of drift is inert, and can be parsed."""
    lines = text.split("\n")
    require("output is inert", all(line.isprintable() for line in lines) and "##" not in text, text)
    if name == "github":
        require("output is inert", all(line == "" or _ANNOTATION.fullmatch(line) for line in lines), text)
    else:
        require("output is inert", not any(line.lstrip().startswith("::") for line in lines), text)
    if name in ("json", "sarif"):
        document = json.loads(text)
        if name == "sarif" and zlib.crc32(text.encode()) % _SAMPLE == 0:
            _check_schema(SARIF_VALIDATOR, document)


def _check_json(document: Any) -> None:
    _check_schema(DOCUMENT_VALIDATOR, document)
    redirects, summary = document["redirects"], document["summary"]
    for redirect in redirects:
        for finding in redirect["findings"]:
            start, end = finding["start"], finding["end"]
            is_place = start is not None and end is not None and 0 <= start <= end <= len(redirect["url"])
            require("start and end index the url", is_place or (start, end) == (None, None), redirect)
        severities = {finding["severity"] for finding in redirect["findings"]}
        require("conforms tells whether a finding is an error", redirect["conforms"] is ("error" not in severities))
    if redirects:
        counted = len(redirects), sum(redirect["conforms"] for redirect in redirects)
        require("the summary counts", counted == (summary["redirects"], summary["conforming"]), summary)
        errors = sum(entry["severity"] == "error" for redirect in redirects for entry in redirect["findings"])
        require("the summary counts", errors == summary["errors"], summary)


def _check_junit(text: str) -> None:
    suite = ET.fromstring(text)[0]  # noqa: S314 - our own output
    counts = [len(list(suite.iter(tag))) for tag in ("testcase", "failure", "error")]
    stated = [int(suite.get(name, "")) for name in ("tests", "failures", "errors")]
    require("JUnit's counts are those of its cases", counts == stated, text)


def _check_schema(validator: Any, document: Any) -> None:
    error = next(iter(validator.iter_errors(document)), None)
    require("the output meets its schema", error is None, error)
