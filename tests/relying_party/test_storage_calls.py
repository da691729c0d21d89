"""The exact storage calls of each step: calls cost money, round trips cost the user's time."""

import asyncio

import pytest

from shared.errors import CeremonyNotFound
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.storage_transport import Call, Fault, RecordingTransport, Send

CHALLENGE = "insert AuditOutbox"
CLAIM = "transact AuditOutbox"
"""With the notice of the attempt."""
FIND = HOLDS = "get Accounts"
OPEN = "transact Accounts"
"""A session, with its event and what the sign-in changes in the credential."""
LOOK, SPEND = "get RateLimits", "insert RateLimits"


async def test_a_named_sign_in_begins_in_one_round_trip(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await party.begin_authentication("alice")
    assert sorted(transport.names) == [CHALLENGE, "query Accounts"]
    assert transport.round_trips == 1


async def test_a_nameless_sign_in_begins_in_one_call(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await party.begin_authentication()
    assert transport.names == [CHALLENGE]


@pytest.mark.parametrize("step", [0, 1], ids=["same-record", "counter"])
async def test_a_sign_in_finishes_in_three_calls_and_two_round_trips(
    party: ServiceHarness, transport: RecordingTransport, step: int
) -> None:
    key = new_authenticator(sign_count_step=step)
    await party.register(key, "alice")
    response = key.get(await party.begin_authentication())
    transport.forget()
    await party.finish_authentication(response)
    assert sorted(transport.names) == [FIND, OPEN, CLAIM]
    assert transport.round_trips == 2


async def test_a_new_account_begins_in_one_round_trip(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await party.begin_registration("alice")
    assert sorted(transport.names) == [LOOK, CHALLENGE]
    assert transport.round_trips == 1


async def test_a_begin_reads_no_counter_that_has_permits_left(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    for name in ("alice", "bob"):
        await party.register(new_authenticator(), name)
    transport.forget()
    await party.begin_registration("carol")
    assert transport.names == [CHALLENGE]


async def test_adding_a_credential_begins_in_one_round_trip(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    transport.forget()
    await party.begin_registration("alice", token=token)
    reads, writes = [LOOK, HOLDS, "query Accounts"], [CHALLENGE, "insert RateLimits"]
    assert sorted(transport.names) == sorted(reads + writes)
    assert transport.round_trips == 1


async def test_a_registration_finishes_with_two_writes_after_its_claim(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    response = alices.create(await party.begin_registration("alice"))
    transport.forget()
    await party.finish_registration(response)
    assert transport.names[0] == CLAIM
    assert sorted(transport.names[1:3]) == ["insert CredentialIds", SPEND]
    assert transport.names[3:] == ["transact Accounts"]
    assert transport.round_trips == 3


async def test_not_every_new_account_writes_the_counter_of_all(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    for name in ("alice", "bob"):
        await party.register(new_authenticator(), name)
    response = new_authenticator().create(await party.begin_registration("carol"))
    transport.forget()
    await party.finish_registration(response)
    assert transport.names == [CLAIM, "insert CredentialIds", "transact Accounts"]


async def test_adding_a_credential_reads_its_account_during_the_claim(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    second = new_authenticator()
    response = second.create(await party.begin_registration("alice", token=token))
    transport.forget()
    transport.fault = _meeting(CLAIM, "query Accounts", HOLDS)
    await party.finish_registration(response)
    assert sorted(transport.names) == [
        HOLDS,
        "insert CredentialIds",
        SPEND,
        "query Accounts",
        "transact Accounts",
        CLAIM,
    ]
    assert transport.round_trips == 3


async def test_a_foreign_challenge_makes_no_storage_call(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    options = {**await party.begin_authentication(), "challenge": "A" * 80}
    transport.forget()
    with pytest.raises(CeremonyNotFound):
        await party.finish_authentication(alices.get(options))
    assert transport.names == []


async def test_health_makes_one_storage_call(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await party.stores.service_key.find()
    assert transport.names == ["get Service"]


async def test_health_looks_for_events_that_wait_in_one_round_trip(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await party.service.sealing.find_left()
    assert transport.names == 9 * ["query AuditOutbox"]
    assert transport.round_trips == 1


async def test_a_process_reads_the_service_key_once(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    process = party.restarted()
    for _ in range(3):
        await process.begin_authentication()
    assert transport.names.count("get Service") == 1


def _meeting(*names: str) -> Fault:
    """Hold these calls until all of them are under way: one after another, they never would be.

    A transaction takes the SDK so long to put together that a quick storage has answered the
    others by then, which would look as if it had waited for them.
    """
    everybody_is_here = asyncio.Barrier(len(names))

    async def wait_for_the_others(call: Call, send: Send) -> object:
        if call.name in names:
            await everybody_is_here.wait()
        return await send()

    return wait_for_the_others
