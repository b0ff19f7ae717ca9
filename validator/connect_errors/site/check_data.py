"""The data of the site's checker, `check.json`: everything that `docs/assets/check.js` and `find.js` use except logic.

Schemas, rules, messages and regular expressions exist only once, in this package; only the logic is duplicated.
"""

import html
import json
import re
from types import ModuleType
from typing import Any, cast

from connect_errors import (
    address,
    argument,
    connect_url,
    copying,
    encoding,
    escapes,
    escaping,
    hints,
    host,
    judge,
    lookup,
    naming,
    oauth,
    placeholders,
    redaction,
    rewriters,
    rules,
    secrets,
    state,
    suggestion,
    url,
)
from connect_errors.captures import (
    anchors,
    detection,
    displayed,
    escaped_copies,
    joining,
    logs,
    messages,
    scanner,
    selection,
    text,
    url_reader,
    walker,
)
from connect_errors.catalog import errors, recognized_parameters, requests, successes
from connect_errors.handbook import RETRY, WHO_ACTS, page, undocumented_names
from connect_errors.judge import raw_text, values
from connect_errors.lazy_re import LazyPattern
from connect_errors.paths import CatalogError
from connect_errors.schema import DISCRIMINATORS, Outcome, Schema
from connect_errors.site.portable import to_javascript
from connect_errors.site.unicode_tables import casefold, character_references, right_to_left_class

VERSION = 1

ANNOTATIONS = frozenset({"$schema", "title", "description", "examples"})
_ASSERTIONS = frozenset({"type", "required", "const", "enum", "pattern", "minLength", "maxLength"})
_APPLICATORS = frozenset({"properties", "additionalProperties", "anyOf"})
KEYWORDS = _ASSERTIONS | _APPLICATORS
"""The keywords that `check.js` evaluates."""

_MODULES = (
    address,
    argument,
    connect_url,
    copying,
    encoding,
    escapes,
    escaping,
    hints,
    host,
    naming,
    placeholders,
    raw_text,
    redaction,
    rewriters,
    secrets,
    state,
    url,
    values,
)
"""The modules whose patterns `check.js` uses."""

UNUSED = frozenset({"url._SCHEME", "url._PATH_AND_REST", "url._SLASHES"}) | {
    f"redaction.{name}" for name in ("_FILE_NAME", "_DRIVE", "_POINTER")
}
"""Patterns for input that the checker does not read: redirects by servers, file names, JSON pointers."""

_CAPTURE_PATTERNS = (
    (detection, "_COMPLETE", "_URL"),
    (displayed, "_ESCAPE", "_QUOTE"),
    (joining, "_AND_NAME", "_HEADER", "_NEXT_LITERAL", "_PROPERTY", "_STARTS_URL", "_UNBROKEN", "_URL_ONLY"),
    (logs, "REQUEST", "_ESCAPE", "_REST"),
    (url_reader, "_END_OF_PATH"),
    (messages, "_HEADER", "_LOCATION", "_MARKS", "_METHOD", "_REFERER"),
    (
        scanner,
        "SCHEME",
        "_BODY",
        "_CLOSING_QUOTE",
        "_OWN_SEMICOLON",
        "_FULL_STOPS",
        "_HOST",
        "_LOOPBACK",
        "_MARKUP",
        "_PATH",
        "_QUERY_MARK",
        "_SEQUENCE",
    ),
    (selection, "SMARTCAR", "UUID", "_GOOGLE", "_IDENTIFIER"),
    (text, "_CSV_HEADER"),
    (walker, "WHOLE"),
    (lookup, "_WORD"),
)
"""Other patterns, by module: for redirects in text, for which the checker has fewer readers, and for names."""


def check_data() -> dict[str, Any]:
    """Return the content of `check.json`.

    Raises:
        CatalogError: a schema has a keyword that `check.js` does not support.
    """
    return {
        "version": VERSION,
        "site": rules.SITE,
        "rules": {rule.name: [rule.severity, rule.advice] for rule in rules.RULES.values()},
        "errors": {name: _schema(outcome) for name, outcome in errors().items()},
        "successes": {name: _schema(outcome) for name, outcome in successes().items()},
        "requests": {name: _schema(request) for name, request in requests().items()},
        "next": {name: _next_steps(outcome) for name, outcome in errors().items()},
        "names": lookup.other_names_of_errors(),
        "limits": _limits(),
        "words": _texts(),
        "tables": _tables(),
        "patterns": _patterns(),
        "casefold": casefold(),
        "entities": character_references(),
    }


def check_json() -> str:
    """Write `check.json` without whitespace.

    Raises:
        CatalogError: a schema has a keyword that `check.js` does not support.
    """
    return json.dumps(check_data(), ensure_ascii=False, separators=(",", ":")) + "\n"


def check_schema(schema: Any, path: str) -> None:  # noqa: ANN401 - any schema
    """Reject a schema that `check.js` would not evaluate like `jsonschema`.

    Raises:
        CatalogError: it has an unsupported keyword; the message names it.
    """
    if isinstance(schema, bool):
        return
    for keyword, value in schema.items():
        if keyword not in KEYWORDS | ANNOTATIONS:
            raise CatalogError(f"{path}: docs/assets/check.js does not know the keyword {keyword}; teach it first")
        if keyword == "type" and value not in ("object", "string"):
            raise CatalogError(f"{path}: docs/assets/check.js does not know the type {value}; teach it first")
        if keyword == "properties":
            inner = list(value.values())
        else:
            inner = {"anyOf": value, "additionalProperties": [value]}.get(keyword, [])
        for subschema in inner:
            check_schema(subschema, path)


