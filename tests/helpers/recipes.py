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

NODE_MODULES = TESTS / "recipes/node_modules"
NEXT = ("node", "node_modules/next/dist/bin/next")
CALLBACK_GUIDES = ROOT / "docs/guides/callback"
REDIRECT_URI = "http://localhost:8000/callback"


@dataclass(frozen=True)
class Recipe:
    """One page, and the command that starts its program."""

    name: str
    command: tuple[str, ...]
    """Contains `{port}`."""
    requires: str
    """A Python package, or one in `tests/recipes/package-lock.json`, as a glob."""
    extra_pages: tuple[str, ...] = ()
    """Pages whose files the recipe also needs."""
    build: tuple[str, ...] = ()
    """The command that builds the program, if it must be built before it starts."""

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
        is_installed = any(NODE_MODULES.glob(self.requires))
        return None if is_installed else f"{self.requires} is not installed: npm ci --prefix tests/recipes"

    def make(self, folder: Path) -> None:
        """Write the files of its page into a folder, and build the program."""
        for name in (*self.extra_pages, self.name):  # the page's own files last
            write_files((CALLBACK_GUIDES / f"{name}.md").read_text(encoding="utf-8"), folder)
        if not self.is_python:
            (folder / "errors.json").write_text(to_json(errors_data()), encoding="utf-8")
            (folder / BUNDLE).write_text(to_json(bundled_schema()), encoding="utf-8")
            (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        if self.build:
            # Next.js builds nothing outside the folder, so a symbolic link does not do.
            shutil.copytree(NODE_MODULES, folder / "node_modules", symlinks=True, copy_function=_link_or_copy)
            subprocess.run(self.build, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, check=True)
        elif not self.is_python:
            (folder / "node_modules").symlink_to(NODE_MODULES)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a recipe's commands."""
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "NEXT_TELEMETRY_DISABLED": "1", **inherited, **variables}


DJANGO = ("django", "runserver", "--noreload", "--settings", "settings", "--pythonpath", ".", "localhost:{port}")
RECIPES = [
    Recipe("flask", (sys.executable, "-m", "flask", "--app", "app", "run", "--port", "{port}"), "flask"),
    Recipe("fastapi", (sys.executable, "-m", "uvicorn", "app:app", "--port", "{port}", "--no-access-log"), "fastapi"),
    Recipe("django", (sys.executable, "-m", *DJANGO), "django"),
    Recipe("node", ("node", "server.mjs"), "ajv"),
    Recipe("express", ("node", "server.mjs"), "express", extra_pages=("node",)),
    Recipe(
        "nextjs",
        (*NEXT, "start", "--port", "{port}", "--hostname", "localhost"),
        "@next/swc-*",  # the compiler of Next.js, which would download it
        extra_pages=("node",),
        build=(*NEXT, "build"),
    ),
]


class Response(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: str


@dataclass
class Application:
    """A running program."""

    recipe: Recipe
    program: Path
    """The folder in which `Recipe.make` made it."""
    log_file: Path
    port: int = 0
    process: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind(("localhost", 0))
            self.port = free.getsockname()[1]
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [word.format(port=self.port) for word in self.recipe.command],
                cwd=self.program,
                env=environment(PORT=str(self.port)),
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
        return self.log_file.read_text(encoding="utf-8", errors="replace")

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
