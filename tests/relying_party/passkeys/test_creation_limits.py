"""New passkeys: refused at begin, counted on success, and with limits of their own."""

import asyncio

import pytest

from shared.accounts.names import read_username
from shared.errors import (
    CeremonyNotFound,
    CredentialAlreadyRegistered,
    RegistrationRejected,
    TooManyRequests,
    UsernameTaken,
)
from shared.json_shape import Shape
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.relying_party.passkeys.new_account_limit import AT_ONCE, AT_ONCE_OF_AN_ADDRESS
from shared.webauthn.responses import read_registration_response
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.service_harness import Json, ServiceHarness, new_authenticator

HERE = Client(address="203.0.113.7", user_agent="tests")


def _limited(party: ServiceHarness, limits: str) -> ServiceHarness:
    limited = party.restarted(RATE_LIMITS=limits)
    limited.client = HERE
    return limited


async def _counted(party: ServiceHarness) -> int:
    """How many new accounts of strangers are counted."""
    rows = await party.storage.rows("RateLimits", prefix="creation.tenant")
    return sum(row["Count"] for row in rows)


@pytest.mark.parametrize("limit", ["creation.address", "creation.tenant"])
async def test_a_stranger_beyond_the_limit_is_refused_at_begin(
    party: ServiceHarness, limit: str
) -> None:
    limited = _limited(party, f"{limit}=2/1h")
    for number in range(2):
        await limited.register(new_authenticator(), f"person-{number}")
    with pytest.raises(TooManyRequests, match=limit):
        await limited.begin_registration("one-more")
    with pytest.raises(TooManyRequests, match=limit):
        await _limited(party, f"{limit}=2/1h").begin_registration("another-instance")


async def test_an_owner_beyond_the_limit_is_refused_at_begin(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    limited = _limited(party, "creation.account=1/1h")
    await limited.register(alices, "alice")
    token = (await limited.sign_in(alices)).tokens.access_token
    await limited.register(new_authenticator(), "alice", token=token)
    with pytest.raises(TooManyRequests, match=r"creation\.account"):
        await limited.begin_registration("alice", token=token)


async def test_a_begin_is_not_counted(party: ServiceHarness) -> None:
    limited = _limited(party, "creation.tenant=2/1h")
    for number in range(5):
        await limited.begin_registration(f"person-{number}")
    assert await _counted(party) == 0


async def test_replays_of_one_begin_count_once_for_all_networks(
    party: ServiceHarness,
) -> None:
    answer = new_authenticator().create(await party.begin_registration("alice"))
    await party.finish_registration(answer)
    for number in range(40):
        party.client = Client(address=f"192.0.2.{number}", user_agent="tests")
        with pytest.raises(CeremonyNotFound):
            await party.finish_registration(answer)
    assert await _counted(party) == 1


async def test_a_failed_registration_is_not_counted(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    for number in range(3):
        options = await party.begin_registration(f"person-{number}")
        with pytest.raises(RegistrationRejected):
            await party.finish_registration(alices.create(options, origin="https://evil.example"))
    assert await _counted(party) == 0


async def test_a_failed_registration_frees_its_place_in_the_limit(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    limited = _limited(party, "creation.tenant=2/1h")
    await limited.register(alices, "alice")
    with pytest.raises(UsernameTaken):
        await limited.register(new_authenticator(), "alice")
    options = await limited.begin_registration("bob")
    with pytest.raises(CredentialAlreadyRegistered):
        await limited.finish_registration(alices.create(options, credential_id=alices.latest.id))
    await limited.register(new_authenticator(), "bob")
    assert await _counted(party) == 2


@pytest.mark.parametrize(
    ("addresses", "most"), [(1, AT_ONCE_OF_AN_ADDRESS), (20, AT_ONCE)], ids=["one", "many"]
)
async def test_concurrent_failures_use_few_places_of_other_instances(
    party: ServiceHarness, alices: SoftAuthenticator, addresses: int, most: int
) -> None:
    """Each one finds the name taken. Its place is given back, but only to this process."""
    await party.register(alices, "alice")
    before = await _counted(party)
    attacked = party.restarted()
    answers = []
    for number in range(20):
        client = Client(address=f"192.0.2.{number % addresses}", user_agent="tests")
        attacked.client = client
        answers.append(
            (client, new_authenticator().create(await attacked.begin_registration("alice")))
        )

    async def finish(client: Client, answer: Json) -> None:
        response = read_registration_response(Shape(answer))
        await attacked.registration.finish(response, name=None, client=client)

    outcomes = await asyncio.gather(
        *(finish(client, answer) for client, answer in answers), return_exceptions=True
    )
    assert {type(each) for each in outcomes} == {UsernameTaken}
    assert await _counted(party) - before <= most


async def test_two_instances_do_not_exceed_the_limit_together(
    party: ServiceHarness,
) -> None:
    limit = "creation.tenant=3/1h"
    instances = [party.restarted(RATE_LIMITS=limit) for _ in range(2)]
    answers = [
        (one, new_authenticator().create(await one.begin_registration(f"person-{number}")))
        for number in range(6)
        for one in [instances[number % 2]]
    ]
    outcomes = await asyncio.gather(
        *(one.finish_registration(answer) for one, answer in answers), return_exceptions=True
    )
    refused = [each for each in outcomes if isinstance(each, TooManyRequests)]
    assert len(refused) == 3


async def test_a_passkey_refused_at_finish_can_be_registered_later(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """Others were faster after the begin: the credential ID is free again."""
    limited = _limited(party, "creation.tenant=1/1h")
    answer = alices.create(await limited.begin_registration("alice"))
    await limited.register(new_authenticator(), "bob")
    with pytest.raises(TooManyRequests):
        await limited.finish_registration(answer)
    limited.clock.advance(hours=1)
    options = await limited.begin_registration("alice")
    await limited.finish_registration(alices.create(options, credential_id=alices.latest.id))


async def test_strangers_do_not_use_the_limits_of_owners_and_pass_holders(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    limited = _limited(party, "creation.tenant=1/1h,creation.address=1/1h")
    await limited.register(alices, "alice")
    with pytest.raises(TooManyRequests):
        await limited.begin_registration("stranger")
    token = (await limited.sign_in(alices)).tokens.access_token
    await limited.register(new_authenticator(), "alice", token=token)
    for name in ("carol", "dave"):
        await limited.register(new_authenticator(), name, token=await _pass_token(limited, name))


async def _pass_token(party: ServiceHarness, name: str) -> str:
    username = read_username(name)
    request = PassRequest(
        username=username, display_name=None, lifetime=None, one_time=True, starts_at=None
    )
    issued = await party.service.passes.issue(request, by=ADMINISTRATOR)
    redeemed = await party.service.redeeming.redeem(username, issued.text, client=HERE)
    return await party.service.token_issuer.issue(redeemed)
