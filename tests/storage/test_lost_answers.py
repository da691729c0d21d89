"""Storage made a change, and its answer was lost: nothing is done twice."""

import secrets

import pytest

from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKeyStore
from shared.storage.tables.table import MAX_TRANSACTION, Operation
from tests.storage.claims import claim
from tests.storage.records import (
    NOW,
    Accounts,
    found,
    locator_of,
    new_credential,
    new_handle,
    record,
)
from tests.storage_faults import Way, answer_lost, once, unreachable
from tests.storage_transport import RecordingTransport, Storage

EXPIRES_AT = 1_936_785_600

ways = pytest.mark.parametrize("way", [answer_lost, unreachable], ids=["answer", "request"])
"""The caller does not know whether storage has made the change."""


@pytest.fixture(autouse=True)
async def _tables(storage: Storage) -> None:
    await storage.make_tables()


@ways
async def test_a_challenge_is_added(
    challenges: ChallengeStore, transport: RecordingTransport, way: Way
) -> None:
    challenge = secrets.token_bytes(32)
    transport.fault = once(way, "insert AuditOutbox")
    await challenges.add(challenge, expires_at=EXPIRES_AT)
    assert transport.names == ["insert AuditOutbox"] * 2
    assert await claim(challenges, challenge, expires_at=EXPIRES_AT)


@ways
@pytest.mark.parametrize("call", ["insert CredentialIds", "transact Accounts"])
async def test_an_account_is_founded(
    accounts: Accounts, transport: RecordingTransport, way: Way, call: str
) -> None:
    credential = record(new_handle())
    transport.fault = once(way, call)
    assert await found(accounts, credential)
    assert transport.names.count(call) == 2
    assert await accounts.find_account(credential.user_handle) is not None


@ways
@pytest.mark.parametrize("call", ["insert CredentialIds", "transact Accounts"])
async def test_a_credential_is_added(
    accounts: Accounts, transport: RecordingTransport, way: Way, call: str
) -> None:
    first = record(new_handle())
    await found(accounts, first)
    second = record(first.user_handle)
    transport.fault = once(way, call)
    assert await accounts.add_credential(new_credential(second))
    descriptors = await accounts.list_descriptors(locator_of(first.user_handle))
    assert {descriptor.id for descriptor in descriptors} == {first.id, second.id}


async def test_a_taken_name_is_still_taken(
    accounts: Accounts, transport: RecordingTransport
) -> None:
    first = record(new_handle())
    await found(accounts, first)
    transport.fault = once(answer_lost, "transact Accounts")
    second = record(new_handle(first.user_handle[:16]))
    assert not await found(accounts, second)
    assert await accounts.find_account(second.user_handle) is None


@ways
async def test_the_service_key_is_made(
    service_keys: ServiceKeyStore, transport: RecordingTransport, way: Way
) -> None:
    transport.fault = once(way, "insert Service")
    candidate = secrets.token_bytes(32)
    assert await service_keys.make(candidate=candidate) == candidate
    assert await service_keys.make(candidate=secrets.token_bytes(32)) == candidate


async def test_a_claim_with_a_lost_answer_is_not_granted(
    challenges: ChallengeStore, transport: RecordingTransport
) -> None:
    """This is the safe side: the challenge is spent, and its ceremony must begin again."""
    challenge = secrets.token_bytes(32)
    await challenges.add(challenge, expires_at=EXPIRES_AT)
    transport.fault = once(answer_lost, "transact AuditOutbox")
    assert not await claim(challenges, challenge, expires_at=EXPIRES_AT)
    assert not await claim(challenges, challenge, expires_at=EXPIRES_AT)


async def test_a_claim_that_never_arrived_is_granted(
    challenges: ChallengeStore, transport: RecordingTransport
) -> None:
    challenge = secrets.token_bytes(32)
    await challenges.add(challenge, expires_at=EXPIRES_AT)
    transport.fault = once(unreachable, "transact AuditOutbox")
    assert await claim(challenges, challenge, expires_at=EXPIRES_AT)


async def test_a_sweep_continues(
    storage: Storage, challenges: ChallengeStore, transport: RecordingTransport
) -> None:
    keys = [f"~challenge:0000000001-{n}" for n in range(MAX_TRANSACTION)]
    rows = [{"PartitionKey": "0", "RowKey": key} for key in keys]
    await storage.table("AuditOutbox").transact([Operation("create", row) for row in rows])
    transport.fault = once(answer_lost, "transact AuditOutbox")
    await challenges.sweep(now=EXPIRES_AT)
    assert await challenges.sweep(now=EXPIRES_AT) == 0


@ways
async def test_a_read_is_repeated(
    accounts: Accounts, transport: RecordingTransport, way: Way
) -> None:
    credential = record(new_handle())
    await found(accounts, credential, at=NOW)
    for call in ("get Accounts", "query Accounts"):
        transport.fault = once(way, call)
        locator = locator_of(credential.user_handle)
        assert await accounts.find_credential(locator, credential.id) is not None
        assert len(await accounts.list_descriptors(locator)) == 1
