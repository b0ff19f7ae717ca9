"""Each recipe of the site in its real framework: every outcome, every deviation, and requests that no browser makes."""

import re
from collections.abc import Iterator

import pytest
from connect_errors import ConnectError, Refused, examples, invalid_examples, receive
from connect_errors.catalog import outcomes
from connect_errors.handbook import page

from tests.helpers.once import make_once
from tests.helpers.recipes import RECIPES, REDIRECT_URI, Application, Recipe

CODE = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
STATE = "5e5510n0facda3319"
HREFS = {"connect": "/connect", "support": "/support", "alternatives": "/vehicles/unsupported"}
TITLES = {
    "authorization_code": "Your vehicle is connected",
    "vehicle_reauthentication": "Your vehicle is connected again",
    "user_connection": "Your account is connected",
}
REFUSAL = "This link no longer works"
OTHER_PATH = {"nextjs": 308}  # it redirects /callback/ to /callback

pytestmark = [pytest.mark.slow, pytest.mark.process]


@pytest.fixture(scope="module", params=RECIPES, ids=str)
def application(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    recipe: Recipe = request.param
    if why := recipe.missing_requirement():
        pytest.skip(why)
    program = make_once(tmp_path_factory, recipe.name, recipe.make)
    running = Application(recipe, program, tmp_path_factory.mktemp(recipe.name) / "log")
    try:
        yield running
    finally:
        running.end()


def test_a_session_starts(application: Application) -> None:
    response = application.get("/connect")
    assert response.headers["location"].startswith("https://connect.smartcar.com/oauth/authorize?response_type=code&")
    attributes = response.headers["set-cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=lax" in attributes
    assert "secure" not in attributes  # the redirect URI of the test is plain http
    assert len({application.start()[0] for _ in range(3)}) == 3


@pytest.mark.parametrize("name", outcomes())
def test_every_outcome_is_answered(application: Application, name: str) -> None:
    (example,) = examples(name, redirect_uri=REDIRECT_URI, state=STATE, optional=True)
    response = application.finish(example.url.partition("?")[2].replace(STATE, "{state}"))
    assert response.status == 200
    if example.kind == "error":
        message = page(name).message
        assert f"<h1>{message.title}</h1>" in response.body
        assert f'<p>{message.body}</p><a href="{HREFS[message.leads_to]}">{message.button}</a>' in response.body
    else:
        assert f"<h1>{TITLES[name]}</h1>" in response.body
    assert "no-store" in response.headers["cache-control"]
    assert response.headers["referrer-policy"] == "no-referrer"
    assert application.log().rstrip().endswith(f"connect: {name}")


def test_every_deviation_is_answered_like_the_library(application: Application) -> None:
    expected, actual = {}, {}
    for example in invalid_examples(redirect_uri=REDIRECT_URI, state=STATE):
        url = example.url.partition("#")[0]  # browsers never send the fragment
        received = receive(url, state=STATE, redirect_uri=REDIRECT_URI)
        if isinstance(received, Refused):
            title = REFUSAL
        else:
            title = received.message.title if isinstance(received, ConnectError) else TITLES[received.outcome]
        state, cookie = application.start()
        response = application.get(url.removeprefix("http://localhost:8000").replace(STATE, state), cookie)
        if example.rule == "redirect-uri-mismatch":
            assert response.status == OTHER_PATH.get(application.recipe.name, 404)
            continue
        expected[example.url] = (400 if isinstance(received, Refused) else 200), title
        actual[example.url] = response.status, response.body.partition("<h1>")[2].partition("</h1>")[0]
    assert len(expected) > 250
    assert actual == expected


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state={state}",
        f"code={CODE}",
        f"code={CODE}&state=",
        f"code={CODE}&state={{state}}x",
        f"code={CODE}&state={{state}}&state=",
        f"code={CODE}&state=&state={{state}}",
        f"code={CODE}&state[]={{state}}",
        f"code={CODE}&code={CODE}&state={{state}}",
        f"code[]={CODE}&state={{state}}",
        f"code={CODE}%&state={{state}}",
        f"code={CODE}%zz&state={{state}}",
        f"code={CODE}%%41&state={{state}}",
        f"code={CODE}%ff&state={{state}}",
        f"code={CODE}&state={{state}}&%zz=1",
        f"code={CODE}&state={{state}}&x=%ed%a0%80",
        f"code={CODE}&state={{state}}&x=%ff",
        f"code={CODE}%00&state={{state}}",
        f"error=access_denied&code={CODE}&state={{state}}",
        "user_id=1&state={state}",
    ],
)
def test_invalid_queries_are_refused(application: Application, query: str) -> None:
    response = application.finish(query)
    assert response.status == 400
    assert REFUSAL in response.body
    assert "connect: refused: " in application.log().rstrip().splitlines()[-1]


