"""Reports → output. One registry of formats drives the option's choices, the help and the tests."""

from collections.abc import Callable
from typing import TextIO

from validator.formats.base import Format, Settings, Shown, most_shown
from validator.formats.json import JSONFormat
from validator.formats.text import TextFormat

__all__ = ["FORMATS", "Format", "Settings", "Shown", "most_shown"]

FORMATS: dict[str, Callable[[TextIO, Settings], Format]] = {"text": TextFormat, "json": JSONFormat}
