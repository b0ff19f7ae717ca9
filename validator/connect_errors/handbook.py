"""The handbook pages (`docs/errors/*.md`): what each error means, who acts, what to do, what to tell the user.

A page is front matter followed by Markdown. The front matter is YAML, as usual, but restricted to JSON, a subset of
YAML, so it needs no YAML parser, whose import would take a tenth of the start-up. Each key is a field of `Page`;
unknown and missing keys are rejected.
"""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from connect_errors.catalog import errors
from connect_errors.paths import PAGES, CatalogError
from connect_errors.rules import SITE

WhoActs = Literal["vehicle-owner", "developer", "smartcar"]
Retry = Literal["ask-again", "after-owner-acted", "later", "after-fix"]
Severity = Literal["expected", "attention", "incident"]
LeadsTo = Literal["connect", "support", "alternatives"]
Stage = Literal["opening", "sign-in", "vehicle", "permissions", "anywhere"]

WHO_ACTS: dict[WhoActs, str] = {
    "vehicle-owner": "the vehicle owner",
    "developer": "you, the developer",
    "smartcar": "Smartcar",
}
RETRY: dict[Retry, str] = {
    "ask-again": "ask the vehicle owner again",
    "after-owner-acted": "once the vehicle owner has fixed it",
    "later": "later",
    "after-fix": "only after a fix",
}
SEVERITY: dict[Severity, str] = {
    "expected": "expected, part of normal use",
    "attention": "attention, investigate if it becomes more frequent",
    "incident": "incident, act now",
}
LEADS_TO: dict[LeadsTo, str] = {
    "connect": "Connect, in a new session",
    "support": "your support",
    "alternatives": "a page of yours that offers other options",
}
LOG_LEVEL: dict[Severity, str] = {"expected": "info", "attention": "warning", "incident": "error"}
"""The log level for errors of each severity."""
ALERT: dict[Severity, str] = {"expected": "never", "attention": "rate", "incident": "first"}
"""The alert policy: `first` on the first occurrence, `rate` when the rate rises."""
STAGES: dict[Stage, str] = {
    "opening": "Connect opens",
    "sign-in": "The owner signs in",
    "vehicle": "Connect looks for a vehicle",
    "permissions": "The owner is asked for permissions",
    "anywhere": "On more than one screen",
}
"""Stages of Connect at which errors arise, in the order of its screens."""


class Message(NamedTuple):
    """An example of what to tell the user."""

    title: str
    body: str
    button: str
    leads_to: LeadsTo
    """The target of the button."""
    tone: str = "friendly"


class Testing(NamedTuple):
    """Input that produces the error in Smartcar's simulated mode: an email, with any password, or a VIN."""

    email: str
    vin: str


class ConnectParameters(NamedTuple):
    """Parameters of the Connect URL with which the error can be reproduced."""

    mode: str
    single_select_vin: str | None = None


class SDKError(NamedTuple):
    """The representation of the error in one of Smartcar's SDKs."""

    name: str
    """The type, class or text to test for."""
    details: tuple[str, ...] = ()
    """The redirect parameters that the SDK exposes with the error."""
    note: str = ""


SDK_NAMES = {"ios": "iOS", "android": "Android", "javascript": "JavaScript", "flutter": "Flutter"}
"""The names of the SDKs, by field of `SDKs`."""


class SDKs(NamedTuple):
    """The representation of the error in each of Smartcar's SDKs."""

    ios: SDKError
    android: SDKError
    javascript: SDKError
    flutter: SDKError


class KnownDifference(NamedTuple):
    """A difference that `drift` finds on the page because of a defect: its rule and its subject."""

    rule: str
    subject: str


class Defect(NamedTuple):
    """An inconsistency within the upstream page or with another page, and how it is handled here."""

    what: str
    decision: str
    shows: tuple[KnownDifference, ...] = ()


class Upstream(NamedTuple):
    """Smartcar's own page about the error, the date it was read, and its known defects."""

    page: str
    title: str
    read: date
    descriptions: Mapping[str, str]
    """The parameters that its table describes besides the code, each with a digest of its description."""
    defects: tuple[Defect, ...]

    @property
    def source(self) -> str:
        """URL of the page's Markdown."""
        return f"{self.page}.md"


class Page(NamedTuple):
    """A handbook page."""

    title: str
    """The error's code."""
    summary: str
    """Summary of what happened, in one sentence."""
    who_acts: WhoActs
    retry: Retry
    severity: Severity
    arises: Stage
    """The stage of Connect."""
    symptom: str
    """Observable symptom for the developer, as a sentence."""
    next_step: str
    """The developer's next step, in a sentence or two."""
    trigger: str
    """Steps that trigger the error at Smartcar, in a sentence or two."""
    message: Message
    second_message: Message
    confused_with: Mapping[str, str]
    """Codes that are easily confused with it, each with a sentence on the difference."""
    sdks: SDKs
    upstream: Upstream
    body: str
    """Markdown."""
    logs: tuple[str, ...] = ()
    """Parameters that a handler logs with the code: they contain no secret except ones that masking finds."""
    undocumented_names: Mapping[str, str] = MappingProxyType({})
    """Names used elsewhere for this error, each with a hint."""
    testing: Testing | None = None
    connect: ConnectParameters | None = None
    """None if the error does not depend on them."""

    @property
    def address(self) -> str:
        """URL of the page on the site."""
        return f"{SITE}errors/{self.title}/"


@cache
def page(code: str) -> Page:
    """Read the page of an error.

    Raises:
        CatalogError: the page cannot be read, or its front matter is not that of a `Page`.
    """
    path = PAGES / f"{code}.md"
    try:
        return _parse(code, path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CatalogError(f"{path}: not a handbook page ({error}); reinstall connect-errors") from error


@cache
def undocumented_names() -> dict[str, str]:
    """Return all names of errors that other sources use but no page documents, each with a hint."""
    return {name: hint for code in errors() for name, hint in page(code).undocumented_names.items()}


def _parse(code: str, text: str) -> Page:
    start, *parts = text.split("---\n", 2)
    if start or len(parts) != 2:  # noqa: PLR2004 - front matter and body
        raise ValueError("it does not start with front matter")
    parsed: Page = _convert("front matter", Page, json.loads(parts[0]) | {"body": parts[1].lstrip("\n")})
    if parsed.title != code:
        raise ValueError(f"its title is {parsed.title!r}")
    return parsed


def _convert(name: str, kind: Any, value: Any) -> Any:  # noqa: ANN401 - as its annotation says
    """Convert JSON to the annotated type of a field: a named tuple, or one of its field types."""
    if isinstance(kind, UnionType):
        kind, _ = get_args(kind)  # the other type is None, the default
    if kind is date:
        return date.fromisoformat(value)
    if get_origin(kind) is Mapping:
        return {key: _convert(key, str, item) for key, item in value.items()}
    if get_origin(kind) is tuple:
        return tuple(_convert(name, get_args(kind)[0], item) for item in value)
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(f"{name} is {value!r}, not one of {', '.join(get_args(kind))}")
    elif kind is not str:
        return kind(**{key: _convert(key, kind.__annotations__.get(key, str), item) for key, item in value.items()})
    elif not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}, not a text")
    return value
