"""The diagram of the Connect flow and where each error arises, as an SVG with colors from the page's style sheet."""

from collections.abc import Iterator
from html import escape

from connect_errors.handbook import STAGES, Page, Stage
from connect_errors.site.index import pages_by_stage

_WIDTH = 400
_SPINE = 21
_RAIL = 387
_TEXT = 46
_ERROR = 66
_CHARACTER = 7.3
"""The width of a character of a code; the SVG enforces it regardless of the reader's font."""
_BOX = 46
_STAGE = 38
_LINE = 24


def flow_picture() -> str:
    """Draw Connect's screens along a line; errors leave it to the right, and all lines meet at the callback."""
    y = 8
    pieces = [_box(y, "Your application", "opens Connect with its redirect URI and a new state")]
    y += _BOX
    top = y
    rail = None
    for number, (stage, handbooks) in enumerate(pages_by_stage(), 1):
        pieces += _stage(y, str(number) if stage != "anywhere" else "*", stage)
        y += _STAGE
        for handbook in handbooks:
            rail = rail or y
            pieces += _error(y, handbook)
            y += _LINE
    y += 12
    lines = [
        f'<path class="line" d="M{_SPINE} {top}V{y + 16}"/>',
        f'<path class="rail" d="M{_RAIL} {rail}V{y + 16}"/>',
        _arrow_head(_SPINE, y + 20, "head"),
        _arrow_head(_RAIL, y + 20, "head rail-head"),
    ]
    pieces += [
        f'<text class="label" x="{_SPINE + 12}" y="{y + 12}">success</text>',
        f'<text class="label end" x="{_RAIL - 12}" y="{y + 12}">error</text>',
    ]
    y += 20
    pieces.append(_box(y, "Your callback", "checks state, then branches on error alone"))
    y += _BOX + 8
    drawing = "".join(lines + pieces)
    return (
        f'<svg class="ce-flow" viewBox="0 0 {_WIDTH} {y}" xmlns="http://www.w3.org/2000/svg" '
        f'role="group" aria-label="The Connect flow, and where each error arises">{drawing}</svg>'
    )


def _box(y: int, title: str, text: str) -> str:
    return (
        f'<rect class="box" x="4" y="{y}" width="{_WIDTH - 8}" height="{_BOX}" rx="8"/>'
        f'<text class="title" x="16" y="{y + 19}">{title}</text><text class="note" x="16" y="{y + 36}">{text}</text>'
    )


def _stage(y: int, mark: str, stage: Stage) -> Iterator[str]:
    middle = y + 24
    kind = "spot" if stage != "anywhere" else "spot loose"
    yield f'<circle class="{kind}" cx="{_SPINE}" cy="{middle}" r="11"/>'
    yield f'<text class="number" x="{_SPINE}" y="{middle + 4}">{mark}</text>'
    yield f'<text class="title" x="{_TEXT}" y="{middle + 5}">{escape(STAGES[stage])}</text>'


def _error(y: int, handbook: Page) -> Iterator[str]:
    middle = y + 12
    code = handbook.title
    width = _CHARACTER * len(code)
    end = _ERROR + width + 6
    yield f'<path class="rail" d="M{_TEXT} {middle}H{_ERROR - 6}"/>'
    yield f'<path class="rail" d="M{end:.0f} {middle}H{_RAIL}"/>'
    # Drawn separately: a text underline covers the underscores.
    yield (
        f'<a href="errors/{code}/">'
        f'<text class="code" x="{_ERROR}" y="{middle + 4}" textLength="{width:.1f}">{code}</text>'
        f'<path class="underline" d="M{_ERROR} {middle + 9.5}h{width:.1f}"/></a>'
    )


def _arrow_head(x: int, y: int, kind: str) -> str:
    return f'<path class="{kind}" d="M{x - 4.5} {y - 7}L{x} {y}L{x + 4.5} {y - 7}z"/>'
