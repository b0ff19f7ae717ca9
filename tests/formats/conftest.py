"""Fixtures for the tests of the formats: reports of redirects in any format, in this process."""

import io
from collections.abc import Callable

import pytest
from connect_errors.formats import FORMATS, Settings
from connect_errors.judge import judge
from connect_errors.redirect import Place, Redirect
from connect_errors.shown import Shown
from connect_errors.summary import Summary
from connect_errors.url import URL

Render = Callable[..., str]


@pytest.fixture
def render() -> Render:
    def render(name: str, *urls: str, source: str = "capture.txt", show_values: bool = False, **settings: bool) -> str:
        stream = io.StringIO()
        writer = FORMATS[name](stream, Settings(**settings))
        summary = Summary()
        for line, url in enumerate(urls, 1):
            report = judge(Redirect(URL(url), Place(Shown(source), line, 1), is_verbatim=True))
            summary.add(report)
            writer.add(report.redacted(show_values=show_values))
        writer.finish(summary)
        return stream.getvalue()

    return render
