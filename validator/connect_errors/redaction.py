"""Redaction: the only module that decides what may be shown, by an allowlist.

A capture contains authorization codes, states, VINs and credentials, and is written by others. Only `Shown` is ever
printed, and only this module makes `Shown` from captured or typed text. `secrets` recognizes text that looks like a
secret, or like words.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import cast

from connect_errors import lazy_re
from connect_errors.catalog import recognized_parameters
from connect_errors.copying import MASK, Copy
from connect_errors.encoding import Span, decode
from connect_errors.escaping import MAX_SHOWN
from connect_errors.secrets import (
    SHOWN_PARAMETERS,
    decode_level,
    find_identifiers,
    find_secrets,
    looks_like_words,
    merge_spans,
)
from connect_errors.shown import Shown, join, own, say
from connect_errors.url import URL, Parameter

_APPLICATION_SCHEME = lazy_re.pattern("sc(?=[0-9a-f]*[0-9])", re.IGNORECASE)
"""The prefix of the scheme of a mobile application: `sc`, before the application's id."""
_HEAD = lazy_re.pattern("[A-Za-z0-9._-]+(?=[;=&,])")
"""Possibly a word before a matrix parameter, or before a query string that lost its question mark."""
_HOST = lazy_re.pattern(r"[\w.-]*|\[[0-9A-Fa-f:.]*\]")
"""Other hosts, which custom schemes allow, may contain anything."""
_FILE_NAME = lazy_re.pattern("(?:[^?&=%]|%(?!(?:25)*(?:3[FD]|26)))*", re.IGNORECASE)
_BETWEEN_WORDS = lazy_re.pattern("[ /]")
_DRIVE = lazy_re.pattern(r"[A-Za-z]:(?=[\\/])")
_POINTER = lazy_re.pattern("(?:/(?:[0-9]+|[a-z]{1,16}))*")
_WORDS = lazy_re.pattern(r"\S+")
_NUMBER = lazy_re.pattern("-?[0-9]{1,4}")
_OPTION = lazy_re.pattern("--?(?=[A-Za-z])")
_PUNCTUATION = "\"'`()[],.:;?!"


def copy_of(url: URL, *, masked: bool) -> Copy:
    """Copy a URL in printable ASCII without `##`; other characters are percent-encoded, as browsers do."""
    copy = Copy(url.text)
    end = min(url.base_span[1], MAX_SHOWN) if url.too_long else len(url.text)
    for span in merge_spans(sorted(_find_masked_spans(url))) if masked else ():
        if span[1] > end:
            end = min(span[0], end)
            break
        copy.keep(span[0])
        copy.mask(span[1])
    copy.keep(end)
    copy.mask(len(url.text))
    return copy


def shown_url(text: str) -> Shown:
    """Mask a URL; text that is not a URL is masked entirely."""
    return copy_of(URL(text), masked=True).text


def shown_part(url: URL, start: int, end: int) -> Shown:
    """Mask the part of a URL at a place."""
    copy = copy_of(url, masked=True)
    start, end = copy.map_span((start, end))
    return Shown(copy.text[start:end])


def shown_component(url: URL, name: str) -> Shown:
    """Mask the scheme, host, port or path of a URL."""
    text: str = getattr(url, name)
    start, end = url.base_span
    if name == "path":
        start = url.authority_span[1]
    elif name != "scheme":
        start, end = url.authority_span[0], url.authority_span[1]
        start = url.text.rfind(text, start, end)
    return shown_part(url, start, start + len(text))


def shown_name(name: str) -> Shown:
    """Show the name of a parameter that is in a schema, or is a plain identifier."""
    if name in recognized_parameters():
        return Shown(name)
    plain = name
    while plain.startswith("amp;"):  # escaped for HTML
        plain = plain[4:]
    return Shown(name) if plain in recognized_parameters() or looks_like_words(plain) else MASK


def shown_value(name: str, value: str) -> Shown:
    """Show the value of a parameter that is not secret, with possible secrets in it masked."""
    if name not in SHOWN_PARAMETERS:
        return MASK if value else Shown("")
    return _mask_secrets(value)


def unmasked(text: str) -> Shown:
    """Show anything: --show-values disables masking."""
    return Shown(text)


def all_unmasked(texts: list[str]) -> list[Shown]:
    """Show many texts, like `unmasked`."""
    return cast("list[Shown]", texts)


def unmasked_value(_name: str, value: str) -> Shown:
    """Show any value: --show-values disables masking."""
    return Shown(value)


def shown_source(source: str) -> Shown:
    """Show the path of a file, with query strings and possible secrets in names masked: `wget` puts both there."""
    if not source.strip(" "):
        return say('"{}"', Shown(source))
    drive = _DRIVE.match(source)
    start = drive.end() if drive else 0
    parts = (_mask_file_name(part) for part in source[start:].split("/"))
    shown = say("{}{}", Shown(source[:start]), join("/", parts))
    return say("./{}", shown) if shown == "argument" else shown  # what reports call the command line


def shown_pointer(pointer: str | None) -> Shown | None:
    """Show a JSON pointer (RFC 6901), with all keys masked but words and indexes."""
    if pointer is None or _POINTER.fullmatch(pointer):
        return None if pointer is None else Shown(pointer)
    keys = pointer.split("/")
    return join("/", (Shown(key) if key.isdecimal() or looks_like_words(key) else MASK for key in keys))


