"""Properties that hold for any text (Hypothesis)."""

import gzip
import io
import json
import re
import shutil
import subprocess
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote_to_bytes

import pytest
from click.testing import CliRunner
from connect_errors import validate
from connect_errors.captures import Capture, CaptureError
from connect_errors.catalog import outcomes
from connect_errors.cli import cli
from connect_errors.cli.exit_codes import ExitCode
from connect_errors.encoding import decode, find_malformed, span_of
from connect_errors.formats import FORMATS, Settings
from connect_errors.judge import judge
from connect_errors.report import Report
from connect_errors.schema import Outcome
from connect_errors.secrets import SHOWN_PARAMETERS as SHOWN
from connect_errors.secrets import find_secrets
from connect_errors.shown import Shown
from connect_errors.summary import Summary
from connect_errors.url import URL
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.helpers.properties import examples
from tests.helpers.strategies import ALPHABET, TEXT, VALID_TEXT

MANY = examples(3000)
SOME = examples(500)


FORBIDDEN_OUTPUT = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def rendered(report: Report) -> dict[str, str]:
    """Return the report in every format, as the command writes it."""
    outputs = {}
    for name, format_ in FORMATS.items():
        for quiet in (False, True):
            stream = io.StringIO()
            summary = Summary()
            summary.add(report)
            writer = format_(stream, Settings(width=60, quiet=quiet))
            writer.add(report.redacted())
            writer.finish(summary)
            outputs[f"{name} {quiet}"] = stream.getvalue()
    return outputs


@MANY
@given(TEXT)
def test_any_text_has_a_report(text: str) -> None:
    report = validate(text, state="s", redirect_uri="https://a.example/cb?x=1", expect="no_vehicles")
    places = [(finding.start or 0, finding.end or 0) for finding in report.findings]
    assert places == sorted(places)
    assert all(0 <= start <= end <= len(report.url) for start, end in places)
    assert report == validate(text, state="s", redirect_uri="https://a.example/cb?x=1", expect="no_vehicles")


@MANY
@given(TEXT)
def test_no_output_contains_forbidden_characters(text: str) -> None:
    report = validate(text)
    shown = report.redacted()
    assert re.fullmatch("[!-~]*", shown.url)
    for finding in shown.findings:
        assert finding.start is None or 0 <= finding.start <= (finding.end or 0) <= len(shown.url)
    for output in rendered(report).values():
        assert not FORBIDDEN_OUTPUT.search(output)


NEEDLE = "s3cr3t-5f2a9c-t0k3n"
MASKED = st.sampled_from(
    ["code", "state", "vin", "user_id", "vehicle_id", "external_id", "virtual_key_url", "lang", "x%00y", "%zz", "Code"]
)
ENCODINGS = st.sampled_from(
    [
        str,
        quote_plus,
        lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
        lambda secret: quote("".join(f"%{byte:02X}" for byte in secret.encode())),
    ]
)


PADDING = st.sampled_from(["", "", "", "a" * 190, "a" * 66_000])  # some URLs are truncated, or too long


@SOME
@given(
    TEXT,
    MASKED,
    ENCODINGS,
    st.text(ALPHABET, max_size=5),
    st.tuples(PADDING, st.sampled_from(["?", "#", "?&", "?error=x&", "#/a?"]), PADDING),
)
def test_no_output_contains_a_masked_value(
    text: str, name: str, encoding: Any, noise: str, around: tuple[str, str, str]
) -> None:
    noise = re.sub("[&#?]", "", noise)
    raw = encoding(NEEDLE)
    user, before, rest = around
    url = f"https://me{user}:{raw}@a.example/{before}{name}={noise}{raw}{noise}&{text.replace(NEEDLE, '')}{rest}"
    report = validate(url, state=NEEDLE, redirect_uri="https://b.example/")
    for output in (*rendered(report).values(), repr(report)):
        assert NEEDLE not in output
        assert raw not in output


