"""The site's checker in a page: its form, and the policy that keeps pasted text in the browser."""

import base64
import hashlib
import re

from connect_errors import lazy_re
from connect_errors.rules import SITE

_INLINE = lazy_re.pattern(r"<script>(.*?)</script>", re.DOTALL)
_HEAD = "<head>"


def check_text() -> str:
    """Return the Markdown that replaces the form."""
    return (
        f"Paste a redirect at <{SITE}check/>, or run `connect-errors validate` on it: both say what is wrong, and "
        "what to do."
    )


def check_form() -> str:
    """Return the form, which a script reveals; without JavaScript, a sentence names the command."""
    return (
        '<form class="ce-check" hidden>'
        '<label for="ce-check-text">Redirect, or text with redirects</label>'
        '<textarea id="ce-check-text" rows="4" spellcheck="false" autocomplete="off" autocapitalize="off" '
        'aria-describedby="ce-check-note" '
        'placeholder="https://example.com/callback?error=no_vehicle&amp;state=0facda3319"></textarea>'
        '<p id="ce-check-note">The check runs in this page: nothing is sent, nothing is stored, secrets are masked.</p>'
        "<details><summary>Options</summary>"
        '<label for="ce-check-uri">Registered redirect URI</label>'
        '<input id="ce-check-uri" data-option="redirect_uri" type="text" spellcheck="false" autocomplete="off" '
        'autocapitalize="off">'
        '<label for="ce-check-state">State that was sent</label>'
        '<input id="ce-check-state" data-option="state" type="text" spellcheck="false" autocomplete="off" '
        'autocapitalize="off">'
        "</details>"
        '<button type="submit" class="md-button">Check</button>'
        '<p class="ce-unseen" role="status"></p>'
        '<div class="ce-check-result"></div>'
        "</form>"
        "<noscript><p>The form needs JavaScript. The command does not: "
        "<code>connect-errors validate 'https://example.com/callback?error=no_vehicle'</code></p></noscript>"
    )


def add_policy(page: str) -> str:
    """Insert a Content-Security-Policy that limits loading and requests to the site itself.

    The theme's inline scripts are allowed by their hashes. Inline styles are allowed, because the theme sets some.
    """
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {scripts}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return page.replace(_HEAD, f'{_HEAD}<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)
