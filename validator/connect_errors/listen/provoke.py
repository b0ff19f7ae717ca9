"""Extract the steps that make Connect send an error ("Reproduce it" on the handbook page) as plain text."""

from connect_errors import lazy_re
from connect_errors.handbook import Page

HEADING = "## Reproduce it\n"

_LINK = lazy_re.pattern(r"\[([^\[\]]*)\]\([^()]*\)")
_BLOCK_END = lazy_re.pattern(r"\n\n+|\n(?=[0-9]+\. )")
_EMPHASIS = lazy_re.pattern(r"\*\*(.*?)\*\*|`(.*?)`")


def steps(handbook: Page) -> list[str]:
    """Return the section's paragraphs and list items, each on one line, with the test account filled in."""
    _, _, rest = handbook.body.partition(HEADING)
    section, _, _ = rest.partition("\n## ")
    if handbook.testing:
        account = f"Email: {handbook.testing.email}, any password. VIN, for --single-select-vin: {handbook.testing.vin}"
        section = section.replace("<!-- testing -->", account)
    blocks = _BLOCK_END.split(section.strip())
    return [
        _EMPHASIS.sub(lambda match: match[1] or match[2], _LINK.sub(r"\1", " ".join(block.split()))) for block in blocks
    ]
