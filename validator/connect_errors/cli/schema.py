"""`connect-errors schema`: prints a JSON Schema, or writes all of them to a folder."""

from pathlib import Path

import click

from connect_errors.catalog import outcomes, redirect_schema, requests
from connect_errors.cli.completion import complete_names
from connect_errors.cli.console import UsageError, write_json
from connect_errors.escaping import shorten
from connect_errors.outputs import atomic_write
from connect_errors.redaction import shown_argument
from connect_errors.shown import Shown, say
from connect_errors.site.schemas import REDIRECT, schema_text
from connect_errors.suggestion import suggestion


def _names() -> list[str]:
    return [*outcomes(), *requests(), REDIRECT]


@click.command()
@click.argument("name", required=False, shell_complete=complete_names(_names))
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write all schemas to this folder, which is created if missing.",
)
def schema(name: str | None, output_dir: Path | None) -> None:
    """Print the JSON Schema of an outcome or of the Connect URL.

    NAME is an outcome, such as access_denied; redirect, for the schema of any redirect; or authorize or reauthenticate,
    for the URLs that open Connect. The schemas have no $id, so that they refer to each other wherever you put them; on
    the site, each has its URL as its $id.
    """
    if name is not None and output_dir is not None:
        raise UsageError(Shown("name a schema or use --output-dir for all of them, not both."))
    if name is None and output_dir is None:
        raise UsageError(Shown("name a schema, or use --output-dir to write all of them to a folder."))
    messages = (*outcomes().values(), *requests().values())
    schemas = {message.name: (message.path, message.schema) for message in messages}
    schemas[REDIRECT] = f"{REDIRECT}.json", redirect_schema()
    if output_dir:
        for path, content in schemas.values():
            (output_dir / path).parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(output_dir / path) as stream:
                stream.write(schema_text(content))
    elif name in schemas:
        write_json(schema_text(schemas[name][1]))
    else:
        shown = shorten(shown_argument(name or ""))
        raise UsageError(say("there is no schema called {}{}", shown, suggestion(name or "", schemas)))
