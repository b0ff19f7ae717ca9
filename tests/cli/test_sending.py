"""`example --send`: responses of good handlers, and of handlers with common mistakes."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import Result
from connect_errors import Refused, Success, receive
from connect_errors.sending import Handler

from tests.conftest import Invoke
from tests.helpers.output_schemas import schema_violations

Response = tuple[int, dict[str, str], str]
"""Status, headers, page; status 0 means no response."""
Respond = Callable[[str, str], Response]
"""Maps path and query string, and the cookie, to a response."""
AnswerCallback = Callable[[str, str | None], Response]
"""Maps path and query string, and the session's state, to a response."""


@contextmanager
def listening(respond: Respond) -> Iterator[str]:
    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, page = respond(self.path, self.headers.get("Cookie", ""))
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # the client may have read enough
                self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("localhost", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Application:
    """A handler with cookie sessions; each start generates another state."""

    def __init__(self, answer: AnswerCallback | None = None) -> None:
        self.answer = answer or self.right_handler
        self.started = 0

    def __call__(self, target: str, cookie: str) -> Response:
        if target == "/connect":
            self.started += 1
            state = f"s+t/ate={self.started}"
            location = f"https://connect.smartcar.com/oauth/authorize?x=1&state=s%2Bt%2Fate%3D{self.started}"
            return 302, {"Location": location, "Set-Cookie": f"session={state}; Path=/"}, ""
        if urlsplit(target).path != "/callback":
            return 404, {}, ""
        return self.answer(target, cookie.partition("session=")[2] or None)

    @staticmethod
    def right_handler(target: str, state: str | None) -> Response:
        received = receive(target, state=state, redirect_uri="http://localhost/callback")
        status = 400 if isinstance(received, Refused) else 200
        title = received.message.title if hasattr(received, "message") else type(received).__name__
        return status, {}, f"<title>{title}</title>"


def send(invoke: Invoke, respond: Respond, *options: str, names: str = "--all") -> Result:
    with listening(respond) as address:
        return invoke("example", names, "--send", f"{address}/callback", *options, f"--start={address}/connect")


def test_correct_handler(invoke: Invoke) -> None:
    application = Application()
    result = send(invoke, application, "--invalid")
    assert (result.exit_code, result.stderr) == (0, "")
    assert application.started == 314  # one session for each
    assert result.stdout.splitlines()[:2] == [
        "To be answered",
        "  ✓ access_denied                          200  Your vehicle is not connected yet",
    ]
    assert "\n  ✓ unknown-error                          200 (16 times)\n" in result.stdout
    assert "\nTo be refused\n" in result.stdout
    assert "\n  ✓ duplicate-parameter                    400 (32 times)\n" in result.stdout
    assert result.stdout.endswith("\n✓ 314 redirects sent: each was answered as expected\n")


def ignores_the_state(target: str, _: str | None) -> Response:
    query = parse_qs(urlsplit(target).query)
    if "error" in query:
        return 200, {}, f"sorry, number {query}"
    if "code" in query or "user_id" in query or "vehicle_id" in query:
        return 303, {"Location": "/done?from=connect"}, ""
    return 400, {}, ""


def requires_a_description(target: str, state: str | None) -> Response:
    query = parse_qs(urlsplit(target).query)
    if "error" in query and "error_description" not in query:
        return 422, {}, "[]"
    return Application.right_handler(target, state)


def accepts_a_lost_state(target: str, state: str | None) -> Response:
    query = parse_qs(urlsplit(target).query)
    if query.get("state", [""])[0] == (state or ""):
        return Application.right_handler(f"{target.partition('&state')[0]}&state=1", "1")
    return 400, {}, ""


def fails_at_a_repetition(target: str, state: str | None) -> Response:
    if any(len(values) > 1 for values in parse_qs(urlsplit(target).query).values()):
        return 500, {}, "<h1>Internal Server Error</h1>"
    return Application.right_handler(target, state)


def knows_one_success(target: str, state: str | None) -> Response:
    received = receive(target, state=state, redirect_uri="http://localhost/callback")
    if isinstance(received, Success) and received.outcome != "authorization_code":
        return 400, {}, ""
    return Application.right_handler(target, state)


def hangs_up_at_an_escape(target: str, state: str | None) -> Response:
    return (0, {}, "") if "%FF" in target else Application.right_handler(target, state)


@pytest.mark.parametrize(
    ("answer", "outcome", "line"),
    [
        (
            ignores_the_state,
            "authorization_code",
            "303, answered like a success, although it must be refused: authorization_code: a different state",
        ),
        (
            requires_a_description,
            "access_denied",
            "422, refused, although a user should see an answer: access_denied: error_description is",
        ),
        (
            accepts_a_lost_state,
            "authorization_code",
            "200, answered like a success, although it must be refused: authorization_code: a state without a value",
        ),
        (
            fails_at_a_repetition,
            "access_denied",
            "500, the handler failed: access_denied: error appears twice (duplicate-parameter)",
        ),
        (knows_one_success, "user_connection", "400, refused, although a user should see an answer: user_connection\n"),
        (
            hangs_up_at_an_escape,
            "access_denied",
            "no response: access_denied: error has a byte that is not UTF-8 (malformed-encoding)",
        ),
    ],
)
def test_faulty_handlers(answer: AnswerCallback, outcome: str, line: str, invoke: Invoke) -> None:
    application = Application(answer)
    result = send(invoke, application, "--invalid", names=outcome)
    assert (result.exit_code, result.stderr) == (1, "")
    assert line in result.stdout
    assert f"\n✗ {application.started} redirects sent: " in result.stdout


def test_only_conforming_examples(invoke: Invoke) -> None:
    result = send(invoke, Application())
    assert result.exit_code == 0
    assert result.stdout.endswith("\n✓ 11 redirects sent: each was answered as expected\n")


def test_given_session(invoke: Invoke) -> None:
    with listening(Application()) as address:
        options = ["example", "access_denied", "--invalid", "--send", f"{address}/callback", "--redirect-uri"]
        own = [*options, "https://example.com/callback", "--state", "8c5f31", "--cookie", "session=8c5f31"]
        assert invoke(*own).exit_code == 0
        none = invoke(*own[:7])
    assert none.exit_code == 1
    assert none.stdout.endswith(
        "Everything was refused: provide a session with --start, or with --cookie and --state.\n"
    )


def test_json(invoke: Invoke) -> None:
    result = send(invoke, Application(knows_one_success), "--format=json")
    data = json.loads(result.stdout)
    assert data["version"] == 1
    assert data["answers"][-1] == {
        "outcome": "user_connection",
        "kind": "success",
        "rule": None,
        "parameter": None,
        "what": None,
        "expected": "answer",
        "status": 400,
        "note": "",
        "problem": "refused",
    }
    assert "s+t" not in result.stdout


def test_json_conforms_to_its_schema(invoke: Invoke) -> None:
    application = Application(fails_at_a_repetition)
    report = send(invoke, application, "--invalid", "--format=json", names="access_denied").stdout
    assert {answer["problem"] for answer in json.loads(report)["answers"]} == {None, "failed"}
    assert schema_violations("answers", report) == []


@pytest.mark.parametrize("response", [(302, {"Location": "http://[bad/x?state=1"}, ""), (200, {}, "<h1>a</h1><![x[")])
def test_broken_responses_are_taken_as_they_are(response: tuple[int, dict[str, str], str], invoke: Invoke) -> None:
    result = send(invoke, Application(lambda *_: response), names="access_denied")
    assert (result.exit_code, result.stderr) == (0, "")
    with listening(lambda *_: response) as address:
        result = invoke("example", "no_vehicles", "--send", f"{address}/callback", "--start", address)
    assert result.exit_code == (0 if "?state=1" in str(response) else 2)


def test_responses_are_escaped_for_terminals(invoke: Invoke) -> None:
    def hostile(_: str, state: str | None) -> Response:
        return 200, {}, f"<title>\x1b[31m{state}\u202e##[error] {'x' * 500}</title>"

    result = send(invoke, Application(hostile))
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "s+t/ate" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) < 140


