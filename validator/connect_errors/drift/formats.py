"""Output formats of drift: those of `validate` that fit. Each returns its whole text, because pages are few."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from connect_errors.drift.report import Difference, Drift, Excerpt, PageReport
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.escaping import escape_unprintable, shorten
from connect_errors.formats.base import Settings
from connect_errors.formats.typesetting import INDENT, Typesetter, counted, escape_command

VERSION = 1
"""The version of the JSON document."""

_MAX_EXCERPT = 400
"""Maximum number of characters shown of a page's line without a terminal."""


def _text(drift: Drift, stream: TextIO, settings: Settings) -> str:
    """Write every difference with its place marked, known ones with their decision, then the totals."""
    typesetter = Typesetter(stream, settings)
    blocks = [] if settings.quiet else ["\n".join(_page(page, typesetter)) for page in drift.pages]
    if drift.absent and not settings.quiet:
        text = f"Pages not given: {', '.join(drift.absent)}. To list their addresses: connect-errors drift --list"
        blocks.append("\n".join(typesetter.wrapped(text, "")))
    blocks.append(f"{counted(len(drift.pages), 'page') or 'no page'}: {_sums(drift.differences)}")
    return "".join(f"{escape_command(line)}\n" for line in "\n\n".join(blocks).split("\n"))


def _page(page: PageReport, typesetter: Typesetter) -> Iterator[str]:
    unknown = [one for one in page.differences if not one.is_known]
    known = [one for one in page.differences if one.is_known]
    is_good = all(one.described.severity == "warning" for one in unknown)
    name = f" {typesetter.style(page.error, bold=True)}" if page.error else ""
    yield f"{typesetter.sign(good=is_good)} {shorten(page.source)}{name}: {_sums(page.differences)}"
    for difference in unknown:
        place = f"{shorten(page.source)}:{difference.mark.line}:{difference.mark.column}"
        yield from ("", f"{INDENT}{place}", *_marked(difference, typesetter))
        rule = difference.described
        yield from typesetter.words(rule.severity, difference.message, rule.name, rule.advice)
    if unknown and known:
        yield ""
    for difference in known:
        place = f"{difference.mark.line}:{difference.mark.column}"
        text = f"known at {place}: {difference.message} [{difference.rule}]. {difference.decision}"
        yield from (typesetter.style(line, dim=True) for line in typesetter.wrapped(text, INDENT))


def _sums(differences: Sequence[Difference]) -> str:
    known = sum(one.is_known for one in differences)
    new = counted(len(differences) - known, "new difference") or "nothing new"
    return f"{new}, {known} known" if known else new


def _marked(difference: Difference, typesetter: Typesetter) -> Iterator[str]:
    """Show the excerpt, cut to fit if it is long, with its place marked."""
    width = typesetter.width - len(INDENT) if typesetter.width else _MAX_EXCERPT
    text, start, end = _window(difference.excerpt, width)
    if not text.strip():
        return
    yield typesetter.gutter + text
    yield typesetter.gutter + " " * start + typesetter.mark(end - start, difference.described.severity)


def _window(excerpt: Excerpt, width: int) -> Excerpt:
    """Truncate a long excerpt on both sides of its place, with an ellipsis at each cut."""
    text, start, end = excerpt
    if len(text) > width:
        first = max(0, min(start - width // 4, len(text) - width))
        text, start, end = text[first : first + width], start - first, min(end - first, width)
        text = ("…" + text[1:] if first else text)[: width - 1] + (
            "…" if first + width < len(excerpt.text) else text[-1]
        )
    return Excerpt(text, start, end)


def _json(drift: Drift, stream: TextIO, settings: Settings) -> str:  # noqa: ARG001 - the signature of all formats
    from connect_errors.formats.json import dumps, encodable

    document = {
        "version": VERSION,
        "pages": [
            {
                "source": encodable(page.source),
                "error": page.error,
                "differences": [] if settings.quiet else [_difference(one) for one in page.differences],
            }
            for page in drift.pages
        ],
        "absent": list(drift.absent),
        "summary": {
            "pages": len(drift.pages),
            "errors": drift.errors,
            "warnings": drift.warnings,
            "known": drift.known,
        },
    }
    return dumps(document, indent=2) + "\n"


def _difference(difference: Difference) -> dict[str, Any]:
    rule = difference.described
    return {
        "rule": rule.name,
        "severity": rule.severity,
        "message": escape_unprintable(difference.message),
        "line": difference.mark.line,
        "column": difference.mark.column,
        "end_column": difference.mark.end_column,
        "known": difference.is_known,
        "decision": difference.decision,
        "help": rule.address,
    }


def _sarif(drift: Drift, stream: TextIO, settings: Settings) -> str:  # noqa: ARG001 - the signature of all formats
    """Write a result per difference; known ones are suppressed, with their decision as the justification."""
    from connect_errors.formats import sarif
    from connect_errors.formats.json import dumps

    folder = Path.cwd()
    indexes = {name: index for index, name in enumerate(DRIFT_RULES)}

    def result(page: PageReport, one: Difference) -> dict[str, Any]:
        region = {"startLine": one.mark.line, "startColumn": one.mark.column, "endColumn": one.mark.end_column}
        found: dict[str, Any] = {
            "ruleId": one.rule,
            "ruleIndex": indexes[one.rule],
            "level": one.described.severity,
            "message": sarif.message_of(one.message),
            "locations": [
                {"physicalLocation": {"artifactLocation": sarif.artifact(page.source, folder), "region": region}}
            ],
            "partialFingerprints": {"difference/v1": f"{page.error} {one.rule} {escape_unprintable(one.subject)}"},
        }
        if one.is_known:
            found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": one.decision}]
        return found

    notes = [("error", f"{name} could not be read: {why}") for name, why in drift.unreadable]
    notes += [("note", f"The page of {code} was not among those given.") for code in drift.absent]
    run = sarif.run(DRIFT_RULES.values()) | {
        "results": [result(page, one) for page in drift.pages for one in page.differences],
        "invocations": [
            {
                "executionSuccessful": not drift.unreadable,
                "toolExecutionNotifications": [
                    {"level": level, "message": sarif.message_of(text)} for level, text in notes
                ],
            }
        ],
    }
    return f"{sarif.HEAD}{dumps(run)}]}}\n"


def _github(drift: Drift, stream: TextIO, settings: Settings) -> str:  # noqa: ARG001 - the signature of all formats
    """Write an annotation per difference; a known one is a notice."""
    from connect_errors.formats.github import command, file_of, repository

    folder = repository()
    lines = []
    for page in drift.pages:
        for one in () if settings.quiet else page.differences:
            place = {"line": str(one.mark.line), "col": str(one.mark.column), "endColumn": str(one.mark.end_column)}
            file = file_of(page.source, folder)
            properties = file | (place if file else {}) | {"title": one.rule}
            text = (escape_unprintable(one.message), one.decision or one.described.advice, one.described.address)
            lines.append(command("notice" if one.is_known else one.described.severity, properties, "\n".join(text)))
    lines += [
        command("error", {}, f"{escape_unprintable(name)} could not be read: {why}") for name, why in drift.unreadable
    ]
    lines += [command("notice", {}, f"The page of {code} was not among those given.") for code in drift.absent]
    return "".join(lines)


DRIFT_FORMATS: dict[str, Callable[[Drift, TextIO, Settings], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
"""The formats by name, as `--format` takes it."""
