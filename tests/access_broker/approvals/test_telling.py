"""Webhooks of a profile are told of each change of an approval."""

from typing import Any

import pytest

from shared.access.approvals.approval import Approval
from shared.errors import StorageUnavailable
from tests.access_broker.approvals.desk import Desk, Someone, profile
from tests.access_broker.approvals.webhooks import deliver, noted
from tests.fakes.webhook_receiver import HOST, WebhookReceiver
from tests.harness.record import record
from tests.storage_faults import after, answer_lost, at, once, unreachable

CHANGE = "transact Approvals"


async def test_each_change_is_told_once(
    desk: Desk, webhook: WebhookReceiver, alice: Someone, bob: Someone, carol: Someone
) -> None:
    address = webhook.address()
    desk.keep(profile(2, webhooks=(address,)), profile(name="other", webhooks=(address,)))
    used, refused, withdrawn = [await desk.ask(alice, profile=each) for each in ("pay", *OTHER)]
    for each in (bob, carol):
        await desk.approve(used, each)
    await desk.using.use_custom(used.id, by=alice.holder)
    await desk.deciding.refuse(refused.id, reason="a secret reason", by=bob.holder)
    await desk.deciding.withdraw(withdrawn.id, by=alice.holder)

    assert await deliver(desk, webhook.tls) == 8
    assert await deliver(desk, webhook.tls) == 0

    assert await noted(desk) == []
    told = {each.id: steps_of(webhook, each) for each in (used, refused, withdrawn)}
    assert told == {
        used.id: ["requested", "given", "approved", "used"],
        refused.id: ["requested", "refused"],
        withdrawn.id: ["requested", "withdrawn"],
    }


OTHER = ("other", "other")


def steps_of(webhook: WebhookReceiver, approval: Approval) -> list[str]:
    told = zip(webhook.told, webhook.steps, strict=True)
    found = sorted((claims["jti"], step) for claims, step in told if claims["txn"] == approval.id)
    return [step for _, step in found]


