"""The handbook pages: what each error means, who acts, what to do, what to tell the user (`docs/errors/*.md`).

A page is Markdown behind YAML front matter. Unknown, missing and mistyped keys are refused: each is a `Page` field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal, get_args

from validator.catalog import CatalogError, errors
from validator.paths import PAGES
from validator.rules import SITE

WhoActs = Literal["vehicle-owner", "developer", "smartcar"]
Retry = Literal["ask-again", "after-owner-acted", "later", "after-fix"]
Severity = Literal["expected", "attention", "incident"]
Stage = Literal["opening", "sign-in", "vehicle", "permissions", "anywhere"]

WHO_ACTS: dict[WhoActs, str] = {
    "vehicle-owner": "the vehicle owner",
    "developer": "you, the developer",
    "smartcar": "Smartcar",
}
RETRY: dict[Retry, str] = {
    "ask-again": "ask the vehicle owner again",
    "after-owner-acted": "after the vehicle owner acted",
    "later": "later",
    "after-fix": "not before a fix",
}
SEVERITY: dict[Severity, str] = {
    "expected": "expected, part of normal use",
    "attention": "attention, look when it grows",
    "incident": "incident, act now",
}
STAGES: dict[Stage, str] = {
    "opening": "Connect opens",
    "sign-in": "The owner signs in",
    "vehicle": "Connect looks for a vehicle",
    "permissions": "The owner is asked for permissions",
    "anywhere": "On more than one screen",
}
"""Where in Connect an error arises, in the order of its screens."""

_CHOICES = (("who_acts", WhoActs), ("retry", Retry), ("severity", Severity), ("arises", Stage))


@dataclass(frozen=True, slots=True)
class Message:
    """An example of what to tell the user."""

    title: str
    body: str
    button: str
    tone: str = "friendly"


@dataclass(frozen=True, slots=True)
class Testing:
    """What produces the error in Smartcar's test or simulated mode: an email, with any password, or a VIN."""

    email: str
    vin: str


@dataclass(frozen=True, slots=True)
class SDKs:
    """What each of Smartcar's SDKs makes of the error."""

    ios: str
    android: str
    javascript: str
    flutter: str


@dataclass(frozen=True, slots=True)
class Defect:
    """A place where the upstream page disagrees with itself or another, and what is done about it here."""

    what: str
    decision: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """Smartcar's own page about the error, the day it was read, and its known defects."""

    page: str
    read: date
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One handbook page."""

    title: str
    """The error's code."""
    summary: str
    """What happened, in one sentence."""
    who_acts: WhoActs
    retry: Retry
    severity: Severity
    arises: Stage
    """Where in Connect."""
    symptom: str
    """What the developer sees or hears of it, as a sentence."""
    next_step: str
    """What the application's developer does, in a sentence or two."""
    message: Message
    second_message: Message
    confused_with: Mapping[str, str]
    """Neighbouring codes, each with a sentence that tells them apart."""
    undocumented_names: Mapping[str, str] = field(default_factory=dict)
    """Names that are seen elsewhere for this error, each with a hint."""
    testing: Testing | None = None
    sdks: SDKs
    upstream: Upstream
    body: str = field(repr=False)
    """Markdown."""

    @property
    def address(self) -> str:
        """The page's address on the site."""
        return f"{SITE}errors/{self.title}/"


@cache
def page(code: str) -> Page:
    """Read the page of an error.

    Raises:
        CatalogError: the page is not readable, or its front matter is not that of a `Page`.
    """
    path = PAGES / f"{code}.md"
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CatalogError(f"{path}: not a handbook page ({error})") from error


@cache
def undocumented_names() -> dict[str, str]:
    """All names of errors that other sources use and no page documents, each with a hint."""
    return {name: hint for code in errors() for name, hint in page(code).undocumented_names.items()}


def _parse(text: str) -> Page:
    import yaml  # needed only where a page is shown

    start, front_matter, body = text.split("---\n", 2)
    if start:
        raise ValueError("it does not start with front matter")
    try:
        loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        meta = yaml.load(front_matter, loader)  # noqa: S506 - both loaders are safe ones; the first is fast
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    for key, choices in _CHOICES:
        if meta[key] not in get_args(choices):
            raise ValueError(f"{key} is {meta[key]!r}, not one of {', '.join(get_args(choices))}")
    return Page(**meta | _parts(meta), body=body.lstrip("\n"))


def _parts(meta: Mapping[str, Any]) -> dict[str, Any]:
    upstream = meta["upstream"]
    defects = tuple(Defect(**defect) for defect in upstream["defects"])
    return {
        "message": Message(**meta["message"]),
        "second_message": Message(**meta["second_message"]),
        "testing": Testing(**meta["testing"]) if "testing" in meta else None,
        "sdks": SDKs(**meta["sdks"]),
        "upstream": Upstream(**upstream | {"defects": defects}),
    }
