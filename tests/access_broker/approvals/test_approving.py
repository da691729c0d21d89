"""One person asks, others approve by gestures that commit to what is asked for, and it is used."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from shared import base64url
from shared.access.approvals.approval import Part, Status
from shared.access.profiles.profile import Approvers
from shared.errors import (
    AccessObstructed,
    ApprovalOver,
    CeremonyNotFound,
    NotFound,
    TouchstoneError,
)
from shared.webauthn.state import make_purpose
from tests.access_broker.approvals.desk import (
    DEMANDS,
    Desk,
    Someone,
    database,
    profile,
    users,
)
from tests.harness.record import brief, record


async def test_one_asks_another_approves_and_it_is_used_once(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    assert (await desk.look(asked, alice)).look.status is Status.PENDING
    await desk.approve(asked, bob)
    assert (await desk.look(asked, alice)).look.status is Status.APPROVED

    usable = await desk.using.of_asker(asked.id, alice.holder.handle)
    used = await desk.using.use(usable)

    assert (await desk.now(asked)) == used
    with pytest.raises(ApprovalOver, match="used"):
        await desk.using.use(usable)
    with pytest.raises(ApprovalOver, match="used"):
        await desk.using.of_asker(asked.id, alice.holder.handle)
    events = [each for each in await record(desk.party) if each["kind"].startswith("approval.")]
    assert brief(events) == [
        ("approval.requested", "success"),
        ("approval.given", "success"),
        ("approval.used", "success"),
        ("approval.used", "failure"),
    ]
    assert {each["facts"]["approval"] for each in events} == {asked.id}


async def test_what_is_signed_commits_to_the_bytes_that_are_kept(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)

    (kept,) = await desk.store.proofs(asked.id)
    proof = json.loads(kept)
    signed = json.loads(base64url.decode(proof["clientDataJSON"]))
    handle = base64url.encode(bob.record.user_handle)
    statement = base64url.encode(sha256(asked.statement.encode()).digest())
    purpose = make_purpose("approval", asked.id, "approve", handle, statement)
    commitment = sha256(
        b"touchstone gesture\0" + base64url.decode(proof["nonce"]) + purpose
    ).digest()
    assert base64url.decode(signed["challenge"])[:32] == commitment


async def test_it_needs_as_many_people_as_the_profile_says(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    desk.keep(profile(2))
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    assert (await desk.now(asked)).status is Status.PENDING
    with pytest.raises(AccessObstructed, match="decided"):
        await desk.begin(asked, bob)
    await desk.approve(asked, carol)
    assert (await desk.now(asked)).status is Status.APPROVED


async def test_who_asks_never_approves(desk: Desk, alice: Someone) -> None:
    desk.keep(profile(approvers=Approvers(number=1, who=users("alice", "bob"))))
    asked = await desk.ask(alice)
    with pytest.raises(AccessObstructed, match="asker"):
        await desk.begin(asked, alice)


async def test_without_approvers_the_askers_own_gesture_approves(
    desk: Desk, alice: Someone
) -> None:
    desk.keep(profile(0))
    asked = await desk.ask(alice)
    with pytest.raises(ApprovalOver, match="pending"):
        await desk.using.of_asker(asked.id, alice.holder.handle)
    await desk.approve(asked, alice)
    approved = await desk.now(asked)
    assert approved.status is Status.APPROVED
    assert [each.part for each in approved.gestures] == [Part.ASK]


async def test_a_bound_gesture_of_who_asks_comes_beside_the_approvals(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    desk.keep(profile(demands=replace(DEMANDS, bound_gesture=True)))
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    assert (await desk.now(asked)).status is Status.PENDING
    await desk.approve(asked, alice)
    assert (await desk.now(asked)).status is Status.APPROVED


async def test_a_gesture_counts_for_one_approval_part_and_person(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    desk.keep(profile(2))
    one, other = await desk.ask(alice), await desk.ask(alice)
    credential = bob.key.get(await desk.begin(one, bob))

    for approval, someone in ((other, bob), (one, carol)):
        with pytest.raises(CeremonyNotFound):
            await desk.finish(approval, someone, credential)

    await desk.finish(one, bob, credential)
    with pytest.raises(TouchstoneError):
        await desk.finish(one, bob, credential)
    assert len((await desk.now(one)).gestures) == 1


async def test_an_approval_is_not_there_for_strangers(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    mallory = await desk.person("mallory")
    with pytest.raises(NotFound):
        await desk.look(asked, mallory)
    with pytest.raises(NotFound):
        await desk.begin(asked, mallory)
    with pytest.raises(NotFound):
        await desk.deciding.refuse(asked.id, reason=None, by=mallory.holder)
    with pytest.raises(NotFound):
        await desk.deciding.withdraw(asked.id, by=bob.holder)
    with pytest.raises(NotFound):
        await desk.ask(mallory)
    assert (await desk.look(asked, bob)).look.part is Part.APPROVE
    assert [each.id for each in (await desk.following.all(by=bob.holder)).waiting] == [asked.id]
    assert [each.id for each in (await desk.following.all(by=alice.holder)).asked] == [asked.id]
    nothing = await desk.following.all(by=mallory.holder)
    assert (nothing.asked, nothing.waiting) == ([], [])


async def test_it_expires(desk: Desk, alice: Someone, bob: Someone) -> None:
    asked = await desk.ask(alice)
    credential = bob.key.get(await desk.begin(asked, bob))
    desk.party.clock.now = asked.expires_at - timedelta(seconds=1)
    fresh = await desk.signed_in(bob.key, "bob", bob.record)
    credential = bob.key.get(await desk.begin(asked, fresh))
    desk.party.clock.now = asked.expires_at
    with pytest.raises(ApprovalOver, match="expired"):
        await desk.finish(asked, fresh, credential)


async def test_the_code_is_for_the_session_that_asked(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    desk.keep(database())
    asked = await desk.ask(alice, profile="orders", details=None)
    assert (await desk.look(asked, alice)).code is None
    await desk.approve(asked, bob)
    code = (await desk.look(asked, alice)).code
    assert code is not None
    elsewhere = await desk.signed_in(alice.key, "alice", alice.record)
    assert (await desk.look(asked, elsewhere)).code is None
    assert (await desk.look(asked, bob)).code is None

    usable = await desk.restarted().using.by_code(code, thumbprint=None)
    await desk.using.use(usable)

    with pytest.raises(ApprovalOver):
        await desk.using.by_code(code, thumbprint=None)
    assert (await desk.look(asked, alice)).code is None


async def test_a_code_ends_after_five_minutes(desk: Desk, alice: Someone, bob: Someone) -> None:
    desk.keep(database(lifetime=timedelta(minutes=15)))
    asked = await desk.ask(alice, profile="orders", details=None)
    await desk.approve(asked, bob)
    code = (await desk.look(asked, alice)).code or ""
    with pytest.raises(NotFound):
        await desk.using.by_code("x" + code[1:], thumbprint=None)
    desk.party.clock.advance(minutes=5)
    with pytest.raises(NotFound):
        await desk.using.by_code(code, thumbprint=None)
