"""Render the site's Markdown and data from schemas, handbook and rules. Pure functions, which `explain` shares.

Pages contain markers: comments on a line of their own, such as `<!-- parameters -->`. Generated sections replace them.
"""

import sys


def clear_caches() -> None:
    """Clear all caches of schemas and pages, so that edits take effect."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "connect_errors":
            for value in vars(module).values():
                if clear := getattr(value, "cache_clear", None):
                    clear()
