"""A request of which nothing was heard is sent again, and the first one may reach storage later."""

import pytest

from shared.audit.event import Kind
from shared.errors import ConcurrentUse
from shared.recording.actors import SERVICE
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.delays import DELAYS
from tests.harness.worlds import SETTLED, Prepared, World, pass_request
from tests.storage_faults import after, once

HELD = DELAYS["held-and-repeated"]


def hold(world: World, call: str) -> None:
    world.storage.transport.fault = once(HELD.at(world), call)


async def deliver(world: World) -> None:
    assert world.held
    await world.seal(SETTLED)
    await world.deliver()


async def test_a_pass_that_was_deleted_does_not_come_back(world: World) -> None:
    passes = world.acts.service.passes
    hold(world, "transact Accounts")
    await passes.issue(pass_request("alice"), by=ADMINISTRATOR)
    await world.seal(SETTLED)
    await passes.delete(await handle_of(world.acts), by=ADMINISTRATOR)
    await deliver(world)
    assert len(await world.storage.rows("Accounts", prefix="access-pass")) == 1  # Bob's
    assert await world.contradictions() == []


async def test_a_pass_that_was_issued_anew_is_not_deleted(world: World) -> None:
    passes = world.acts.service.passes
    hold(world, "transact Accounts")
    await passes.delete(await handle_of(world.acts, "bob"), by=ADMINISTRATOR)
    await world.seal(SETTLED)
    await passes.issue(pass_request("bob"), by=ADMINISTRATOR)
    await deliver(world)
    assert len(await world.storage.rows("Accounts", prefix="access-pass")) == 1
    assert await world.contradictions() == []


async def test_a_notice_that_comes_after_its_outcome_was_sealed_leaves_nothing(
    world: World, prepared: Prepared
) -> None:
    hold(world, "insert AuditOutbox")
    await world.acts.refresh(prepared.tokens.refresh_token)
    await deliver(world)
    assert await world.contradictions() == []
    assert await world.storage.rows("AuditOutbox") == []
    assert await world.storage.rows("Sessions", prefix="~event:") == []


async def test_a_sign_in_that_is_refused_when_its_session_has_ended_leaves_one_event(
    world: World, prepared: Prepared
) -> None:
    """Another one is faster, and all sessions are ended, before its record is written."""
    party, key = world.acts, prepared.key
    slow = key.get(await party.begin_authentication("alice"))
    fast = key.get(await party.begin_authentication("alice"))

    async def meanwhile() -> None:
        world.storage.transport.fault = None
        await party.finish_authentication(fast)
        await party.service.sessions.end(await handle_of(party), by=SERVICE)

    world.storage.transport.fault = once(after(meanwhile), "replace Accounts")
    with pytest.raises(ConcurrentUse):
        await party.finish_authentication(slow)
    assert await world.contradictions() == []
    log = await world.seals.stores.log.entries(prepared.size, limit=99)
    told = [entry.statement.read() for entry in log]
    outcomes = [each["outcome"] for each in told if each["kind"] == Kind.AUTHENTICATION]
    assert sorted(outcomes) == ["failure", "success"]


@pytest.mark.parametrize("sealed", [True, False])
async def test_a_session_that_ended_comes_back_only_after_minutes_and_is_found(
    world: World, prepared: Prepared, sealed: bool
) -> None:
    """`docs/audit.md` says so, as nothing of a session is left to tell that there was one."""
    hold(world, "transact Sessions")
    tokens = (await world.acts.sign_in(prepared.key, "alice")).tokens
    if sealed:
        await world.seal(SETTLED)
    handle = tokens.session.sign_in.user_handle
    await world.acts.service.sessions.end(handle, by=SERVICE)
    await world.deliver()
    assert await world.acts.keeps_session(tokens) == sealed
    found = " ".join(await world.contradictions())
    assert ("an event says that it ended" in found) == sealed
    assert ("will never be sealed" in found) == sealed
