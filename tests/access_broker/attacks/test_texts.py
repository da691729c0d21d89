"""Texts of strangers are read by people, and by terminals."""

import pytest

from shared.errors import MalformedRequest
from tests.access_broker.approvals.desk import Desk, Someone

UNREADABLE = ["\x1b[2J", "one\ntwo", "\x7f", "\u2028"]


@pytest.mark.parametrize("text", UNREADABLE, ids=ascii)
async def test_nobody_refuses_with_control_characters(
    desk: Desk, alice: Someone, bob: Someone, text: str
) -> None:
    asked = await desk.ask(alice)
    with pytest.raises(MalformedRequest, match="reason has a control character"):
        await desk.deciding.refuse(asked.id, reason=text, by=bob.holder)
    assert (await desk.now(asked)).refusal is None
