"""Output formats of drift: those of `validate` that fit. Each returns its whole text, because pages are few."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from connect_errors.drift.report import Difference, Drift, Excerpt, PageReport
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.escaping import escape_unprintable, shorten
from connect_errors.formats.base import Settings
from connect_errors.formats.typesetting import INDENT, Typesetter, escape_command, pluralize

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
        blocks.append("\n".join(typesetter.wrap(text, "")))
    pages = pluralize(len(drift.pages), "page")
    blocks.append(f"{pages}: {_totals(drift.differences)}" if pages else "no page was compared")
    return "".join(f"{escape_command(line)}\n" for line in "\n\n".join(blocks).split("\n"))


def _page(page: PageReport, typesetter: Typesetter) -> Iterator[str]:
    unknown = [difference for difference in page.differences if not difference.is_known]
    known = [difference for difference in page.differences if difference.is_known]
    is_good = all(difference.definition.severity == "warning" for difference in unknown)
    name = f" {typesetter.style(page.error, bold=True)}" if page.error else ""
    yield f"{typesetter.sign(good=is_good)} {shorten(page.source)}{name}: {_totals(page.differences)}"
    for difference in unknown:
        place = f"{shorten(page.source)}:{difference.mark.line}:{difference.mark.column}"
        yield from ("", f"{INDENT}{place}", *_marked_excerpt(difference, typesetter))
        rule = difference.definition
        yield from typesetter.finding_lines(rule.severity, difference.message, rule.name, rule.advice)
    if unknown and known:
        yield ""
    for difference in known:
        place = f"{difference.mark.line}:{difference.mark.column}"
        text = f"known at {place}: {difference.message} [{difference.rule}]. {difference.decision}"
        yield from (typesetter.style(line, dim=True) for line in typesetter.wrap(text, INDENT))


def _totals(differences: Sequence[Difference]) -> str:
    known = sum(difference.is_known for difference in differences)
    new = pluralize(len(differences) - known, "new difference") or "nothing new"
    return f"{new}, {known} known" if known else new


def _marked_excerpt(difference: Difference, typesetter: Typesetter) -> Iterator[str]:
    """Show the excerpt, cut to fit if it is long, with its place marked."""
    width = typesetter.width - len(INDENT) if typesetter.width else _MAX_EXCERPT
    text, start, end = _window(difference.excerpt, width)
    if not text.strip():
        return
    yield typesetter.gutter + text
    yield typesetter.gutter + " " * start + typesetter.mark(end - start, difference.definition.severity)


def _window(excerpt: Excerpt, width: int) -> Excerpt:
    """Truncate a long excerpt on both sides of its place, with an ellipsis at each cut."""
    text, start, end = excerpt
    if len(text) > width:
        cut = max(0, min(start - width // 4, len(text) - width))
        text, start, end = text[cut : cut + width], start - cut, min(end - cut, width)
        text = ("…" + text[1:] if cut else text)[: width - 1] + ("…" if cut + width < len(excerpt.text) else text[-1])
    return Excerpt(text, start, end)


def _json(drift: Drift, stream: TextIO, settings: Settings) -> str:  # noqa: ARG001 - the signature of all formats
    from connect_errors.formats.json import dumps, encodable

    document = {
        "version": VERSION,
        "pages": [
            {
                "source": encodable(page.source),
                "error": page.error,
                "differences": [] if settings.quiet else [_difference(difference) for difference in page.differences],
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
    rule = difference.definition
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

    def result(page: PageReport, difference: Difference) -> dict[str, Any]:
        region = {
            "startLine": difference.mark.line,
            "startColumn": difference.mark.column,
            "endColumn": difference.mark.end_column,
        }
        entry: dict[str, Any] = {
            "ruleId": difference.rule,
            "ruleIndex": indexes[difference.rule],
            "level": difference.definition.severity,
            "message": sarif.message_of(difference.message),
            "locations": [
                {"physicalLocation": {"artifactLocation": sarif.artifact(page.source, folder), "region": region}}
            ],
            "partialFingerprints": {
                "difference/v1": f"{page.error} {difference.rule} {escape_unprintable(difference.subject)}"
            },
        }
        if difference.is_known:
            entry["suppressions"] = [{"kind": "external", "status": "accepted", "justification": difference.decision}]
        return entry

    notes = [("error", f"{name} could not be read: {reason}") for name, reason in drift.unreadable]
    notes += [("note", f"The page of {code} was not among those given.") for code in drift.absent]
    run = sarif.run(DRIFT_RULES.values()) | {
        "results": [result(page, difference) for page in drift.pages for difference in page.differences],
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
        for difference in () if settings.quiet else page.differences:
            place = {
                "line": str(difference.mark.line),
                "col": str(difference.mark.column),
                "endColumn": str(difference.mark.end_column),
            }
            file = file_of(page.source, folder)
            properties = file | (place if file else {}) | {"title": difference.rule}
            text = (
                escape_unprintable(difference.message),
                difference.decision or difference.definition.advice,
                difference.definition.address,
            )
            lines.append(
                command(
                    "notice" if difference.is_known else difference.definition.severity, properties, "\n".join(text)
                )
            )
    lines += [
        command("error", {}, f"{escape_unprintable(name)} could not be read: {reason}")
        for name, reason in drift.unreadable
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
