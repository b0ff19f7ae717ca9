"""The cases in `cases/*.toml`: a redirect, and its expected findings.

Each file is named after the rule that its cases must break; those in `conforming.toml` break none.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.helpers.paths import CASES

CONFORMING = "conforming"


@dataclass(frozen=True)
class Expected:
    """An expected finding; `place` is the text that it marks; omitted fields are not compared."""

    rule: str
    place: str | None = None
    parameter: str | None = None
    message: str | None = None
    advice: str | None = None


@dataclass(frozen=True)
class Case:
    """One redirect, the options for judging it, and all its findings."""

    file: str
    url: str
    name: str = ""
    outcome: str | None = None
    kind: str | None = None
    redirect_uri: str | list[str] | None = None
    state: str | None = None
    expect: str | None = None
    findings: tuple[Expected, ...] = ()
    notes: tuple[str, ...] = ()
    options: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        registered = [self.redirect_uri] if isinstance(self.redirect_uri, str) else self.redirect_uri
        options = {"redirect_uri": registered, "state": self.state, "expect": self.expect}
        object.__setattr__(self, "options", {name: value for name, value in options.items() if value is not None})


def load_cases() -> list[Case]:
    return [read_case(path.stem, table) for path in sorted(CASES.glob("*.toml")) for table in _tables(path)]


def _tables(path: Path) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return tables


def read_case(file: str, table: dict[str, Any]) -> Case:
    """Parse one table of a file; a `url` with `padding` is padded to the length `bytes`."""
    findings = tuple(Expected(**finding) for finding in table.pop("findings", ()))
    notes = tuple(table.pop("notes", ()))
    padding, size = table.pop("padding", ""), table.pop("bytes", 0)
    while padding and len(table["url"].encode()) < size:
        table["url"] += padding * ((size - len(table["url"].encode())) // len(padding.encode()))
    return Case(file=file, findings=findings, notes=notes, **table)
