"""The README shows the real output."""

import re
import shlex

import pytest
from connect_errors.rules import SITE

from tests.conftest import Invoke
from tests.helpers.paths import ROOT

README = ROOT / "README.md"
CONSOLE = re.compile(r"^```console\n\$ connect-errors ([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.skipif(not README.exists(), reason="the README is tested in a checkout, not with a wheel")


def test_outputs(invoke: Invoke) -> None:
    examples = CONSOLE.findall(README.read_text(encoding="utf-8"))
    assert examples
    for arguments, output in examples:
        assert invoke(*shlex.split(arguments)).stdout == output


def test_python_sample() -> None:
    (sample,) = PYTHON.findall(README.read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    checked = 0
    for line in sample.splitlines():
        code, _, expected = line.partition("#")
        if expected:
            assert repr(eval(code.strip(), names)) == expected.strip()  # noqa: S307 - our own README
            checked += 1
        else:
            exec(code, names)  # noqa: S102 - our own README
    assert checked == 3


def test_links_to_the_site() -> None:
    paths = re.findall(rf"\]\({re.escape(SITE)}([^)]*)\)", README.read_text(encoding="utf-8"))
    assert {"", "check/", "guides/write-a-callback/"} <= set(paths)
    assert [path for path in paths if not (ROOT / f"docs/{path.rstrip('/') or 'index'}.md").exists()] == []
