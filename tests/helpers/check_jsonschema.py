"""check-jsonschema, which validates files against other tools' schemas, in this process."""

from pathlib import Path

from click.testing import CliRunner


def check_jsonschema(*arguments: str | Path) -> str:
    """Return its errors about the files; empty if they are valid."""
    from check_jsonschema import main  # it needs a newer Click than our lowest version

    result = CliRunner().invoke(main, list(map(str, arguments)))
    return "" if result.exit_code == 0 else f"{result.output}{result.exception}"
