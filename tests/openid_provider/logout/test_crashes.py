"""Any write may be lost, or its answer, or the process with it: no client is forgotten."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from shared.errors import TokenInvalid, TouchstoneError
from shared.recording.actors import SERVICE
from tests.fakes.logout_receiver import LogoutReceiver
from tests.harness.record import record
from tests.harness.worlds import Prepared, World
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider
from tests.openid_provider.code_flow.test_crashes import WAYS
from tests.openid_provider.logout.conftest import Restart, Visit
from tests.openid_provider.logout.test_delivery import deliver, end
from tests.storage_faults import Crash, Way, at

CLIENTS = ("app", "mail")

ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


async def _end(visit: Visit) -> None:
    await visit.party.service.sessions.end(visit.handle, by=SERVICE)


async def _steal(visit: Visit) -> None:
    """The last of three uses: the thief and the owner have one token."""
    with suppress(TokenInvalid):
        await visit.party.refresh(visit.signed_in.refresh_token)


async def _end_use(visit: Visit) -> None:
    for each in CLIENTS:
        await visit.provider.access.end(visit.handle, visit.session_id, each, by=SERVICE)


async def _nothing(_: Visit) -> None:
    pass


async def _use_twice(visit: Visit) -> None:
    thiefs = await visit.party.refresh(visit.signed_in.refresh_token)
    await visit.party.refresh(thiefs.refresh_token)


def _visit(world: World, prepared: Prepared) -> Visit:
    """In a new process."""
    registered = [client(id=each) for each in CLIENTS]
    return Visit(Provider(world.instance(), *registered), prepared.tokens)


async def _begin(
    world: World, prepared: Prepared, before: Callable[[Visit], Awaitable[None]]
) -> Visit:
    world.set_back(prepared)
    visit = _visit(world, prepared)
    for each in CLIENTS:
        await visit.use(each)
    await before(visit)
    visit = _visit(world, prepared)
    await visit.party.stores.service_key.get()
    world.storage.transport.forget()
    return visit


async def _forgotten(visit: Visit) -> set[str]:
    """The clients that have lost the session, and of which no notice is left."""
    stored = await visit.party.stores.sessions.find_again(visit.signed_in.session)
    used = set[str]() if stored is None else {each.client_id for each in stored.session.clients}
    return set(CLIENTS) - used - set(await visit.noted_clients())


@ways
@pytest.mark.parametrize(
    ("before", "act"),
    [(_nothing, _end), (_use_twice, _steal), (_nothing, _end_use)],
    ids=["ending", "theft", "ending-access"],
)
async def test_a_failure_of_any_write_forgets_no_client(
    world: World,
    prepared: Prepared,
    before: Callable[[Visit], Awaitable[None]],
    act: Callable[[Visit], Awaitable[None]],
    way: tuple[Way, Way],
) -> None:
    first, then = way
    await act(await _begin(world, prepared, before))
    writes = len(world.storage.transport.writes)
    assert writes >= 3
    for number in range(1, writes + 1):
        visit = await _begin(world, prepared, before)
        world.storage.transport.fault = at(number, first, then=then, writes=True)
        with suppress(Crash, TouchstoneError):
            await act(visit)
        world.storage.transport.fault = None
        visit = _visit(world, prepared)
        assert await _forgotten(visit) == set()
        await act(visit)
        assert await _forgotten(visit) == set()
        assert await visit.noted_clients() == [*CLIENTS]
        assert await world.contradictions() == [], number


@ways
async def test_a_failure_of_any_write_leaves_no_client_untold(
    visit: Visit, telling: Restart, receiver: LogoutReceiver, way: tuple[Way, Way]
) -> None:
    first, then = way
    transport = visit.party.storage.transport
    for number in (1, 2):
        receiver.told.clear()
        await visit.use()
        await visit.provider.access.end(visit.handle, visit.session_id, "app", by=SERVICE)
        transport.fault = at(number, first, then=then, writes=True)
        with suppress(Crash, TouchstoneError):
            await deliver(telling())
        transport.fault = None
        visit.party.clock.advance(minutes=1)
        await deliver(telling())
        assert 1 <= len(receiver.told) <= 2
        assert receiver.refused == []
        assert await visit.noted() == []


@ways
async def test_a_failure_while_a_client_is_given_up_gives_it_up_once(
    visit: Visit, telling: Restart, receiver: LogoutReceiver, way: tuple[Way, Way]
) -> None:
    first, then = way
    await visit.use()
    await end(visit)
    visit.party.clock.advance(days=1)
    visit.party.storage.transport.fault = at(2, first, then=then, writes=True)
    with suppress(Crash, TouchstoneError):
        await deliver(telling())
    visit.party.storage.transport.fault = None
    await deliver(telling())
    assert await visit.noted() == []
    assert receiver.told == []
    events = [
        event
        for event in await record(visit.party)
        if event["kind"] == "client-logout.undelivered" and event["outcome"] == "failure"
    ]
    assert len(events) == 1
