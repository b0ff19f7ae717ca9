"""Addresses that people try and that are not a page: hyphens, Smartcar's own names, folders. Each leads to a page."""

import posixpath
from html import escape

from connect_errors.catalog import errors
from connect_errors.handbook import page
from connect_errors.rules import SITE


def aliases() -> dict[str, str]:
    """The path below the site of each alias, and of the page that it leads to."""
    found = {"schemas/": "reference/schemas/", "rules/": "reference/rules/", "guides/": "guides/install/"}
    for code in errors():
        names = {code.replace("_", "-"), posixpath.basename(page(code).upstream.page), *page(code).undocumented_names}
        found |= {f"errors/{name}/": f"errors/{code}/" for name in sorted(names - {code})}
    return found


def alias_page(alias: str, target: str) -> str:
    """The HTML of an alias."""
    to_top = "../" * alias.count("/")
    link = escape(to_top + target)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Moved</title>'
        f'<meta http-equiv="refresh" content="0; url={link}"><meta name="robots" content="noindex">'
        f'<link rel="canonical" href="{SITE}{escape(target)}"></head>'
        f'<body><p>This page is at <a href="{link}">{escape(SITE + target)}</a>.</p></body></html>\n'
    )
