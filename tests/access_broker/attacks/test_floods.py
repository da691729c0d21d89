"""What fills the log stays within limits."""

import pytest

from shared.errors import TokenInvalid
from shared.recording.actors import SERVICE
from tests.access_broker.approvals.desk import Desk, Someone
from tests.harness.record import record


async def test_a_token_of_an_ended_session_fills_no_log(desk: Desk, alice: Someone) -> None:
    """Its signature is good for minutes more."""
    await desk.party.service.sessions.end(
        alice.holder.handle, by=SERVICE, session_id=alice.holder.token.session_id
    )
    before = await record(desk.party)
    for _ in range(3):
        with pytest.raises(TokenInvalid):
            await desk.ask(alice)
    assert await record(desk.party) == before
