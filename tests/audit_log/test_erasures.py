"""An erasure needs two people or a delay, and then reaches every entry once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.accounts.handles import locate_handle
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import includes, leaf_hash
from shared.audit_log.destinations.outside_checkpoint import NoOutsideCheckpoint
from shared.audit_log.erasure.known_names import name_of
from shared.blueprints.maintenance import maintain
from shared.errors import (
    ErasureUnderWay,
    LogInconsistent,
    NotFound,
    NotPermitted,
    StepUpRequired,
    StorageUnavailable,
)
from shared.handling.jobs import JobsFailed
from shared.principals import AccountHolder, Principal
from shared.recording.actors import bearer, user
from shared.storage.audit.erasures import Erasure
from shared.storage.tables.row_keys import partition_key
from tests.audit_log.test_checkpoint_keys import with_checkpoint_keys
from tests.fixed_keys import new_checkpoint_key
from tests.harness.administrators import (
    ADMINISTRATOR,
    ALICE,
    account,
    account_administrator,
    give_roles,
    handle_of,
    holder,
    identity,
)
from tests.harness.record import Event, checkpoint, entries, record, seal
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.harness.tampering import Tables
from tests.storage_faults import ENDS, Crash, Way, at
from tests.storage_transport import RecordingTransport
from tests.tamperings import assert_said, tampering

PERSON = identity(Role.AUTHENTICATORS_ADMIN, subject="person", application=False)
"""A user of an identity provider, who may be linked to an account here."""
SECOND = identity(Role.AUTHENTICATORS_ADMIN, subject="second", application=False)
DELAY = timedelta(hours=72)


@dataclass
class People:
    party: ServiceHarness
    chief: AccountHolder
    second: Principal = SECOND

    async def request(self, name: str = "alice", *, by: Principal | None = None) -> Erasure:
        return await self.party.service.erasure_requests.request(
            read_username(name), by=by or self.chief
        )

    async def confirm(self, erasure: Erasure, *, by: Principal | None = None) -> Erasure:
        return await self.party.service.erasure_requests.confirm(erasure.id, by=by or self.second)

    async def withdraw(self, erasure: Erasure) -> None:
        await self.party.service.erasure_requests.withdraw(erasure.id, by=self.second)

    async def carry_out(self) -> int:
        return await carry_out(self.party)

    async def link(self, username: str, subject: str = "person") -> None:
        await self.party.service.links.add(
            await handle_of(self.party, username),
            issuer=PERSON.issuer,
            subject=subject,
            by=ADMINISTRATOR,
        )

    async def unlink(self, username: str) -> None:
        """The owner needs no role for it."""
        owner = await account(self.party, username)
        holder = await sign_in(self.party, username)
        await self.party.service.links.remove_own(holder, owner.links[0].id)

    async def named(self) -> list[str]:
        """The kinds of all entries that name Alice."""
        return [
            entry.statement.read()["kind"]
            for entry in await entries(self.party)
            if b"alice" in _personal(entry)
        ]


KEYS = {"chief": new_authenticator(), "alice": new_authenticator()}


async def sign_in(party: ServiceHarness, username: str) -> AccountHolder:
    return await holder(party, (await party.sign_in(KEYS[username], username)).tokens.access_token)


@pytest.fixture
async def people(party: ServiceHarness) -> People:
    """An administrator, Alice, who has the role as well, and a user of a provider."""
    party = party.restarted(STEP_UP_SECONDS="900")
    for name, key in KEYS.items():
        await party.register(key, name)
        await give_roles(party, name, Role.AUTHENTICATORS_ADMIN)
    party.clock.now += DELAY
    chief = await sign_in(party, "chief")
    await seal(party)
    return People(party, chief)


async def carry_out(party: ServiceHarness) -> int:
    return await party.service.erasure_run.carry_out(until=party.clock.now + timedelta(seconds=1))


def wait(party: ServiceHarness, span: timedelta) -> None:
    """The clock of storage decides, because an instance's own may be wrong."""
    party.storage.transport.ahead += span


def _personal(entry: LogEntry) -> bytes:
    personal = entry.statement.personal
    return personal.content if personal else b""


def of_kind(events: list[Event], kind: Kind) -> list[Event]:
    return [event for event in events if event["kind"] == kind]


