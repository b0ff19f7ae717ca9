"""`connect-errors example --send`: reports how a running handler responds, as a table or as JSON."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import click

from connect_errors.cli.console import UsageError, echo_error, standard_output, write_json
from connect_errors.cli.exit_codes import ExitCode
from connect_errors.cli.output import open_output
from connect_errors.formats.base import Settings
from connect_errors.formats.typesetting import Typesetter, escape_command, pluralize
from connect_errors.sending import PROBLEMS, Answer, Handler, SendError, examples_to_send, send
from connect_errors.shown import InvalidArgumentError

VERSION = 1
MAX_SHOWN = 20
"""Maximum number of unexpected responses shown one by one."""

_EXPECTED = {"answer": "To be answered", "refuse": "To be refused"}


def send_examples(
    names: tuple[str, ...],
    address: str,
    session: dict[str, Any],
    choice: dict[str, Any],
    output_format: str,
    color: str,
) -> ExitCode:
    """Send examples, and print the responses.

    Args:
        names: the outcomes; empty for all.
        address: the URL of the handler.
        session: the other fields of `Handler`.
        choice: the arguments of `examples_to_send`.
        output_format: `text` or `json`.
        color: `auto`, `always` or `never`.

    Raises:
        UsageError: a URL, the state or a name is invalid.
    """
    try:
        handler = Handler(address, **session)
        sendings = examples_to_send(*names, **choice, starts=handler.start is not None)
    except InvalidArgumentError as error:
        raise UsageError(error.message) from error
    try:
        answers = list(send(sendings, handler))
    except SendError as error:
        echo_error(error.message)
        return ExitCode.FAILURE
    if output_format == "json":
        from connect_errors.site.data import to_json  # a large import

        write_json(to_json({"version": VERSION, "answers": [_data(answer) for answer in answers]}))
    else:
        with open_output(None, color, Settings()) as (stream, settings):
            lines = _table(answers, Typesetter(stream, settings), has_session=bool(handler.start or handler.cookie))
            click.echo("\n".join(lines), standard_output(), color=settings.color)
    return ExitCode.FINDINGS if any(answer.problem for answer in answers) else ExitCode.CONFORMS


def _data(answer: Answer) -> dict[str, Any]:
    """Return an answer as data, without the redirect, which contains the state of a session."""
    example = answer.example
    return {
        "outcome": example.outcome,
        "kind": example.kind,
        "rule": example.rule,
        "parameter": example.parameter,
        "what": example.what,
        "expected": answer.expected,
        "status": answer.status,
        "note": answer.note,
        "problem": answer.problem,
    }


def _table(answers: list[Answer], typesetter: Typesetter, *, has_session: bool) -> Iterable[str]:
    for expected, title in _EXPECTED.items():
        rows: dict[str, list[Answer]] = {}
        for answer in answers:
            if answer.expected == expected:
                rows.setdefault(answer.example.rule or answer.example.outcome, []).append(answer)
        if rows:
            yield typesetter.style(title, bold=True)
            yield from (_row(name, row, typesetter) for name, row in rows.items())
    problems = [answer for answer in answers if answer.problem]
    yield ""
    if not problems:
        sign = typesetter.sign(good=True)
        yield f"{sign} {pluralize(len(answers), 'redirect')} sent: each was answered as expected"
        return
    for answer in problems[:MAX_SHOWN]:
        problem = PROBLEMS[answer.problem] if answer.problem else ""
        status = "" if answer.status is None else f"{answer.status}, "
        yield escape_command(f"{typesetter.style(status + problem, 'red')}: {answer.example}")
    if len(problems) > MAX_SHOWN:
        yield f"… and {len(problems) - MAX_SHOWN:,} more"
    yield f"{typesetter.sign(good=False)} {pluralize(len(answers), 'redirect')} sent: {_problem_counts(problems)}"
    if not has_session and all(answer.problem == "refused" for answer in answers if answer.expected == "answer"):
        yield "Everything was refused: provide a session with --start, or with --cookie and --state."


def _row(name: str, row: list[Answer], typesetter: Typesetter) -> str:
    """Summarize the responses to one outcome or rule: each status with its count, and the note on a single response."""
    statuses = Counter("no response" if answer.status is None else str(answer.status) for answer in row)
    counts = [status if times == 1 else f"{status} ({times:,} times)" for status, times in statuses.items()]
    note = row[0].note if len(row) == 1 else ""
    sign = typesetter.sign(good=not any(answer.problem for answer in row))
    return f"  {sign} {name:38} {', '.join(counts)}{f'  {note}' if note else ''}"


def _problem_counts(problems: list[Answer]) -> str:
    counts = Counter(answer.problem for answer in problems)
    return "; ".join(f"{times:,} {PROBLEMS[problem]}" for problem, times in counts.items() if problem)
