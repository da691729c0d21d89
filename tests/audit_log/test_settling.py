"""Each event is recorded once, with one outcome and its change, even if a call or clock is late."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from azure.core.exceptions import ServiceResponseError

from shared.audit.event import Kind, Outcome
from shared.audit_log.settling import SETTLING
from shared.errors import AuthenticationRejected, ConcurrentUse, NotFound, StorageUnavailable
from shared.recording.attempt import Attempt
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR, handle_of, holder
from tests.harness.record import Event, brief, record, seal
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage.records import new_handle
from tests.storage_faults import after, once
from tests.storage_transport import RecordingTransport, Send
from tests.tamperings import assert_said, tampering

type Act = Callable[[], Awaitable[object]]


async def seal_now(party: ServiceHarness) -> int:
    """Seal, including the events of this moment."""
    until = party.clock.now + timedelta(minutes=1)
    return await party.restarted().service.sealing.seal(until=until)


def answered_late(act: Act) -> Callable[[Send], Awaitable[object]]:
    """The call succeeds, something else happens, and then the answer is lost."""

    async def way(send: Send) -> object:
        await send()
        await act()
        raise ServiceResponseError("connection reset")

    return way


async def renamings(party: ServiceHarness) -> list[Event]:
    return [event for event in await record(party) if event["kind"] == Kind.CREDENTIAL_RENAMED]


async def name_of_key(party: ServiceHarness, token: str) -> str:
    _, (found,) = await party.me(token)
    return found.name


@tampering("A change is delayed until its attempt is given up")
async def test_a_change_fails_after_its_attempt_was_abandoned(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    credential = await party.register(alices, "alice")
    token = (await party.sign_in(alices, "alice")).tokens.access_token
    owner = await holder(party, token)
    transport.fault = once(after(lambda: seal(party)), "transact Accounts")
    with pytest.raises(StorageUnavailable):
        await party.service.credentials.rename(owner, credential.id, name="new")
    transport.fault = None
    assert await name_of_key(party, token) == "Passkey"
    assert brief(await renamings(party)) == [("credential.renamed", "attempted")]
    assert_said("A change is delayed until its attempt is given up")


async def test_a_change_with_a_lost_answer_succeeds_during_sealing(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    credential = await party.register(alices, "alice")
    token = (await party.sign_in(alices, "alice")).tokens.access_token
    owner = await holder(party, token)
    transport.fault = once(answered_late(lambda: seal_now(party)), "transact Accounts")
    await party.service.credentials.rename(owner, credential.id, name="new")
    transport.fault = None
    assert await name_of_key(party, token) == "new"
    assert brief(await renamings(party)) == [("credential.renamed", "success")]


async def test_a_refresh_with_a_lost_answer_is_recorded_once(
    party: ServiceHarness,
    transport: RecordingTransport,
    alices: SoftAuthenticator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The event stored next to it identifies it: otherwise it would look like a second tab's."""
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices, "alice")).tokens
    transport.fault = once(answered_late(lambda: seal_now(party)), "transact Accounts")
    with caplog.at_level(logging.ERROR, "touchstone.audit"):
        await party.refresh(tokens.refresh_token)
    assert caplog.messages == []
    transport.fault = None
    recorded = [event for event in await record(party) if event["kind"] == Kind.TOKEN_REFRESHED]
    assert brief(recorded) == [("token.refreshed", "success")]


