"""Instances that read their keys at different times still accept each other's tokens.

Whoever verifies a token has a key set from any instance: fetched after the token was signed, or
before and kept for as long as that is allowed. So every key set that any instance gives out from
then until the token expires has to hold its key. It is the same with what they seal and open.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.keys.cached import Cached, max_age
from shared.keys.key_kinds import CachedRing
from shared.keys.reading import Reading
from shared.keys.ring import (
    ALWAYS,
    JWKS_CACHE,
    NEVER,
    KeyVersion,
    Timing,
    sealing_timing,
    signing_timing,
)
from tests.keys.clock import Clock, at

INTERVAL = timedelta(seconds=300)
LIFETIME = timedelta(seconds=300)
MAX_AGE = max_age(INTERVAL)
SIGNING = signing_timing(max_age=MAX_AGE, token_lifetime=LIFETIME)
SEALING = sealing_timing(max_age=MAX_AGE, seal_lifetime=LIFETIME)
INSTANCES = 2


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all examples: making one takes longer than most of them."""
    with asyncio.Runner() as runner:
        yield runner


type Schedule = Sequence[tuple[int, int]]
"""Seconds, and the number of the instance that gets a request then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A version that is made at some time, and perhaps enabled later."""

    created: int
    enabled: int
    not_before: int | None
    expires: int | None

    def version(self, number: int) -> KeyVersion[int]:
        return KeyVersion(
            key=number,
            version=str(number),
            created_at=at(self.created),
            visible_since=at(self.enabled),
            not_before=ALWAYS if self.not_before is None else at(self.not_before),
            expires_at=NEVER if self.expires is None else at(self.expires),
        )


FIRST = Planned(created=0, enabled=0, not_before=None, expires=None)
"""It never expires: with only new versions, no instance could know what others have read."""

moments = st.integers(0, 3000)
spans = st.integers(0, 3000)


@st.composite
def later_versions(draw: st.DrawFn) -> Planned:
    created = draw(moments)
    enabled = created + draw(st.just(0) | spans)
    return Planned(
        created=created,
        enabled=enabled,
        not_before=draw(st.none() | moments),
        expires=draw(st.none() | spans.map(lambda span: enabled + span)),
    )


plans = st.lists(later_versions(), max_size=4).map(lambda later: [FIRST, *later])


def add_up(steps: Sequence[tuple[int, int]]) -> Schedule:
    times = accumulate(gap for gap, _ in steps)
    return [(time, instance) for time, (_, instance) in zip(times, steps, strict=True)]


steps = st.tuples(st.sampled_from([0, 1, 30, 100, 299, 300]), st.integers(0, INSTANCES - 1))
requests = st.lists(steps, min_size=2, max_size=60).map(add_up)


@dataclass(frozen=True, slots=True)
class Answer:
    """The key that an instance signs or seals with at a moment, and the keys that it accepts."""

    seconds: int
    current: int
    published: frozenset[int]
    usable: frozenset[int]


async def ask(plan: Sequence[Planned], schedule: Schedule, timing: Timing) -> list[Answer]:
    clock = Clock()

    async def read() -> Reading[int]:
        there = (number for number, each in enumerate(plan) if each.enabled <= clock.seconds)
        return Reading(versions=tuple(plan[number].version(number) for number in there))

    instances: dict[int, CachedRing[int]] = defaultdict(
        lambda: CachedRing(Cached("key", read, interval=INTERVAL, clock=clock), timing)
    )
    answers = []
    for seconds, number in schedule:
        clock.seconds = seconds
        ring = await instances[number].get()
        answers.append(
            Answer(
                seconds,
                ring.current(clock()),
                frozenset(ring.published(clock())),
                frozenset(ring.usable(clock())),
            )
        )
        await asyncio.sleep(0)  # lets a reading in the background come to its end
    return answers


@settings(max_examples=400)
@given(plans, requests)
def test_no_token_is_signed_with_a_key_that_another_instance_does_not_publish(
    runner: asyncio.Runner, plan: Sequence[Planned], schedule: Schedule
) -> None:
    answers = runner.run(ask(plan, schedule, SIGNING))
    for token in answers:
        first = token.seconds - JWKS_CACHE.total_seconds()
        last = token.seconds + LIFETIME.total_seconds()
        key_sets = (each.published for each in answers if first <= each.seconds < last)
        assert all(token.current in key_set for key_set in key_sets)


@settings(max_examples=400)
@given(plans, requests)
def test_nothing_is_sealed_with_a_key_that_another_instance_does_not_have(
    runner: asyncio.Runner, plan: Sequence[Planned], schedule: Schedule
) -> None:
    answers = runner.run(ask(plan, schedule, SEALING))
    for sealed in answers:
        last = sealed.seconds + LIFETIME.total_seconds()
        opening = (each.usable for each in answers if sealed.seconds <= each.seconds < last)
        assert all(sealed.current in keys for keys in opening)


@given(plans, moments)
def test_a_signing_key_is_always_published_and_a_published_one_usable(
    runner: asyncio.Runner, plan: Sequence[Planned], moment: int
) -> None:
    for timing in (SIGNING, SEALING):
        answer = runner.run(ask(plan, [(moment, 0)], timing))[0]
        assert answer.current in answer.published
        assert answer.published <= answer.usable
