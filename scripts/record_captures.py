"""Record captures with real programs, against local servers that redirect like Connect.

    python -m scripts.record_captures FOLDER

Needs nginx, Apache, curl, `script`, Chromium, Playwright and mitmdump; missing programs are reported and skipped. The
expected reports are written by hand, after reviewing the captures.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DENIED = "error=access_denied&error_description=User+denied+access+to+application&state=0facda3319"
INCOMPATIBLE = "error=vehicle_incompatible&error_description=The+user's+vehicle+is+not+compatible.&state=0facda3319"
ROUTES = {"denied": DENIED, "incompatible": INCOMPATIBLE}

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log {folder}/access.log combined;
    server {{
        listen 127.0.0.1:{port};
        {routes}
        location / {{ default_type text/html; return 200 "<p>Welcome back</p>"; }}
    }}
}}
"""
APACHE = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog {folder}/access.log combined
DocumentRoot {folder}
{routes}
"""


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[None]:
    routes = "\n".join(
        f'location = /{name} {{ return 302 "http://localhost:{port}/callback?{query}"; }}'
        for name, query in ROUTES.items()
    )
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, routes=routes))
    with running(["nginx", "-c", str(config), "-p", str(folder)], port):
        yield


@contextmanager
def apache(folder: Path, port: int) -> Iterator[None]:
    routes = "\n".join(
        f'Redirect 302 /{name} "http://localhost:{port}/callback?{query}"' for name, query in ROUTES.items()
    )
    config = folder / "apache.conf"
    config.write_text(APACHE.format(folder=folder, port=port, routes=routes))
    with running(["apache2", "-X", "-f", str(config)], port):
        yield


def curl(*arguments: str) -> bytes:
    result = subprocess.run(["curl", "-s", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return result.stdout


def record_curl(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary, nginx(Path(temporary), 8701):
        url = "http://localhost:8701/incompatible"
        (folder / "recorded-curl-i.txt").write_bytes(curl("-i", url))
        (folder / "recorded-curl-i-l.txt").write_bytes(curl("-iL", url))
        (folder / "recorded-curl-v-l.txt").write_bytes(curl("-vL", url))
        terminal = subprocess.run(
            ["script", "-qec", f"curl -sI {url}", "/dev/null"],
            stdout=subprocess.PIPE,
            env=os.environ | {"TERM": "xterm-256color"},
            check=False,
        )
        (folder / "recorded-curl-on-a-terminal.txt").write_bytes(terminal.stdout)


def record_log(folder: Path, server: Callable[..., object], port: int, name: str) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        with server(Path(temporary), port):  # type: ignore[attr-defined] # a context manager
            base = f"http://localhost:{port}"
            curl("-L", f"{base}/denied")
            curl("-L", f"{base}/incompatible")
            curl(f'{base}/callback?error=access_denied&error_description=say+"no"\\')
            curl("-e", f"{base}/callback?code=90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", f"{base}/favicon.ico")
        shutil.copy(Path(temporary) / "access.log", folder / name)


def record_chromium(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as temporary, nginx(Path(temporary), 8703), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        har = folder / "recorded-chromium.har"
        context = browser.new_context(record_har_path=har, record_har_content="omit")
        page = context.new_page()
        page.goto("http://localhost:8703/denied")
        page.goto("http://localhost:8703/incompatible")
        context.close()
        browser.close()


def record_mitmproxy(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary, nginx(Path(temporary), 8704):
        har = folder / "recorded-mitmproxy.har"
        command = ["mitmdump", "-q", "-p", "8705", "--listen-host", "127.0.0.1", "--set", f"hardump={har}"]
        with running([*command, "--set", f"confdir={temporary}"], 8705):
            time.sleep(2)
            curl("-L", "-x", "http://127.0.0.1:8705", "--noproxy", "", "http://localhost:8704/incompatible")
            curl("-x", "http://127.0.0.1:8705", "--noproxy", "", "http://localhost:8704/callback?code=90abecb6&state=1")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    recordings: dict[str, Callable[[], None]] = {
        "curl": lambda: record_curl(folder),
        "nginx": lambda: record_log(folder, nginx, 8702, "recorded-nginx.log"),
        "apache2": lambda: record_log(folder, apache, 8706, "recorded-apache.log"),
        "chromium": lambda: record_chromium(folder),
        "mitmdump": lambda: record_mitmproxy(folder),
    }
    for program, record in recordings.items():
        if shutil.which(program):
            record()
        else:
            print(f"{program} is not installed: passed over")


if __name__ == "__main__":
    main()