def test_sending_stops_if_the_handler_stops_responding(invoke: Invoke) -> None:
    asked = []

    def silent(target: str, _: str | None) -> Response:
        asked.append(target)
        return 0, {}, ""

    result = send(invoke, Application(silent), "--invalid", "--format=json")
    assert len(asked) == 3
    answers = json.loads(result.stdout)["answers"]
    assert [answer["note"] for answer in answers[2:4]] == ["the connection was closed without a response", "not sent"]
    assert {answer["problem"] for answer in answers} == {"no-answer"}


def test_a_timeout(invoke: Invoke) -> None:
    ended = threading.Event()

    def slow(*_: object) -> Response:
        ended.wait(10)
        return 200, {}, ""

    with listening(slow) as address:
        result = invoke("example", "no_vehicles", "--send", address, "--timeout", "0.1", "--format=json")
        ended.set()
    assert json.loads(result.stdout)["answers"][0]["note"] == "no response within the timeout"


def test_nothing_listens(invoke: Invoke) -> None:
    with listening(Application()) as address:
        pass
    for option in (["--send", f"{address}/?token=s3cret"], ["--send", address, "--start", f"{address}/?token=s3cret"]):
        result = invoke("example", "--all", *option)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"connect-errors: {address}: nothing is listening there\n"


