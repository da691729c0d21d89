"""A challenge is answered once, in time, and in the ceremony that it was made for."""

import asyncio

import pytest

from shared.errors import AuthenticationRejected, CeremonyNotFound, RegistrationRejected
from shared.keys.signing_key import SigningKey
from tests.authenticator import SoftAuthenticator, base64url
from tests.fixed_keys import fixed_keys, new_sealing_key
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator

LIFETIME = 300


async def test_a_challenge_is_valid_in_its_last_second(
    party: ServiceHarness, clock: Clock, alices: SoftAuthenticator
) -> None:
    response = alices.create(await party.begin_registration("alice"))
    clock.advance(seconds=LIFETIME - 1)
    await party.finish_registration(response)
    assertion = alices.get(await party.begin_authentication())
    clock.advance(seconds=LIFETIME - 1)
    await party.finish_authentication(assertion)


async def test_a_challenge_is_refused_at_its_expiry(
    party: ServiceHarness, clock: Clock, alices: SoftAuthenticator
) -> None:
    late = alices.create(await party.begin_registration("alice"))
    clock.advance(seconds=LIFETIME)
    with pytest.raises(CeremonyNotFound):
        await party.finish_registration(late)
    await party.register(alices, "alice")
    assertion = alices.get(await party.begin_authentication())
    clock.advance(seconds=LIFETIME)
    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(assertion)


async def test_an_assertion_is_accepted_once(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    assertion = alices.get(await party.begin_authentication())
    await party.finish_authentication(assertion)
    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(assertion)


async def test_a_refused_assertion_spends_its_challenge(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    options = await party.begin_authentication()
    with pytest.raises(AuthenticationRejected):
        await party.finish_authentication(alices.get(options, cross_origin=True))
    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(alices.get(options))
    await party.sign_in(alices)


async def test_a_registration_is_accepted_once(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    response = alices.create(await party.begin_registration("alice"))
    await party.finish_registration(response)
    with pytest.raises(CeremonyNotFound):
        await party.finish_registration(response)


async def test_a_refused_registration_spends_its_challenge(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    options = await party.begin_registration("alice")
    with pytest.raises(RegistrationRejected):
        await party.finish_registration(alices.create(options, user_present=False))
    with pytest.raises(CeremonyNotFound):
        await party.finish_registration(alices.create(options))
    await party.register(alices, "alice")


async def test_of_fifty_answers_to_one_challenge_one_is_registered(party: ServiceHarness) -> None:
    options = await party.begin_registration("alice")
    keys = [new_authenticator() for _ in range(50)]
    outcomes = await asyncio.gather(
        *(party.finish_registration(key.create(options)) for key in keys), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, CeremonyNotFound)]
    assert len(refused) == 49
    winner = next(
        key for key, outcome in zip(keys, outcomes, strict=True) if outcome not in refused
    )
    await party.sign_in(winner, "alice")


async def test_a_registration_challenge_cannot_sign_in(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    registration = await party.begin_registration("mallory")
    options = {**await party.begin_authentication(), "challenge": registration["challenge"]}
    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(alices.get(options))


async def test_an_authentication_challenge_cannot_register(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    authentication = await party.begin_authentication("alice")
    options = {**await party.begin_registration("alice"), "challenge": authentication["challenge"]}
    with pytest.raises(CeremonyNotFound):
        await party.finish_registration(alices.create(options))


@pytest.mark.parametrize("position", [0, 31, 32, -1])
async def test_a_challenge_with_one_bit_changed_is_unknown(
    party: ServiceHarness, alices: SoftAuthenticator, position: int
) -> None:
    await party.register(alices, "alice")
    options = await party.begin_authentication("alice")
    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(
            alices.get(options, challenge=_flipped(options["challenge"], position))
        )


def _flipped(text: str, position: int) -> bytes:
    data = bytearray(base64url.decode(text))
    data[position] ^= 1
    return bytes(data)


async def test_a_challenge_of_another_deployment_is_unknown(
    party: ServiceHarness, clock: Clock, signing_key: SigningKey, alices: SoftAuthenticator
) -> None:
    """Another key seals it: the row may be there, and still it is not ours."""
    other = party.with_keys(fixed_keys(signing_key, new_sealing_key(), clock=clock))
    foreign = await other.begin_registration("alice")
    with pytest.raises(CeremonyNotFound):
        await party.finish_registration(alices.create(foreign))
