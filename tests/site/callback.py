"""The programs of "Write a callback", running."""

import http.client
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

PROGRAMS = {"callback.py": sys.executable, "callback.mjs": "node"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


class Application:
    """A program of the guide, running."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert self.process.stdout
        self.port = urlsplit(self.process.stdout.readline()).port

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