KNOWN = st.sampled_from(["90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "0SCAUDI012FE3B132"])
HIDDEN = st.one_of(KNOWN, KNOWN.map("id_{}".format), st.sampled_from([f"state={NEEDLE}", f"x;code={NEEDLE}"]))


@SOME
@given(HIDDEN, st.lists(st.booleans(), min_size=1), st.text(" ;&#é\n\x1b%,.", max_size=2), TEXT)
def test_a_secret_in_a_shown_value_is_masked_in_any_encoding(
    hidden: str, encoded: list[bool], next_to: str, text: str
) -> None:
    pairs = zip(hidden, encoded * len(hidden), strict=False)
    raw = "".join(f"%{ord(character):02x}" if is_encoded else character for character, is_encoded in pairs)
    message = f"{quote(next_to)}{raw}{quote(next_to)}"
    report = validate(f"https://a.example/?error=server_error&error_message={message}&{text}").redacted()
    secret = re.split("[=_]", hidden)[-1]
    assert secret not in report.parameters["error_message"]
    assert secret not in decode(report.url)


PARTS_OF_VALUES = st.sampled_from(
    [
        *(
            "error=",
            "State=",
            "code: ",
            "\u017ftate: ",
            "toKen=",
            "@",
            "a@b",
            "Bearer ",
            "=>",
            '"',
            " ",
            "\xa0",
            "\x85",
            "ꊨ",
        ),
        *(
            "0SCAUDI012FE3B132",
            "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad",
            "abc",
            "1",
            ";",
            "#",
            "&",
            "%",
            "%3D",
            "%25",
            "+",
        ),
        *("à", "K", "012345678901", "\udce9"),
    ]
)


@MANY
@given(st.lists(PARTS_OF_VALUES, max_size=8).map("".join))
def test_url_and_parameters_mask_values_alike(value: str) -> None:
    raw = quote(value, safe="", errors="surrogateescape")
    report = validate(f"https://a.example/?error=server_error&error_message={raw}").redacted()
    assert URL(report.url).parameters[1].value == report.parameters["error_message"]


def as_typed(text: str) -> str:
    """Return a possible argument: without NUL, and with surrogates only for bytes."""
    return re.sub("[\0\ud800-\udc7f\udd00-\udfff]", "", text)


@examples(200)
@given(TEXT.map(as_typed), MASKED, PADDING, st.sampled_from([[], ["-q"], ["--format=json"], ["--redirect-uri=x://y"]]))
def test_standard_error_contains_no_masked_value(text: str, name: str, padding: str, options: list[str]) -> None:
    rest = f"me{padding}:{NEEDLE}@a.example/?{name}={NEEDLE}&{text.replace(NEEDLE, '')}"
    url = f"https://{rest}"
    captures = (url, f"Location: {url}", f"{url}\n\0", f'"GET {url} HTTP/1.1" 200 1 "{url}"', json.dumps({"log": url}))
    for arguments, stdin in (
        ([url], ""),
        ([rest], ""),
        (["--color", url], ""),
        *(([], capture) for capture in captures),
    ):
        result = CliRunner().invoke(
            cli, ["validate", *options, *arguments], input=stdin.encode("utf-8", "surrogateescape")
        )
        assert result.exit_code != ExitCode.INTERNAL_ERROR
        assert NEEDLE not in result.stdout
        assert NEEDLE not in result.stderr


@SOME
@given(
    st.binary(max_size=400),
    st.sampled_from(["auto", "text", "json", "urls"]),
    st.sampled_from([bytes, gzip.compress, lambda data: gzip.compress(data)[: len(data)]]),
)
def test_any_bytes_are_a_capture(data: bytes, input_format: str, pack: Any) -> None:
    data = pack(data)
    try:
        for redirect in Capture(Shown("-"), io.BytesIO(data), input_format):
            judge(redirect)
    except CaptureError as error:
        assert str(error)  # noqa: PT017 - either way is fine


@MANY
@given(VALID_TEXT)
def test_parsing_agrees_with_the_standard_library(query: str) -> None:
    query = query.replace("#", "")
    ours = [(parameter.name, parameter.value) for parameter in URL(f"https://a.example/?{query}").parameters]
    theirs = parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="replace", separator="&")
    assert ours == theirs


@pytest.mark.property
def test_parsing_agrees_with_whatwg() -> None:
    """Node's URL follows the standard; characters that it deletes (tabs and line ends) are not compared."""
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    urls: list[str] = []

    @settings(examples(3000), database=None)
    @given(VALID_TEXT)
    def collect(query: str) -> None:
        urls.append("https://a.example/?" + re.sub("[#\t\n\r]", "", query) + "#")

    collect()
    script = (
        "const urls = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(urls.map((url) => [...new URL(url).searchParams])));"
    )
    result = subprocess.run(["node", "-e", script], input=json.dumps(urls), capture_output=True, text=True, check=True)
    for url, theirs in zip(urls, json.loads(result.stdout), strict=True):
        assert [[parameter.name, parameter.value] for parameter in URL(url).parameters] == theirs


@MANY
@given(st.text(ALPHABET, max_size=30))
def test_every_decoded_character_has_a_place(raw: str) -> None:
    decoded = decode(raw)
    if find_malformed(raw):
        return
    spans = [span_of(raw, decoded, index) for index in range(len(decoded))]
    assert "".join(raw[start:end] for start, end in spans) == raw
    assert [decode(raw[start:end]) for start, end in spans] == list(decoded)


@MANY
@given(st.text(ALPHABET, max_size=30))
def test_secrets_are_nonempty_and_disjoint(value: str) -> None:
    spans = find_secrets(value)
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@MANY
@given(st.text(ALPHABET, max_size=30))
def test_text_is_malformed_if_it_cannot_be_decoded(raw: str) -> None:
    try:
        unquote_to_bytes(raw.encode("utf-8", "surrogateescape")).decode("utf-8")
        decodable = not re.search("%(?![0-9A-Fa-f]{2})", raw)
    except UnicodeError:
        decodable = False
    assert (find_malformed(raw) is None) is decodable


@SOME
@given(TEXT)
def test_only_values_on_the_allowlist_are_shown(text: str) -> None:
    for name, value in validate(text).redacted().parameters.items():
        assert value in ("", "***") or name in SHOWN


OUTCOMES = list(outcomes().values())
NAMES = sorted({name for outcome in OUTCOMES for name in outcome.schema["properties"]})
VALUES = sorted({value for outcome in OUTCOMES for example in outcome.examples for value in example.values()})
INSTANCES = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), st.text(max_size=3)),
    st.one_of(st.sampled_from(VALUES), st.sampled_from(VALUES).map("{}\n".format), st.text(max_size=40)),
    max_size=8,
)