async def test_a_request_waits_until_it_is_due_and_then_reaches_every_entry(
    people: People,
) -> None:
    party, before = people.party, await checkpoint(people.party)
    erasure = await people.request()
    assert erasure.due_at - erasure.requested_at == DELAY
    wait(party, DELAY - timedelta(seconds=10))
    await seal(party)
    party.storage.transport.ahead -= timedelta(minutes=3)
    assert await people.carry_out() == 0
    assert len(await people.named()) == 1
    wait(party, timedelta(minutes=3))
    assert await people.carry_out() == 1
    assert await people.named() == []
    (done,) = of_kind(await record(party), Kind.PERSON_ERASED)
    assert done["facts"] == {"request": erasure.id, "entries": 1, "named": 0}
    assert done["actor"] == {"type": "service", "id": "touchstone"}
    found = await entries(party)
    proof = await party.service.proofs.inclusion(2, before.size)
    leaf = leaf_hash(found[2].statement.leaf)
    assert includes(leaf, index=2, size=before.size, proof=proof, root=before.root)
    assert b"chief" in _personal(found[0])


async def test_an_erasure_deletes_no_entry(people: People) -> None:
    """The templates give it a role that may delete in every table but this one."""
    await people.confirm(await people.request())
    await seal(people.party)
    assert await people.carry_out() == 1
    await seal(people.party)
    deleted_from = people.party.storage.transport.deleted_from
    assert {"AuditOutbox", "AuditTree"} <= deleted_from
    assert "AuditLog" not in deleted_from


async def test_each_act_is_one_event_without_the_name(people: People) -> None:
    erasure = await people.request()
    await people.confirm(erasure)
    await people.confirm(erasure)  # the answer to the first time got lost
    await seal(people.party)
    assert await people.carry_out() == 1
    events = await record(people.party)
    acts = [event for event in events if event["kind"].startswith("audit.")]
    assert [(act["kind"], act["outcome"]) for act in acts] == [
        ("audit.erasure-requested", "success"),
        ("audit.erasure-confirmed", "success"),
        ("audit.person-erased", "success"),
    ]
    requested, confirmed, _ = acts
    assert requested["id"] == erasure.id
    assert requested["actor"] == bearer(people.chief).describe()
    assert confirmed["actor"] == bearer(people.second).describe()
    assert confirmed["facts"] == {"request": erasure.id}
    assert {act["target"]["id"] for act in acts} == {user(erasure.person).id}
    for table in ("AuditTree", "AuditOutbox", "AuditLog"):
        assert "alice" not in str(await people.party.storage.rows(table))


async def test_a_second_administrator_ends_the_wait(people: People) -> None:
    erasure = await people.request()
    await seal(people.party)
    assert await people.carry_out() == 0
    confirmed = await people.confirm(erasure)
    assert confirmed.confirmed_by is not None
    await seal(people.party)
    assert await people.carry_out() == 1
    assert await people.named() == []


async def _by_the_requester(_people: People, _erasure: Erasure) -> str:
    return "chief"


async def _by_a_linked_subject(people: People, _erasure: Erasure) -> Principal:
    return PERSON


async def _link_after_the_request(people: People, _erasure: Erasure) -> Principal:
    await people.link("chief")
    return PERSON


async def _link_removed_after_the_request(people: People, _erasure: Erasure) -> Principal:
    await people.unlink("chief")
    return PERSON


async def _persons_link_removed_after_the_request(people: People, _erasure: Erasure) -> Principal:
    await people.unlink("alice")
    return PERSON


async def _by_the_person(_people: People, _erasure: Erasure) -> str:
    return "alice"


async def _by_a_new_key(people: People, _erasure: Erasure) -> Principal:
    """The requester may just have issued an access pass for this administrator."""
    return await account_administrator(people.party, username="newcomer")


async def _by_an_application(_people: People, _erasure: Erasure) -> Principal:
    return ADMINISTRATOR


type Attack = Callable[[People, Erasure], Awaitable[Principal | str]]
ATTACKS: dict[str, tuple[str | None, Attack]] = {
    "the-requester": (None, _by_the_requester),
    "the-requester-by-a-link": ("chief", _by_a_linked_subject),
    "by-a-link-made-since": (None, _link_after_the_request),
    "by-a-link-removed-since": ("chief", _link_removed_after_the_request),
    "the-person": (None, _by_the_person),
    "the-person-by-a-link": ("alice", _by_a_linked_subject),
    "the-person-by-a-link-removed-since": ("alice", _persons_link_removed_after_the_request),
    "a-new-key-of-another-administrator": (None, _by_a_new_key),
    "an-application": (None, _by_an_application),
}


