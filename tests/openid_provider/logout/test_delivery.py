"""Clients are told of sessions that have ended: by whom, when again, and until when."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import base64url
from shared.delivery import BATCH
from shared.errors import StorageUnavailable
from shared.openid.tokens.subjects import session_name, subject_of
from shared.recording.actors import SERVICE, user
from shared.storage.tables.gather_limited import AT_ONCE
from tests.fakes.logout_receiver import LogoutReceiver
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.no_event import NO_EVENT
from tests.openid.asking_client import client
from tests.openid_provider.logout.conftest import HOST, Restart, Visit
from tests.sessions.claims import claims_of
from tests.storage_faults import after, at, once, unreachable

MINUTE = timedelta(minutes=1)


async def deliver(party: ServiceHarness) -> int:
    return await party.service.logout_delivery.deliver(until=party.clock() + MINUTE)


async def end(visit: Visit) -> None:
    await visit.party.service.sessions.end(visit.handle, by=user(visit.handle))


async def test_a_client_is_told_once(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    code = await visit.provider.code(visit.signed_in)
    id_token = claims_of((await visit.provider.redeem(code)).id_token or "")
    party = telling()
    assert await deliver(party) == 0  # nothing has ended
    await end(visit)
    assert await deliver(party) == 1
    assert await deliver(party) == 0
    (claims,) = receiver.told
    assert (claims["sub"], claims["sid"]) == (id_token["sub"], id_token["sid"])
    assert receiver.refused == []
    assert await visit.noted() == []


async def test_a_client_knows_the_person_by_its_own_names(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    pairwise = client(sector="app.example", backchannel_logout_uri=receiver.address(HOST))
    party = telling()
    visit.provider.registered.clients["app"] = pairwise
    await visit.use()
    await end(visit)
    await deliver(party)
    (claims,) = receiver.told
    key = await party.stores.service_key.get()
    assert claims["sub"] == subject_of(visit.handle, pairwise, service_key=key)
    assert claims["sid"] == session_name(visit.session_id, "app", service_key=key)


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
async def test_a_client_that_fails_is_told_again_with_growing_pauses(
    visit: Visit, telling: Restart, receiver: LogoutReceiver, status: int
) -> None:
    receiver.statuses = [status] * 3
    receiver.headers = {"Location": receiver.address(HOST)}
    await visit.use()
    await end(visit)
    party = telling()
    for pause in (1, 2, 4):
        assert await deliver(party) == 0
        party.clock.advance(minutes=pause, seconds=-1)
        left = len(receiver.statuses)
        assert await deliver(party) == 0
        assert len(receiver.statuses) == left  # it was not asked
        party.clock.advance(seconds=1)
    assert await deliver(party) == 1
    assert len(receiver.told) == 1


async def test_no_content_is_success_too(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    receiver.statuses = [204]
    await visit.use()
    await end(visit)
    assert await deliver(telling()) == 1


async def test_a_client_is_given_up_after_a_day(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    receiver.statuses = [500] * 100
    await visit.use()
    await end(visit)
    party = telling()
    for _ in range(60):
        await deliver(party)
        party.clock.advance(minutes=30)
    assert await visit.noted() == []
    assert (tried := 100 - len(receiver.statuses)) > 20
    (given_up,) = (
        event for event in await record(party) if event["kind"] == "client-logout.undelivered"
    )
    assert (given_up["outcome"], given_up["reason"]) == ("failure", "not_accepted")
    assert given_up["facts"] == {"client": "app", "attempts": tried}


async def test_two_instances_do_not_send_the_same_notice(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    await visit.use()
    await end(visit)
    first, second = telling(), telling()
    # The second one is through before the first one claims what both have found.
    visit.party.storage.transport.fault = once(after(lambda: deliver(second)), "transact Logouts")
    assert await deliver(first) == 0
    assert len(receiver.told) == 1


async def test_many_instances_at_once_send_each_notice_once(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    await visit.use()
    await end(visit)
    told = await asyncio.gather(*(deliver(telling()) for _ in range(4)))
    assert sum(told) == 1
    assert len(receiver.told) == 1


async def test_a_lost_answer_after_the_delivery_tells_again(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    """With a token of another ID: a client may refuse one that it has seen."""
    await visit.use()
    await end(visit)
    party = telling()
    party.storage.transport.fault = at(2, unreachable, then=unreachable, writes=True)
    with pytest.raises(StorageUnavailable):
        await deliver(party)
    party.storage.transport.fault = None
    party.clock.advance(minutes=1)
    assert await deliver(party) == 1
    assert len({claims["jti"] for claims in receiver.told}) == 2
    assert receiver.refused == []


async def test_a_later_notice_is_not_removed_with_an_earlier_one(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    """While the client is told, the person signs in to it again, and that ends too."""

    async def sign_in_and_out() -> None:
        await visit.use()
        await visit.provider.access.end(visit.handle, visit.session_id, "app", by=SERVICE)

    await visit.use()
    await visit.provider.access.end(visit.handle, visit.session_id, "app", by=SERVICE)
    party = telling()
    party.clock.advance(seconds=1)
    party.storage.transport.fault = once(after(sign_in_and_out), "get Logouts")
    assert await deliver(party) == 1
    assert await visit.noted_clients() == ["app"]
    assert await deliver(party) == 1
    assert len(receiver.told) == 2


async def test_nobody_is_told_of_what_has_not_ended(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    """The process stopped between the notice and the end, or the end failed."""
    await visit.use()
    stored = await visit.party.stores.sessions.find_again(visit.signed_in.session)
    assert stored is not None
    await visit.ending.note(stored.session, *stored.session.clients)
    party = telling()
    assert await deliver(party) == 0
    party.clock.advance(minutes=59)
    assert await deliver(party) == 0
    assert await visit.noted_clients() == ["app"]  # the end may still come
    party.clock.advance(minutes=1)
    assert await deliver(party) == 0
    assert await visit.noted() == []
    assert receiver.told == []


async def test_a_late_end_is_told(visit: Visit, telling: Restart, receiver: LogoutReceiver) -> None:
    await visit.use()
    stored = await visit.party.stores.sessions.find_again(visit.signed_in.session)
    assert stored is not None
    await visit.ending.note(stored.session, *stored.session.clients)
    party = telling()
    assert await deliver(party) == 0
    await visit.party.stores.sessions.end(stored.session, event=NO_EVENT)
    assert await deliver(party) == 1
    assert len(receiver.told) == 1


@pytest.mark.parametrize("gone", [True, False])
async def test_a_client_that_wants_to_know_nothing_costs_no_request(
    visit: Visit, telling: Restart, receiver: LogoutReceiver, gone: bool
) -> None:
    await visit.use()
    await end(visit)
    party = telling()
    if gone:
        del visit.provider.registered.clients["app"]
    else:
        visit.provider.registered.clients["app"] = client()
    assert await deliver(party) == 0
    assert await visit.noted() == []
    assert (receiver.told, receiver.refused) == ([], [])


async def test_a_silent_client_does_not_hold_up_others(
    visit: Visit, telling: Restart, receiver: LogoutReceiver
) -> None:
    """It is asked once in a run, however many sessions have ended."""
    party, many = telling(), 40
    silent = client(id="mail", backchannel_logout_uri=f"https://{HOST}:1/logout")
    visit.provider.registered.clients["mail"] = silent
    for client_id in ("mail", "app"):
        await visit.use(client_id)
    stored = await visit.party.stores.sessions.find_again(visit.signed_in.session)
    assert stored is not None
    await end(visit)
    first, second = await visit.noted()
    mail = first if first.client_id == "mail" else second
    more = [replace(mail, session_id=bytes([number]) * 16) for number in range(many)]
    for each in more:
        await party.stores.logout_notices.put([each])
    assert await deliver(party) == 1
    tried = [each for each in await visit.noted() if each.attempts]
    assert 1 <= len(tried) <= AT_ONCE
    assert len(receiver.told) == 1


async def test_notices_for_a_silent_client_are_not_looked_into_again(
    visit: Visit, telling: Restart
) -> None:
    """Thousands may wait for it, and each would cost a call in each run."""
    party = telling()
    silent = client(id="mail", backchannel_logout_uri=f"https://{HOST}:1/logout")
    visit.provider.registered.clients["mail"] = silent
    await visit.use("mail")
    await end(visit)
    (mail,) = await visit.noted()
    for number in range(4 * BATCH):
        await party.stores.logout_notices.put([replace(mail, session_id=bytes([number]) * 16)])
    party.storage.transport.forget()
    assert await deliver(party) == 0
    assert party.storage.transport.names.count("get Accounts") <= BATCH


FIRST = base64url.decode("-" * 21 + "A")
"""A session whose key sorts before all others."""
HOSTILE: dict[str, dict[str, Any]] = {
    "wrong type": {"Attempts": "many"},
    "too many attempts": {"Attempts": 2**31 - 1},
    "many attempts": {"Attempts": 9_999},
    "long number": {"Use": "9" * 5_000},
    "no person": {"UserHandle": b""},
    "long ago": {"NotedAt": datetime(1601, 1, 1, tzinfo=UTC)},
    "other session": {"SessionId": b"another session!"},
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
async def test_a_row_of_somebody_else_holds_up_nobody(
    visit: Visit, telling: Restart, receiver: LogoutReceiver, hostile: dict[str, Any]
) -> None:
    receiver.statuses = [500]
    await visit.use()
    await end(visit)
    party = telling()
    (notice,) = await visit.noted()
    await party.stores.logout_notices.put([replace(notice, session_id=FIRST)])
    table = party.storage.table("Logouts")
    first, _ = await table.query("PartitionKey eq @all", {"all": "notices"}, limit=2)
    await table.upsert({**first, **hostile})
    for _ in range(2):
        await deliver(party)
        party.clock.advance(minutes=1)
    left = [each.session_id for each in await visit.noted()]
    assert not {visit.session_id, b"another session!"} & {*left}
