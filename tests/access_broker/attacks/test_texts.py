"""Texts of strangers are read by people, and by terminals."""

import pytest

from shared.access_broker.approvals.asking import LONGEST_REASON
from shared.errors import MalformedRequest
from tests.access_broker.approvals.desk import Desk, Someone, profile

UNREADABLE = ["\x1b[2J", "one\ntwo", "\x7f", "\u2028"]


@pytest.mark.parametrize("text", UNREADABLE, ids=ascii)
async def test_nobody_refuses_with_control_characters(
    desk: Desk, alice: Someone, bob: Someone, text: str
) -> None:
    asked = await desk.ask(alice)
    with pytest.raises(MalformedRequest, match="reason has a control character"):
        await desk.deciding.refuse(asked.id, reason=text, by=bob.holder)
    assert (await desk.now(asked)).refusal is None


async def test_nobody_asks_with_a_reason_that_nobody_reads(desk: Desk, alice: Someone) -> None:
    """The endpoint for tokens has no limit of its own."""
    desk.keep(profile(reason_required=True))
    for reason in (None, " ", "x" * (LONGEST_REASON + 1)):
        with pytest.raises(MalformedRequest, match="reason"):
            await desk.ask(alice, reason=reason)
    await desk.ask(alice, reason="x" * LONGEST_REASON)
