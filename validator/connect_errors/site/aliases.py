"""Redirects for addresses that people try: hyphenated codes, Smartcar's page names, folders."""

import posixpath
from html import escape

from connect_errors.catalog import errors
from connect_errors.handbook import page
from connect_errors.rules import SITE


def aliases() -> dict[str, str]:
    """Map each alias to its page, both as paths below the site."""
    targets = {"schemas/": "reference/schemas/", "rules/": "reference/rules/", "guides/": "guides/install/"}
    for code in errors():
        names = {code.replace("_", "-"), posixpath.basename(page(code).upstream.page), *page(code).undocumented_names}
        targets |= {f"errors/{name}/": f"errors/{code}/" for name in sorted(names - {code})}
    return targets


def alias_page(alias: str, target: str) -> str:
    """Render the HTML of an alias, which redirects to its page."""
    to_top = "../" * alias.count("/")
    link = escape(to_top + target)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Moved</title>'
        f'<meta http-equiv="refresh" content="0; url={link}"><meta name="robots" content="noindex">'
        f'<link rel="canonical" href="{SITE}{escape(target)}"></head>'
        f'<body><p>This page is at <a href="{link}">{escape(SITE + target)}</a>.</p></body></html>\n'
    )
