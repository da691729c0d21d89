"""A search for a person finds the same events with the index as without it, at less cost."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest

from shared.accounts.handles import AccountLocator, locate_username
from shared.accounts.names import read_username
from shared.audit.event import Kind, Outcome
from shared.audit_log.search import EventQuery
from shared.errors import StorageUnavailable
from shared.recording.actors import SERVICE, user
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ALICE
from tests.harness.record import entries, seal
from tests.harness.service_harness import Clock, ServiceHarness
from tests.harness.tampering import Tables
from tests.storage_faults import ENDS, Crash, Way, at
from tests.storage_transport import RecordingTransport
from tests.tamperings import assert_said, tampering

HOSTILE_LEAVES = (b"x", "text", b"[]", b"{}", b'{"actor": 7, "target": {"id": [], "type": "user"}}')
NAMES = ("alice", "bob", "carol")


async def locate(party: ServiceHarness, name: str) -> AccountLocator:
    return locate_username(read_username(name), service_key=await party.stores.service_key.get())


async def record_events(party: ServiceHarness, number: int) -> None:
    """Record events of three people who act on one another; Alice has the fewest."""
    alice, bob, carol = [user(await locate(party, name)) for name in NAMES]
    record = party.recorder.record
    for first in range(0, number, 50):
        recorded = []
        for n in range(first, min(first + 50, number)):
            actor, target = (
                (alice, bob) if n % 25 == 0 else (bob, carol) if n % 2 else (carol, None)
            )
            kind = Kind.PASS_READ if n % 3 else Kind.ACCOUNT_READ
            outcome = Outcome.FAILURE if n % 4 == 0 else Outcome.SUCCESS
            recorded.append(record(kind, outcome, actor=actor, target=target, facts={"n": n}))
        await asyncio.gather(*recorded)
        party.clock.advance(seconds=1)


async def index(party: ServiceHarness) -> int:
    return await party.service.indexing.go_on(until=party.clock.now + timedelta(seconds=1))


async def find(party: ServiceHarness, **asked: object) -> list[int]:
    """Return the numbers on all pages of an answer."""
    found: list[int] = []
    before: int | None = None
    while True:
        query = EventQuery(**{"limit": 7, "user": ALICE, "before": before, **asked})  # type: ignore[arg-type]
        head = await party.stores.log.head()
        locator = await locate(party, query.user.canonical) if query.user else None
        page = await party.service.log_reader._search.find(query, head, locator)
        assert len(page.entries) <= query.limit
        found += [entry.index for entry in page.entries]
        if page.next is None:
            return found
        assert before is None or page.next < before
        before = page.next


async def answers(party: ServiceHarness, middle: object) -> list[list[int]]:
    filters: tuple[dict[str, object], ...] = (
        {},
        {"kind": Kind.ACCOUNT_READ},
        {"outcome": Outcome.FAILURE},
        {"since": middle},
        {"until": middle, "kind": Kind.PASS_READ},
    )
    return [
        await find(party, user=read_username(name), **asked)
        for name, asked in product(("alice", "bob", "nobody"), filters)
    ]


async def test_the_index_leads_to_the_same_events_as_the_log(
    party: ServiceHarness, clock: Clock
) -> None:
    middle = clock.now + timedelta(seconds=3)
    await record_events(party, 270)
    await seal(party)
    walked = await answers(party, middle)
    assert [len(walked[0]), len(walked[5]), len(walked[10])] == [11, 141, 0]
    assert walked[0] == sorted(walked[0], reverse=True)
    assert await index(party) == 270
    assert await answers(party, middle) == walked
    party.storage.transport.forget()
    assert await find(party, limit=20) == walked[0]
    names = party.storage.transport.names
    assert sorted(names) == [
        *["get AuditLog"] * 11,  # the events themselves, side by side
        *("get AuditTree", "get AuditTree"),  # the head, and how far the index reaches
        "query AuditTree",
    ]
    assert party.storage.transport.round_trips == 4


async def test_entries_that_are_not_indexed_yet_are_found(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await record_events(party, 30)
    await seal(party)
    await index(party)
    await record_events(party, 60)
    await seal(party)
    assert len(await find(party, limit=1)) == len(await find(party)) == 2 + 3
    assert (await find(party, before=31), await find(party, before=30)) == ([30, 25, 0], [25, 0])


async def test_indexing_writes_one_row_for_each_account_of_an_entry(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await record_events(party, 100)
    record_event = party.recorder.record
    await record_event(Kind.POLICY_CHANGED, actor=SERVICE)
    await record_event(Kind.AUDIT_READ, actor=user(await locate(party, "alice")))
    await seal(party)
    transport.forget()
    assert await index(party) == 102
    # Bob has most: 4 + 48, Carol 96, and Alice 5.
    assert sorted(transport.names) == [
        *("get AuditTree", "get AuditTree", "insert AuditTree", "query AuditLog"),
        *["transact AuditTree"] * 3,
    ]
    rows = [row for row in await party.storage.rows("AuditTree") if is_index(row)]
    assert len(rows) == 4 * 2 + 48 * 2 + 48 + 1
    transport.forget()
    assert await index(party) == 0
    assert transport.names == ["get AuditTree", "get AuditTree"]


def is_index(row: dict[str, object]) -> bool:
    return str(row["PartitionKey"]).startswith("people-")


@pytest.mark.parametrize(
    "way", [ENDS["crash-after"], ENDS["outage-after"]], ids=["crash", "outage"]
)
async def test_a_crash_at_any_write_of_indexing_leaves_no_gap(
    party: ServiceHarness, transport: RecordingTransport, way: tuple[Way, Way]
) -> None:
    number, met, recorded = 0, True, 0
    while met:
        number += 1
        await record_events(party, 3)
        await seal(party)
        recorded += 3
        transport.forget()
        transport.fault = at(number, way[0], then=way[1], writes=True)
        with suppress(Crash, StorageUnavailable):
            await index(party)
        met, transport.fault = len(transport.writes) >= number, None
        assert await find(party) == list(range(recorded - 3, -1, -3))
        await index(party.restarted())
        assert await find(party) == list(range(recorded - 3, -1, -3))
    assert number > 4


async def test_concurrent_indexing_indexes_each_entry_once(party: ServiceHarness) -> None:
    await record_events(party, 60)
    await seal(party)
    await asyncio.gather(*(index(each) for each in (party, party.restarted(), party.restarted())))
    assert await index(party) == 0
    assert await find(party) == [50, 25, 0]


async def test_an_old_log_is_indexed_in_steps(
    party: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(party.service.indexing._follower, "_tiles", 1)
    await record_events(party, 260)
    await seal(party)
    now = party.clock.now
    party.service.indexing._follower._clock = iter([now, now + timedelta(seconds=1)]).__next__
    assert await index(party) == 256
    assert len(await find(party)) == 11
    assert await index(party.restarted()) == 4
    assert len(await find(party)) == 11


@tampering("A row is removed from the index of people")
async def test_a_changed_index_hides_entries_from_a_search_only(
    party: ServiceHarness,
) -> None:
    await record_events(party, 30)
    await seal(party)
    await index(party)
    tables = Tables(party.storage)
    rows = [row for row in await tables.rows("AuditTree") if is_index(row)]
    account = user(await locate(party, "alice")).id[:21]
    first, second = [row for row in rows if row["PartitionKey"] == f"people-{account}"]
    await tables.delete("AuditTree", first)
    assert await find(party) == [0]
    assert len([line async for line in party.service.exporting.lines() if "entry" in line]) == 30
    # An added row does not show a person in an entry about others.
    for key in (f"{10**12 - 1 - 7:012d}", f"{10**12 - 1 - 70:012d}", "9", "x", "9" * 40):
        await tables.put("AuditTree", second | {"RowKey": key})
    assert await find(party) == [0]
    await tables.delete("AuditTree", second)
    assert await find(party) == []
    assert_said("A row is removed from the index of people")
    assert len(await entries(party)) == 30


async def test_a_foreign_entry_does_not_stop_indexing(party: ServiceHarness) -> None:
    await record_events(party, 10)
    await seal(party)
    tables = Tables(party.storage)
    for row, leaf in zip(await tables.entries(), HOSTILE_LEAVES, strict=False):
        await tables.put("AuditLog", row | {"Leaf": leaf})
    assert await index(party) == 10
    assert len([row for row in await party.storage.rows("AuditTree") if is_index(row)]) == 8


async def test_numbers_that_a_restored_log_reuses_are_indexed_again(
    party: ServiceHarness,
) -> None:
    await record_events(party, 10)
    await seal(party)
    await index(party)
    tables = Tables(party.storage)
    (cursor,) = await tables.rows("AuditTree", partition="cursors")
    await tables.put("AuditTree", cursor | {"Next": f"{40:012d}"})
    assert await index(party.restarted()) == 0
    await record_events(party, 30)
    await seal(party)
    assert await index(party) == 30
    assert await find(party) == [35, 10, 0]
