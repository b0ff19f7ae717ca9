"""The two programs of "Write a callback", as they stand there, against every error."""

from html import unescape

from connect_errors.catalog import errors, successes
from connect_errors.example_redirects import fullest
from connect_errors.handbook import page
from connect_errors.site.samples import HREFS

from tests.site.callback import Application


def test_every_error_is_answered_with_its_message(application: Application) -> None:
    for code, outcome in errors().items():
        hostile = {"error_description": "<b>pwned</b>", "vin": "1M8GDM9AXKP042788"}
        answer = application.finish(fullest(outcome) | hostile)
        body = unescape(answer.body)
        message = page(code).message
        assert answer.status == 200
        assert f"<h1>{message.title}</h1><p>{message.body}</p>" in body
        href = HREFS[page(code).message.leads_to]
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


def test_every_success_goes_on_and_its_code_is_logged_nowhere(application: Application) -> None:
    for success in successes().values():
        answer = application.finish(fullest(success))
        assert answer.status == 200
        assert "Your vehicle is connected" in answer.body
    assert application.logged() == "connect: success\n" * 3


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
        application.get(f"/callback?error=&{error}&state={state}", cookie),
        application.get(f"/callback?{error}&code=1&state={state}", cookie),
    ]
    assert [answer.status for answer in refused] == [400] * 9
    assert all("This link does not work any more" in answer.body for answer in refused)
    assert application.get(f"/callback?state={state}", cookie).status == 400
    assert application.get("/elsewhere").status == 404
    assert application.logged().splitlines() == ["connect: refused"] * 9 + ["connect: no outcome"]
