"""Where the schemas and the handbook pages lie: inside an installed wheel, beside the package in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE if (_PACKAGE / "schemas").is_dir() else _PACKAGE.parent

SCHEMAS = _ROOT / "schemas"
PAGES = _ROOT / "docs" / "errors"
OUTPUT_SCHEMA = _PACKAGE / "formats" / "output-v1.json"
