"""Output formats for reports. A single registry drives the option's choices, the help, the reference and the tests."""

from importlib import import_module
from typing import NamedTuple, TextIO

from connect_errors.formats.base import Format, Settings, max_detail

__all__ = ["FORMATS", "LIVE_FORMATS", "Format", "Registered", "Settings", "max_detail"]


class Registered(NamedTuple):
    """A registered format; its module is imported only when it is used."""

    module: str
    name: str
    """The name of its class in the module."""
    description: str
    """A short description."""

    def __call__(self, stream: TextIO, settings: Settings) -> Format:
        """Start a report on a stream."""
        writer: Format = getattr(import_module(f"connect_errors.formats.{self.module}"), self.name)(stream, settings)
        return writer


FORMATS = {
    "text": Registered("text", "TextFormat", "human-readable text"),
    "json": Registered("json", "JSONFormat", "one JSON document"),
    "jsonl": Registered("jsonl", "JSONLinesFormat", "one line of JSON for each redirect, as it is judged"),
    "sarif": Registered("sarif", "SARIFFormat", "SARIF 2.1.0, for code scanning"),
    "junit": Registered("junit", "JUnitFormat", "JUnit XML, with a test case for each redirect"),
    "github": Registered("github", "GitHubFormat", "GitHub workflow annotations and a job summary"),
}
"""The formats by name, as `--format` takes it."""

LIVE_FORMATS = FORMATS | {"text": Registered("live", "LiveTextFormat", "human-readable text, as redirects arrive")}
"""The formats for redirects that people are waiting for."""
