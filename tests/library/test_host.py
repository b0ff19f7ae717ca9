"""Agreement with browsers: Node's `URL`, a WHATWG parser, reads the same host from every URL that we accept."""

import ipaddress
import json
import shutil
import subprocess
from random import Random
from urllib.parse import quote

import pytest
from connect_errors import validate
from connect_errors.address import is_at
from connect_errors.host import SPECIAL_SCHEMES
from connect_errors.url import URL

PARSE = """
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = (text) => { try { const url = new URL(text); return [url.hostname, url.port]; } catch { return null; } };
const hosts = texts.map(read);
process.stdout.write(JSON.stringify(hosts));
"""

SEEDS = [
    "https://example.com/cb",
    "https://evil.com\\@example.com/cb",
    "https://evil.com@example.com/cb",
    "http://user:pw@example.com:80/cb",
    "https://127.0.0.1:8080/cb",
    "https://0x7f.1/cb",
    "http://2130706433/cb",
    "http://017700000001/cb",
    "http://256.1.1.1/cb",
    "http://1.2.3.4.5/cb",
    "http://example.1/cb",
    "https://[::1]:443/cb",
    "https://[0:0::ffff:1.2.3.4]/cb",
    "https://[fe80::1%25eth0]/cb",
    "https://ex\u00e4mple.com/cb",
    "https://\uff45xample.com/cb",
    "https://example\u3002com/cb",
    "https://exa\u00admple.com/cb",
    "https://stra\u00dfe.example/cb",
    "https://\u212aelvin.example/cb",
    "https://\u2100.example/cb",
    "https://xn--exmple-cua.com/cb",
    "https://xn--/cb",
    "https://xn--a/cb",
    "https://%65xample.com/cb",
    "https://a%00b/cb",
    "https://example.com./cb",
    "https://example.com:/cb",
    "https://example.com:00443/cb",
    "https:///example.com/cb",
    "https:\\\\example.com/cb",
    "https://exa\tmple.com/cb",
    "https://exa\nmple.com/cb",
    "myapp://example.com/cb",
    "myapp://Example%41\u00e4/cb",
    "com.example.app://user@host:99/cb",
    "wss://EXAMPLE.com/cb",
]
PIECES = [
    *"abzE019-_.~:@/\\?#[]%&=+;,!$'(){}<>|^`\" \t\n\0\x7f",
    *"\u00e4\u00df\u03c2\u0130\u0131\u017f\u212a\uff0e\u3002\uff20\uff0f\u2044\u00ad\u200b\u200d\u2060\ufe0f\u0301\u05d0\u0661\u3000\u00a0\ud83d\ude97"[
        :-2
    ],
    "\U0001f697",
    "..",
    "//",
    "\\\\",
    "xn--",
    "xn--4ca",
    "0x",
    "0x7f",
    "%2e",
    "%40",
    "%5c",
    "%00",
    "%C3%A4",
    "@evil.com",
    "evil.com\\",
    ":80",
    ":443",
    ":0",
    ":65536",
    "127.1",
    "[::1]",
    "\\@",
    "%ff",
]


def mutated(count: int) -> list[str]:
    random = Random(14)  # noqa: S311 - not for cryptography
    hosts = list(SEEDS)
    for _ in range(count - len(hosts)):
        text = random.choice(SEEDS)
        start = text.index(":")
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            at = random.randint(start, min(len(text), start + 30))
            cut = random.choice((0, 0, 0, 1, 2))
            text = text[:at] + random.choice(PIECES) + text[at + cut :]
        hosts.append(text)
    return hosts


@pytest.fixture(scope="module")
def browsers(pytestconfig: pytest.Config) -> dict[str, list[str] | None]:
    if not shutil.which("node"):
        pytest.skip("needs Node")
    texts = mutated(200_000 if pytestconfig.getoption("--all") else 20_000)
    result = subprocess.run(
        ["node", "-e", PARSE], input=json.dumps(texts), capture_output=True, text=True, timeout=60, check=True
    )
    return dict(zip(texts, json.loads(result.stdout), strict=True))


def as_written_by_browsers(url: URL) -> str:
    if url.host.startswith("["):
        return f"[{ipaddress.IPv6Address(url.host[1:-1]).compressed}]"
    if (url.scheme or "").lower() not in SPECIAL_SCHEMES:
        return quote(url.host, safe="!$&'()*+,;=%~\"{}`")
    labels = url.host.lower().split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)


@pytest.mark.property
def test_hosts_agree_with_browsers(browsers: dict[str, list[str] | None]) -> None:
    others = []
    for text, host in browsers.items():
        url = URL(text)
        if url.problem or not url.host:
            continue
        if host is not None and host[0].startswith("[") and "." not in host[0]:
            host[0] = f"[{ipaddress.IPv6Address(host[0][1:-1]).compressed}]"
        if host is None or host[0] != as_written_by_browsers(url):
            others.append((text, url.host, host))
    assert others == []


@pytest.mark.property
def test_no_url_at_another_host_matches(browsers: dict[str, list[str] | None]) -> None:
    registered = URL("https://example.com/cb")
    at = [text for text in browsers if not (url := URL(text)).problem and is_at(url, [registered])]
    assert len(at) > len(browsers) / 2_000
    assert [text for text in at if browsers[text] != ["example.com", ""]] == []
    assert [text for text in at if validate(f"{text}?code=1", redirect_uri=registered.text).conforms][:1]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://evil.com\\@example.com/cb", "it has a backslash before its path, which browsers read as a slash"),
        ("https://example.com\\cb", "it has a backslash before its path, which browsers read as a slash"),
        ("https://%65xample.com/cb", "its host is percent-encoded"),
        ("https://0x7f.1/cb", "its host ends with a number, but is not an IPv4 address of four decimal numbers"),
        ("https://127.0.0.1./cb", "its host ends with a number, but is not an IPv4 address of four decimal numbers"),
        ("https://\uff45xample.com/cb", "its host has a character that browsers replace or reject"),
        ("https://xn--/cb", "its host has a character that browsers replace or reject"),
        ("https://[fe80::1%25eth0]/cb", "its host is not an IPv6 address in brackets"),
    ],
)
def test_host_problems(url: str, message: str) -> None:
    report = validate(f"{url}?code=1")
    assert [finding.message for finding in report.findings] == [f"not an absolute URL: {message}"]


@pytest.mark.parametrize("reference", ["\\\\evil.com/cb", "/\\evil.com/cb", "\\/evil.com/cb", "//evil.com/cb"])
def test_relative_references_to_another_host(reference: str) -> None:
    assert URL(URL("https://example.com/login").resolve(reference)).host == "evil.com"
