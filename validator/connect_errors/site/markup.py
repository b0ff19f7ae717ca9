"""Markup that the site adds to the Markdown it shares with the terminal: boxes to style, tabs, the picture."""

from connect_errors import lazy_re
from connect_errors.handbook import page
from connect_errors.site.check_form import check_form
from connect_errors.site.flow import flow_picture
from connect_errors.site.index import FLOW_CAPTION

_SAMPLES = lazy_re.pattern(r"(```python\n(?:(?!```).*\n)*```)\n\n(```js\n(?:(?!```).*\n)*```)")
_BOXED = ("overview", "redirect", "parameters", "messages", "codes")
_JUMP = (
    '<p class="ce-jump" markdown data-search-exclude="data-search-exclude">On this page: '
    "[Handle it](#handle-it), [Tell the user](#tell-the-user), "
    "[Reproduce it](#reproduce-it), [What to log](#what-to-log)</p>"
)
"""Shown below the first screen of an error, because phones show no table of contents."""
_FILTERED = ("errors", "symptoms", "rule-table", "drift-rule-table", "sdk-errors")
"""Long tables, above which the page's script adds a field to filter the rows."""


def add_markup(path: str, name: str, text: str) -> str:
    """Wrap a section of the page at `path` in a box that the style sheet selects."""
    if name == "flow":
        return f'<figure class="ce-figure"><figcaption>{FLOW_CAPTION}</figcaption>{flow_picture()}</figure>'
    if name == "check":
        return check_form()
    if name in _FILTERED:
        return f'<div class="ce-filter" markdown>\n\n{text}\n\n</div>'
    if name not in _BOXED:
        return text
    if name == "overview":
        code = path.removeprefix("errors/").removesuffix(".md")
        return f'<div class="ce-overview ce-{page(code).severity}" markdown>\n\n{text}\n\n</div>\n\n{_JUMP}'
    return f'<div class="ce-{name}" markdown>\n\n{text}\n\n</div>'


def put_into_tabs(markdown: str) -> str:
    """Turn a Python sample followed by a JavaScript sample into two tabs."""
    return _SAMPLES.sub(
        lambda match: f"{_render_tab('Python', match[1])}\n\n{_render_tab('JavaScript', match[2])}", markdown
    )


def _render_tab(title: str, fence: str) -> str:
    indented = "\n".join(f"    {line}" if line else "" for line in fence.splitlines())
    return f'=== "{title}"\n\n{indented}'
