"""Readers find exactly the events that they ask for, and can verify them."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from shared.accounts.names import Username, read_username
from shared.accounts.roles import Role
from shared.audit.event import Kind, Outcome
from shared.audit.merkle import includes, leaf_hash
from shared.audit_log.search import EventQuery
from shared.errors import LogInconsistent, MalformedRequest, NotFound, NotPermitted
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    ALICE,
    identity,
)
from tests.harness.record import checkpoint, entries, record, seal
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.harness.tampering import Tables

AUDITOR = identity(Role.AUDIT_READ)


@pytest.fixture
async def filled(party: ServiceHarness, alices: SoftAuthenticator, clock: Clock) -> ServiceHarness:
    """Alice and Bob register, and Alice signs in a minute later."""
    await party.register(alices, "alice")
    await party.register(new_authenticator(), "bob")
    clock.advance(minutes=1)
    await party.sign_in(alices, "alice")
    await seal(party)
    return party


async def kinds(party: ServiceHarness, query: EventQuery) -> list[str]:
    page = await party.service.log_reader.events(query, by=AUDITOR)
    return [entry.statement.read()["kind"] for entry in page.entries]


async def test_the_newest_events_come_first(filled: ServiceHarness) -> None:
    page = await filled.service.log_reader.events(EventQuery(limit=2), by=AUDITOR)
    assert [entry.index for entry in page.entries] == [2, 1]
    assert (page.next, page.size) == (1, 3)
    rest = await filled.service.log_reader.events(EventQuery(limit=2, before=1), by=AUDITOR)
    assert [entry.index for entry in rest.entries] == [0]
    assert rest.next is None


async def test_events_are_found_by_person(filled: ServiceHarness) -> None:
    assert await kinds(filled, EventQuery(limit=9, user=ALICE)) == [
        "authentication.finished",
        "registration.finished",
    ]
    assert len(await kinds(filled, EventQuery(limit=9, user=read_username("bob")))) == 1
    assert await kinds(filled, EventQuery(limit=9, user=read_username("nobody"))) == []


async def test_a_read_is_recorded_with_its_whole_filter(filled: ServiceHarness) -> None:
    since = datetime(2031, 5, 17, 12, 0, 0, 500, tzinfo=UTC)
    query = EventQuery(
        limit=7,
        before=3,
        user=ALICE,
        kind=Kind.AUTHENTICATION,
        outcome=Outcome.FAILURE,
        since=since,
        until=since + timedelta(days=1),
    )
    await kinds(filled, query)
    await kinds(filled, EventQuery(limit=9))
    filtered, whole = [event for event in await record(filled) if event["kind"] == Kind.AUDIT_READ]
    assert filtered["facts"] == {
        "limit": 7,
        "before": 3,
        "kind": "authentication.finished",
        "outcome": "failure",
        "since": "2031-05-17T12:00:00.000500Z",
        "until": "2031-05-18T12:00:00.000500Z",
    }
    assert filtered["target"]["type"] == "user"
    assert whole["facts"] == {"limit": 9}
    assert "target" not in whole
    assert {each.name for each in fields(EventQuery)} == {*filtered["facts"], "user"}


async def test_events_are_found_by_kind_and_outcome(filled: ServiceHarness) -> None:
    assert len(await kinds(filled, EventQuery(limit=9, kind=Kind.REGISTRATION))) == 2
    assert await kinds(filled, EventQuery(limit=9, outcome=Outcome.FAILURE)) == []


async def test_events_are_found_by_time(filled: ServiceHarness) -> None:
    page = await filled.service.log_reader.events(EventQuery(limit=9), by=AUDITOR)
    signed_in_at = page.entries[0].statement.read()["at"]
    since = (await filled.stores.log.head()).sealed_at
    assert since is not None
    at = since.fromisoformat(signed_in_at)
    assert await kinds(filled, EventQuery(limit=9, since=at)) == ["authentication.finished"]
    assert len(await kinds(filled, EventQuery(limit=9, until=at))) == 2


async def test_pages_continue_across_partitions(party: ServiceHarness) -> None:
    for number in range(600):
        kind = Kind.ACCOUNT_READ if number % 100 == 0 else Kind.PASS_READ
        await party.recorder.record(kind, facts={"n": number})
    await seal(party)
    query = EventQuery(limit=4, kind=Kind.ACCOUNT_READ)
    page = await party.service.log_reader.events(query, by=AUDITOR)
    rest = await party.service.log_reader.events(
        EventQuery(limit=9, kind=Kind.ACCOUNT_READ, before=page.next), by=AUDITOR
    )
    found = [*page.entries, *rest.entries]
    assert [entry.statement.read()["facts"]["n"] for entry in found] == [500, 400, 300, 200, 100, 0]


async def test_each_read_is_recorded(filled: ServiceHarness) -> None:
    await kinds(filled, EventQuery(limit=9, user=ALICE))
    with pytest.raises(NotPermitted):
        await filled.service.log_reader.events(EventQuery(limit=9), by=ADMINISTRATOR)
    await seal(filled)
    page = await filled.service.log_reader.events(EventQuery(limit=2), by=AUDITOR)
    read = [entry.statement.read() for entry in page.entries]
    assert [(event["kind"], event["outcome"]) for event in read] == [
        ("audit.read", "failure"),
        ("audit.read", "success"),
    ]


async def test_a_reader_can_verify_an_entry(filled: ServiceHarness) -> None:
    sealed = await filled.service.log_reader.checkpoint(by=AUDITOR)
    signed = await checkpoint(filled)
    proof = await filled.service.log_reader.inclusion(1, sealed.size, by=AUDITOR)
    leaf = leaf_hash((await entries(filled))[1].statement.leaf)
    assert includes(leaf, index=1, size=3, proof=proof, root=signed.root)


async def test_a_missing_entry_has_no_proof(filled: ServiceHarness) -> None:
    audit = filled.service.log_reader
    with pytest.raises(MalformedRequest):
        await audit.inclusion(3, 3, by=AUDITOR)
    with pytest.raises(MalformedRequest):
        await audit.inclusion(0, 4, by=AUDITOR)
    with pytest.raises(MalformedRequest):
        await audit.consistency(3, 2, by=AUDITOR)


@pytest.mark.parametrize("part", ["Leaf", "Personal"])
@pytest.mark.parametrize("user", [None, ALICE], ids=["all", "alice"])
async def test_an_entry_that_is_not_text_is_a_contradiction(
    filled: ServiceHarness, part: str, user: Username | None
) -> None:
    await filled.service.indexing.go_on(until=filled.clock.now + timedelta(seconds=1))
    tables = Tables(filled.storage)
    first, *_ = await tables.entries()
    await tables.put("AuditLog", first | {part: b"\xff"})
    with pytest.raises(LogInconsistent):
        await filled.service.log_reader.events(EventQuery(limit=9, user=user), by=AUDITOR)


@pytest.mark.parametrize("leaf", [b"x", b"[]", b"7"])
async def test_an_entry_without_an_event_is_found_for_no_person(
    filled: ServiceHarness, leaf: bytes
) -> None:
    await filled.service.indexing.go_on(until=filled.clock.now + timedelta(seconds=1))
    tables = Tables(filled.storage)
    first, *_ = await tables.entries()
    await tables.put("AuditLog", first | {"Leaf": leaf})
    assert await kinds(filled, EventQuery(limit=9, user=ALICE)) == ["authentication.finished"]


async def test_an_empty_log_has_no_checkpoint(party: ServiceHarness) -> None:
    with pytest.raises(NotFound):
        await party.service.log_reader.checkpoint(by=AUDITOR)
    page = await party.service.log_reader.events(EventQuery(limit=9), by=AUDITOR)
    assert (page.entries, page.next, page.size) == ((), None, 0)
