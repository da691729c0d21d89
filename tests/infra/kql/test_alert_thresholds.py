"""Alerts that count: at, below and above their thresholds, whenever they are evaluated."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.errors import AuthenticationRejected
from shared.keys.signing_key import SigningKey
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.infra.kql.acts import (
    ELSEWHERE,
    HOME,
    caller,
    fail_to_sign_in,
    guess_a_pass,
    open_party,
    rows_of,
)
from tests.infra.kql.arrivals import NOON, USUAL, arrive, at_time, happened, moved
from tests.infra.kql.rules import rule
from tests.infra.kql.workspace import Row, Workspace

SECOND = timedelta(seconds=1)
WITHIN = timedelta(minutes=15) - SECOND
BEYOND = timedelta(minutes=20) + SECOND
"""Alerts count over this time, so that every quarter of an hour is seen whole."""
OFFSETS = [timedelta(minutes=each) for each in (0, 6, 12, 18)]


async def failures(signing_key: SigningKey, names: Sequence[str], span: timedelta) -> list[Row]:
    """One sign-in of each name fails, at equal distances within the span."""
    async with open_party(signing_key, Clock(NOON - timedelta(hours=1))) as party:
        keys = await _registered(party, names)
        party.clock.now = NOON
        for name in names:
            await fail_to_sign_in(party, keys[name], name)
            party.clock.now += span / (len(names) - 1)
        return await rows_of(party)


async def _registered(party: ServiceHarness, names: Sequence[str]) -> dict[str, SoftAuthenticator]:
    keys = {name: new_authenticator() for name in names}
    for name, key in keys.items():
        with caller(party):
            await party.register(key, name)
    return keys


def assert_told(
    workspace: Workspace,
    name: str,
    expected: bool,
    rows: list[Row],
    together: timedelta | None = None,
) -> None:
    """Wherever the events lie between evaluations; with `together`, they arrive so late at once."""
    alert = rule(name)
    for offset in OFFSETS if expected else OFFSETS[:1]:
        workspace.empty()
        arrivals = [
            (NOON + offset + together if together else happened(row) + USUAL, row)
            for row in moved(rows, offset)
        ]
        workspace.receive(arrivals)
        last = max(at for at, _ in arrivals)
        first = last + (NOON - last) % alert.every
        evaluations = alert.evaluations(first, first + timedelta(minutes=15))
        assert any(alert.fires(workspace, at) for at in evaluations) == expected, offset


@pytest.mark.parametrize(
    ("number", "span", "expected"),
    [(10, WITHIN, True), (9, WITHIN, False), (10, BEYOND, False)],
    ids=["enough", "too-few", "too-slow"],
)
async def test_ten_failures_of_one_account_are_told(
    workspace: Workspace, signing_key: SigningKey, number: int, span: timedelta, expected: bool
) -> None:
    rows = await failures(signing_key, ["alice"] * number, span)
    assert_told(workspace, "failures-of-one-account", expected, rows)


FIVE = ("alice", "bob", "carol", "dora", "emil")


@pytest.mark.parametrize(
    ("names", "span", "expected"),
    [
        (FIVE * 3, WITHIN, True),
        ((FIVE * 3)[:-1], WITHIN, False),
        (FIVE[:4] * 4, WITHIN, False),
        (FIVE * 3, BEYOND, False),
    ],
    ids=["enough", "too-few", "too-few-accounts", "too-slow"],
)
async def test_an_address_that_fails_for_five_accounts_is_told(
    workspace: Workspace,
    signing_key: SigningKey,
    names: Sequence[str],
    span: timedelta,
    expected: bool,
) -> None:
    rows = await failures(signing_key, names, span)
    assert_told(workspace, "spraying", expected, rows)


async def test_failures_of_no_account_are_no_account(
    workspace: Workspace, signing_key: SigningKey
) -> None:
    """A key that the service does not know leads to nobody."""
    rows = await failures(signing_key, FIVE[:4] * 4, WITHIN)
    async with open_party(signing_key, Clock(NOON)) as party:
        stranger = new_authenticator()
        stranger.create(await party.begin_registration("zoe"))
        with caller(party, ELSEWHERE), suppress(AuthenticationRejected):
            options = await party.begin_authentication()
            await party.finish_authentication(stranger.get(options, user_handle=None))
        rows += await rows_of(party)
    assert not rows[-1].get("TargetId")
    assert_told(workspace, "spraying", False, rows)


@pytest.mark.parametrize(("number", "expected"), [(3, False), (4, True)])
async def test_four_wrong_passes_for_one_account_are_told(
    workspace: Workspace, signing_key: SigningKey, number: int, expected: bool
) -> None:
    async with open_party(signing_key, Clock()) as party:
        for _ in range(number):
            await guess_a_pass(party, "alice")
            party.clock.now += WITHIN / (number - 1)
        rows = await rows_of(party)
    assert_told(workspace, "access-pass-guessing", expected, rows)


async def test_a_limit_on_guessing_is_told_however_many_accounts_it_was(
    workspace: Workspace, signing_key: SigningKey
) -> None:
    async with open_party(signing_key, Clock(), RATE_LIMITS="guess.address=3/15m") as party:
        for name in FIVE:
            await guess_a_pass(party, name)
        rows = await rows_of(party)
    assert [row["EventKind"] for row in rows].count("rate-limit.hit") == 1
    assert_told(workspace, "access-pass-guessing", True, rows)


def test_limits_are_told_by_name_and_address_each_hit_once(
    workspace: Workspace, day: list[Row]
) -> None:
    """Those that arrived a quarter of an hour ago are not counted again."""
    hit = next(
        row for row in day if row["EventKind"] == "rate-limit.hit" and "guess." in str(row["Facts"])
    )
    for minute, address in ((0, HOME), (14, HOME), (17, HOME), (18, HOME), (19, ELSEWHERE)):
        own = {"EventUid": str(minute), "SrcIpAddr": address}
        arrive(workspace, [hit | at_time(NOON + timedelta(minutes=minute)) | own], timedelta())
    found = rule("access-pass-guessing").rows(workspace, NOON + timedelta(minutes=20))
    assert {(row["Limit"], row["SrcIpAddr"]): row["Failures"] for row in found} == {
        ("guess.account", HOME): 3,
        ("guess.account", ELSEWHERE): 1,
    }


@pytest.mark.parametrize("hours", [1.5, 47, 96])
async def test_an_attack_is_told_that_arrives_hours_or_days_late(
    workspace: Workspace, signing_key: SigningKey, hours: float
) -> None:
    """After a stand-still all of it arrives together."""
    rows = await failures(signing_key, FIVE * 3, WITHIN)
    assert_told(workspace, "spraying", True, rows, together=timedelta(hours=hours))


async def test_failures_of_a_day_that_arrive_together_are_no_attack(
    workspace: Workspace, signing_key: SigningKey
) -> None:
    rows = await failures(signing_key, FIVE * 3, timedelta(hours=20))
    assert_told(workspace, "spraying", False, rows, together=timedelta(hours=40))
