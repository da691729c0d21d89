"""A change by an administrator needs a fresh sign-in; reading does not."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import NotFound, StepUpRequired
from shared.principals import AccountHolder, Principal
from shared.relying_party.onboarding.pass_terms import PassRequest
from tests.harness.administrators import account_administrator, identity, unknown_handle
from tests.harness.service_harness import ServiceHarness, new_authenticator

UNKNOWN = read_username("nobody")
A_PASS = PassRequest(
    username=UNKNOWN, display_name=None, lifetime=None, one_time=None, starts_at=None
)

type Change = Callable[[ServiceHarness, Principal], Awaitable[object]]

CHANGES: dict[str, Change] = {
    "issue": lambda party, by: party.service.passes.issue(A_PASS, by=by),
    "delete-pass": lambda party, by: party.service.passes.delete(unknown_handle(), by=by),
    "remove": lambda party, by: party.service.credentials.remove_of(unknown_handle(), b"id", by=by),
    "suspend": lambda party, by: party.service.credentials.suspend_account(
        unknown_handle(), suspended=True, by=by
    ),
    "suspend-credential": lambda party, by: party.service.credentials.suspend_credential(
        unknown_handle(), b"id", suspended=True, by=by
    ),
    "link": lambda party, by: party.service.links.add(
        unknown_handle(), issuer="https://provider.example", subject="s", by=by
    ),
}


async def _administrator(party: ServiceHarness, *, signed_in_ago: int) -> AccountHolder:
    by = await account_administrator(party)
    party.clock.advance(seconds=signed_in_ago)
    return by


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_a_stale_administrator_changes_nothing(party: ServiceHarness, change: Change) -> None:
    with pytest.raises(StepUpRequired):
        await change(party, await _administrator(party, signed_in_ago=301))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_an_administrator_without_user_verification_changes_nothing(
    party: ServiceHarness, change: Change
) -> None:
    """A key found on a desk must not be enough, whichever sign-ins the policy accepts."""
    preferring, key = party.restarted(USER_VERIFICATION="preferred"), new_authenticator()
    key.user_verification = False
    by = await account_administrator(preferring, key=key)
    with pytest.raises(StepUpRequired) as refused:
        await change(preferring, by)
    assert refused.value.acr_values == ("aal2",)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("seconds", [None, 301])
@pytest.mark.parametrize("application", [True, False])
async def test_a_stale_administrator_of_a_provider_changes_nothing(
    party: ServiceHarness, change: Change, seconds: int | None, application: bool
) -> None:
    at = None if seconds is None else party.clock() - timedelta(seconds=seconds)
    by = identity(Role.AUTHENTICATORS_ADMIN, application=application, authenticated_at=at)
    with pytest.raises(StepUpRequired) as refused:
        await change(party, by)
    assert refused.value.acr_values == ()


@pytest.mark.parametrize("application", [True, False])
async def test_a_fresh_administrator_of_a_provider_issues_a_pass(
    party: ServiceHarness, application: bool
) -> None:
    at = party.clock() - timedelta(seconds=300)
    by = identity(Role.AUTHENTICATORS_ADMIN, application=application, authenticated_at=at)
    await party.service.passes.issue(A_PASS, by=by)


async def test_a_stale_administrator_can_still_read(party: ServiceHarness) -> None:
    by = await _administrator(party, signed_in_ago=3_599)
    with pytest.raises(NotFound):
        await party.service.account_lookup.account_of(unknown_handle(), by=by)


async def test_a_fresh_administrator_issues_a_pass(party: ServiceHarness) -> None:
    by = await _administrator(party, signed_in_ago=300)
    issued = await party.service.passes.issue(A_PASS, by=by)
    assert len(issued.text) == 8
