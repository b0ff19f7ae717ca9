"""Regenerate `schemas/redirect.json` after a schema was added or removed: python -m scripts.update_redirect_schema."""

import json

from connect_errors.catalog import redirect_schema
from connect_errors.paths import SCHEMAS

text = json.dumps(redirect_schema(), indent=2, ensure_ascii=False)
(SCHEMAS / "redirect.json").write_text(f"{text}\n", encoding="utf-8")