def violations_by_jsonschema(schema: Any, instance: Any) -> list[tuple[Any, Any]]:
    return [
        (error.validator or None, error.absolute_path[0] if error.absolute_path else None)
        for error in Draft202012Validator(schema).iter_errors(instance)
    ]


@SOME
@given(st.sampled_from(OUTCOMES), st.booleans(), INSTANCES)
def test_violations_match_jsonschema(outcome: Outcome, completes: bool, instance: dict[str, str]) -> None:
    instance = (outcome.examples[0] if completes else {}) | instance
    assert list(outcome.violations(instance)) == violations_by_jsonschema(outcome.schema, instance)


SHAPES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer"},
        {"const": "a"},
        {"pattern": "^a$"},
        {"pattern": "b", "minLength": 2},
        {"minLength": 2, "maxLength": 3},
        {"enum": ["a", "ab"]},
        {"not": {"const": "a"}},
        {"pattern": "^x", "examples": ["a"]},
        False,
    ]
)
RESTS = st.sampled_from(
    [
        {},
        {"additionalProperties": {"type": "string"}},
        {"additionalProperties": False},
        {"additionalProperties": {"pattern": "a"}},
        {"propertyNames": {"maxLength": 1}},
        {"anyOf": [{"properties": {"p": {"const": "ab"}}}, {"required": ["q"]}]},
        {"type": "array"},
        {"maxProperties": 1},
    ]
)
WORDS = st.sampled_from(["a", "ab", "abc", "b", "bb", "a\n", "x", ""])


@SOME
@given(
    st.dictionaries(st.sampled_from("pqr"), SHAPES),
    RESTS,
    st.sets(st.sampled_from("pqr")),
    st.lists(st.dictionaries(st.sampled_from(["p", "q", "r", "st"]), WORDS), min_size=1, max_size=5),
)
def test_violations_of_any_schema_match_jsonschema(
    properties: dict[str, Any], rest: dict[str, Any], required: set[str], instances: list[dict[str, str]]
) -> None:
    described = {name: shape and {"description": "", "examples": ["ab"]} | shape for name, shape in properties.items()}
    schema = {"properties": described, "required": sorted(required)} | rest
    outcome = Outcome("x", "error", schema)
    for instance in instances:
        assert list(outcome.violations(instance)) == violations_by_jsonschema(schema, instance)