@pytest.mark.parametrize(("linked", "attack"), ATTACKS.values(), ids=ATTACKS.keys())
async def test_only_an_independent_administrator_confirms_a_request(
    people: People, linked: str | None, attack: Attack
) -> None:
    if linked:
        await people.link(linked)
    erasure = await people.request()
    by = await attack(people, erasure)
    principal = await sign_in(people.party, by) if isinstance(by, str) else by
    with pytest.raises(NotPermitted):
        await people.confirm(erasure, by=principal)
    await seal(people.party)
    assert await people.carry_out() == 0


async def test_a_request_of_a_new_key_cannot_be_confirmed(people: People) -> None:
    """The confirmer may just have issued an access pass for the requester."""
    newcomer = await account_administrator(people.party, username="newcomer")
    erasure = await people.request(by=newcomer)
    for by in (people.chief, people.second):
        with pytest.raises(NotPermitted):
            await people.confirm(erasure, by=by)
    await people.withdraw(erasure)
    await people.confirm(await people.request(by=people.chief))


async def test_an_independent_administrator_of_a_provider_confirms(people: People) -> None:
    await people.link("chief", subject="another")
    await people.confirm(await people.request(), by=PERSON)


@pytest.mark.parametrize("by_link", [False, True])
async def test_administrators_cannot_request_the_erasure_of_their_own_traces(
    people: People, by_link: bool
) -> None:
    if by_link:
        await people.link("alice")
    with pytest.raises(NotPermitted):
        await people.request(by=PERSON if by_link else await sign_in(people.party, "alice"))
    assert await people.party.service.erasure_requests.all(by=people.chief) == []


async def test_only_an_administrator_with_a_fresh_sign_in_decides(
    people: People, clock: Clock
) -> None:
    erasure, erasures = await people.request(), people.party.service.erasure_requests
    auditor = identity(Role.AUDIT_READ)
    for decide in (erasures.confirm, erasures.withdraw):
        with pytest.raises(NotPermitted):
            await decide(erasure.id, by=auditor)
        with pytest.raises(NotFound):
            await decide("0", by=people.second)
    with pytest.raises(NotPermitted):
        await erasures.all(by=auditor)
    clock.advance(minutes=15)
    for call in (
        erasures.request(ALICE, by=people.chief),
        erasures.confirm(erasure.id, by=people.chief),
        erasures.withdraw(erasure.id, by=people.chief),
    ):
        with pytest.raises(StepUpRequired):
            await call
    assert [each.id for each in await erasures.all(by=people.second)] == [erasure.id]


async def test_a_withdrawn_request_is_not_carried_out_and_may_be_repeated(
    people: People,
) -> None:
    erasure = await people.request()
    with pytest.raises(ErasureUnderWay):
        await people.request(by=people.second)
    await people.withdraw(erasure)
    wait(people.party, DELAY)
    await seal(people.party)
    assert await people.carry_out() == 0
    (withdrawn,) = of_kind(await record(people.party), Kind.ERASURE_WITHDRAWN)
    assert withdrawn["facts"] == {"request": erasure.id}
    assert withdrawn["actor"] == bearer(people.second).describe()
    assert len(await people.named()) == 1
    assert (await people.request()).id != erasure.id


async def test_the_person_may_withdraw_a_request(people: People) -> None:
    erasure = await people.request()
    alice = await sign_in(people.party, "alice")
    await people.party.service.erasure_requests.withdraw(erasure.id, by=alice)


async def test_acts_of_requester_and_confirmer_on_the_person_keep_the_name(people: People) -> None:
    party, alice = people.party, await handle_of(people.party)
    await people.link("chief")
    for by in (people.chief, PERSON, people.second):
        await party.service.credentials.suspend_account(alice, suspended=True, by=by)
    await seal(party)
    await people.confirm(await people.request())
    await seal(party)
    await people.carry_out()
    assert await people.named() == ["account.suspended"] * 3
    (done,) = of_kind(await record(party), Kind.PERSON_ERASED)
    assert done["facts"]["named"] == 3


