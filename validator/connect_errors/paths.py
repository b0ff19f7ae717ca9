"""Location of the schemas and handbook pages: in the package when installed from a wheel, at the root of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE if (_PACKAGE / "schemas").is_dir() else _PACKAGE.parents[1]

SCHEMAS = _ROOT / "schemas"
PAGES = _ROOT / "docs" / "errors"
OUTPUT_SCHEMA = _PACKAGE / "formats" / "output-v1.json"


class CatalogError(Exception):
    """A schema or a handbook page of this package cannot be read."""
