"""The site's checker agrees with the command on every case, example and corpus, and on random texts."""

from collections.abc import Iterator
from random import Random
from urllib.parse import quote

import pytest
from connect_errors import examples, invalid_examples
from connect_errors.rules import RULES

from tests.fuzz.mutator import mutate
from tests.fuzz.targets import SEPARATOR
from tests.helpers.cases import Case, load_cases
from tests.helpers.checker import NEEDS_MODULE, Input, differences
from tests.helpers.paths import TESTS
from tests.helpers.properties import share

pytestmark = NEEDS_MODULE

CORPUS = TESTS / "fuzz" / "corpus"
REDIRECT_URIS = (
    "http://localhost:8000/callback",
    "https://javascript-sdk.smartcar.com/v2/redirect?app_origin=https://example.com",
    "sc4a1b01e5-0497-417c-a30e-6df6ba33ba46://x/y",
)
RANDOM_TEXTS = 500
MORE_RANDOM_TEXTS = 40_000
"""The number with the profile `nightly`."""
_QUERY = "error=access_denied&error_description=User%20denied%20access%20to%20application."
_URL = f"https://example.com/callback?{_QUERY}"
_INNER = quote(_URL, safe="")
SEEDS = (
    f"{_URL}&state=0facda3319",
    "https://connect.smartcar.com/oauth/authorize?response_type=code&client_id=client_4a1b01e5&scope=x&mode=simulation",
    "https://connect.smartcar.com/oauth/reauthenticate?response_type=vehicle_id&client_id=&redirect_uri=http%3A%2F%2Fa",
    f"https://eur01.safelinks.protection.outlook.com/?url={_INNER}&data=05",
    f"https://www.google.com/url?q={_INNER}&sa=D",
    f"https://urldefense.com/v3/__{_URL}__;!!abc",
    f"https://urldefense.com/v3/__{_URL.replace('%', '*')}**A__;JSUlJSVhYg!!abc",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.com_callback-3Ferror-3Daccess-5Fdenied&d=x",
    f"[the redirect]({_URL}).",
    f"<{_URL}|example>",
    f"“{_URL}”, he said",
    _URL.replace("&", "&amp;") + "&copy=1&#x41;&#0;&lt;&notit;",
    _URL.replace("&", r"\u0026"),
    _URL.replace("&", r"\x26"),
    _URL.replace("&", r"\&").replace("=", r"\="),
    _URL.replace("&", "^&"),
    _URL.replace("_", r"\_") + r"\ud83d\ude00",
    _URL.replace("=", "=3D") + "=\r\n&state=3D1",
    _INNER,
    f"{_URL}&error_message=call +49 170 1234567 or mail a.b@example.com, key: abc, Authorization: Bearer x.y.z",
    f"{_URL}&error_message=token%3Dabc%2520def%26code%3D1&make=0SCAUDI012FE3B132&model=4a1b01e5-0497-417c-a30e-6df6ba33ba46",
    f"{_URL}&error_message=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N&year=2008",
    "/callback;jsessionid=1A2B3C4D5E6F7A8B?error=no_vehicle&eror_description=x#/route?code=1",
    "https://münchen.example/cb?code=1\xffhttps://xn--mnchen-3ya.example/cb",
    "https://אבג.example/ٱ?code=1\xffhttps://xn--4dbcagdahymbxekheh6e0a7fei0b.example/",
    "https://EXAMPLE.com:443/a/../%63b/?code=1\xffhttps://example.com/cb",
    "myapp://Home/cb?code=1&a=b\xffmyapp://home/cb?a=c%20",
    "https://example.com/cb?code=1&state=0fac da33\xff\xff0fac+da33",
    "https://example.com/cb?code=1&state=eyJpbnN0YW5jZUlkIjoiMSIsIm9yaWdpbmFsU3RhdGUiOiIwZmFjZGEzMzE5In0=\xff\xff0facda33",
    "https://example.com/cb?code=1&state=a%7Eb%2Fcd\xff\xffa-b_cd",
    "https://example.com/cb?code=1&state=STRASSE\xff\xffstraße",
    "https://example.com/cb?error=vehicle_incompatible&error_description=The%20user%E2%80%99s%20vehicle&vin=1\xff\xff1\xffno_vehicle",
)  # fmt: skip
WORDS = (
    "\xdf",
    "\u0130",
    "\u017f",
    "K",
    "\u03a3\u03c2",
    "\ufb01",
    "\xe9",
    "e\u0301",
    "\U0001f600",
    "\U000e0100",
    "\u200d",
    "\ufeff",
    "\u05d0",
    "\u0627",
    "\u0345",
    "\u0663",
    "\xbd",
    "xn--",
    "xn--a-",
    "xn---",
    "[::1]",
    "[::ffff:1.2.3.4]",
    "[1:2:3:4:5:6:7::]",
    "0x7f.1",
    "127.0.0.1",
    "%65",
    "\u3002",
    "undefined",
    "[object Object]",
    "{{state}}",
    "YOUR_CODE",
    "%22",
    "'",
    "test",
    "utm_source=x",
    "_ga=1",
    "&lt",
    "&rarr;",
    "&#38;",
    "&amp;",
    "\\u0026",
    "\\/",
    "\\x26",
    "\\&",
    "^&",
    "=3D",
    "=\n",
    "<",
    ">",
    "(",
    ")",
    "`",
    "\u201c",
    "\u201d",
    "##",
    "%23%23",
    "%F0%9F%98%80",
    "%F0%9F",
    "%E0%80%80",
    "%F4%90%80%80",
    "%00",
    "%C2%85",
    "%E2%80%A8",
    "\u2028",
    "\x85",
    "user@",
    "u:p@",
    "a@b.c",
    "password=",
    "token: x",
    "Bearer abc",
    "; code=",
    " => ",
    "4111 1111 1111 1111",
    "20240101T120000Z",
    "sc4a1b01e5",
    "app_origin=https://example.com",
    "iss=x",
    "authuser=0",
    "userId=1",
    "scope=x",
    "response_type=code",
    "client_id=client_x",
    "redirect_uri=https%3A%2F%2Fexample.com",
    "mode=tset",
    "errro=x",
    "error=no_vehicle;code=1",
    "User denied access to application.",
    "=",
    "&&",
    "?",
    "#",
    "/",
    "//",
    "\\",
    ":",
    ".",
    ",",
    ";",
    " ",
    "\t",
    "\r\n",
    "A" * 250,
)


