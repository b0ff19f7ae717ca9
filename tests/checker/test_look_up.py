"""The site's checker explains names and messages, as `connect-errors explain` does, from less data."""

import pytest
from connect_errors.catalog import errors
from connect_errors.handbook import page
from connect_errors.lookup import look_up, other_names_of_errors

from tests.helpers.checker import NEEDS_MODULE, Input, checker_results

pytestmark = NEEDS_MODULE

CANCELLED = "oem_cancelled_login"
DENIED = '"User denied access to application." is a documented error_description of access_denied.'
NO_SUBSCRIPTION = "User does not have an active connected vehicle subscription"
SENTENCES: dict[str, list[str]] = {
    "no_vehicles": ["no_vehicles is an error code of Connect."],
    "error: access_denied, again": ["access_denied is an error code of Connect."],
    "NO_VEHICLES": ["In a redirect, this error is no_vehicles."],
    "no vehicles": ["In a redirect, this error is no_vehicles."],
    "OEM-cancelled-login": [f"In a redirect, this error is {CANCELLED}."],
    "Smartcar.AccessDenied": ["In a redirect, this error is access_denied."],
    "userExitedFlow": ["In a redirect, this error is user_manually_returned_to_application."],
    "OEM_LOGIN_CANCELLED": [f"oem_login_cancelled: {page(CANCELLED).undocumented_names['oem_login_cancelled']}"],
    "User denied access to application": [DENIED],
    "user denied": [DENIED],
    NO_SUBSCRIPTION: [
        f'"{NO_SUBSCRIPTION}." is a documented error_description of invalid_subscription.',
        f'"{NO_SUBSCRIPTION}." is a documented error_description of no_vehicles.',
    ],
    "User denied access to the requested scope of permissions.": ["In a redirect, this error is access_denied."],
    "acces_denied": ["Did you mean access_denied?"],
    "ACCESS DENIDE": ["Did you mean access_denied?"],
    "no_vehicle": ["Did you mean no_vehicles?"],
    **{text: [] for text in ("hello", "unknown error", "error", "application", "://", "", "no_vehicles " * 50)},
}


@pytest.mark.parametrize("text", SENTENCES)
def test_what_the_checker_says(text: str) -> None:
    (found,) = checker_results([Input(text)], "lookUp")
    assert [one["sentence"] for one in found] == SENTENCES[text]
    assert all(one["isGuess"] == one["sentence"].startswith("Did you mean") for one in found)


def test_same_errors_as_explain() -> None:
    names = {
        name
        for code in errors()
        for name in (
            code,
            code.upper(),
            code.replace("_", "-"),
            page(code).upstream.title,
            *(sdk.name for sdk in page(code).sdks),
            *errors()[code].wordings,
        )
    }
    names |= other_names_of_errors().keys()
    topics = {name: [match.topic for match in look_up(name)] for name in sorted(names)}
    only_errors = {
        name: sorted(topic.name for topic in found)
        for name, found in topics.items()
        if {topic.kind for topic in found} == {"error"}
    }
    assert len(only_errors) > 50
    results = checker_results(map(Input, only_errors), "lookUp")
    found = {name: sorted(one["code"] for one in result) for name, result in zip(only_errors, results, strict=True)}
    assert found == only_errors
