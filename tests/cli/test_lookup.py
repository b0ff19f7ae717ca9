"""Lookups that people make, and their results."""

import json

import pytest
from click.shell_completion import CompletionItem, ShellComplete
from connect_errors.catalog import errors, outcomes, recognized_parameters, requests
from connect_errors.cli import cli
from connect_errors.glossary import PARAMETER_ADVICE, SECTION, terms
from connect_errors.hints import KNOWN_PARAMETERS
from connect_errors.lookup import look_up, topics
from connect_errors.rules import RULES

from tests.conftest import Invoke
from tests.helpers.tables import check_each

LOOKED_UP = {
    # codes, successes and rules, in any case
    "access_denied": ["access_denied"],
    "ACCESS_DENIED": ["access_denied"],
    "Access Denied": ["access_denied"],
    "OEM-cancelled-login": ["oem_cancelled_login"],
    "state_mismatch": ["state-mismatch"],
    "redirect_uri_mismatch": ["redirect-uri-mismatch"],
    "userConnection": ["user_connection"],
    "error=access_denied": ["access_denied"],
    # names in SDKs
    "Smartcar.AccessDenied": ["access_denied"],
    "accessDenied": ["access_denied"],
    "noVehicles": ["no_vehicles"],
    "userExitedFlow": ["user_manually_returned_to_application"],
    "unknownError": ["unknown-error", "oem_cancelled_login"],
    "missingAuthCode": ["missingAuthCode"],
    "missing_auth_code": ["missing_auth_code"],
    "Unable to fetch code. Please try again": ["Unable to fetch code. Please try again"],
    "Unexpected error: something": ["Unexpected error:"],
    # older names, and names of pages
    "user_cancelled": ["oem_cancelled_login"],
    "user_exited": ["user_manually_returned_to_application"],
    "oem_login_cancelled": ["oem_cancelled_login"],
    # parameters
    "state": ["state"],
    "code": ["code"],
    "error_description": ["error_description"],
    "user_id": ["user_id"],
    "userId": ["userId"],
    "USER_ID": ["userId", "user_id"],
    "app_origin": ["app_origin"],
    "response_type": ["response_type"],
    # wordings, whole or in part
    "User denied access to application.": ["access_denied"],
    "user denied access": ["access_denied"],
    "The user's vehicle is not compatible.": ["vehicle_incompatible"],
    "User does not have an active connected vehicle subscription": ["invalid_subscription", "no_vehicles"],
    "User denied access to the requested scope of permissions.": ["access_denied"],
    "does not have any vehicles connected to this connected services account": ["no_vehicles"],
    "The user's subscription is invalid": ["invalid_subscription"],
    # messages on Connect's pages, and names that are not Connect's
    "400: Unauthorized redirect_uri": ["400: Unauthorized redirect_uri"],
    "unauthorized redirect_uri": ["400: Unauthorized redirect_uri", "invalid_grant"],
    "Invalid parameter client_id: client_01": ["400: Invalid parameter client_id"],
    '400: Missing required parameter: "response_type"': ['400: Missing required parameter: "response_type"'],
    "invalid_grant": ["invalid_grant"],
    "unauthorized_client": ["unauthorized_client"],
    "Application not authorized to requested make(s): TESLA": ["unauthorized_client"],
    "invalid_request": ["invalid_request"],
    "AUTHENTICATION_FAILED": ["AUTHENTICATION_FAILED"],
    "authentication failed": ["AUTHENTICATION_FAILED"],
    # words of a name
    "subscription": ["invalid_subscription"],
    "fragment": ["parameters-in-fragment"],
    # nothing
    "": [],
    "…": [],
    "acess_denied": [],
    "code=3f1a9c": [],
    "a": [],
}


@pytest.mark.parametrize("query", LOOKED_UP)
def test_look_up(query: str) -> None:
    assert [match.topic.name for match in look_up(query)] == LOOKED_UP[query]


