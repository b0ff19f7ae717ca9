"""The guide "Catch a redirect" shows the real output, apart from the port, the time and the state."""

import re
import shlex

import pytest

from scripts.console import fences
from tests.helpers.listening import DENIED, listening
from tests.helpers.paths import ROOT

GUIDE = ROOT / "docs" / "guides" / "catch-a-redirect.md"

pytestmark = pytest.mark.skipif(not GUIDE.exists(), reason="the guide is tested in a checkout, not with a wheel")


@pytest.mark.parametrize("number", [0, 1])
def test_sessions(number: int) -> None:
    texts = [fence.text for fence in fences(GUIDE.read_text(encoding="utf-8")) if fence.language == "session"]
    shown = texts[number]
    command_line, _, output = shown.partition("\n")
    arguments = shlex.split(command_line.removeprefix("$ connect-errors listen "))
    with listening(*arguments) as command:
        url = next((line.split()[-1] for line in command.stderr_lines if line.startswith("Open Connect:")), "")
        state = re.search("&state=([^&]+)", url)
        if "--count" in arguments and state:
            command.open(f"{DENIED}&state={state[1]}")
            code, out, _ = command.end()
            assert code == 0
        else:
            out = ""
    happened = "\n".join([*command.stderr_lines, out]).replace(str(command.port), "8000")
    expected = re.sub(r"\d\d:\d\d:\d\d", "TIME", output)
    if state:
        happened = happened.replace(state[1], "mSx0HqkUOQF2S3d7bLGLZw")
    assert happened == expected