def _schema(schema: Schema) -> dict[str, Any]:
    """Return a schema without annotations that are not used in messages."""
    check_schema(schema.schema, schema.path)
    kept = {name: value for name, value in schema.schema.items() if name not in ANNOTATIONS}
    kept["properties"] = {name: _parameter(name, value) for name, value in schema.schema["properties"].items()}
    if isinstance(schema, Outcome) and schema.kind == "success":  # an error has its handbook page
        kept["description"] = schema.schema["description"]
    return kept


def _parameter(name: str, schema: Any) -> Any:  # noqa: ANN401 - any schema
    if schema is False:
        return False
    ignored = {"title", "examples"} if name != "error_description" else {"title"}
    if not schema.keys() & {"pattern", "minLength", "maxLength", "enum"}:
        ignored.add("description")
    return {keyword: value for keyword, value in schema.items() if keyword not in ignored}


def _next_steps(outcome: Outcome) -> dict[str, Any]:
    handbook = page(outcome.name)
    return {
        "summary": handbook.summary,
        "next_step": handbook.next_step,
        "who_acts": WHO_ACTS[handbook.who_acts],
        "retry": RETRY[handbook.retry],
        "message": [handbook.message.title, handbook.message.body, handbook.message.button],
        "page": handbook.address,
    }


def _limits() -> dict[str, int]:
    return {
        "bytes": url.MAX_BYTES,
        "port": url._MAX_PORT,
        "text": argument.MAX_LENGTH,
        "query": lookup.MAX_QUERY,
        "layers": argument._MAX_LAYERS,
        "findings": judge.MAX_FINDINGS_PER_RULE,
        "characters": values.MAX_CHARACTERS,
        "shown": escaping.MAX_SHOWN,
        "label": host._MAX_LABEL,
        "common": state._MIN_COMMON_LENGTH,
        "name": suggestion._MAX_LENGTH,
        "levels": secrets.MAX_LEVELS,
        "words": secrets._MAX_WORDS,
        "numbered": secrets._MAX_NUMBERED,
        "digits": secrets._MAX_DIGITS,
        "part": secrets._MIN_PART,
    }


def _texts() -> dict[str, str]:
    """Return advice that belongs to no rule, and other texts, by constant name."""
    constants = (
        (module, name, text) for module in (address, connect_url, placeholders) for name, text in vars(module).items()
    )
    words = {name: text for _, name, text in constants if name.endswith("_REMEDY")}
    return words | {
        "JAVASCRIPT_SDK_HOST": address.JAVASCRIPT_SDK_HOST,
        "CONNECT_HOST": connect_url.HOST,
        "BASE64": rewriters._BASE64,
    }


def _tables() -> dict[str, Any]:
    return {
        "discriminators": DISCRIMINATORS,
        "recognized": sorted(recognized_parameters()),
        "shown": sorted(secrets.SHOWN_PARAMETERS),
        "oauth_errors": sorted(oauth.OAUTH_ERRORS),
        "hints": hints.KNOWN_PARAMETERS,
        "undocumented": undocumented_names(),
        "no_value": placeholders._NO_VALUE,
        "quotes": placeholders._QUOTES,
        "media": escapes.MEDIA,
        "rewriters": [
            [rewriter.name, to_javascript(rewriter.host), rewriter.path, rewriter.parameters]
            for rewriter in rewriters._REWRITERS
        ],
        "marks": [[medium, to_javascript(sign), raw and to_javascript(raw)] for medium, sign, raw in escapes._MARKS],
        "special": sorted(host.SPECIAL_SCHEMES),
        "ports": address._DEFAULT_PORTS,
        "pairs": argument._PAIRS,
        "punctuation": argument._PUNCTUATION,
        "errors": sorted(errors()),
        "foreign": sorted(selection.FOREIGN_NAMES),
        "reasons": selection.REASONS,
        "containers": {
            medium: to_javascript(pattern) for medium, pattern in escaped_copies._ESCAPED_BY_CONTAINER.items()
        },
        "references": {str(number): text for number, text in html._invalid_charrefs.items()},  # type: ignore[attr-defined] # not in typeshed
    }


def _patterns() -> dict[str, str]:
    patterns = {
        f"{_name(module)}.{name}": to_javascript(cast("re.Pattern[str]", pattern))
        for module in _MODULES
        for name, pattern in vars(module).items()
        if isinstance(pattern, LazyPattern)
    }
    patterns |= {f"oauth.{name}": to_javascript(pattern) for name, pattern in oauth.OUTSIDE_CHARSET.items()}
    patterns |= {
        f"{_name(module)}.{name}": to_javascript(getattr(module, name))
        for module, *names in _CAPTURE_PATTERNS
        for name in names
    }
    patterns["scanner.anchor"] = to_javascript(anchors.anchor_pattern())
    # It is matched line by line, so without re.MULTILINE.
    patterns["messages.MESSAGE"] = to_javascript(re.compile(messages._MESSAGE.pattern))
    patterns["secrets.secret_name"] = to_javascript(secrets._secret_name())
    patterns["host.right_to_left"] = right_to_left_class()
    return {name: pattern for name, pattern in patterns.items() if name not in UNUSED}


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]
