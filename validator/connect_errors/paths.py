"""Where the schemas and the handbook pages are: in an installed wheel inside the package, in a checkout at its root."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE if (_PACKAGE / "schemas").is_dir() else _PACKAGE.parents[1]

SCHEMAS = _ROOT / "schemas"
PAGES = _ROOT / "docs" / "errors"
OUTPUT_SCHEMA = _PACKAGE / "formats" / "output-v1.json"


class CatalogError(Exception):
    """A schema or a handbook page that this package ships cannot be read."""
