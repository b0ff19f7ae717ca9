"""`connect-errors explain`: shows what a name or a message means, and what to do, in the terminal."""

import click

from connect_errors.cli.completion import complete_names
from connect_errors.cli.console import UsageError, standard_output, write_json
from connect_errors.escaping import shorten
from connect_errors.lookup import Match, look_up, topics
from connect_errors.redaction import shown_argument
from connect_errors.rules import SITE
from connect_errors.shown import Shown, own, say
from connect_errors.site.data import to_json
from connect_errors.site.markdown import code, paragraphs
from connect_errors.site.topics import explain_topic
from connect_errors.suggestion import suggestion

_MAX_WIDTH = 100
_MIN_RATIO = 0.75
"""Minimum similarity of a suggestion; less would mislead: invalid_grant is not invalid-value."""


def _one_word_names() -> list[str]:
    return [name for name in topics() if " " not in name]


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_names(_one_word_names))
@click.option("--full", is_flag=True, help="Print an error's whole page, not only its first screen.")
@click.option(
    "--format",
    "output_format",
    envvar="CONNECT_ERRORS_EXPLAIN_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The page, or the data that it is generated from.",
)
def explain(words: tuple[str, ...], output_format: str, *, full: bool) -> None:
    """Explain what a name or a message means, and what to do.

    NAME is whatever you have, in upper or lower case: an error, such as access_denied, as a redirect or an SDK names
    it; a success; a rule, such as missing-parameter; a parameter, such as state; the text of an error_description, or
    a distinctive part of it; a message on Connect's own page; an error of the token exchange.

    The output is Markdown unless it goes to a terminal, where long output opens in a pager. For errors and rules, it
    is the same text as on the site.
    """
    query = " ".join(words)
    names_only = len(words) > 1 and all(word in topics() for word in words)
    matches = [Match(topics()[word]) for word in words] if names_only else look_up(query)
    if not matches:
        raise UsageError(_no_match_message(query))
    if output_format == "json":
        if len(matches) > 1:
            names = own(", ".join(match.topic.name for match in matches))
            raise UsageError(say("{} topics match; name one of them: {}", len(matches), names))
        write_json(to_json(explain_topic(matches[0].topic).data()))
        return
    if names_only or len(matches) == 1:
        text = "\n\n".join(_render_match(match, is_full=full) for match in matches)
    else:
        text = _list_matches(matches)
    if standard_output().isatty():
        _write_to_terminal(text)
    else:
        standard_output().write(text.rstrip() + "\n")


def _no_match_message(query: str) -> Shown:
    if not query.strip():
        return say("give a name{}", _LIST_HINT)
    nearest = suggestion(query, topics(), _MIN_RATIO)
    return say("there is no topic called {}{}", shorten(shown_argument(query)), nearest or _LIST_HINT)


_LIST_HINT = Shown("; connect-errors list shows the names of errors, successes and rules")


def _render_match(match: Match, *, is_full: bool) -> str:
    text = explain_topic(match.topic).text().rstrip()
    shown = text if is_full else _first_screen(text)
    name = match.topic.name
    more = f"The whole page: `connect-errors explain {name} --full`, or <{SITE}errors/{name}/>" if shown != text else ""
    return paragraphs(match.how, shown, more)


def _first_screen(text: str) -> str:
    """Cut a page before its second section."""
    end = text.find("\n## ", text.find("\n## ") + 1)
    return text[:end].rstrip() if "\n## " in text and end > 0 else text


def _list_matches(matches: list[Match]) -> str:
    lines = [
        f"- {code(match.topic.name)} ({match.topic.kind}): {match.how or explain_topic(match.topic).summary}"
        for match in matches
    ]
    return paragraphs(
        f"{len(matches)} topics match:",
        "\n".join(lines),
        "Run `connect-errors explain` with one of these names to learn more.",
    )


def _write_to_terminal(markdown: str) -> None:
    from rich.console import Console  # large imports, needed only on a terminal
    from rich.markdown import Markdown
    from rich.theme import Theme

    console = Console(theme=Theme({"markdown.code": "cyan"}))  # no background color: the terminal's own may differ
    with console.capture() as capture:
        console.print(Markdown(markdown, code_theme="ansi_dark"), width=min(console.width, _MAX_WIDTH))
    rendered = capture.get()
    if rendered.count("\n") >= console.height:
        click.echo_via_pager(rendered.rstrip("\n"), color=True)
    else:
        standard_output().write(rendered)