async def test_acts_of_the_persons_linked_user_are_erased(people: People) -> None:
    await people.link("alice")
    known = identity(subject="person", username="alice@idp", application=False)
    chief = user(people.chief.handle)
    record_act = people.party.recorder.record
    await record_act(Kind.ACCOUNT_READ, actor=bearer(known), target=chief)
    await seal(people.party)
    assert "account.read" in await people.named()
    await people.confirm(await people.request())
    await seal(people.party)
    await people.carry_out()
    assert await people.named() == []


async def test_events_that_wait_to_be_sealed_are_erased_too(people: People) -> None:
    party = people.party
    target = user(await handle_of(party), name="alice")
    erasure = await people.request()
    await seal(party)
    await party.recorder.record(Kind.PASS_READ, target=target)
    wait(party, DELAY)
    assert await people.carry_out() == 0, "what was told before it became due is not sealed"
    await seal(party)
    await party.recorder.record(Kind.PASS_READ, target=target)
    assert await people.carry_out() == 0
    assert await people.named() == ["registration.finished", "pass.read"]
    assert not (await party.service.erasure_requests.one(erasure.id, by=people.chief)).begun
    await seal(party)
    assert await people.carry_out() == 1
    assert await people.named() == []


async def test_a_foreign_row_in_the_outbox_does_not_stop_an_erasure(people: People) -> None:
    tables = Tables(people.party.storage)
    await people.confirm(await people.request())
    (row, *_) = await tables.rows("AuditOutbox")
    await seal(people.party)
    elsewhere = "0" if row["PartitionKey"] != "0" else "1"
    await tables.put("AuditOutbox", row | {"PartitionKey": elsewhere})
    wait(people.party, timedelta(minutes=10))
    assert await people.carry_out() == 1


@tampering("A request for an erasure is deleted")
async def test_a_deleted_request_is_not_carried_out(people: People) -> None:
    await people.confirm(await people.request())
    await seal(people.party)
    tables = Tables(people.party.storage)
    for row in await tables.rows("AuditTree", partition="erasures"):
        await tables.delete("AuditTree", row)
    assert await people.carry_out() == 0
    assert len(of_kind(await record(people.party), Kind.ERASURE_REQUESTED)) == 1
    assert len(await people.named()) == 1
    assert_said("A request for an erasure is deleted")


