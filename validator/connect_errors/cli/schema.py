"""`connect-errors schema`: the JSON Schemas, one on standard output or all of them into a folder."""

from pathlib import Path

import click

from connect_errors.catalog import outcomes, redirect_schema
from connect_errors.cli.console import write_json
from connect_errors.escaping import shorten
from connect_errors.outputs import whole_file
from connect_errors.site.schemas import REDIRECT, schema_text
from connect_errors.suggestion import suggestion


@click.command()
@click.argument("name", required=False)
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write all schemas into this folder, which is created if missing.",
)
def schema(name: str | None, output_dir: Path | None) -> None:
    """Print the JSON Schema of an outcome.

    NAME is an outcome, such as access_denied, or redirect for the schema of any of them. The schemas carry no $id,
    so that they refer to each other wherever they lie; those on the site carry their address.
    """
    if (name is None) == (output_dir is None):
        raise click.UsageError("name a schema, or a folder for all of them with --output-dir.")
    schemas = {outcome.name: (outcome.path, outcome.schema) for outcome in outcomes().values()}
    schemas[REDIRECT] = f"{REDIRECT}.json", redirect_schema()
    if output_dir:
        for path, content in schemas.values():
            (output_dir / path).parent.mkdir(parents=True, exist_ok=True)
            with whole_file(output_dir / path) as stream:
                stream.write(schema_text(content))
    elif name in schemas:
        write_json(schema_text(schemas[name][1]))
    else:
        raise click.UsageError(f"no schema is called {shorten(name or '')}{suggestion(name or '', schemas)}")