def shown_argument(text: str) -> Shown:
    """Show text that was typed in the wrong place: a URL, or words."""
    return shown_url(text) if "://" in text else shown_message(text)


def shown_message(text: str) -> Shown:
    """Show the words of a foreign message, of a library or the system, which may quote anything."""
    return Shown(_WORDS.sub(lambda match: _mask_word(match[0]), text))


def shown_error(error: Exception) -> Shown:
    """Show the message of an exception from the system or a library: why bytes cannot be read."""
    system = getattr(error, "strerror", None)
    return own(system) if system else shown_message(str(error))


def kind_and_length(text: str) -> Shown:
    """Describe a text that is not a URL without quoting it."""
    if not text:
        return Shown("it is empty")
    start = text.lstrip()
    kind = (
        Shown("JSON") if start.startswith(("{", "[")) else Shown("a query") if start.startswith("?") else Shown("text")
    )
    return say("{}, {:,} characters", kind, len(text)) if len(text) != 1 else say("{}, 1 character", kind)


def _mask_secrets(text: str) -> Shown:
    spans = find_secrets(text)
    if not spans:
        return Shown(text)
    pieces, end = [], 0
    for start, span_end in spans:
        pieces += [text[end:start], MASK]
        end = span_end
    return Shown("".join([*pieces, text[end:]]))


def _mask_file_name(name: str) -> Shown:
    plain: re.Match[str] = _FILE_NAME.match(name)  # type: ignore[assignment] # matches any text
    rest = MASK if plain.end() < len(name) else Shown("")
    return say("{}{}", _mask_secrets(plain[0]), rest)


def _mask_word(word: str) -> Shown:
    plain = word.strip(_PUNCTUATION)
    if not plain or _NUMBER.fullmatch(plain) or looks_like_words(_OPTION.sub("", plain, count=1)):
        return Shown(word)
    start = word.index(plain)
    return say("{}***{}", Shown(word[:start]), Shown(word[start + len(plain) :]))


def _find_masked_spans(url: URL) -> Iterator[Span]:
    """Yield the places to mask: everything not known to be harmless. They may overlap."""
    text = url.text
    end = url.base_span[1]
    if url.scheme is None and not url.is_partial:
        yield 0, len(text)  # not a URL: it could be anything
        return
    if url.scheme and end <= MAX_SHOWN and "@" not in text:
        yield from _find_in_address(text[:end])
    else:
        yield from _find_before_query(url)
    if url.too_long:
        return
    yield from _find_in_parameters(text, url.parameters)
    if "#" in text:
        yield from _find_in_path(text, *url.route_span)
        yield from _find_in_parameters(text, url.fragment_parameters)


@lru_cache(64)
def _find_in_address(address: str) -> tuple[Span, ...]:
    """Find the masked places in a URL before its query; cached, as most redirects of a run share an address."""
    return tuple(_find_before_query(URL(address)))


def _find_before_query(url: URL) -> Iterator[Span]:
    text = url.text
    end = url.base_span[1]
    if url.too_long:
        end = min(end, 2 * MAX_SHOWN)  # the rest is truncated
    if url.scheme and not looks_like_words(url.scheme):
        application = _APPLICATION_SCHEME.match(text)
        yield application.end() if application else 0, len(url.scheme)
    authority = url.authority_span
    if (url.problem and not url.is_partial) or not _HOST.fullmatch(url.host):
        yield authority
    else:
        yield from (
            (authority[0] + start, authority[0] + end) for start, end in find_identifiers(text[slice(*authority)])
        )
    if user_info := url.user_info:
        yield user_info
    yield from _find_in_path(text, max(authority[1], user_info[1] + 1 if user_info else 0), end)


def _find_in_parameters(text: str, parameters: Iterable[Parameter]) -> Iterator[Span]:
    recognized = recognized_parameters()
    for name, value, start, value_start, end in parameters:
        if name in SHOWN_PARAMETERS:
            for span in _find_in_value(text[value_start:end], value):
                yield value_start + span[0], value_start + span[1]
        elif name in recognized or shown_name(name) != MASK:
            yield value_start, end
        else:
            yield start, end


def _find_in_value(raw: str, value: str) -> Iterable[Span]:
    """Find possible secrets in a raw query value; each byte outside ASCII counts as a character."""
    text = raw.replace("+", " ")
    if "%" not in text:
        return find_secrets(text)
    if value.isascii() and "\\" not in text and ";" not in text and not find_secrets(value):
        return ()  # further levels decode to nothing else
    decoded, places = decode_level(text)
    return [(places[start], places[end]) for start, end in find_secrets(decoded)]


def _decodes_to_words(segment: str) -> bool:
    return all(map(looks_like_words, _BETWEEN_WORDS.split(decode(segment))))


def _find_in_path(text: str, start: int, end: int) -> Iterator[Span]:
    """Find path segments that do not look like words; in one with matrix parameters, only these."""
    while start < end:
        slash = text.find("/", start, end)
        stop = end if slash < 0 else slash
        segment = text[start:stop]
        if not looks_like_words(segment) and not ("%" in segment and _decodes_to_words(segment)):
            head = None if "@" in segment else _HEAD.match(segment)
            keeps_head = head and looks_like_words(head[0])
            yield start + (head.end() + 1 if head and keeps_head else 0), stop
        start = stop + 1
