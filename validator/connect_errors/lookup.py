"""Look up the meaning of a name or a message: exactly, ignoring case and separators, or by part of it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Literal, NamedTuple

from connect_errors import lazy_re
from connect_errors.catalog import errors, outcomes, recognized_parameters, requests, successes
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.glossary import UNDOCUMENTED_WORDINGS, terms
from connect_errors.handbook import SDK_NAMES, page
from connect_errors.hints import KNOWN_PARAMETERS
from connect_errors.rules import RULES

Kind = Literal["error", "success", "rule", "parameter", "term", "Connect URL", "drift rule"]

MAX_QUERY = 500
_MIN_PART = 3
_WORD = lazy_re.pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


class Topic(NamedTuple):
    """Something that can be explained."""

    kind: Kind
    name: str


class Match(NamedTuple):
    """A topic that matches a query."""

    topic: Topic
    how: str = ""
    """Explains an alias, as a sentence in Markdown; empty if the query is the topic's name."""


class _Alias(NamedTuple):
    text: str
    match: Match


def look_up(query: str) -> list[Match]:
    """Find the topics that a query means, possibly several or none.

    An exact name wins; then names that are equal except for case, separators and quotes; then messages that contain
    the query or are contained in it; then names that contain the query's words.
    """
    query = query.strip()[:MAX_QUERY]
    if topic := topics().get(query):
        return [Match(topic)]
    steps: tuple[Callable[[str], Iterator[Match]], ...] = (_by_name, _by_message, _by_words)
    return next(filter(None, (_first_per_topic(step(query)) for step in steps)), [])


@cache
def topics() -> dict[str, Topic]:
    """Return all topics by name, in the order in which matches are listed."""
    parameters = sorted(recognized_parameters() | KNOWN_PARAMETERS.keys()) + [
        name for request in requests().values() for name in request.parameters
    ]
    names: tuple[tuple[Kind, Iterable[str]], ...] = (
        ("error", errors()),
        ("success", successes()),
        ("rule", RULES),
        ("parameter", parameters),
        ("term", terms()),
        ("Connect URL", requests()),
        ("drift rule", DRIFT_RULES),
    )
    by_name: dict[str, Topic] = {}
    for kind, kind_names in names:
        for name in kind_names:
            by_name.setdefault(name, Topic(kind, name))
    return by_name


def other_names_of_errors() -> dict[str, str]:
    """Return the error that each name or message means, except codes, their spellings and documented wordings."""
    names = {}
    for name, match in _aliases():
        code = match.topic.name
        if match.topic.kind != "error" or name in errors()[code].wordings:
            continue
        is_spelling = _normalize(name).removeprefix("smartcar") == _normalize(code)
        if not is_spelling and [other.topic for other in look_up(name)] == [match.topic]:
            names[name] = code
    return names


@cache
def _aliases() -> tuple[_Alias, ...]:
    """Return all other names: of errors on their pages, in SDKs and as wordings, and of terms."""
    return (*_names_of_errors(), *_names_of_errors_in_sdks(), *_wordings(), *_names_of_terms())


def _names_of_errors() -> Iterator[_Alias]:
    for code in errors():
        topic = Topic("error", code)
        for name, hint in page(code).undocumented_names.items():
            yield _Alias(name, Match(topic, f"`{name}` is not an error code that Connect documents. {hint}"))
        title = page(code).upstream.title
        yield _Alias(title, Match(topic, f"Smartcar's page about `{code}` is called {title}."))


def _names_of_errors_in_sdks() -> Iterator[_Alias]:
    for code in errors():
        sdks: dict[str, list[str]] = {}
        for key, label in SDK_NAMES.items():
            name = getattr(page(code).sdks, key).name
            if key != "android" and name != "Error":  # Android's exposes the code; `Error` is a class of the language
                sdks.setdefault(name, []).append(label)
        for name, sdk_labels in sdks.items():
            reports = "SDKs report" if len(sdk_labels) > 1 else "SDK reports"
            how = f"The {' and '.join(sdk_labels)} {reports} `{code}` as `{name}`."
            yield _Alias(name, Match(Topic("error", code), how))


def _wordings() -> Iterator[_Alias]:
    for code, outcome in errors().items():
        for wording in outcome.wordings:
            how = f'"{wording}" is a documented `error_description` of `{code}`. Its text may change at any time.'
            yield _Alias(wording, Match(Topic("error", code), how))
    for wording, code in UNDOCUMENTED_WORDINGS.items():
        how = f'"{wording}" is an `error_description` of `{code}` in tests of Smartcar\'s SDKs. No page documents it.'
        yield _Alias(wording, Match(Topic("error", code), how))


def _names_of_terms() -> Iterator[_Alias]:
    for title, term in terms().items():
        for name in term.names:
            yield _Alias(name, Match(Topic("term", title)))


def _by_name(query: str) -> Iterator[Match]:
    key = _normalize(query)
    for name, topic in topics().items():
        if key and _normalize(name) == key:
            yield Match(topic)
    for alias in _aliases():
        if key and _normalize(alias.text) == key:
            yield alias.match


def _by_message(query: str) -> Iterator[Match]:
    """Yield messages that contain the query or vice versa, by whole words, and codes within it; at least two words."""
    query_words = _words(query)
    catalog_names = [_Alias(name, Match(Topic(outcome.kind, name))) for name, outcome in outcomes().items()]
    for alias in (*catalog_names, *_aliases()):
        alias_words = _words(alias.text)
        if min(len(alias_words), len(query_words)) > 1 and (
            _contains(query_words, alias_words) or _contains(alias_words, query_words)
        ):
            yield alias.match


def _by_words(query: str) -> Iterator[Match]:
    """Yield names that contain each word of the query, or a word that starts with it."""
    query_words = _words(query)
    if not query_words or min(map(len, query_words)) < _MIN_PART:
        return
    for name, topic in topics().items():
        words = _words(name)
        if topic.kind != "drift rule" and all(
            any(word.startswith(query_word) for word in words) for query_word in query_words
        ):
            yield Match(topic)


def _first_per_topic(matches: Iterable[Match]) -> list[Match]:
    """Keep the first match of each topic."""
    by_topic: dict[Topic, Match] = {}
    for match in matches:
        by_topic.setdefault(match.topic, match)
    return list(by_topic.values())


def _normalize(text: str) -> str:
    return "".join(_words(text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(text))


def _contains(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(words)} "