def given(data: bytes) -> Input:
    """Parse a fuzzing input for URLs: the text and its options, separated by a byte that never occurs in UTF-8."""
    parts = [part.decode("utf-8", "surrogateescape") for part in data.split(SEPARATOR, 3)]
    names = ("redirect_uri", "state", "expect")
    return Input(parts[0], {name: part for name, part in zip(names, parts[1:], strict=False) if part})


def random_texts(count: int, seed: int) -> Iterator[Input]:
    random = Random(seed)  # noqa: S311 - no secret
    seeds = [text.encode("utf-8").replace("\xff".encode(), SEPARATOR) for text in SEEDS]
    seeds += [_as_bytes(case) for case in map(_case, load_cases()) if len(case.text) < 2000]
    for _ in range(count):
        data = random.choice(seeds)
        if random.random() < 0.3:  # rarely leaves a URL
            data = mutate(data, 2000, random, seeds)
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(len(data) + 1)
            data = data[:at] + random.choice(WORDS).encode() + data[at + random.randrange(2) :]
        yield given(data)


def _case(case: Case) -> Input:
    return Input(case.url, case.options)


def _as_bytes(case: Input) -> bytes:
    values = (
        *case.options.get("redirect_uri", [""])[:1],
        case.options.get("state", ""),
        case.options.get("expect", ""),
    )
    return SEPARATOR.join(part.encode("utf-8", "surrogateescape") for part in (case.text, *values))


def test_every_case_and_example() -> None:
    inputs = [Input(case.url, case.options) for case in load_cases()]
    inputs += [Input(url, dict(rule.options)) for rule in RULES.values() for url in (rule.bad, rule.good)]
    for uri in REDIRECT_URIS:
        redirects = [
            *examples(redirect_uri=uri, state="8c5f31"),
            *examples(redirect_uri=uri, state="8c5f31", optional=True),
            *invalid_examples(redirect_uri=uri, state="8c5f31"),
        ]
        inputs += [Input(redirect.url, dict(redirect.options)) for redirect in redirects]
    shown = ("@", "%EA%8A%A8error=a", "code%C2%A0:%E2%80%AF1", "%C5%BFecret:+a", "State=%C2%A0")
    inputs += [Input(f"https://a.example/?error={value}&error_description={value}") for value in shown]
    # Findings of a rule beyond the twentieth are only counted.
    inputs += [Input(_URL + "".join(f"&x{number}=1" for number in range(count))) for count in (20, 21, 1022)]
    assert differences(inputs) == []


def test_every_corpus() -> None:
    inputs = [given(path.read_bytes()) for path in sorted(CORPUS.glob("url/*"))]
    for path in sorted(CORPUS.glob("text/*")):
        inputs += [given(line) for line in path.read_bytes().splitlines()]
    assert len(inputs) > 50
    assert differences(inputs) == []


def test_random_texts() -> None:
    assert differences(list(random_texts(RANDOM_TEXTS, 1))) == []


@pytest.mark.property
@pytest.mark.slow(seconds=5)
def test_many_random_texts() -> None:
    assert differences(list(random_texts(share(MORE_RANDOM_TEXTS), 2))) == []


@pytest.mark.parametrize(
    "lengths",
    [(199, 200, 201), pytest.param((16_000, 22_000, 65_000, 65_535, 65_536, 262_144, 262_145), marks=pytest.mark.slow)],
    ids=["short", "long"],
)
def test_texts_of_any_length(lengths: tuple[int, ...]) -> None:
    fillings = ("0", "é", "😀", "%41", "a=b&", "/", "%")
    inputs = [Input((f"{_URL}&state=" + filling * length)[:length]) for length in lengths for filling in fillings]
    assert differences([*inputs, *(Input(filling * 300_000) for filling in ("x", "😀"))]) == []
