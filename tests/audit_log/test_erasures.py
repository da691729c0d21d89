"""Nobody erases a trace alone and at once; and what was decided reaches every entry, once."""

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
from shared.audit_log.erasure.known_names import name_of
from shared.blueprints.maintenance import ship_audit_log
from shared.errors import (
    ErasureUnderWay,
    LogInconsistent,
    NotFound,
    NotPermitted,
    StepUpRequired,
    StorageUnavailable,
)
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
"""Whom an identity provider vouches for, and who may be linked to an account here."""
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
        """By the owner, who needs no role for it."""
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
    """An administrator and Alice, who has the role as well; and somebody of a provider's."""
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
    """By the clock of storage, as an instance's own may be wrong."""
    party.storage.transport.ahead += span


def _personal(entry: LogEntry) -> bytes:
    personal = entry.statement.personal
    return personal.content if personal else b""


def told(events: list[Event], kind: Kind) -> list[Event]:
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
    (done,) = told(await record(party), Kind.PERSON_ERASED)
    assert done["facts"] == {"request": erasure.id, "entries": 1, "named": 0}
    assert done["actor"] == {"type": "service", "id": "touchstone"}
    found = await entries(party)
    proof = await party.service.proofs.inclusion(2, before.size)
    leaf = leaf_hash(found[2].statement.leaf)
    assert includes(leaf, index=2, size=before.size, proof=proof, root=before.root)
    assert b"chief" in _personal(found[0])


async def test_no_entry_is_deleted_as_the_role_of_the_service_refuses_it(people: People) -> None:
    """The templates give it a role that may delete in every table but this one."""
    await people.confirm(await people.request())
    await seal(people.party)
    assert await people.carry_out() == 1
    await seal(people.party)
    deleted_from = people.party.storage.transport.deleted_from
    assert {"Challenges", "AuditOutbox", "AuditTree"} <= deleted_from
    assert "AuditLog" not in deleted_from


async def test_each_act_is_one_event_and_none_holds_the_name(people: People) -> None:
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
    """Of an administrator for whom the requester may just have issued an access pass."""
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
    "a-new-key-of-somebody-else": (None, _by_a_new_key),
    "an-application": (None, _by_an_application),
}


