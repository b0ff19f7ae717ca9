"""Markdown: tables, fences, links, and the markers of generated sections."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping

from connect_errors import lazy_re
from connect_errors.paths import CatalogError
from connect_errors.rules import SITE

Section = Callable[[], str]
"""Renders a generated section."""

_MARKER = lazy_re.pattern(r"^<!-- ([a-z-]+) -->$", re.MULTILINE)
_FENCED = lazy_re.pattern(r"(^```.*?^```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_RFC = lazy_re.pattern(r"(?<!\[)\bRFC (\d{4})(?: (?:§([\d.]*\d)|(appendix [A-Z](?:\.\d+)?)))?")
_LINK = lazy_re.pattern(r"\]\(([^()\s:#]+)?(#[^()\s]+)?\)")


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Format a table. Cells are Markdown."""
    lines = [list(header), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def fence(text: str, language: str = "text") -> str:
    """Wrap text in a fenced block."""
    return f"```{language}\n{text}\n```"


def code(text: str) -> str:
    """Mark text as code, even if it contains a backtick."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def paragraphs(*parts: str) -> str:
    """Join blocks with an empty line between them, and skip empty ones."""
    return "\n\n".join(filter(None, parts))


def fill_markers(markdown: str, sections: Mapping[str, Section], wrap: Callable[[str, str], str] | None = None) -> str:
    """Replace each marker with its section; `wrap` may add markup around it.

    Raises:
        CatalogError: a marker has no section.
    """

    def section(match: re.Match[str]) -> str:
        name = match[1]
        if name not in sections:
            raise CatalogError(f"<!-- {name} --> has no section; there are {', '.join(sections)}")
        text = sections[name]()
        return wrap(name, text) if wrap and text else text

    return link_rfcs(re.sub(r"\n{3,}", "\n\n", _MARKER.sub(section, markdown)))


def link_rfcs(markdown: str) -> str:
    """Link each RFC mentioned outside code to its text, and to the section if one is given."""

    def link(match: re.Match[str]) -> str:
        number, section, appendix = match.groups()
        place = f"#section-{section}" if section else f"#{appendix.replace(' ', '-')}" if appendix else ""
        return f"[{match[0]}](https://www.rfc-editor.org/rfc/rfc{number}{place})"

    pieces = _FENCED.split(markdown)
    pieces[::2] = [_RFC.sub(link, piece) for piece in pieces[::2]]
    return "".join(pieces)


def absolute_links(markdown: str, path: str) -> str:
    """Make the links of a page absolute, so that they work anywhere; `path` is the page's path below `docs/`."""
    pieces = _FENCED.split(markdown)
    # Every second piece is code, which contains no links.
    pieces[::2] = [
        _LINK.sub(lambda match: f"]({_address(path, match[1], match[2] or '')})", piece) for piece in pieces[::2]
    ]
    return "".join(pieces)


def _address(path: str, target: str | None, anchor: str) -> str:
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
    return address_of(resolved) + anchor


def address_of(path: str) -> str:
    """Return the site address of a file below `docs/`."""
    if not path.endswith(".md"):
        return SITE + path
    stem = path.removesuffix(".md")
    folder = stem.removesuffix("index") if posixpath.basename(stem) == "index" else f"{stem}/"
    return SITE + folder
