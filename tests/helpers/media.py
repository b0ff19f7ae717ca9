"""Media that may contain a redirect, lines without one, and kinds of captures that users have."""

import html
import json
import quopri
import textwrap
from collections.abc import Callable
from random import Random
from typing import Any

from tests.helpers.paths import DATA

KINDS: list[dict[str, Any]] = [
    kind
    for name in ("real-captures.json", "other-captures.json")
    for kind in json.loads((DATA / name).read_text(encoding="utf-8"))
]
"""Each with its `name`, its `input`, `args` for the command, and the `outcomes` of its redirects."""

NOISE = (
    "",
    "2026-07-14T10:12:33Z INFO worker 7 has nothing to do",
    '203.0.113.7 - - [14/Jul/2026:10:12:33 +0000] "GET /assets/app.js?v=12 HTTP/1.1" 200 512 "-" "Mozilla/5.0"',
    "Location: https://app.example/login?next=%2Fhome",
    "We looked at it again today; see https://docs.example/errors?page=2.",
    '{"level": "info", "msg": "ready", "url": "https://app.example/?utm_source=x"}',
    "    return redirect(url, code=302)",
)


def wrap_url(url: str, column: int) -> str:
    """Break a URL so that the last line recognizably belongs to it, which a single word would not."""
    width = url.index("&state=") + column
    return "\n".join(textwrap.wrap(url, width, break_on_hyphens=False))


MEDIA: dict[str, Callable[[str], str]] = {
    "bare": lambda url: url,
    "wrapped in a value": lambda url: wrap_url(url, -3),
    "wrapped in a name": lambda url: wrap_url(url, 2),
    "HTML": lambda url: f'<p>See <a href="{html.escape(url)}">this</a></p>',
    "JSON": lambda url: json.dumps({"level": "info", "url": url}),
    "JSON, slashes": lambda url: json.dumps({"url": url}).replace("/", "\\/").replace("&", "\\u0026"),
    "JSON in JSON": lambda url: json.dumps({"log": json.dumps({"url": url}) + "\n"}),
    "log": lambda url: f"2026-07-14T10:12:33Z DEBUG [7] callback url={url} took=1ms",
    "access log": lambda url: f'203.0.113.7 - - [14/Jul/2026:10:12:33 +0000] "GET {url} HTTP/1.1" 302 0 "-" "x"',
    "mail": lambda url: f"> On Tuesday it was\n> {url}\n> Regards",
    "quoted-printable": lambda url: quopri.encodestring(url.encode()).decode(),
    "Markdown": lambda url: f"* It ends at [the callback]({url}), every time.",
    "code": lambda url: f"    url = '{url}';",
    "prose": lambda url: f"It ends at {url}, which is odd.",
    "header": lambda url: f"HTTP/1.1 302 Found\nLocation: {url}\nServer: nginx",
}

WORDS = "the error code of a user state is not valid because vehicle description we denied request"


def ordinary_lines(count: int) -> list[str]:
    """Return lines of logs, code and prose without a redirect, always the same."""
    random = Random(13)  # noqa: S311 - not for secrets
    words = tuple(WORDS.split())
    line_makers: tuple[Callable[[], str], ...] = (
        lambda: " ".join(random.choices(words, k=random.randint(3, 12))).capitalize() + ".",
        lambda: (
            f"2026-07-14 10:12:{random.randint(10, 59)} ERROR error={random.choice(words)} code={random.randint(1, 99)}"
        ),
        lambda: f'10.0.0.1 - - [14/Jul/2026] "GET /{random.choice(words)}?id={random.randint(1, 99)} HTTP/1.1" 200 5',
        lambda: f"if ({random.choice(words)}.error === '{random.choice(words)}') {{ throw new Error(code, state); }}",
        lambda: f'raise ApiError(code="{random.choice(words)}", message="{random.choice(words)}")',
        lambda: json.dumps({"error": random.choice(words), "code": random.randint(1, 999), "user_id": "7"}),
        lambda: f"error: {random.choice(words)}",
        lambda: f"https://{random.choice(words)}.example/?page={random.randint(1, 99)}&q={random.choice(words)}",
        lambda: f"  - code: {random.choice(words)} # vehicle_id, user_id",
        lambda: f"def {random.choice(words)}(error, code, state=None, error_description=None): ...",
    )
    return [random.choice(line_makers)() for _ in range(count)]