@pytest.mark.parametrize(("linked", "attack"), ATTACKS.values(), ids=ATTACKS.keys())
async def test_nobody_is_the_second_one_besides_themselves(
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


async def test_what_a_new_key_asks_for_nobody_confirms(people: People) -> None:
    """The confirmer may just have issued an access pass for the one who asks."""
    newcomer = await account_administrator(people.party, username="newcomer")
    erasure = await people.request(by=newcomer)
    for by in (people.chief, people.second):
        with pytest.raises(NotPermitted):
            await people.confirm(erasure, by=by)
    await people.withdraw(erasure)
    await people.confirm(await people.request(by=people.chief))


async def test_a_providers_administrator_who_is_nobody_else_confirms(people: People) -> None:
    await people.link("chief", subject="another")
    await people.confirm(await people.request(), by=PERSON)


@pytest.mark.parametrize("by_link", [False, True])
async def test_nobody_asks_for_the_erasure_of_their_own_traces(
    people: People, by_link: bool
) -> None:
    if by_link:
        await people.link("alice")
    with pytest.raises(NotPermitted):
        await people.request(by=PERSON if by_link else await sign_in(people.party, "alice"))
    assert await people.party.service.erasure_requests.all(by=people.chief) == []


async def test_only_a_fresh_administrator_decides(people: People, clock: Clock) -> None:
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


async def test_what_is_withdrawn_is_not_carried_out_and_may_be_asked_for_again(
    people: People,
) -> None:
    erasure = await people.request()
    with pytest.raises(ErasureUnderWay):
        await people.request(by=people.second)
    await people.withdraw(erasure)
    wait(people.party, DELAY)
    await seal(people.party)
    assert await people.carry_out() == 0
    (withdrawn,) = told(await record(people.party), Kind.ERASURE_WITHDRAWN)
    assert withdrawn["facts"] == {"request": erasure.id}
    assert withdrawn["actor"] == bearer(people.second).describe()
    assert len(await people.named()) == 1
    assert (await people.request()).id != erasure.id


async def test_the_person_may_withdraw_it(people: People) -> None:
    erasure = await people.request()
    alice = await sign_in(people.party, "alice")
    await people.party.service.erasure_requests.withdraw(erasure.id, by=alice)


async def test_what_the_two_did_to_the_person_stays_named(people: People) -> None:
    party, alice = people.party, await handle_of(people.party)
    await people.link("chief")
    for by in (people.chief, PERSON, people.second):
        await party.service.credentials.suspend_account(alice, suspended=True, by=by)
    await seal(party)
    await people.confirm(await people.request())
    await seal(party)
    await people.carry_out()
    assert await people.named() == ["account.suspended"] * 3
    (done,) = told(await record(party), Kind.PERSON_ERASED)
    assert done["facts"]["named"] == 3


async def test_what_the_person_did_by_a_linked_user_is_reached(people: People) -> None:
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


async def test_what_waits_to_be_sealed_does_not_escape(people: People) -> None:
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


async def test_what_somebody_else_put_into_the_outbox_holds_nothing_up(people: People) -> None:
    tables = Tables(people.party.storage)
    await people.confirm(await people.request())
    (row, *_) = await tables.rows("AuditOutbox")
    await seal(people.party)
    elsewhere = "0" if row["PartitionKey"] != "0" else "1"
    await tables.put("AuditOutbox", row | {"PartitionKey": elsewhere})
    wait(people.party, timedelta(minutes=10))
    assert await people.carry_out() == 1


@tampering("A request for an erasure is deleted")
async def test_a_request_that_somebody_deleted_is_not_carried_out(people: People) -> None:
    await people.confirm(await people.request())
    await seal(people.party)
    tables = Tables(people.party.storage)
    for row in await tables.rows("AuditTree", partition="erasures"):
        await tables.delete("AuditTree", row)
    assert await people.carry_out() == 0
    assert len(told(await record(people.party), Kind.ERASURE_REQUESTED)) == 1
    assert len(await people.named()) == 1
    assert_said("A request for an erasure is deleted")


async def test_an_entry_that_cannot_be_read_holds_up_one_erasure_alone(
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


async def test_what_the_log_does_not_tell_erases_nobody(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    await people.request()
    await seal(people.party)
    erasures = people.party.stores.erasures
    (stored,) = await erasures.all()
    sooner = replace(stored, due_at=stored.requested_at)
    by = stored.requested_by
    for changed, said in (
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
        assert (said or "") in caplog.text
        assert (said is None) == ("contradicts itself" not in caplog.text)
        stored = noted
    assert len(await people.named()) == 1


CHANGED = "A request for an erasure is forged or changed"
PUT_BACK = "A completed request for an erasure is put back"


@tampering(CHANGED)
async def test_a_row_that_somebody_else_wrote_or_changed_erases_nobody(
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


async def test_a_row_that_somebody_else_wrote_keeps_nobody_from_asking(people: People) -> None:
    tables = Tables(people.party.storage)
    await people.request()
    (row,) = await _rows(tables)
    await tables.put("AuditTree", row | {"Username": "bob", "Size": "9"})
    erasure = await people.request()
    (found,) = await people.party.service.erasure_requests.all(by=people.chief)
    assert found.id == erasure.id


@tampering(PUT_BACK)
@pytest.mark.parametrize("carried_out", [False, True], ids=["withdrawn", "carried-out"])
async def test_a_request_that_is_over_erases_nobody_when_its_row_is_put_back(
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


async def test_a_request_outlasts_the_key_that_was_current_when_it_was_made(people: People) -> None:
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


async def test_what_cannot_be_shipped_holds_up_no_erasure(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Inconsistent:
        async def ship(self, *, until: datetime) -> int:
            raise LogInconsistent(f"a cursor that somebody moved, until {until}")

    await people.confirm(await people.request())
    await seal(people.party)
    monkeypatch.setattr(wiring, "service", lambda: people.party.service)
    monkeypatch.setattr(wiring, "CLOCK", people.party.clock)
    monkeypatch.setattr(wiring, "shipping", Inconsistent)
    timer = ship_audit_log._function.get_user_function()
    with pytest.raises(LogInconsistent):
        await timer(None)
    assert await people.named() == []


async def _rows(tables: Tables) -> list[dict[str, Any]]:
    found = await tables.rows("AuditTree", partition="erasures")
    return [row for row in found if not row["RowKey"].startswith("~")]


async def test_columns_for_searching_hide_nothing_from_an_erasure(people: People) -> None:
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
async def test_who_stands_no_more_erases_nobody(
    people: People, fall: Callable[[People], Awaitable[None]], asked: bool
) -> None:
    by = (people.chief, SECOND) if asked else (SECOND, people.chief)
    await people.confirm(await people.request(by=by[0]), by=by[1])
    await fall(people)
    await seal(people.party)
    assert await people.carry_out() == 0
    (refused,) = told(await record(people.party), Kind.PERSON_ERASED)
    assert (refused["outcome"], refused["reason"]) == ("failure", "requester_lost_role")
    assert len(await people.named()) == 1
    assert await people.party.service.erasure_requests.all(by=ADMINISTRATOR) == []


async def test_a_providers_requester_whose_account_is_suspended_erases_nobody(
    people: People,
) -> None:
    await people.link("chief")
    await people.confirm(await people.request(by=PERSON))
    await _be_suspended(people)
    await seal(people.party)
    assert await people.carry_out() == 0
    assert len(await people.named()) == 1


async def test_what_is_begun_goes_on_to_its_end(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In steps, of which each is noted."""
    monkeypatch.setattr("shared.audit_log.erasure.log_pass.AT_ONCE", 1)
    party = people.party
    target = user(await handle_of(party), name="alice")
    for _ in range(5):
        tell = party.recorder.record
        await asyncio.gather(*(tell(Kind.PASS_READ, target=target) for _ in range(52)))
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
    (done,) = told(await record(party), Kind.PERSON_ERASED)
    assert done["facts"]["entries"] == 1 + 260


async def test_two_that_carry_it_out_at_once_tell_of_it_once(people: People) -> None:
    await people.confirm(await people.request())
    await seal(people.party)
    others = [people.party, *(people.party.restarted() for _ in range(2))]
    assert sum(await asyncio.gather(*map(carry_out, others))) == 1
    (done,) = told(await record(people.party), Kind.PERSON_ERASED)
    assert done["outcome"] == "success"
    assert await people.named() == []


@pytest.mark.parametrize(
    "way", [ENDS["crash-after"], ENDS["outage-after"]], ids=["crash", "outage"]
)
async def test_an_end_at_any_write_of_an_erasure_is_made_up_for(
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
        for event in told(await record(people.party), Kind.PERSON_ERASED)
        if event["outcome"] == "success"
    ]
    assert number > 5
    assert len({facts["request"] for facts in done}) == len(done) == number
    assert [facts["entries"] for facts in done] == [1 + n for n in range(1, number + 1)]
