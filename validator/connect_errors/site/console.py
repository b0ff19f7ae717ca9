"""Console blocks as HTML: commands, which the copy button copies, and their output, which it omits.

A lexer of shell sessions would take any output line that starts with `%` or `#` for a command.
"""

from html import escape
from itertools import groupby
from typing import Any

from connect_errors import lazy_re

_QUOTED = lazy_re.pattern(r"&#x27;.*?&#x27;|&quot;.*?&quot;")


def console_block(source: str, *_: Any, **__: Any) -> str:  # noqa: ANN401 - a formatter gets more than it needs
    """Format a fenced block with commands after `$ `; a line that ends with a backslash continues."""
    is_command = False
    tagged: list[tuple[bool, str]] = []
    for line in source.splitlines():
        is_command = line.startswith("$ ") or (is_command and tagged[-1][1].endswith("\\"))
        tagged.append((is_command, line))
    pieces = []
    for are_commands, lines in groupby(tagged, key=lambda item: item[0]):
        if are_commands:
            pieces += [_command(line) for _, line in lines]
        else:
            text = "".join(f"{line}\n" for _, line in lines)
            pieces.append(f'<span class="go">{escape(text)}</span>')
    return f'<div class="language-console highlight"><pre><code>{"".join(pieces)}</code></pre></div>'


def _command(line: str) -> str:
    text = _QUOTED.sub(lambda match: f'<span class="s1">{match[0]}</span>', escape(line.removeprefix("$ ")))
    prompt = '<span class="gp">$ </span>' if line.startswith("$ ") else ""
    return f"{prompt}{text}\n"