async def test_a_sign_in_that_loses_a_race_during_sealing_is_no_success(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    options = await party.begin_authentication("alice")
    answer = alices.get(options)
    other = alices.get(await party.begin_authentication("alice"))

    async def be_faster_and_seal() -> None:
        transport.fault = None
        await party.restarted().finish_authentication(other)
        await seal_now(party)

    transport.fault = once(after(be_faster_and_seal), "transact Accounts")
    with pytest.raises((ConcurrentUse, AuthenticationRejected)):
        await party.finish_authentication(answer)
    transport.fault = None
    recorded = [event for event in await record(party) if event["kind"] == Kind.AUTHENTICATION]
    assert sorted(event["outcome"] for event in recorded) == ["failure", "success"]
    assert len({event["id"] for event in recorded}) == 2


@pytest.mark.parametrize("minutes", [10, 1.5, -1.5, -10])
async def test_the_sealers_clock_does_not_matter(
    party: ServiceHarness, clock: Clock, minutes: float, transport: RecordingTransport
) -> None:
    attempt = party.recorder.attempt(Kind.PASS_ISSUED)
    place = party.stores.links.partition("somebody")
    await attempt.announce(place)
    clock.advance(minutes=minutes)
    assert await seal_now(party) == 0
    clock.advance(minutes=-minutes)
    await party.stores.links.add("somebody", new_handle(), event=attempt.success())
    clock.advance(minutes=minutes)
    transport.ahead += SETTLING + timedelta(seconds=2)
    assert await seal_now(party) == 1
    assert brief(await record(party)) == [("pass.issued", "success")]


async def abandoned(party: ServiceHarness) -> Attempt:
    attempt = party.recorder.attempt(Kind.PASS_ISSUED)
    await attempt.announce(party.stores.links.partition("somebody"))
    assert await seal(party) == 1
    return attempt


async def test_an_outcome_after_an_abandoned_attempt_is_not_recorded(
    party: ServiceHarness, caplog: pytest.LogCaptureFixture
) -> None:
    attempt = await abandoned(party)
    with caplog.at_level(logging.ERROR, "touchstone.audit"):
        await attempt.refuse(NotFound())
    assert "an attempt was given up before its outcome: pass.issued" in caplog.text
    assert brief(await record(party)) == [("pass.issued", "attempted")]


async def test_tombstones_are_removed_a_day_later(party: ServiceHarness, clock: Clock) -> None:
    await abandoned(party)
    tombstones = party.stores.outbox.tombstones
    (stone,) = await party.storage.rows("Links")
    assert stone["RowKey"].startswith("~event:")
    now = await party.stores.outbox.now()
    hours = timedelta(hours=1)
    for passed, removed in ((23 * hours, 0), (26 * hours, 1), (26 * hours, 0)):
        at = int((now + passed).timestamp())
        assert await tombstones.sweep(now=at, limit=10) == removed
    assert await party.storage.rows("Links") == []
    assert await party.storage.rows("AuditOutbox") == []


@tampering("A sealed row is put back")
async def test_a_sealed_row_that_is_put_back_is_not_sealed_again(
    party: ServiceHarness,
) -> None:
    recorder, outbox = party.recorder, party.stores.outbox
    await recorder.record(Kind.AUDIT_READ)
    (row,) = await party.storage.rows("AuditOutbox")
    await seal(party)
    await outbox._table.upsert(dict(row))
    assert await seal(party) == 0
    assert await party.storage.rows("AuditOutbox") == []
    assert brief(await record(party)) == [("audit.read", "success")]
    assert party.service.sealing.contradiction is None
    assert_said("A sealed row is put back")


async def test_an_event_is_not_sealed_with_a_second_outcome(
    party: ServiceHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """It is our own statement, after a write that took minutes to arrive."""
    writer, outbox = party.recorder.writer, party.stores.outbox
    attempt = await abandoned(party)
    event = attempt._event
    late = writer.statement_of(event, await writer.key())
    assert await outbox.settle(late, announced=False)
    other = writer.statement_of(replace(event, outcome=Outcome.FAILURE), await writer.key())
    await outbox.settle(other, announced=True)
    with caplog.at_level(logging.ERROR, "touchstone.audit"):
        assert await seal(party) == 0
    assert "the audit log contradicts itself, and does not accept 1 rows" in caplog.text
    assert party.service.sealing.contradiction is not None
    assert len(await party.storage.rows("AuditOutbox", prefix=event.id)) == 2  # with the mark
    assert brief(await record(party)) == [("pass.issued", "attempted")]


async def test_a_claim_without_its_batch_does_not_stop_sealing(party: ServiceHarness) -> None:
    for _ in range(3):
        await party.recorder.record(Kind.AUDIT_READ)
    waiting = await party.stores.outbox.read(limit=10)
    statements = [each.statement for each in waiting]
    assert await party.stores.event_ids.claim(0, statements) == {}
    assert await party.stores.event_ids.claim(0, statements[:2]) == {}
    assert await seal(party) == 3
    known = await party.stores.event_ids.claim(3, statements)
    assert {entry.index for entry in known.values()} == {0, 1, 2}


async def test_events_are_sealed_in_the_order_in_which_storage_got_them(
    party: ServiceHarness, clock: Clock
) -> None:
    for n, minutes in enumerate((10, -10, 0, 3)):
        clock.advance(minutes=minutes)
        await party.recorder.record(Kind.AUDIT_READ, facts={"n": n})
    assert [event["facts"]["n"] for event in await record(party)] == [0, 1, 2, 3]


async def test_a_removal_with_a_lost_answer_is_recorded_once(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    """It is recorded as success, though sealing runs and its answer is lost."""
    credential = await party.register(alices, "alice")
    transport.fault = once(answered_late(lambda: seal_now(party)), "transact Accounts")
    await party.service.credentials.remove_of(
        await handle_of(party), credential.id, by=ADMINISTRATOR
    )
    transport.fault = None
    recorded = [event for event in await record(party) if event["kind"] == Kind.CREDENTIAL_REMOVED]
    assert brief(recorded) == [("credential.removed", "success")]