@pytest.mark.parametrize(
    ("description", "status", "on_nextjs"),
    [
        ("100%25", 200, 400),  # Next.js makes the same of a broken escape
        ("100%2541", 200, 200),
        ("100%%41b", 400, 200),  # Next.js makes %25Ab of it
        ("%EF%BF%BD", 200, 400),
    ],
)
def test_nextjs_hides_what_was_broken(application: Application, description: str, status: int, on_nextjs: int) -> None:
    response = application.finish(f"error=access_denied&error_description={description}&state={{state}}")
    assert response.status == (on_nextjs if application.recipe.name == "nextjs" else status)


def test_everything_is_refused_without_a_session(application: Application) -> None:
    state, cookie = application.start()
    name = cookie.partition("=")[0]
    for header in ("", f"{name}=", f"{name}=; {name}=", "other=1", f"{name}=%", f'{name}="', f"{name}=é"):
        for sent in ("", state):
            response = application.get(f"/callback?code={CODE}&state={sent}", header.encode().decode("latin-1"))
            assert response.status == 400


def test_a_state_can_be_used_only_once(application: Application) -> None:
    state, cookie = application.start()
    assert application.get("/callback", cookie, "HEAD").status == 405  # a link previewer must not use up the state
    first = application.get(f"/callback?code={CODE}&state={state}", cookie)
    assert first.status == 200
    changed = first.headers["set-cookie"]
    remaining = "" if changed and ("max-age=0" in changed.lower() or "1970" in changed) else (changed or cookie)
    assert application.get(f"/callback?code={CODE}&state={state}", remaining.partition(";")[0]).status == 400


def test_an_unknown_error_is_answered_like_server_error(application: Application) -> None:
    response = application.finish("error=%3Cb%3Enew&error_description=%3Cb%3Epwned&state={state}")
    assert response.status == 200
    assert f"<h1>{page('server_error').message.title}</h1>" in response.body
    assert "pwned" not in response.body
    assert "pwned" not in application.log()


HOST = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
TARGETS = [
    b"//",
    b"///",
    b"//?code=" + CODE.encode(),
    b"http://[",
    b"http://[?code=" + CODE.encode(),
    b"http://localhost/callback?code=" + CODE.encode(),
    b"http:callback",
    b"https://user:pw@example.org:99999/callback",
    b"*",
    b"callback",
    b"?code=1",
    b"/callback?",
    b"/callback?%",
    b"/callback?%zz=%",
    b"/callback?code=%ff&state=%c3",
    b"/callback?code=\xff\xfe&state=\xc3\xa9",
    b"/callback?code=1&code=2&state=&state=a",
    b"/callback?__proto__=1&constructor=2&toString=3&state=a",
    b"/callback?state[a][b]=1&state[]=2&code[$ne]=1",
    b"/callback?" + b"a&" * 3000,
    b"/callback?code=" + b"x" * 7000,
    b"/callback?code=" + b"x" * 200_000,
    b"/callback/?code=1",
    b"/callback;a?code=1",
    b"/callback#code=1",
    b"/../callback?code=1",
    b"/%2e%2e/callback",
    b"/%",
    b"/%ff",
    b"/call%62ack?code=1",
    b"/callback%0a?code=1",
    b"/callback%3fcode=1",
    b"/CALLBACK?code=1",
    b"/\\example.org/callback",
    b"",
]


def test_malformed_requests_cause_no_server_error(application: Application) -> None:
    _, cookie = application.start()
    name = cookie.partition("=")[0].encode()
    statuses = {}
    for target in TARGETS:
        if target == b"*" and application.recipe.name == "nextjs":
            continue  # Next.js itself responds 500, and calls no handler
        for method in (b"GET", b"HEAD", b"POST", b"OPTIONS"):
            request = method + b" " + target + HOST + b"\r\n"
            statuses[request[:60]] = application.send_raw(request)
    for header in (
        b"Cookie: \xff\xfe",
        b"Cookie: " + name,
        b"Cookie: " + name + b"=\xff",
        b"Cookie: =;;=%00",
        b"Cookie: " + b"a" * 5000,
    ):
        request = b"GET /callback?code=1&state=" + HOST + header + b"\r\n\r\n"
        statuses[request[-60:]] = application.send_raw(request)
    failed = {request: status for request, status in statuses.items() if status is not None and status >= 500}
    assert {request: status for request, status in failed.items() if status not in (501, 505)} == {}
    assert application.process.poll() is None
    assert application.finish(f"code={CODE}&state={{state}}").status == 200  # it is still running


def test_no_secrets_are_logged(application: Application) -> None:
    before = len(application.log())
    state, cookie = application.start()
    for query in (
        f"code={CODE}&state={state}",
        f"code={CODE}&code={CODE}&state={state}",
        f"error={CODE}&state={state}",
    ):
        application.get(f"/callback?{query}", cookie)
        application.get(f"/elsewhere?{query}", cookie)
        application.get(f"/callback?{query}")
    log = application.log()[before:]
    assert "connect: authorization_code" in log
    assert CODE not in log
    assert state not in log
    assert not re.search(r"\b(app|views)\.py\b|\.mjs:[0-9]", log)  # the recipe raised no exception
