"""Every change is recorded, and every recorded success was done.

Each story is taken once for every storage call that it makes: with an end at that call, and with a
call that is late while another instance seals, and clocks that are wrong. Then what is stored is
compared with what the audit log says: both, or neither and at most an attempt.

Not all pairs of a call and a delay are taken at each run: all are with `--crash-points=all`.
"""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby, product

import pytest

from shared.errors import StorageUnavailable, TouchstoneError
from tests.authenticator import base64url
from tests.harness.delays import DELAYS
from tests.harness.record import Event
from tests.harness.service_harness import ServiceHarness
from tests.harness.stories import STORIES, Story
from tests.harness.worlds import SETTLED, Prepared, World, rest
from tests.storage_faults import ENDS, Crash, Way, at, unreachable
from tests.storage_transport import Call, Fault, Send

SKEWS = [timedelta(seconds=seconds) for seconds in (0, 90, -90, 600, -600)]


async def _begin(world: World, prepared: Prepared, story: Story, off: timedelta) -> ServiceHarness:
    """A process that has read only the service key."""
    world.set_back(prepared, off)
    world.clock.now += story.after
    for act in story.before:
        await act(world.acts, prepared)
    await world.seal(timedelta(minutes=3))
    world.clock.now -= timedelta(minutes=3)
    process = world.acts.restarted()
    await process.stores.service_key.get()
    world.storage.transport.forget()
    return process


async def _calls(world: World, prepared: Prepared, story: Story) -> Sequence[Call]:
    """All that the story makes when nothing fails."""
    process = await _begin(world, prepared, story, timedelta())
    before = await story.seen(world.storage)
    world.storage.transport.forget()
    await story.act(process, prepared)
    calls = [*world.storage.transport.calls]
    assert await story.seen(world.storage) - before == 1
    assert await world.contradictions() == []
    assert await _done(world, prepared, story) == 1
    return calls


async def _events(world: World, prepared: Prepared) -> list[Event]:
    log, found = world.seals.stores.log, list[Event]()
    while entries := await log.entries(prepared.size + len(found), limit=100):
        found += [entry.statement.read() for entry in entries]
    return found


async def _done(world: World, prepared: Prepared, story: Story) -> int:
    recorded = [each for each in await _events(world, prepared) if each["kind"] == story.kind]
    return len([event for event in recorded if event["outcome"] == "success"])


async def _wrong(
    world: World,
    prepared: Prepared,
    story: Story,
    fault: Fault,
    *,
    off: timedelta = timedelta(),
    settles_first: bool = True,
) -> list[str]:
    """Contradictions and the answer, after the fault in the story."""
    process = await _begin(world, prepared, story, off)
    before = await story.seen(world.storage)
    world.storage.transport.fault = fault
    answered = False
    with suppress(Crash, TouchstoneError):
        await story.act(process, prepared)
        answered = True
    await rest()
    world.storage.transport.fault = None
    if settles_first and world.held:
        await world.seal(SETTLED)
    await world.deliver()
    wrong = await world.contradictions()
    changes, recorded = (
        await story.seen(world.storage) - before,
        await _done(world, prepared, story),
    )
    if changes != recorded:
        wrong.append(f"{changes} changes and {recorded} events")
    if answered and changes != 1:
        wrong.append(f"answered, and {changes} changes were made")
    return wrong


@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_a_crash_at_any_call_leaves_the_audit_log_true(
    world: World, prepared: Prepared, story: Story, way: tuple[Way, Way]
) -> None:
    first, then = way
    wrong: dict[str, object] = {}
    for number, call in enumerate(await _calls(world, prepared, story), 1):
        if call.is_write or first is then:  # before a read and behind it is the same
            found = await _wrong(world, prepared, story, at(number, first, then=then))
            outcomes = {event["outcome"] for event in await _events(world, prepared)}
            if found or not outcomes <= {"success", "attempted"}:
                wrong[f"{number} {call.name}"] = found or outcomes
    assert wrong == {}


@dataclass(frozen=True, kw_only=True)
class Point:
    number: int
    call: str
    delay: str
    off: timedelta = timedelta()


@pytest.mark.parametrize("name", STORIES)
async def test_a_late_call_leaves_the_audit_log_true(
    world: World, prepared: Prepared, name: str, request: pytest.FixtureRequest
) -> None:
    story = STORIES[name]
    calls = [*enumerate(await _calls(world, prepared, story), 1)]
    points = [
        Point(number=number, call=call.name, delay=each)
        for (number, call), each in product(calls, DELAYS)
        if call.is_write or DELAYS[each].of_reads
    ]
    wrong: dict[str, object] = {}
    for point in _chosen(points, name, request):
        delay = DELAYS[point.delay]
        fault = at(point.number, delay.at(world), then=delay.then or _sent)
        found = await _wrong(
            world, prepared, story, fault, off=point.off, settles_first=delay.settles_first
        )
        if found:
            wrong[str(point)] = found
    assert wrong == {}


def _chosen(points: Sequence[Point], story: str, request: pytest.FixtureRequest) -> list[Point]:
    """One delay and one clock for each call, others for each story; or all."""
    if request.config.getoption("--crash-points") == "all":
        return [replace(point, off=off) for point, off in product(points, SKEWS)]
    chance = random.Random(story)  # noqa: S311  # the same at each run
    by_call = groupby(points, key=lambda point: point.number)
    chosen = [chance.choice([*of_call]) for _, of_call in by_call]
    return [replace(point, off=chance.choice(SKEWS)) for point in chosen]


async def _sent(send: Send) -> object:
    return await send()


async def test_a_change_without_its_notice_is_refused(world: World, prepared: Prepared) -> None:
    """The outbox alone is out of reach: the request fails, and its challenge is spent."""

    async def fault(call: Call, send: Send) -> object:
        return await (unreachable(send) if "AuditOutbox" in call.name else send())

    before = await world.storage.rows("Accounts")
    options = await world.acts.begin_authentication("alice")
    world.storage.transport.fault = fault
    with pytest.raises(StorageUnavailable):
        await world.acts.finish_authentication(prepared.key.get(options))
    world.storage.transport.fault = None
    assert await world.storage.rows("Accounts") == before
    assert base64url.decode(options["challenge"])
