"""Regressions that fuzzing found, and proof that the oracles detect planted bugs, without coverage guidance."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from connect_errors import url, validate
from connect_errors.captures.repetitions import Occurrence

from tests.fuzz import __main__ as command
from tests.fuzz import reference
from tests.fuzz.minimize import minimize
from tests.fuzz.mutator import mutate
from tests.fuzz.oracles import CANARY, Broken, plant_canaries
from tests.fuzz.targets import TARGETS, Target
from tests.helpers import cases
from tests.helpers.paths import ROOT

EACH_TARGET = pytest.mark.parametrize("name", TARGETS)


def broken_by_mutations(name: str, budget: int) -> Iterator[str]:
    """Yield the oracles that mutated seeds break."""
    random = Random(1)
    seeds = list(TARGETS[name].seeds())
    for _ in range(budget):
        if broken := command.find_broken(name, mutate(random.choice(seeds), 2000, random, seeds)):
            yield broken.oracle


@pytest.mark.slow
@EACH_TARGET
def test_seeds_break_no_oracle(name: str) -> None:
    for data in TARGETS[name].seeds():
        TARGETS[name].check(data)


@EACH_TARGET
def test_corpus_and_crashes_break_no_oracle(name: str) -> None:
    paths = [path for folder in (command.CORPUS, command.CRASHES) for path in sorted((folder / name).glob("*"))]
    assert paths
    for path in paths:
        TARGETS[name].check(path.read_bytes())


def test_the_corpus_is_small() -> None:
    sizes = [path.stat().st_size for path in command.CORPUS.rglob("*") if path.is_file()]
    assert len(sizes) <= 120
    assert sum(sizes) <= 200_000


@pytest.mark.slow
@EACH_TARGET
def test_no_oracle_is_broken_without_a_bug(name: str) -> None:
    assert list(broken_by_mutations(name, 100)) == []


def _split_at_semicolons(text: str, start: int, end: int) -> list[url.Parameter]:
    return list(SPLIT(text.replace(";", "&"), start, end))


SPLIT = url._parameters  # noqa: SLF001 - bugs are planted in private functions
BUGS: dict[str, tuple[str, str, object, str]] = {
    "redaction is off": (
        "url",
        "connect_errors.redaction._find_masked_spans",
        lambda _url: (),
        "a URL shows no more of a value than its parameter",
    ),
    "redaction is off, in the command": (
        "reports",
        "connect_errors.redaction._find_masked_spans",
        lambda _url: (),
        "no secret in any output",
    ),
    "a semicolon separates": ("url", "connect_errors.url._parameters", _split_at_semicolons, "the reference's verdict"),
    "control characters stay": (
        "url",
        "connect_errors.copying._UNPRINTABLE",
        re.compile("(?!)"),
        "a shown URL is plain",
    ),
    "places are not moved": (
        "url",
        "connect_errors.copying.Copy.map_span",
        lambda _self, span: span,
        "start and end index the url",
    ),
    "every value is interchangeable": (
        "text",
        "connect_errors.shapes.interchangeable_values",
        lambda _expectation: re.compile("=[^&]+"),
        "a capture counts what judging one by one counts",
    ),
    "every request follows a redirect": (
        "har",
        "connect_errors.captures.repetitions.Repetitions.add",
        lambda _self, _candidate: Occurrence(is_repetition=True, is_first_request=False, is_first_response=False),
        "the naive reading of a HAR file",
    ),
    "the JSON is cut off": (
        "drift",
        "connect_errors.formats.json.dumps",
        lambda *_, **_options: "{",
        "no JSONDecodeError",
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, place, replacement, oracle = BUGS[bug]
    monkeypatch.setattr(place, replacement)
    assert any(broken == oracle for broken in broken_by_mutations(name, 1500))


def test_the_reference_agrees_on_the_cases_and_rarely_abstains() -> None:
    verdicts = [
        (case, reference.judge(case.url, case.redirect_uri, case.state, case.expect))
        for case in cases.load_cases()
        if not isinstance(case.redirect_uri, list) and case.file not in ("connect-url", "escaped-copy")
        if not case.name.startswith("given as")
    ]
    for case, verdict in verdicts:
        if verdict:
            report = validate(case.url, **case.options)
            findings = {(finding.rule, finding.parameter) for finding in report.findings}
            assert verdict.differences(report.outcome, report.kind, dict(report.parameters), findings) == ""
    assert sum(verdict is None for _, verdict in verdicts) < len(verdicts) / 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/?code=1&lang=en&error=x", f"https://a.example/?code={CANARY}&lang={CANARY}&error=x"),
        ("https://me:pw@a.example/", f"https://{CANARY}:{CANARY}@a.example/"),
        ("error_message=a%3Bcode%253D1%26b", f"error_message=a%3Bcode%253D{CANARY}%26b"),
        ("postcode=1", "postcode=1"),
        ("?error=a\nstate=1", "?error=a\nstate=1"),
        ("/path&lang=en", "/path&lang=en"),
    ],
)
def test_canaries_are_planted(text: str, expected: str) -> None:
    assert plant_canaries(text) == expected


def test_inputs_are_minimized() -> None:
    assert minimize(b"12345 needle 67890", lambda data: b"needle" in data) == b"needle"
    assert minimize(b"12345", lambda data: len(data) > 2) == b"aaa"


def test_broken_oracles_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(data: bytes) -> None:
        if b"bug" in data:
            raise Broken("no bug", "here it is")

    monkeypatch.setitem(TARGETS, "url", Target(check, lambda: iter(())))
    monkeypatch.setattr(command, "CRASHES", tmp_path / "crashes")
    monkeypatch.chdir(tmp_path)
    assert command.report_input("url", b"a big bug it is") == 1
    (path,) = (tmp_path / "crashes" / "url").iterdir()
    assert path.read_bytes() == b"bug"
    repeat = f"python -m tests.fuzz --target url crashes/url/{path.name}"
    assert capsys.readouterr().out == f"url: broken: no bug: here it is\ninput: b'bug'\nrepeat: {repeat}\n"
    assert command.report_input("url", b"none") == 0


@pytest.mark.slow
def test_a_short_run_finds_nothing() -> None:
    if not find_spec("atheris"):
        pytest.skip("Atheris is not installed: pip install --group fuzz")
    result = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--target=har", "--tries=200"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    assert result.returncode == 0
    assert re.fullmatch(r"har: 200 inputs, \d+ a second, \d+ edges, seed 1\n", result.stdout)
