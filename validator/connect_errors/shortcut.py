"""Verdicts that repeat: nearly all redirects of a capture differ only in values that no rule looks into.

A state, a code or a VIN is as good as any other of its kind, as long as it is plain (unreserved characters alone,
so that no rule about encoding or characters can apply) and meets what every schema says about its parameter. So
each line is turned into one that has examples in their place, and `judge` is asked once about each of those. There
is no second implementation of the rules; a property test holds that the counts are the same on any input.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from connect_errors.captures import Batch
from connect_errors.catalog import outcomes, recognized_parameters
from connect_errors.judge import Expectation, judge
from connect_errors.report import Summary, Verdict
from connect_errors.url import MAX_BYTES

_MOST_ENTRIES = 10_000
"""Pieces, and verdicts, that are remembered; what comes then is judged one by one."""

_LONGEST_LINE = 2_000
"""Characters of a line that is worth remembering; far from `MAX_BYTES`, so that none is too long."""
assert _LONGEST_LINE * 4 < MAX_BYTES  # noqa: S101 - holds two constants together

_MOST_PIECES = 50
"""Pieces of a line that is worth remembering."""

_LONGEST_VALUE = 200

_LOOKED_INTO = frozenset({"error", "error_description"})
"""Parameters whose values the rules look into, beyond the schemas."""

_UNDERSTOOD = frozenset({"type", "title", "description", "examples", "pattern", "minLength", "maxLength"})

Key = tuple[str, ...]


class _Free(NamedTuple):
    """A parameter whose value does not matter where it matches, and a whole `name=value` for all of those."""

    matches: Callable[[str], object]
    likeness: str


class Shortcut:
    """Counts the redirects of one capture's batches, as far as their verdicts repeat.

    Args:
        expectation: what the redirects are judged with.
        counts_findings: whether redirects with findings may be counted alone, too.
    """

    def __init__(self, expectation: Expectation, *, counts_findings: bool) -> None:
        self._expectation = expectation
        self._counts_findings = counts_findings
        self._pieces = _Pieces(_free_parameters(expectation))
        self._verdicts: dict[Key, Verdict | None] = {}
        """By the pieces of a line; None where each such line must be judged by itself."""

    def count(self, batch: Batch, start: int, summary: Summary) -> list[int]:
        """Add lines of a batch to the summary, from index `start` on.

        Returns the indexes of those that were not: each of them must be judged by itself.
        """
        likeness = self._pieces.__getitem__
        keys = [
            tuple(map(likeness, line.split("&"))) if len(line) < _LONGEST_LINE else ()
            for line in (batch.lines[start:] if start else batch.lines)
        ]
        alone = set()
        for key, times in Counter(keys).items():
            verdict = self._verdicts[key] if key in self._verdicts else self._judge(key, batch)
            if verdict is None:
                alone.add(key)
            else:
                summary.add_verdict(verdict, times)
        return [index for index, key in enumerate(keys, start) if key in alone] if alone else []

    def _judge(self, key: Key, batch: Batch) -> Verdict | None:
        if not 0 < len(key) <= _MOST_PIECES or len(self._verdicts) >= _MOST_ENTRIES:
            return None
        redirect = batch.redirect_of("&".join(key))
        report = judge(redirect, self._expectation) if redirect else None
        is_counted = report and (self._counts_findings or not report.findings)
        verdict = self._verdicts[key] = report.verdict if report and is_counted else None
        return verdict


class _Pieces(dict[str, str]):
    """The pieces of lines, between each `&`, and what each is as good as: itself, or one with an example's value."""

    def __init__(self, free: dict[str, _Free]) -> None:
        super().__init__()
        self._free = free
        """By what stands before the value: a name, or in the first piece of a line all before it."""

    def __missing__(self, piece: str) -> str:
        before, _, value = piece.partition("=")
        free = self._free.get(before) or self._behind_base(before)
        if free and free.matches(value):
            return free.likeness
        if len(self) < _MOST_ENTRIES:
            self[piece] = piece
        return piece

    def _behind_base(self, before: str) -> _Free | None:
        base, question_mark, name = before.partition("?")
        if name not in self._free:
            return None
        free = self._free[name]
        free = free._replace(likeness=f"{base}{question_mark}{free.likeness}")
        if len(self._free) < _MOST_ENTRIES:
            self._free[before] = free
        return free


def _free_parameters(expectation: Expectation) -> dict[str, _Free]:
    """The parameters whose value does not matter where it is one of many, by name."""
    fixed = set(_LOOKED_INTO)
    if expectation.state is not None:
        fixed.add("state")
    if expectation.redirect_uri:
        fixed.update(name for name in recognized_parameters() if name in expectation.redirect_uri.text)
        fixed.update(parameter.name for parameter in expectation.redirect_uri.parameters)  # encoded names, too
    free = {}
    for name in recognized_parameters() - fixed:
        schemas = [outcome.parameters[name] for outcome in outcomes().values() if name in outcome.parameters]
        if all(schema.keys() <= _UNDERSTOOD for schema in schemas):
            patterns = "".join(f"(?=.*?(?:{schema['pattern']}))" for schema in schemas if "pattern" in schema)
            least = max(1, *(schema.get("minLength", 1) for schema in schemas))
            most = min(_LONGEST_VALUE, *(schema.get("maxLength", _LONGEST_VALUE) for schema in schemas))
            pattern = re.compile(f"{patterns}[A-Za-z0-9._~-]{{{least},{most}}}")
            example = next(filter(pattern.fullmatch, (one for s in schemas for one in s.get("examples", ()))), None)
            if example is not None:
                free[name] = _Free(pattern.fullmatch, f"{name}={example}")
    return free
