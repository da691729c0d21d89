"""A sweep takes all that is over, in batches, and stops when its time is."""

from datetime import timedelta

import pytest

from shared.relying_party.sweeping import sweep
from shared.storage.challenges import ChallengeStore
from tests.relying_party.party import Party
from tests.storage_transport import Call, Send, Storage


@pytest.fixture
async def challenges(party: Party) -> ChallengeStore:
    """Five are over; one waits for its answer."""
    for _ in range(5):
        await party.begin_authentication()
    party.clock.advance(hours=1)
    await party.begin_authentication()
    return party.resources.challenges


@pytest.mark.parametrize("batch", [1, 2, 5, 100])
async def test_all_that_is_over_goes_and_nothing_else(
    party: Party, storage: Storage, challenges: ChallengeStore, batch: int
) -> None:
    until = party.clock() + timedelta(seconds=30)
    assert await sweep(challenges, clock=party.clock, until=until, batch=batch) == 5
    assert len(await storage.rows("Challenges")) == 1


async def test_no_batch_is_begun_when_its_time_is_over(
    party: Party, storage: Storage, challenges: ChallengeStore
) -> None:
    async def slow(call: Call, send: Send) -> object:
        if call.name == "query Challenges":
            party.clock.advance(seconds=15)
        return await send()

    storage.transport.fault = slow
    until = party.clock() + timedelta(seconds=30)
    assert await sweep(challenges, clock=party.clock, until=until, batch=2) == 4
