"""A change of credentials needs a sign-in of the last minutes; a new token is not enough."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import AuthenticationRejected, CeremonyNotFound, StepUpRequired, TokenInvalid
from shared.json_shape import Shape
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from shared.webauthn.responses import read_authentication_response
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    ALICE,
    handle_of,
    holder,
    identity,
)
from tests.harness.service_harness import CLIENT, Clock, Json, ServiceHarness, new_authenticator

AGE = timedelta(minutes=5)


@pytest.fixture
async def preferring(party: ServiceHarness) -> ServiceHarness:
    """Where a person may sign in without being verified."""
    return party.restarted(USER_VERIFICATION="preferred")


async def _begin(party: ServiceHarness, *acr_values: str) -> Json:
    begun = await party.service.begin_authentication(None, acr_values=acr_values, client=CLIENT)
    return begun.options


async def _finish(party: ServiceHarness, response: Json) -> int:
    """The assurance level of the sign-in."""
    read = read_authentication_response(Shape(response))
    tokens = (await party.authentication.finish(read, client=CLIENT, issue=party.issue)).tokens
    return (await holder(party, tokens.access_token)).token.aal


async def test_registering_another_key_needs_a_recent_sign_in(
    party: ServiceHarness, alices: SoftAuthenticator, clock: Clock
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    strict = party.restarted(ACCESS_TOKEN_SECONDS="3600", STEP_UP_SECONDS="30")
    clock.advance(seconds=30)
    await strict.begin_registration("alice", token=token)
    clock.now += timedelta(microseconds=1)
    with pytest.raises(StepUpRequired) as refused:
        await strict.begin_registration("alice", token=token)
    assert refused.value.max_age == 30


async def test_registering_another_key_needs_the_user_verified(
    preferring: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """This is so even if the policy accepts presence and the sign-in is new."""
    await preferring.register(alices, "alice")
    unverified = {**await _begin(preferring), "userVerification": "discouraged"}
    signed_in = await preferring.finish_authentication(alices.get(unverified))
    token = signed_in.tokens.access_token
    with pytest.raises(StepUpRequired) as refused:
        await preferring.begin_registration("alice", token=token)
    assert refused.value.acr_values == ("aal2",)
    with pytest.raises(StepUpRequired):
        await preferring.service.credentials.remove_own(
            await holder(preferring, token), alices.latest.id, even_the_last=True
        )
    verified = await preferring.finish_authentication(
        alices.get(await _begin(preferring, *refused.value.acr_values))
    )
    await preferring.begin_registration("alice", token=verified.tokens.access_token)


@pytest.mark.parametrize("seconds", [301, None], ids=["stale", "untold"])
async def test_registering_by_a_provider_needs_a_recent_sign_in_there(
    party: ServiceHarness, clock: Clock, seconds: int | None
) -> None:
    request = RegistrationRequest(username=None, display_name=None, attachment=None, hints=())

    async def begin(age: int | None) -> None:
        at = None if age is None else clock() - timedelta(seconds=age)
        person = identity(username="bob", application=False, authenticated_at=at)
        await party.registration.begin(request, principal=person, client=CLIENT)

    with pytest.raises(StepUpRequired) as refused:
        await begin(seconds)
    assert refused.value.max_age == 300
    assert await party.service.provisioning.find(read_username("bob")) is None
    await begin(300)


async def test_a_backend_enrols_with_a_token_of_the_last_minutes(
    party: ServiceHarness, clock: Clock
) -> None:
    request = RegistrationRequest(username=ALICE, display_name=None, attachment=None, hints=())
    at = clock()
    backend = identity(Role.REGISTRATIONS_CREATE, authenticated_at=at)
    await party.registration.begin(request, principal=backend, client=CLIENT)
    clock.advance(seconds=301)
    with pytest.raises(StepUpRequired):
        await party.registration.begin(request, principal=backend, client=CLIENT)
    patient = replace(backend, longest_age=timedelta(days=1))
    await party.registration.begin(request, principal=patient, client=CLIENT)


async def test_a_refresh_is_not_a_recent_sign_in(
    party: ServiceHarness, alices: SoftAuthenticator, clock: Clock
) -> None:
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices)).tokens
    clock.now += AGE + timedelta(seconds=1)
    tokens = await party.refresh(tokens.refresh_token)
    owner = await holder(party, tokens.access_token)
    with pytest.raises(StepUpRequired):
        await party.begin_registration("alice", token=tokens.access_token)
    with pytest.raises(StepUpRequired):
        await party.service.credentials.remove_own(owner, alices.latest.id, even_the_last=True)
    fresh = (await party.sign_in(alices)).tokens.access_token
    await party.begin_registration("alice", token=fresh)


async def test_a_token_of_a_removed_credential_adds_no_key(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """Otherwise a thief whose key was removed could add their own key for some minutes."""
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    second = new_authenticator()
    await party.register(second, "alice", token=token)
    await party.service.credentials.remove_of(
        await handle_of(party), alices.latest.id, by=ADMINISTRATOR
    )
    with pytest.raises(TokenInvalid):
        await party.begin_registration("alice", token=token)
    await party.begin_registration("alice", token=(await party.sign_in(second)).tokens.access_token)


async def test_a_token_of_a_suspended_credential_adds_no_key(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    await party.service.credentials.suspend_credential(
        await handle_of(party), alices.latest.id, suspended=True, by=ADMINISTRATOR
    )
    with pytest.raises(TokenInvalid):
        await party.begin_registration("alice", token=token)


async def test_a_request_for_aal2_requires_user_verification(
    preferring: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await preferring.register(alices, "alice")
    assert (await _begin(preferring))["userVerification"] == "preferred"
    options = await _begin(preferring, "aal2")
    assert options["userVerification"] == "required"
    assert await _finish(preferring, alices.get(options)) == 2


@pytest.mark.parametrize("values", [("aal2",), ("phr", "aal2"), ("aal2", "phr")])
async def test_the_requested_level_is_bound_to_the_challenge(
    preferring: ServiceHarness, alices: SoftAuthenticator, values: tuple[str, ...]
) -> None:
    """A client that removes it from the options is refused."""
    await preferring.register(alices, "alice")
    weakened = {**await _begin(preferring, *values), "userVerification": "discouraged"}
    with pytest.raises(AuthenticationRejected, match="user_not_verified"):
        await _finish(preferring, alices.get(weakened))


async def test_without_a_requested_level_the_policy_may_accept_presence(
    preferring: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await preferring.register(alices, "alice")
    weakened = {**await _begin(preferring), "userVerification": "discouraged"}
    assert await _finish(preferring, alices.get(weakened)) == 1
    asked = {**await _begin(preferring, "phr"), "userVerification": "discouraged"}
    assert await _finish(preferring, alices.get(asked)) == 1


async def test_a_challenge_without_a_requested_level_does_not_give_aal2(
    preferring: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await preferring.register(alices, "alice")
    asked, plain = await _begin(preferring, "aal2"), await _begin(preferring)
    spliced = asked["challenge"][: len(asked["challenge"]) // 2]
    spliced += plain["challenge"][len(asked["challenge"]) // 2 :]
    with pytest.raises(CeremonyNotFound):
        await _finish(preferring, alices.get({**plain, "challenge": spliced}))