def test_every_topic_can_be_explained(invoke: Invoke) -> None:
    def check(name: str) -> None:
        assert [match.topic.name for match in look_up(name)] == [name]
        result = invoke("explain", name)
        assert result.exit_code == 0
        assert result.stdout.splitlines()[0].strip("# ") == name
        assert json.loads(invoke("explain", name, "--format", "json").stdout)

    check_each(topics(), check)


@pytest.mark.parametrize(
    ("query", "start"),
    [
        (
            ["Smartcar.AccessDenied"],
            "The JavaScript SDK reports `access_denied` as `Smartcar.AccessDenied`.\n\n# access_",
        ),
        (["serverError"], "# server_error\n"),
        (
            ["user_exited"],
            "`user_exited` is not an error code that Connect documents. The Android SDK makes this name up on",
        ),
        (["User", "denied", "access"], '"User denied access to application." is a documented `error_description` of'),
        (["no_vehicles", "server_error"], "# no_vehicles\n"),
        (
            ["unknownError"],
            "2 topics match:\n\n- `unknown-error` (rule): The error code has no schema.\n- `oem_canc",
        ),
        (
            ["invalid_scope"],
            "## invalid_scope\n\n**Not an error in a Connect redirect.** OAuth defines it for redirects,",
        ),
        (
            ["vin"],
            "## vin\n\n**Parameter.** A vehicle identification number: 17 characters of A-Z and 0-9.\n\n**What",
        ),
    ],
)
def test_explanations_start_with_how_the_topic_matched(query: list[str], start: str, invoke: Invoke) -> None:
    result = invoke("explain", *query)
    assert result.exit_code == 0
    assert result.stdout.startswith(start)


def test_every_parameter_of_a_redirect_has_advice() -> None:
    assert recognized_parameters() <= PARAMETER_ADVICE.keys()
    asked = {name for request in requests().values() for name in request.parameters}
    assert PARAMETER_ADVICE.keys() <= recognized_parameters() | asked


def test_every_parameter_with_a_hint_is_a_topic() -> None:
    assert {topics()[name].kind for name in KNOWN_PARAMETERS} == {"parameter"}


def test_terms_and_catalog_names_are_disjoint() -> None:
    assert not terms().keys() & {*outcomes(), *RULES, *recognized_parameters()}
    assert {term.where for term in terms().values()} == SECTION.keys()


def completions(arguments: list[str], incomplete: str) -> list[CompletionItem]:
    return ShellComplete(cli, {}, "connect-errors", "_CONNECT_ERRORS_COMPLETE").get_completions(arguments, incomplete)


@pytest.mark.parametrize(
    ("arguments", "incomplete", "expected"),
    [
        ([], "va", ["validate"]),
        (["validate"], "--sta", ["--state"]),
        (["validate", "--expect"], "user_", ["user_manually_returned_to_application", "user_connection"]),
        (["validate", "--format"], "j", ["json", "jsonl", "junit"]),
        (["validate", "--input-format"], "u", ["urls"]),
        (["explain"], "missing-", ["missing-parameter"]),
        (["explain"], "virtual_key", ["virtual_key_url"]),
        (["example"], "no_", ["no_vehicles"]),
        (["schema"], "re", ["reauthenticate", "redirect"]),
        (["list"], "", ["errors", "successes", "rules"]),
        (["drift", "--format"], "s", ["sarif"]),
    ],
)
def test_name_completion(arguments: list[str], incomplete: str, expected: list[str]) -> None:
    completed = [item.value for item in completions(arguments, incomplete)]
    assert completed == expected


@pytest.mark.parametrize("command", ["validate", "drift"])
def test_file_completion(command: str) -> None:
    assert [item.type for item in completions([command], "cap")] == ["file"]


@pytest.mark.parametrize("code", errors())
def test_error_code_completion(code: str) -> None:
    assert code in [item.value for item in completions(["explain"], code[:3])]
