"""The two programs of "Write a callback", as they stand there, against every error."""

import http.client
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.site.console import ROOT, write_files
from validator.catalog import errors, successes
from validator.example_redirects import fullest
from validator.handbook import page
from validator.site.data import errors_data, to_json

PROGRAMS = {"callback.py": sys.executable, "callback.mjs": "node"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


class Application:
    """A program of the guide, running."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout
        self.port = urlsplit(process.stdout.readline()).port

    def get(self, target: str, cookie: str = "") -> Answer:
        connection = http.client.HTTPConnection("localhost", self.port or 0, timeout=10)
        connection.request("GET", target, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read().decode())
        connection.close()
        return answer

    def start(self) -> tuple[str, str]:
        """Start a session: the state that was sent, and the cookie."""
        answer = self.get("/connect")
        assert answer.status == 303
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return query["state"][0], answer.headers["set-cookie"].partition(";")[0]

    def finish(self, parameters: dict[str, str]) -> Answer:
        """Come back with these parameters and the state that was sent."""
        state, cookie = self.start()
        return self.get("/callback?" + urlencode(parameters | {"state": state}), cookie)

    def logged(self) -> str:
        """All that it logged; it ends with that."""
        self.process.terminate()
        return self.process.communicate(timeout=10)[0]


@pytest.fixture(params=PROGRAMS)
def application(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    guide = ROOT / "docs/guides/write-a-callback.md"
    if not guide.exists():
        pytest.skip("the guide is tested in a checkout, not with an installed wheel")
    program = shutil.which(PROGRAMS[request.param])
    if program is None:
        pytest.skip("Node is not there")
    write_files(guide.read_text(), tmp_path)
    (tmp_path / "errors.json").write_text(to_json(errors_data()))
    process = subprocess.Popen(
        [program, request.param],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        yield Application(process)
    finally:
        process.kill()
        process.communicate()


def test_every_error_is_answered_with_its_message(application: Application) -> None:
    for code, outcome in errors().items():
        hostile = {"error_description": "<b>pwned</b>", "vin": "1M8GDM9AXKP042788"}
        answer = application.finish(fullest(outcome) | hostile)
        body = unescape(answer.body)
        message = page(code).message
        assert answer.status == 200
        assert f"<h1>{message.title}</h1><p>{message.body}</p>" in body
        href = "/support" if page(code).retry == "after-fix" else "/connect"
        assert f'<a href="{href}">{message.button}</a>' in body
        assert "pwned" not in answer.body
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "Max-Age=0" in answer.headers["set-cookie"]
    assert application.logged().splitlines() == [f"connect: {code}" for code in errors()]


def test_an_unknown_error_is_handled_like_server_error(application: Application) -> None:
    answer = application.finish({"error": "<new>\nforged", "error_description": "pwned"})
    assert page("server_error").message.title in unescape(answer.body)
    assert "new" not in answer.body
    assert application.logged() == "connect: unknown error\n"


def test_a_success_goes_on_and_its_code_is_logged_nowhere(application: Application) -> None:
    answer = application.finish(fullest(successes()["authorization_code"]))
    assert answer.status == 200
    assert "Your vehicle is connected" in answer.body
    assert application.logged() == "connect: authorization_code\n"


def test_what_is_not_ours_is_refused(application: Application) -> None:
    state, cookie = application.start()
    error = "error=access_denied&error_description=x"
    refused = [
        application.get(f"/callback?{error}"),
        application.get(f"/callback?{error}&state={state}"),
        application.get(f"/callback?{error}", cookie),
        application.get(f"/callback?{error}&state={state}x", cookie),
        application.get(f"/callback?{error}&state=%C3%A9", cookie),
        application.get(f"/callback?{error}&state={state}&state={state}", cookie),
        application.get(f"/callback?{error}&error=no_vehicles&state={state}", cookie),
    ]
    assert [answer.status for answer in refused] == [400] * 7
    assert all("This link does not work any more" in answer.body for answer in refused)
    assert application.get(f"/callback?state={state}", cookie).status == 400
    assert application.get("/elsewhere").status == 404
    assert application.logged().splitlines() == ["connect: refused"] * 7 + ["connect: no outcome"]
