"""check-jsonschema, which judges files by the schemas of others: inside this process."""

from pathlib import Path

from click.testing import CliRunner


def check_jsonschema(*arguments: str | Path) -> str:
    """What it says against the files; nothing where they are valid."""
    from check_jsonschema import main  # it needs a newer Click than the lowest version of ours

    result = CliRunner().invoke(main, list(map(str, arguments)))
    return "" if result.exit_code == 0 else f"{result.output}{result.exception}"
