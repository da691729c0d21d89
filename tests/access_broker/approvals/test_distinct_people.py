"""Nobody counts twice: not by a second key, and not by a second account with the same key."""

from dataclasses import replace

import pytest
from fido2 import cbor

from shared.access.approvals.approval import Status
from shared.errors import AccessObstructed, AuthenticationRejected
from shared.webauthn.public_keys.identity import identify_key
from tests.access_broker.approvals.desk import DEMANDS, Desk, Someone, profile
from tests.harness.record import record
from tests.harness.service_harness import new_authenticator


async def test_one_person_with_two_keys_is_one_person(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    desk.keep(profile(2))
    asked = await desk.ask(alice)
    token, second = (
        (await desk.party.sign_in(bob.key, "bob")).tokens.access_token,
        new_authenticator(),
    )
    options = await desk.party.begin_registration(None, token=token)
    await desk.party.finish_registration(second.create(options), token=token)
    one = bob.key.get(await desk.begin(asked, bob))
    other = second.get(await desk.begin(asked, bob))

    await desk.finish(asked, bob, one)

    with pytest.raises(AccessObstructed, match="decided"):
        await desk.finish(asked, bob, other)
    assert (await desk.now(asked)).missing == 1


async def test_two_people_with_one_key_are_one(desk: Desk, alice: Someone, bob: Someone) -> None:
    """Their credentials have different IDs."""
    desk.keep(profile(2))
    asked = await desk.ask(alice)
    carol = await desk.person("carol", with_key_of=bob)
    await desk.approve(asked, bob)
    credential = carol.key.get(await desk.begin(asked, carol))

    with pytest.raises(AccessObstructed, match="credential-used"):
        await desk.finish(asked, carol, credential)

    assert (await desk.now(asked)).status is Status.PENDING
    events = [each for each in await record(desk.party) if each["kind"] == "approval.given"]
    assert [each.get("reason") for each in events] == [None, "access_obstructed"]


@pytest.mark.parametrize("is_bound", [True, False], ids=["bound gesture", "no gesture"])
async def test_who_asks_does_not_approve_with_another_account_and_the_same_key(
    desk: Desk, alice: Someone, is_bound: bool
) -> None:
    desk.keep(profile(demands=replace(DEMANDS, bound_gesture=is_bound)))
    bob = await desk.person("bob", with_key_of=alice)
    asked = await desk.ask(alice)
    if is_bound:
        await desk.approve(asked, alice)
    with pytest.raises(AccessObstructed, match="credential-used"):
        await desk.approve(asked, bob)
    assert (await desk.now(asked)).status is Status.PENDING


async def test_the_credential_of_somebody_else_does_not_approve(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    asked = await desk.ask(alice)
    options = await desk.begin(asked, bob)
    with pytest.raises(AuthenticationRejected):
        await desk.finish(asked, bob, carol.key.get(options, credential=carol.record.id))
    assert (await desk.now(asked)).gestures == ()


def test_a_key_has_one_name_however_it_is_written() -> None:
    x, y = b"\1" * 32, b"\0" + b"\2" * 31
    plain = cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})
    same = [
        cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y, 99: b"more"}),
        cbor.encode({1: 2, 3: -8, -1: 1, -2: b"\0" + x, -3: y.lstrip(b"\0")}),
    ]
    assert {identify_key(each) for each in [plain, *same]} == {identify_key(plain)}
    others = [{1: 3, -1: x, -2: y}, {1: 2, -1: 1, -2: y, -3: x}, {1: 2, -1: 2, -2: x, -3: y}]
    assert len({identify_key(cbor.encode(each)) for each in others} | {identify_key(plain)}) == 4