async def test_a_profile_without_webhooks_costs_nothing(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    assert await noted(desk) == []


async def test_a_notice_exists_if_and_only_if_its_change_does(
    desk: Desk, webhook: WebhookReceiver, alice: Someone, bob: Someone
) -> None:
    transport = desk.party.storage.transport
    transport.fault = once(answer_lost, CHANGE)
    asked = await desk.ask(alice)
    credential = bob.key.get(await desk.begin(asked, bob))

    async def fault(call: Any, send: Any) -> object:  # noqa: ANN401
        return await (unreachable(send) if call.name == CHANGE else send())

    transport.fault = fault
    with pytest.raises(StorageUnavailable):
        await desk.finish(asked, bob, credential)
    transport.fault = None

    assert [each.change for each in await noted(desk)] == [0]
    await desk.approve(asked, bob)
    assert [each.change for each in await noted(desk)] == [0, 1]


async def test_whoever_is_overtaken_notes_what_then_happens(
    desk: Desk, webhook: WebhookReceiver, alice: Someone, bob: Someone, carol: Someone
) -> None:
    desk.keep(profile(2, webhooks=(webhook.address(),)))
    asked, other = await desk.ask(alice), desk.restarted()
    desk.party.storage.transport.fault = once(after(lambda: other.approve(asked, carol)), CHANGE)
    await desk.approve(asked, bob)
    await deliver(desk, webhook.tls)
    assert steps_of(webhook, asked) == ["requested", "given", "approved"]


async def test_the_addresses_are_those_that_the_profile_has_now(
    desk: Desk, webhook: WebhookReceiver, alice: Someone
) -> None:
    first, second = webhook.address("/first"), webhook.address("/second")
    desk.keep(profile(webhooks=(first, second)))
    await desk.ask(alice)
    desk.keep(profile(webhooks=(webhook.address("/moved"),)))
    assert await deliver(desk, webhook.tls) == 1
    assert webhook.paths == ["/moved"]
    assert webhook.told[0]["aud"] == webhook.address("/moved")
    assert await noted(desk) == []


async def test_nobody_is_told_if_the_profile_is_gone(
    desk: Desk, webhook: WebhookReceiver, alice: Someone
) -> None:
    await desk.ask(alice)
    desk.keep()
    assert await deliver(desk, webhook.tls) == 0
    assert (await noted(desk), webhook.told) == ([], [])


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_these_answers_are_success(
    desk: Desk, webhook: WebhookReceiver, alice: Someone, status: int
) -> None:
    webhook.statuses = [status]
    await desk.ask(alice)
    assert await deliver(desk, webhook.tls) == 1
    assert await noted(desk) == []


SECRET = "/a-secret-path"
ERRORS = {
    "of the RFC": (400, b'{"err":"invalid_key","description":"a text"}', "status 400, invalid_key"),
    "of its own": (400, b'{"err":"a text"}', "status 400"),
    "no text": (400, b'{"err":["a text"]}', "status 400"),
    "no JSON": (500, b"a text", "status 500"),
    "redirect": (302, b"", "status 302"),
}


@pytest.mark.parametrize(("status", "body", "said"), ERRORS.values(), ids=ERRORS)
async def test_what_is_not_accepted_is_sent_again_and_logged_without_texts_of_others(
    desk: Desk,
    webhook: WebhookReceiver,
    alice: Someone,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: bytes,
    said: str,
) -> None:
    desk.keep(profile(webhooks=(webhook.address(SECRET),)))
    webhook.statuses, webhook.body = [status], body
    webhook.headers = {"Location": webhook.address("/elsewhere")}
    await desk.ask(alice)
    with caplog.at_level("INFO", "touchstone.delivery"):
        assert await deliver(desk, webhook.tls) == 0
    logged = [each.getMessage() for each in caplog.records if each.name == "touchstone.delivery"]
    assert logged == [f"webhook 0 of profile pay was not told: {said}"]
    assert await deliver(desk, webhook.tls) == 0
    desk.party.clock.advance(minutes=1)
    assert await deliver(desk, webhook.tls) == 1
    assert webhook.paths == [SECRET]


async def test_it_has_the_same_id_each_time(
    desk: Desk, webhook: WebhookReceiver, alice: Someone
) -> None:
    """The process stopped after it had told it. The receiver knows that this is nothing new."""
    asked = await desk.ask(alice)
    transport = desk.party.storage.transport
    transport.fault = at(2, unreachable, then=unreachable, writes=True)
    with pytest.raises(StorageUnavailable):
        await deliver(desk, webhook.tls)
    transport.fault = None
    desk.party.clock.advance(minutes=1)
    assert await deliver(desk, webhook.tls) == 1
    first, second = webhook.told
    assert first["jti"] == second["jti"]
    assert first["jti"].startswith(f"{asked.id}.0.")
    assert second["iat"] == first["iat"] + 60


async def test_a_silent_webhook_does_not_hold_up_others_and_is_given_up_after_a_day(
    desk: Desk, webhook: WebhookReceiver, alice: Someone
) -> None:
    silent = f"https://{HOST}:1/approvals"
    desk.keep(profile(webhooks=(silent, webhook.address())))
    asked = await desk.ask(alice)
    assert await deliver(desk, webhook.tls) == 1
    assert len(webhook.told) == 1
    tries = 1
    for _ in range(24):
        desk.party.clock.advance(hours=1)
        tries += [each.attempts for each in await noted(desk)] == [tries]
        await deliver(desk, webhook.tls)
    assert await noted(desk) == []
    (given_up,) = (
        event
        for event in await record(desk.party)
        if event["kind"] == "approval-webhook.undelivered"
    )
    assert (given_up["outcome"], given_up["reason"]) == ("failure", "not_accepted")
    assert given_up["facts"] == {
        "approval": asked.id,
        "profile": "pay",
        "webhook": 0,
        "attempts": 24,
    }
