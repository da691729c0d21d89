"""Accounts and reservations: a name and a credential ID have one owner each."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import CredentialAlreadyRegistered
from shared.storage.accounts.credential_ids import ABANDONED_AFTER, CredentialIds, Reservation
from tests.storage.records import (
    NOW,
    Accounts,
    found,
    locator_of,
    new_handle,
    record,
)
from tests.storage_faults import meeting
from tests.storage_transport import Call, RecordingTransport, Send

LATER = NOW + ABANDONED_AFTER


def _reservation(credential_id: bytes, *, ceremony: bytes = b"first") -> Reservation:
    return Reservation(credential_id=credential_id, owner=new_handle(), ceremony=ceremony, at=NOW)


async def test_a_name_is_given_once(accounts: Accounts) -> None:
    first = record(new_handle())
    assert await found(accounts, first)
    second = record(new_handle(first.user_handle[:16]))
    assert not await found(accounts, second)
    locator = locator_of(first.user_handle)
    assert [one.id for one in await accounts.list_descriptors(locator)] == [first.id]


async def test_a_refused_commit_releases_the_credential_id(
    accounts: Accounts, credential_ids: CredentialIds
) -> None:
    first = record(new_handle())
    await found(accounts, first)
    refused = record(new_handle(first.user_handle[:16]))
    assert not await found(accounts, refused)
    assert await credential_ids.reserve(_reservation(refused.id)) is None


async def test_a_credential_id_is_given_once(accounts: Accounts) -> None:
    first = record(new_handle())
    await found(accounts, first)
    for handle in (new_handle(), first.user_handle):
        with pytest.raises(CredentialAlreadyRegistered):
            await found(accounts, record(handle, id=first.id))


async def test_a_reservation_is_held_by_its_ceremony(credential_ids: CredentialIds) -> None:
    mine = _reservation(b"an id")
    assert await credential_ids.reserve(mine) is None
    assert await credential_ids.reserve(mine) is None
    held = await credential_ids.reserve(_reservation(b"an id", ceremony=b"second"))
    assert held is not None
    assert held.reservation == mine


async def test_a_fresh_reservation_without_a_credential_is_respected(
    accounts: Accounts, credential_ids: CredentialIds
) -> None:
    credential = record(new_handle())
    await credential_ids.reserve(_reservation(credential.id))
    just_before = LATER - timedelta(microseconds=1)
    with pytest.raises(CredentialAlreadyRegistered):
        await found(accounts, credential, at=just_before)
    assert await found(accounts, credential, at=LATER)


async def test_an_old_reservation_with_a_credential_is_respected(accounts: Accounts) -> None:
    first = record(new_handle())
    await found(accounts, first)
    with pytest.raises(CredentialAlreadyRegistered):
        await found(accounts, record(new_handle(), id=first.id), at=NOW + timedelta(days=4_000))


async def test_one_of_two_concurrent_takeovers_of_a_reservation_succeeds(
    accounts: Accounts, credential_ids: CredentialIds, transport: RecordingTransport
) -> None:
    wanted = record(new_handle()).id
    await credential_ids.reserve(_reservation(wanted))
    transport.fault = meeting(2, "replace CredentialIds")
    outcomes = await asyncio.gather(
        *(found(accounts, record(new_handle(), id=wanted), at=LATER) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(map(repr, outcomes)) == ["CredentialAlreadyRegistered()", "True"]


async def test_a_reservation_is_valid_again_after_a_takeover(
    accounts: Accounts, credential_ids: CredentialIds
) -> None:
    wanted = record(new_handle()).id
    await credential_ids.reserve(_reservation(wanted))
    assert await found(accounts, record(new_handle(), id=wanted), at=LATER)
    with pytest.raises(CredentialAlreadyRegistered):
        await found(accounts, record(new_handle(), id=wanted), at=LATER + ABANDONED_AFTER)


async def test_an_id_that_is_released_meanwhile_is_reserved(
    credential_ids: CredentialIds, transport: RecordingTransport
) -> None:
    """It is released just after the insert was refused and before the row is read."""
    held = _reservation(b"an id")
    await credential_ids.reserve(held)

    async def release_before_reading(call: Call, send: Send) -> object:
        if call.name == "get CredentialIds":
            transport.fault = None
            await credential_ids.release(held.credential_id)
        return await send()

    transport.fault = release_before_reading
    second = _reservation(b"an id", ceremony=b"second")
    assert await credential_ids.reserve(second) is None
    third = await credential_ids.reserve(_reservation(b"an id", ceremony=b"third"))
    assert third is not None
    assert third.reservation == second


async def test_a_credential_of_a_former_account_belongs_to_that_account(
    accounts: Accounts, credential_ids: CredentialIds
) -> None:
    """Even without its reservation: the row in the same place has another user handle."""
    former = record(new_handle())
    await found(accounts, former)
    await credential_ids.release(former.id)
    assert not await found(accounts, record(new_handle(former.user_handle[:16]), id=former.id))
    account = await accounts.everything(former.user_handle)
    assert account is not None
    assert account[1] == [former]


async def test_one_of_twenty_concurrent_registrations_gets_an_id(accounts: Accounts) -> None:
    wanted = record(new_handle()).id
    outcomes = await asyncio.gather(
        *(found(accounts, record(new_handle(), id=wanted)) for _ in range(20)),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, CredentialAlreadyRegistered)]
    assert len(refused) == 19
    assert outcomes.count(True) == 1
