"""A recipe of the site, running in its real framework."""

import http.client
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from connect_errors.site.data import errors_data, to_json
from connect_errors.site.schemas import BUNDLE, bundled_schema

from scripts.console import write_files
from tests.helpers.paths import ROOT, TESTS

PACKAGE = TESTS / "recipes"
CALLBACK_GUIDES = ROOT / "docs/guides/callback"
REDIRECT_URI = "http://localhost:8000/callback"


@dataclass(frozen=True)
class Recipe:
    """One page, and the command that starts its program."""

    name: str
    command: tuple[str, ...]
    """Contains `{port}`."""
    requires: str
    """A Python package, or one in `tests/recipes/package.json`."""
    extra_pages: tuple[str, ...] = ()
    """Pages whose files the recipe also needs."""
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return self.name

    @property
    def is_python(self) -> bool:
        return self.command[0] == sys.executable

    def missing_requirement(self) -> str | None:
        """Return the reason why it cannot run here, if any."""
        if not CALLBACK_GUIDES.exists():
            return "the recipes are tested in a checkout, not with an installed wheel"
        if self.is_python:
            is_installed = importlib.util.find_spec(self.requires) is not None
            return None if is_installed else f"{self.requires} is not installed: pip install --group recipes"
        if shutil.which("node") is None:
            return "Node is not installed"
        is_installed = (PACKAGE / "node_modules" / self.requires).exists()
        return None if is_installed else f"{self.requires} is not installed: npm ci --prefix tests/recipes"


DJANGO = ("django", "runserver", "--noreload", "--settings", "settings", "--pythonpath", ".", "localhost:{port}")
RECIPES = [
    Recipe("flask", (sys.executable, "-m", "flask", "--app", "app", "run", "--port", "{port}"), "flask"),
    Recipe("fastapi", (sys.executable, "-m", "uvicorn", "app:app", "--port", "{port}", "--no-access-log"), "fastapi"),
    Recipe("django", (sys.executable, "-m", *DJANGO), "django"),
    Recipe("node", ("node", "server.mjs"), "ajv"),
    Recipe("express", ("node", "server.mjs"), "express", extra_pages=("node",)),
    Recipe("nextjs", ("node", "next-server.mjs"), "next", extra_pages=("node",), files=(PACKAGE / "next-server.mjs",)),
]


class Response(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: str


@dataclass
class Application:
    """A running program."""

    recipe: Recipe
    folder: Path
    port: int = 0
    process: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        for name in (*self.recipe.extra_pages, self.recipe.name):  # the page's own files last
            write_files((CALLBACK_GUIDES / f"{name}.md").read_text(encoding="utf-8"), self.folder)
        for path in self.recipe.files:
            shutil.copy(path, self.folder)
        if not self.recipe.is_python:
            (self.folder / "errors.json").write_text(to_json(errors_data()), encoding="utf-8")
            (self.folder / BUNDLE).write_text(to_json(bundled_schema()), encoding="utf-8")
            (self.folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
            (self.folder / "node_modules").symlink_to(PACKAGE / "node_modules")
        with socket.socket() as free:
            free.bind(("localhost", 0))
            self.port = free.getsockname()[1]
        environment = {"PATH": os.environ["PATH"], "PORT": str(self.port), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        if "PYTHONPATH" in os.environ:
            environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [word.format(port=self.port) for word in self.recipe.command],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                socket.create_connection(("localhost", self.port), timeout=1).close()
            except OSError:
                assert self.process.poll() is None, self.log()
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.log())

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)

    def get(self, target: str, cookie: str = "", method: str = "GET") -> Response:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        connection.request(method, target, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        body = unescape(response.read().decode())
        connection.close()
        return Response(response.status, response.headers, body)

    def start(self) -> tuple[str, str]:
        """Start a session; return the state that was sent, and the cookie."""
        response = self.get("/connect")
        assert response.status in (302, 303), response
        query = parse_qs(urlsplit(response.headers["location"]).query)
        return query["state"][0], response.headers["set-cookie"].partition(";")[0]

    def finish(self, query: str) -> Response:
        """Return to the session that was started, with `{state}` in the query string."""
        state, cookie = self.start()
        return self.get("/callback?" + query.replace("{state}", state), cookie)

    def send_raw(self, request: bytes) -> int | None:
        """Send bytes; return the status, or None if the connection is closed without one."""
        with socket.create_connection(("localhost", self.port), timeout=20) as connection:
            received = b""
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                while data := connection.recv(65536):
                    received += data
            except OSError:  # the server has already closed it
                pass
        match = re.match(rb"HTTP/1\.[01] ([0-9]{3})", received)
        return int(match[1]) if match else None
