"""A handler for one error, in Python and in JavaScript, generated from the front matter of its handbook page."""

import json
import textwrap

from connect_errors.handbook import LeadsTo, Page
from connect_errors.site.markdown import fence, paragraphs

HREFS: dict[LeadsTo, str] = {"connect": "/connect", "support": "/support", "alternatives": "/vehicles/unsupported"}
"""The targets of buttons in the samples."""

_WIDTH = 88
"""Maximum width of a line of a message in a sample."""

_PYTHON = '''\
def on_{code}(parameters: dict[str, str], show, log):
    """`state` was checked before this runs; branch on `error` alone."""
{logging}
    return show(
        title={title},
        body={body},
        button={button},
        href={href},
    )
'''
_PYTHON_DETAILS = """\
    details = "".join(f" {{name}}={{plain(parameters[name])}}" for name in {names} if parameters.get(name))
    log("connect: {code}" + details)"""
_PYTHON_PLAIN = '''

def plain(text):
    """Anyone can edit a URL: keep one short, plain line, and mask what could be a VIN."""
    words = "".join(c if " " <= c <= "~" else "?" for c in text).split(" ")
    masked = ["***" if len(w) > 16 and any(map(str.isdigit, w)) else w for w in words]
    return " ".join(masked)[:100]
'''

_JAVASCRIPT = """\
// `state` was checked before this runs; branch on `error` alone.
export function on{name}(parameters, show, log) {{
{logging}
  return show({{
    title: {title},
    body:{body},
    button: {button},
    href: {href},
  }});
}}
"""
_JAVASCRIPT_DETAILS = """\
  const details = {names}
    .filter((name) => parameters[name])
    .map((name) => ` ${{name}}=${{plain(parameters[name])}}`);
  log("connect: {code}" + details.join(""));"""
_JAVASCRIPT_PLAIN = """
// Anyone can edit a URL: keep one short, plain line, and mask what could be a VIN.
function plain(text) {
  const words = text.replace(/[^ -~]/gu, "?").split(" ");
  const masked = words.map((w) => (w.length > 16 && /[0-9]/.test(w) ? "***" : w));
  return masked.join(" ").slice(0, 100);
}
"""


def handler_samples(handbook: Page) -> str:
    """Render the sample in both languages, as fenced blocks."""
    return paragraphs(fence(_python_sample(handbook), "python"), fence(_javascript_sample(handbook), "js"))


def _python_sample(handbook: Page) -> str:
    message = handbook.message
    names = ", ".join(map(_literal, handbook.logs))
    details = _PYTHON_DETAILS.format(code=handbook.title, names=f"({names})")
    text = _PYTHON.format(
        code=handbook.title,
        logging=details if handbook.logs else f'    log("connect: {handbook.title}")',
        title=_literal(message.title),
        body="\n        ".join(_literals(message.body)),
        button=_literal(message.button),
        href=_literal(HREFS[message.leads_to]),
    )
    return (text + (_PYTHON_PLAIN if handbook.logs else "")).rstrip()


def _javascript_sample(handbook: Page) -> str:
    message = handbook.message
    names = ", ".join(map(_literal, handbook.logs))
    details = _JAVASCRIPT_DETAILS.format(code=handbook.title, names=f"[{names}]")
    lines = _literals(message.body)
    text = _JAVASCRIPT.format(
        name=handbook.title.title().replace("_", ""),
        logging=details if handbook.logs else f'  log("connect: {handbook.title}");',
        title=_literal(message.title),
        body=f" {lines[0]}" if len(lines) == 1 else "\n      " + " +\n      ".join(lines),
        button=_literal(message.button),
        href=_literal(HREFS[message.leads_to]),
    )
    return (text + (_JAVASCRIPT_PLAIN if handbook.logs else "")).rstrip()


def _literal(text: str) -> str:
    """Quote text as a literal that is valid in both languages."""
    return json.dumps(text, ensure_ascii=False)


def _literals(text: str) -> list[str]:
    """Split text into literals that each fit on a line."""
    *lines, last = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [_literal(f"{line} ") for line in lines] + [_literal(last)]