async def test_an_unreadable_entry_delays_only_its_own_erasure(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("bob", "alice"):
        await people.confirm(await people.request(name, by=PERSON))
    await seal(people.party)
    tables = Tables(people.party.storage)
    (*_, entry) = [row for row in await tables.entries() if b"alice" in row["Personal"]]
    await tables.put("AuditLog", entry | {"PersonalSalt": "text"})
    with caplog.at_level(logging.ERROR):
        done = await people.carry_out()
        await seal(people.party)
        assert done + await people.carry_out() == 1
    assert "contradicts itself, and delays an erasure" in caplog.text
    await tables.put("AuditLog", entry)
    assert await people.carry_out() == 1
    assert await people.named() == []


async def test_a_request_that_differs_from_the_log_is_not_carried_out(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    await people.request()
    await seal(people.party)
    erasures = people.party.stores.erasures
    (stored,) = await erasures.all()
    sooner = replace(stored, due_at=stored.requested_at)
    by = stored.requested_by
    for changed, message in (
        (sooner, "is due at another time"),
        (replace(sooner, confirmed_by=by, confirmation=stored.id), "was not confirmed as"),
        (replace(sooner, id=(await record(people.party))[0]["id"]), "was not requested as"),
        (replace(sooner, id="unknown"), None),
    ):
        caplog.clear()
        noted = await erasures.note(replace(changed, etag=stored.etag))
        assert noted is not None
        with caplog.at_level(logging.ERROR):
            assert await people.carry_out() == 0
        assert (message or "") in caplog.text
        assert (message is None) == ("contradicts itself" not in caplog.text)
        stored = noted
    assert len(await people.named()) == 1


CHANGED = "A request for an erasure is forged or changed"
PUT_BACK = "A completed request for an erasure is put back"


@tampering(CHANGED)
async def test_a_forged_or_changed_request_is_not_carried_out(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    party, tables = people.party, Tables(people.party.storage)
    await people.confirm(await people.request())
    await seal(party)
    (row,) = await _rows(tables)
    chief = user(people.chief.handle)
    both = f"{row['KnownAs']},{name_of(chief.standing, chief.id)}"
    for forged in (
        row | {"KnownAs": both},
        row | {"RequestId": "unknown", "Size": "9"},  # as if it were begun
        row | {"Username": "bob"},  # who is asked to confirm it sees another name
        row | {"RequestedBy": row["ConfirmedBy"]},
        row | {"RowKey": partition_key(locate_handle(people.chief.handle))},
        row | {"Tag": ""},
        row | {"DueAt": "soon", "KnownAs": 7},
    ):
        caplog.clear()
        await tables.delete("AuditTree", row)
        await tables.put("AuditTree", forged)
        assert await people.carry_out() == 0
        assert "a request for an erasure cannot be read" in caplog.text
        assert await party.service.erasure_requests.all(by=people.chief) == []
        await tables.delete("AuditTree", forged)
    assert_said(CHANGED, caplog.text)
    assert len(await people.named()) == 1
    assert b"chief" in _personal((await entries(party))[0])


async def test_a_forged_row_does_not_prevent_a_request(people: People) -> None:
    tables = Tables(people.party.storage)
    await people.request()
    (row,) = await _rows(tables)
    await tables.put("AuditTree", row | {"Username": "bob", "Size": "9"})
    erasure = await people.request()
    (found,) = await people.party.service.erasure_requests.all(by=people.chief)
    assert found.id == erasure.id


@tampering(PUT_BACK)
@pytest.mark.parametrize("carried_out", [False, True], ids=["withdrawn", "carried-out"])
async def test_a_completed_request_that_is_put_back_is_not_carried_out(
    people: People, carried_out: bool, caplog: pytest.LogCaptureFixture
) -> None:
    party, tables = people.party, Tables(people.party.storage)
    erasure = await people.confirm(await people.request())
    await seal(party)
    (row,) = await _rows(tables)
    if carried_out:
        assert await people.carry_out() == 1
    else:
        await people.withdraw(erasure)
    target = user(await handle_of(party), name="alice")
    await party.recorder.record(Kind.PASS_READ, target=target)
    wait(party, timedelta(seconds=2))
    await tables.put("AuditTree", row)
    assert await people.carry_out() == 0, "what tells of its end is not sealed"
    await seal(party)
    assert await people.carry_out() == 0
    assert_said(PUT_BACK, caplog.text)
    assert "pass.read" in await people.named()


async def test_a_request_is_valid_after_its_key_was_replaced(people: People) -> None:
    (old,), new = await people.party.keys.checkpoint_keys(), new_checkpoint_key()
    erasure = await people.request()
    both = with_checkpoint_keys(people.party, old, new)
    await seal(both)
    assert await carry_out(both) == 0
    last = with_checkpoint_keys(both, new)
    wait(last, DELAY)
    assert [each.id for each in await last.stores.erasures.all()] == [erasure.id]
    assert await carry_out(last) == 1
    assert await people.named() == []


async def test_failed_shipping_does_not_stop_an_erasure(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Inconsistent:
        async def ship(self, *, until: datetime) -> int:
            raise LogInconsistent(f"a cursor that somebody moved, until {until}")

    await people.confirm(await people.request())
    await seal(people.party)
    monkeypatch.setattr(wiring, "service", lambda: people.party.service)
    monkeypatch.setattr(wiring, "CLOCK", people.party.clock)
    monkeypatch.setattr(wiring, "outside", NoOutsideCheckpoint)
    monkeypatch.setattr(wiring, "shipping", Inconsistent)
    with pytest.raises(JobsFailed, match=r"^shipping: LogInconsistent$"):
        await maintain()
    assert await people.named() == []


async def _rows(tables: Tables) -> list[dict[str, Any]]:
    found = await tables.rows("AuditTree", partition="erasures")
    return [row for row in found if not row["RowKey"].startswith("~")]


async def test_an_erasure_does_not_depend_on_search_columns(people: People) -> None:
    tables = Tables(people.party.storage)
    for row in await tables.entries():
        await tables.put("AuditLog", row | {"Actor": "", "Target": "", "Kind": ""})
    for row in await tables.rows("AuditTree"):
        if row["PartitionKey"].startswith("people-"):
            await tables.delete("AuditTree", row)
    await people.confirm(await people.request())
    await seal(people.party)
    await people.carry_out()
    assert await people.named() == []


async def _lose_role(people: People) -> None:
    await give_roles(people.party, "chief", Role.AUDIT_READ)


async def _be_suspended(people: People) -> None:
    handle = await handle_of(people.party, "chief")
    await people.party.service.credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)


@pytest.mark.parametrize("fall", [_lose_role, _be_suspended], ids=["no-role", "suspended"])
@pytest.mark.parametrize("asked", [True, False], ids=["requester", "confirmer"])
async def test_a_request_is_refused_if_an_administrator_lost_the_role(
    people: People, fall: Callable[[People], Awaitable[None]], asked: bool
) -> None:
    by = (people.chief, SECOND) if asked else (SECOND, people.chief)
    await people.confirm(await people.request(by=by[0]), by=by[1])
    await fall(people)
    await seal(people.party)
    assert await people.carry_out() == 0
    (refused,) = of_kind(await record(people.party), Kind.PERSON_ERASED)
    assert (refused["outcome"], refused["reason"]) == ("failure", "requester_lost_role")
    assert len(await people.named()) == 1
    assert await people.party.service.erasure_requests.all(by=ADMINISTRATOR) == []


async def test_a_request_is_refused_if_the_requesters_linked_account_is_suspended(
    people: People,
) -> None:
    await people.link("chief")
    await people.confirm(await people.request(by=PERSON))
    await _be_suspended(people)
    await seal(people.party)
    assert await people.carry_out() == 0
    assert len(await people.named()) == 1


async def test_a_begun_erasure_cannot_be_stopped(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs in steps, and each step is stored."""
    monkeypatch.setattr("shared.audit_log.erasure.log_pass.AT_ONCE", 1)
    party = people.party
    target = user(await handle_of(party), name="alice")
    for _ in range(5):
        record_event = party.recorder.record
        await asyncio.gather(*(record_event(Kind.PASS_READ, target=target) for _ in range(52)))
    await seal(party)
    erasure = await people.confirm(await people.request())
    await seal(party)
    begun = await party.service.erasure_run.carry_out(until=party.clock.now)
    assert begun == 0
    for decide in (people.confirm(erasure, by=PERSON), people.withdraw(erasure)):
        with pytest.raises(ErasureUnderWay):
            await decide
    assert await carry_out(party.restarted()) == 1
    assert await people.named() == []
    (done,) = of_kind(await record(party), Kind.PERSON_ERASED)
    assert done["facts"]["entries"] == 1 + 260


async def test_a_concurrent_erasure_is_recorded_once(people: People) -> None:
    await people.confirm(await people.request())
    await seal(people.party)
    others = [people.party, *(people.party.restarted() for _ in range(2))]
    assert sum(await asyncio.gather(*map(carry_out, others))) == 1
    (done,) = of_kind(await record(people.party), Kind.PERSON_ERASED)
    assert done["outcome"] == "success"
    assert await people.named() == []


@pytest.mark.parametrize(
    "way", [ENDS["crash-after"], ENDS["outage-after"]], ids=["crash", "outage"]
)
async def test_an_erasure_is_completed_after_a_crash_at_any_write(
    people: People, transport: RecordingTransport, way: tuple[Way, Way]
) -> None:
    number, met, alice = 0, True, user(await handle_of(people.party), name="alice")
    while met:
        number += 1
        await people.party.recorder.record(Kind.PASS_READ, target=alice)
        await people.confirm(await people.request(by=PERSON))
        await seal(people.party)
        transport.forget()
        transport.fault = at(number, way[0], then=way[1], writes=True)
        with suppress(Crash, StorageUnavailable):
            await people.carry_out()
        met, transport.fault = len(transport.writes) >= number, None
        await carry_out(people.party.restarted())
        assert await people.named() == []
    done = [
        event["facts"]
        for event in of_kind(await record(people.party), Kind.PERSON_ERASED)
        if event["outcome"] == "success"
    ]
    assert number > 5
    assert len({facts["request"] for facts in done}) == len(done) == number
    assert [facts["entries"] for facts in done] == [1 + n for n in range(1, number + 1)]
