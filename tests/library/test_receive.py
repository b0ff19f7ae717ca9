"""`receive`: which redirects a callback may act on, shows to the user, or refuses."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from typing import get_args

import pytest
from connect_errors import ConnectError, Example, Refused, Success, examples, invalid_examples, receive, validate
from connect_errors.callback import SuccessName
from connect_errors.catalog import errors, outcomes, successes
from connect_errors.handbook import page
from connect_errors.rules import RULES, Rule
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.tables import check_each

REDIRECT_URI = "https://example.com/callback"
STATE = "5e5510n-0facda3319"
CODE = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
DENIED = "error=access_denied&error_description=User%20denied%20access%20to%20application."


def answer(query: str, state: str | None = STATE, address: str = REDIRECT_URI) -> Success | ConnectError | Refused:
    return receive(f"{address}?{query}", state=state, redirect_uri=REDIRECT_URI)


def rules(received: Success | ConnectError | Refused) -> list[str]:
    assert isinstance(received, Refused)
    return [reason.rule for reason in received.reasons]


@pytest.mark.parametrize("example", examples(redirect_uri=REDIRECT_URI, state=STATE, optional=True), ids=str)
def test_what_connect_sends_is_received(example: Example) -> None:
    received = receive(example.url, state=STATE, redirect_uri=REDIRECT_URI)
    assert not isinstance(received, Refused)
    expected = {name: value for name, value in validate(example.url).parameters.items() if name != "state"}
    assert received.parameters == expected
    assert str(received) == example.outcome
    if isinstance(received, ConnectError):
        assert received.code == example.outcome
        assert received.page == page(example.outcome)
        assert received.message == received.page.message
        assert (received.who_acts, received.retry, received.severity) == received.page[2:5]
    else:
        assert received.outcome == example.outcome


def test_success_names_match_the_catalog() -> None:
    assert set(get_args(SuccessName)) == set(successes())


def test_refusal_depends_on_the_rule() -> None:
    check_each(invalid_examples(redirect_uri=REDIRECT_URI, state=STATE), assert_refused_if_its_rule_refuses)


def assert_refused_if_its_rule_refuses(example: Example) -> None:
    received = receive(example.url, state=STATE, redirect_uri=REDIRECT_URI)
    refuses = RULES[example.rule or ""].refuses
    if refuses == "outcome":
        refuses = "always" if example.parameter == outcomes()[example.outcome].discriminator else "never"
    if refuses == "always":
        assert rules(received) == [example.rule]
    elif example.kind == "error":
        assert isinstance(received, ConnectError)
        assert received.page.title == ("server_error" if example.rule == "unknown-error" else example.outcome)
    else:
        assert isinstance(received, Success)
        assert received.outcome == example.outcome


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.name != "unexpected-outcome"], ids=str)
def test_each_rule_refuses_its_own_example_if_it_should(rule: Rule) -> None:
    returned = validate(rule.bad).parameters.get("state")
    state = rule.options.get("state") or returned or "0facda3319"
    bad = rule.bad if "state" in rule.bad else f"{rule.bad}&state={state}"
    received = receive(bad, state=state, redirect_uri=REDIRECT_URI)
    assert isinstance(received, Refused) == (rule.refuses == "always")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        (f"error=brand_new&error_description=x&state={STATE}", "server_error"),
        (f"error=brand_new&state={STATE}", "server_error"),
        (f"error=access_denied&state={STATE}", "access_denied"),
        (f"error=access_denied&error_description=&state={STATE}", "access_denied"),
        (f"error=configuration_error&status_code=5xx&state={STATE}", "configuration_error"),
    ],
)
def test_undocumented_errors_are_still_errors(query: str, title: str) -> None:
    received = answer(query)
    assert isinstance(received, ConnectError)
    assert received.page.title == title
    assert received.code == query.partition("&")[0].removeprefix("error=")
    assert "status_code" not in received.parameters


def test_invalid_values_are_dropped_unless_they_decide_the_outcome() -> None:
    received = answer(f"code={CODE}&user_id=1&virtual_key_url=javascript:alert(1)&external_id=&new=1&state={STATE}")
    assert isinstance(received, Success)
    assert received.parameters == {"code": CODE, "new": "1"}
    assert rules(answer(f"user_id=1&state={STATE}")) == ["invalid-value"]


@pytest.mark.parametrize("state", [None, ""])
@pytest.mark.parametrize("query", [f"code={CODE}", f"code={CODE}&state=", f"code={CODE}&state={STATE}", DENIED, ""])
def test_everything_is_refused_without_a_state_in_the_session(state: str | None, query: str) -> None:
    assert str(answer(query, state)) == (
        "refused: no state was kept for this browser, or it was used already [state-mismatch]"
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"code={CODE}", ["state-mismatch"]),
        (f"code={CODE}&state=", ["state-mismatch"]),
        (f"code={CODE}&state={STATE}x", ["state-mismatch"]),
        (f"code={CODE}&state={STATE.upper()}", ["state-mismatch"]),
        (f"code={CODE}&state=***", ["state-mismatch"]),
        (f"{DENIED}&state=[FILTERED]", ["state-mismatch"]),
        (f"code={CODE}&state=%C3%A9", ["state-mismatch"]),
        (f"code={CODE}&state={STATE}&state=", ["duplicate-parameter"]),
        (f"code={CODE}&state=&state={STATE}", ["duplicate-parameter"]),
        (f"code={CODE}&state={STATE}&state={STATE}", ["duplicate-parameter"]),
        (f"code={CODE}&code={CODE}&state={STATE}", ["duplicate-parameter"]),
        (f"{DENIED}&code={CODE}&state={STATE}", ["conflicting-outcome"]),
        (f"error=brand_new&code={CODE}&state={STATE}", ["conflicting-outcome"]),
        (f"code={CODE}%0A&state={STATE}", ["forbidden-character"]),
        (f"code={CODE}%f&state={STATE}", ["malformed-encoding"]),
        (f"state={STATE}#code={CODE}", ["parameters-in-fragment"]),
        (f"state={STATE}", ["no-outcome"]),
        ("", ["no-outcome", "state-mismatch"]),
        (f"code={CODE}&state={STATE}&" + "x" * 70_000, ["too-long"]),
    ],
)
def test_refusals(query: str, expected: list[str]) -> None:
    assert sorted(rules(answer(query))) == expected


@pytest.mark.parametrize("address", ["/callback", REDIRECT_URI])
def test_url_may_be_absolute_or_start_with_its_path(address: str) -> None:
    assert isinstance(answer(f"code={CODE}&state={STATE}", address=address), Success)


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("http://example.com/callback", "redirect-uri-mismatch"),
        ("https://example.org/callback", "redirect-uri-mismatch"),
        ("https://example.com:8443/callback", "redirect-uri-mismatch"),
        ("https://example.com/callback/", "redirect-uri-mismatch"),
        ("/callback/", "redirect-uri-mismatch"),
        ("//example.org/callback", "not-a-url"),
        ("callback", "not-a-url"),
        ("", "not-a-url"),
    ],
)
def test_another_address_is_refused(address: str, rule: str) -> None:
    assert rules(answer(f"code={CODE}&state={STATE}", address=address)) == [rule]


def test_the_redirect_uris_own_query_is_required() -> None:
    own = f"{REDIRECT_URI}?tenant=1"
    received = receive(f"{own}&code={CODE}&state={STATE}", state=STATE, redirect_uri=own)
    assert isinstance(received, Success)
    assert received.parameters == {"tenant": "1", "code": CODE}
    other = receive(f"{REDIRECT_URI}?tenant=2&code={CODE}&state={STATE}", state=STATE, redirect_uri=own)
    assert rules(other) == ["redirect-uri-mismatch"]


def test_a_custom_scheme() -> None:
    received = receive(f"sc1://app/cb?code={CODE}&state={STATE}", state=STATE, redirect_uri="sc1://app/cb")
    assert isinstance(received, Success)


@pytest.mark.parametrize("redirect_uri", ["/callback", "example.com/callback", f"{REDIRECT_URI}#x", ""])
def test_an_invalid_redirect_uri_raises(redirect_uri: str) -> None:
    for state in (STATE, None):
        with pytest.raises(ValueError, match="redirect URI"):
            receive(REDIRECT_URI, state=state, redirect_uri=redirect_uri)


SECRETS = {"code": CODE, "state": STATE, "user_id": "c0ffee00-e7ab-4b85-864a-e1c8bf67f2ad", "vin": "1M8GDM9AXKP042788"}


@pytest.mark.parametrize(
    "query",
    [
        "&".join(f"{name}={value}" for name, value in SECRETS.items()),
        "&".join(f"{name}={value}&{name}={value}" for name, value in SECRETS.items()),
        "&".join(f"{name}={value}x" for name, value in SECRETS.items()),
        f"error=vehicle_incompatible&error_description={CODE}&vin={SECRETS['vin']}&state={STATE}",
        f"error={CODE}&error_description=state%3D{STATE}&state={STATE}",
        f"error=state%3D{STATE}%20%E2%80%AE%1b[31m&state={STATE}",
        f"error=a%E2%80%AE%E2%80%A8b&state={STATE}",
        f"code={CODE}&code%3D{CODE}=1&code%3D{CODE}=1&state={STATE}",
    ],
)
def test_no_secret_is_printed(query: str) -> None:
    for state in (STATE, "another"):
        received = answer(query, state)
        printed = f"{received}{received!r}"
        if isinstance(received, Refused):
            printed += repr(received.reasons) + "".join(
                f"{reason.message}{reason.parameter}" for reason in received.reasons
            )
        assert not any(secret in printed for secret in SECRETS.values())
        assert printed.isprintable()


def test_str_and_repr() -> None:
    assert repr(answer(f"code={CODE}&state={STATE}")) == "<Success: authorization_code>"
    assert repr(answer(f"{DENIED}&state={STATE}")) == "<ConnectError: access_denied>"
    assert repr(answer(f"error=%E2%80%AEnew&state={STATE}")) == '<ConnectError: unknown error "\\u202enew">'
    assert repr(answer(f"code={CODE}&state=x")) == "<Refused: state is not the one that was sent [state-mismatch]>"


def test_results_are_immutable() -> None:
    received = answer(f"code={CODE}&state={STATE}")
    assert isinstance(received, Success)
    with pytest.raises(TypeError):
        received.parameters["code"] = "1"  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        received.outcome = "user_connection"  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        received.other = 1  # type: ignore[attr-defined]


def test_the_state_is_compared_in_constant_time() -> None:
    """The state that was sent is never compared with `==`."""

    class Sent(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            if other == "":
                return False
            raise AssertionError("compared by ==")

        __ne__ = __eq__

    assert isinstance(answer(f"code={CODE}&state={STATE}", Sent(STATE)), Success)


def test_receive_is_thread_safe() -> None:
    urls = [f"code={number}&state={number}" for number in range(1, 400)]
    with ThreadPoolExecutor(8) as pool:
        received = list(pool.map(lambda query: answer(query, query.partition("state=")[2]), urls))
    codes = [result.parameters["code"] for result in received if isinstance(result, Success)]
    assert codes == [str(number) for number in range(1, 400)]


@given(st.text(), st.none() | st.text())
def test_receive_accepts_any_text(url: str, state: str | None) -> None:
    received = receive(url, state=state, redirect_uri=REDIRECT_URI)
    assert isinstance(received, Refused)  # no random text matches the redirect URI and this state
    assert received.reasons
    assert f"{received}{received!r}".isprintable()


@given(st.dictionaries(st.sampled_from(["error", "code", "vehicle_id", "user_id", "state", "x"]), st.text()))
def test_receive_agrees_with_validate(parameters: dict[str, str]) -> None:
    plain = {name: re.sub("[^a-z]", "", value) for name, value in parameters.items()} | {"state": "s"}
    query = "&".join(f"{name}={value}" for name, value in plain.items())
    received = answer(query, "s")
    report = validate(f"{REDIRECT_URI}?{query}", state="s", redirect_uri=REDIRECT_URI)
    if isinstance(received, Success):
        assert all(finding.rule == "invalid-value" for finding in report.findings if finding.severity == "error")
    elif isinstance(received, ConnectError):
        assert (received.code in errors()) == (report.outcome is not None)
    else:
        assert not report.conforms or "placeholder-value" in {finding.rule for finding in report.findings}


def test_validate_rejects_a_state_that_is_none() -> None:
    with pytest.raises(TypeError, match="state is None: give the state that was sent, or leave it out"):
        validate(REDIRECT_URI, state=None)  # type: ignore[arg-type]
    assert "state-mismatch" in [finding.rule for finding in validate(REDIRECT_URI, state="not given").findings]
