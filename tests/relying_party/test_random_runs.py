"""At random and for long, with storage that fails often, clocks that are wrong, and sealing all the
while: no credential is lost, no challenge is won twice, and tables and log agree.

`--random-acts` says how many acts there are in each run.
"""

import random
from datetime import timedelta

import pytest

from tests.harness.visitors import AT_ONCE, Crowd, failing
from tests.harness.worlds import SETTLED, World

SKEWS = (timedelta(seconds=90), timedelta(seconds=-90))


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time goes by with the calls here, however busy the machine is."""
    monkeypatch.setattr("shared.storage.tables.unavailable.TIME_LIMIT_SECONDS", 3600)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("share", [0.2, 0.5])
async def test_tables_and_log_agree_after_random_acts_and_faults(
    world: World, request: pytest.FixtureRequest, share: float
) -> None:
    chance = random.Random(share)  # noqa: S311  # no secret
    parties = [world.instance(off) for off in SKEWS]
    for party in parties:
        await party.stores.service_key.get()
    acts = request.config.getoption("--random-acts")
    crowd = Crowd(world, parties, chance, acts)
    world.storage.transport.fault = failing(world, chance, share)
    visitors = await crowd.run()
    world.storage.transport.fault = None
    print(f"{acts} acts: {dict(crowd.done)}; refused: {dict(crowd.refusals)}")
    assert crowd.done["sign_in"] > acts // AT_ONCE // 10
    await world.deliver()
    await world.seal(SETTLED)  # each run continues with the tables of the run before
    assert await world.contradictions() == []
    assert [text for visitor in visitors for text in await visitor.lost(world.acts)] == []
    assert await world.contradictions() == []