def test_session_that_does_not_start(invoke: Invoke) -> None:
    with listening(lambda *_: (200, {}, "<a href=/login>Sign in</a>")) as address:
        result = invoke("example", "--all", "--send", address, "--start", address)
    assert result.exit_code == 2
    assert result.stderr == (
        f"connect-errors: {address}: it responds with 200, and does not lead to a Connect URL with a state\n"
    )


def test_a_page_with_a_link_to_connect_starts_a_session(invoke: Invoke) -> None:
    page = '<a href="https://connect.smartcar.com/oauth/authorize?x=1&amp;state=a%20b">Connect</a>'

    def respond(target: str, _: str) -> Response:
        return (200, {}, page) if target == "/" else (200 if "state=a%20b" in target else 400, {}, "")

    with listening(respond) as address:
        result = invoke("example", "no_vehicles", "--send", f"{address}/callback", "--start", address)
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--send", "localhost:8000"],
            "the URL of the handler must be an http or https URL, such as http://localhost:8000/callback",
        ),
        (["--send", "ftp://localhost/"], "the URL of the handler must be an http or https URL"),
        (["--send", "http://a..b/"], "the URL of the handler must be an http or https URL"),
        (["--send", "http://:8000/"], "the URL of the handler must be an http or https URL"),
        (["--send", "http://localhost:99999/"], "the URL of the handler must be an http or https URL"),
        (
            ["--send", "http://user:pw@localhost/"],
            "the URL of the handler has user info, which no browser sends to a handler",
        ),
        (
            ["--send", "http://localhost/", "--cookie", "a\nb"],
            "the cookie has a character that is not allowed in a header",
        ),
        (["--send", "http://localhost/#x"], "a redirect URI cannot have a fragment"),
        (
            ["--send", "http://localhost/", "--start", "/connect"],
            "the URL that starts a session must be an http or https URL",
        ),
        (
            ["--send", "http://localhost/", "--start", "http://localhost/", "--state", "1"],
            "give --state or --start, not both",
        ),
        (["--cookie", "a=b"], "--cookie needs --send."),
        (["--start", "http://localhost/"], "--start needs --send."),
        (["--timeout", "1"], "--timeout needs --send."),
        (["--send", "http://localhost/", "--timeout", "0"], "'--timeout': it must be a number from 0.1 to 600."),
        (["--send", "http://localhost/", "--timeout", "nan"], "it must be a number from 0.1 to 600."),
        (["--send", "http://localhost/", "--timeout", "x"], "it must be a number from 0.1 to 600."),
    ],
)
def test_wrong_usage(options: list[str], message: str, invoke: Invoke) -> None:
    result = invoke("example", "--all", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "user:pw" not in result.stderr


def test_repr_of_a_handler_hides_the_cookie() -> None:
    assert "s3cret" not in repr(Handler("http://localhost/", cookie="session=s3cret"))
