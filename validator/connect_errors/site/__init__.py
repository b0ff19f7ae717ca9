"""Schemas, handbook and rules → the site's Markdown and data, as pure functions. `explain` prints the same text.

A page holds markers, comments alone on their line such as `<!-- parameters -->`; a generated section replaces each.
"""

import sys


def forget() -> None:
    """Forget all that was read from schemas and pages, so that an edit of one shows."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "connect_errors":
            for value in vars(module).values():
                if clear := getattr(value, "cache_clear", None):
                    clear()
