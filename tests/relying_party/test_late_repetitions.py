"""A request without an answer is sent again, and the first one may reach storage later."""

import pytest

from shared.audit.event import Kind
from shared.errors import ConcurrentUse
from shared.recording.actors import SERVICE
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.delays import DELAYS
from tests.harness.service_harness import new_authenticator
from tests.harness.worlds import SETTLED, Prepared, World, pass_request
from tests.storage_faults import after, once

HELD = DELAYS["held-and-repeated"]


def hold(world: World, call: str) -> None:
    world.storage.transport.fault = once(HELD.at(world), call)


async def deliver(world: World) -> None:
    assert world.held
    await world.seal(SETTLED)
    await world.deliver()


async def test_a_late_write_does_not_restore_a_deleted_pass(world: World) -> None:
    passes = world.acts.service.passes
    hold(world, "transact Accounts")
    await passes.issue(pass_request("alice"), by=ADMINISTRATOR)
    await world.seal(SETTLED)
    await passes.delete(await handle_of(world.acts), by=ADMINISTRATOR)
    await deliver(world)
    assert len(await world.storage.rows("Accounts", prefix="access-pass")) == 1  # Bob's
    assert await world.contradictions() == []


async def test_a_late_deletion_does_not_delete_a_new_pass(world: World) -> None:
    passes = world.acts.service.passes
    hold(world, "transact Accounts")
    await passes.delete(await handle_of(world.acts, "bob"), by=ADMINISTRATOR)
    await world.seal(SETTLED)
    await passes.issue(pass_request("bob"), by=ADMINISTRATOR)
    await deliver(world)
    assert len(await world.storage.rows("Accounts", prefix="access-pass")) == 1
    assert await world.contradictions() == []


async def test_a_late_notice_of_a_sealed_outcome_adds_no_event(
    world: World, prepared: Prepared
) -> None:
    hold(world, "insert AuditOutbox")
    await world.acts.refresh(prepared.tokens.refresh_token)
    await deliver(world)
    assert await world.contradictions() == []
    assert await world.storage.rows("AuditOutbox") == []
    assert await world.storage.rows("Accounts", prefix="~event:") == []


async def test_a_sign_in_whose_session_has_ended_records_one_event(
    world: World, prepared: Prepared
) -> None:
    """Another sign-in is faster, and all sessions end, before its record is written."""
    party, key = world.acts, prepared.key
    slow = key.get(await party.begin_authentication("alice"))
    fast = key.get(await party.begin_authentication("alice"))

    async def meanwhile() -> None:
        world.storage.transport.fault = None
        await party.finish_authentication(fast)
        await party.service.sessions.end(await handle_of(party), by=SERVICE)

    world.storage.transport.fault = once(after(meanwhile), "transact Accounts")
    with pytest.raises(ConcurrentUse):
        await party.finish_authentication(slow)
    assert await world.contradictions() == []
    log = await world.seals.stores.log.entries(prepared.size, limit=99)
    events = [entry.statement.read() for entry in log]
    outcomes = [each["outcome"] for each in events if each["kind"] == Kind.AUTHENTICATION]
    assert sorted(outcomes) == ["failure", "success"]


@pytest.mark.parametrize(("sealed", "step"), [(True, 0), (True, 1), (False, 0)])
async def test_an_ended_session_returns_only_after_minutes_and_is_reported(
    world: World, sealed: bool, step: int
) -> None:
    """`docs/audit.md` says so, because an ended session leaves no row. It does not return if its
    sign-in changed the credential."""
    key = new_authenticator(sign_count_step=step)
    await world.acts.register(key, "carol")
    hold(world, "transact Accounts")
    tokens = (await world.acts.sign_in(key, "carol")).tokens
    if sealed:
        await world.seal(SETTLED)
    handle = tokens.session.sign_in.user_handle
    await world.acts.service.sessions.end(handle, by=SERVICE)
    await world.deliver()
    returns = sealed and step == 0
    assert await world.acts.keeps_session(tokens) == returns
    found = " ".join(await world.contradictions())
    assert ("an event says that it ended" in found) == returns
    assert ("will never be sealed" in found) == returns
