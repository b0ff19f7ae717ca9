"""Post-processing of a page's HTML: break codes, label table cells for phones, add names for screen readers."""

import re
from html import unescape

from connect_errors import lazy_re

_UNBROKEN = lazy_re.pattern(r"(<pre.*?</pre>|<svg.*?</svg>)", re.DOTALL)
_COMMAND_BLOCK = lazy_re.pattern(r'<div class="language-(?:bash|console|text) highlight"><pre>.*?</pre>', re.DOTALL)
_CODE = lazy_re.pattern(r"(?<!<title)>\s*[a-z]+(?:_[a-z]+)+(?=\s*<)")
_OPTION = lazy_re.pattern(r"<code>(?=--?[a-z][a-z-]*</code>)")
_COMMAND = lazy_re.pattern(r"<code>[^<]* --[^<]*</code>")
_OPTION_OF_COMMAND = lazy_re.pattern(r"(?<=[ >])--[a-z][a-z-]*(?![^<>]*>)")
_TABLE = lazy_re.pattern(r"<table>.*?</table>", re.DOTALL)
_HEADER = lazy_re.pattern(r"<th[^>]*>(.*?)</th>", re.DOTALL)
_ROW = lazy_re.pattern(r"<tr>.*?</tr>", re.DOTALL)
_TAG = lazy_re.pattern(r"<[^>]+>")


def postprocess(html: str) -> str:
    """Post-process the HTML of a whole page."""
    html = html.replace(' class="headerlink"', ' class="headerlink" aria-hidden="true" tabindex="-1"')
    html = _COMMAND_BLOCK.sub(lambda match: _keep_options_of_command(match[0]), html)
    return break_code(_TABLE.sub(lambda match: _label_cells(match[0]), html))


def break_code(html: str) -> str:
    """Allow line breaks at underscores in codes without other text: in a title, a table, the navigation."""
    pieces = _UNBROKEN.split(html)
    pieces[::2] = [
        _keep_options(_CODE.sub(lambda match: match[0].replace("_", "_<wbr>"), piece)) for piece in pieces[::2]
    ]
    return "".join(pieces)


def _keep_options(html: str) -> str:
    """Prevent line breaks at the hyphens of options."""
    html = _OPTION.sub('<code class="ce-option">', html)
    return _COMMAND.sub(lambda match: _keep_options_of_command(match[0]), html)


def _keep_options_of_command(html: str) -> str:
    return _OPTION_OF_COMMAND.sub(r'<span class="ce-option">\g<0></span>', html)


def _label_cells(table: str) -> str:
    """Label each cell with its column, and restore the roles that cells lose when shown as cards on a phone."""
    names = [unescape(_TAG.sub("", name)) for name in _HEADER.findall(table)]

    def label_row(match: re.Match[str]) -> str:
        columns = iter(names)
        cells = re.sub(
            "<td", lambda _: f'<td role="cell" data-column="{next(columns, "").replace(chr(34), "&quot;")}"', match[0]
        )
        cells = re.sub(r"<th\b", '<th role="columnheader"', cells)
        return cells.replace("<tr>", '<tr role="row">')

    labeled = _ROW.sub(label_row, table)
    for group in ("thead", "tbody"):
        labeled = labeled.replace(f"<{group}>", f'<{group} role="rowgroup">')
    return labeled.replace("<table>", '<table role="table">')
