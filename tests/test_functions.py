"""Every function of the app, with the trigger, methods and access that it is meant to have."""

import os
import subprocess
import sys

import pytest

from devhost.process import REPOSITORY

# An app is indexed once in a process, which has it on its path ever after.
LIST_FUNCTIONS = """
import sys
from pathlib import Path
from devhost.worker import index
for entry in index(Path(sys.argv[1])):
    print(entry.name, entry.auth_level or "-", entry.route or "-", *sorted(entry.methods))
"""
LIST_HIDDEN = """
import sys
from pathlib import Path
from devhost.route_order import describe, shadowed_routes
from devhost.routing import Router
from devhost.worker import index
print(*describe(shadowed_routes(Router(index(Path(sys.argv[1])), prefix=""))), sep="\\n", end="")
"""
SETTINGS = {
    "RP_ID": "localhost",
    "RP_ORIGINS": "http://localhost:7071",
    "ISSUER": "http://localhost:7071",
    "SIGNING_KEY_FILE": "never-made.pem",
    "TABLES_ENDPOINT": "https://example.table.core.windows.net",
}
# Anonymous, all of them: who may do what is decided by challenges and tokens, not by keys of the
# platform, which would have to be in the page for everyone to see.
FUNCTIONS = {
    "register_begin anonymous register/begin POST",
    "register_finish anonymous register/finish POST",
    "authenticate_begin anonymous authenticate/begin POST",
    "authenticate_finish anonymous authenticate/finish POST",
    "token anonymous token POST",
    "revoke anonymous revoke POST",
    "introspect anonymous introspect POST",
    "list_sessions anonymous sessions GET HEAD",
    "end_sessions anonymous sessions DELETE",
    "end_session anonymous sessions/{id} DELETE",
    "me anonymous me GET HEAD",
    "list_credentials anonymous credentials GET HEAD",
    "rename_credential anonymous credentials/{id} PATCH",
    "remove_credential anonymous credentials/{id} DELETE",
    "find_user anonymous users GET HEAD",
    "get_user anonymous users/{id} GET HEAD",
    "suspend_user anonymous users/{id}/suspend POST",
    "resume_user anonymous users/{id}/resume POST",
    "list_user_links anonymous users/{id}/links GET HEAD",
    "unlink_user anonymous users/{id}/links/{link} DELETE",
    "remove_link anonymous links/{id} DELETE",
    "link_user anonymous users/{id}/links POST",
    "list_user_credentials anonymous users/{id}/credentials GET HEAD",
    "remove_user_credential anonymous users/{id}/credentials/{credential} DELETE",
    "suspend_user_credential anonymous users/{id}/credentials/{credential}/suspend POST",
    "resume_user_credential anonymous users/{id}/credentials/{credential}/resume POST",
    "issue_access_pass anonymous access-passes POST",
    "get_access_pass anonymous users/{id}/access-pass GET HEAD",
    "delete_access_pass anonymous users/{id}/access-pass DELETE",
    "redeem_access_pass anonymous access-passes/redeem POST",
    "discovery anonymous .well-known/openid-configuration GET HEAD",
    "jwks anonymous .well-known/jwks.json GET HEAD",
    "health anonymous health GET HEAD",
    "openapi anonymous openapi.json GET HEAD",
    "unmatched anonymous {*path}",
    "index anonymous {ignored:maxlength(0)?} GET HEAD",
    "asset anonymous assets/{name} GET HEAD",
    "audit_page anonymous audit GET HEAD",
    "problems anonymous problems GET HEAD",
    "sweep_challenges - -",
    "list_audit_events anonymous audit/events GET HEAD",
    "get_audit_checkpoint anonymous audit/checkpoint GET HEAD",
    "prove_inclusion anonymous audit/proofs/inclusion GET HEAD",
    "prove_consistency anonymous audit/proofs/consistency GET HEAD",
    "erase_person anonymous audit/erasures POST",
    "seal_audit_log - -",
    "ship_audit_log - -",
    "sweep_sessions - -",
    "sweep_leftovers - -",
    "sweep_rate_limits - -",
}


def run_with_app(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.run(
        [sys.executable, "-c", code, str(REPOSITORY)],
        cwd=REPOSITORY,
        env=own | SETTINGS | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def list_functions(**settings: str) -> subprocess.CompletedProcess[str]:
    return run_with_app(LIST_FUNCTIONS, **settings)


@pytest.fixture(scope="module")
def listed() -> set[str]:
    result = list_functions()
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines())


def test_each_function_is_registered_as_it_is_meant(listed: set[str]) -> None:
    assert listed == FUNCTIONS


def test_what_answers_get_answers_head(listed: set[str]) -> None:
    for function in listed - {"unmatched anonymous {*path}"}:
        methods = function.split()[3:]
        assert ("GET" in methods) == ("HEAD" in methods), function


def test_no_function_is_hidden_in_azure_by_another() -> None:
    """It tries them in the order of their names, so what fits every path has to come last."""
    result = run_with_app(LIST_HIDDEN)
    assert (result.returncode, result.stdout) == (0, "")


def test_loading_the_app_makes_no_key(listed: set[str]) -> None:
    assert listed
    assert not (REPOSITORY / SETTINGS["SIGNING_KEY_FILE"]).exists()


def test_with_a_bad_setting_there_is_something_that_answers() -> None:
    result = list_functions(USER_VERIFICATION="sometimes")
    assert result.returncode == 0
    assert "USER_VERIFICATION: 'sometimes'" in result.stderr
    assert set(result.stdout.splitlines()) == {"unavailable anonymous {*path}", "repeat_why - -"}
