"""Built pages as minimal trees: elements, attributes, text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

_VOID = frozenset(["br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"])


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def find(self, tag: str, class_: str | None = None) -> list["Element"]:
        return [
            element for element in self.walk() if element.tag == tag and (class_ is None or class_ in element.classes)
        ]

    def text(self, *without: str) -> str:
        """Return the text, without elements of some classes."""
        return "".join(
            child if isinstance(child, str) else child.text(*without)
            for child in self.children
            if isinstance(child, str) or not set(child.classes) & set(without)
        )


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@cache
def parse(html: str) -> Element:
    """Parse a page; the result is shared."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def article(site: Path, address: str) -> Element:
    """Return the content of a page, given by its address below the site."""
    root = parse((site / address / "index.html").read_text(encoding="utf-8"))
    return root.find("article")[0]
