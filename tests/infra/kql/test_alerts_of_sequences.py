"""Alerts on two events that belong together: a key and an act, a counter and another."""

from contextlib import suppress
from datetime import timedelta

import pytest

from shared.errors import TouchstoneError
from shared.keys.signing_key import SigningKey
from tests.harness.administrators import account_administrator, handle_of
from tests.harness.service_harness import Clock, new_authenticator
from tests.infra.kql.acts import caller, open_party, rows_of
from tests.infra.kql.arrivals import NOON, USUAL, arrive, happened
from tests.infra.kql.rules import rule
from tests.infra.kql.workspace import Row, Workspace

SECOND = timedelta(seconds=1)
QUARTER = timedelta(minutes=15)


async def administration(signing_key: SigningKey, age: timedelta) -> list[Row]:
    """Chief suspends Alice when chief's key is so old."""
    async with open_party(signing_key, Clock(), STEP_UP_SECONDS="3600") as party:
        with caller(party):
            await party.register(new_authenticator(), "alice")
            chief = await account_administrator(party)
            party.clock.now += age
            await party.service.credentials.suspend_account(
                await handle_of(party), suspended=True, by=chief
            )
        return await rows_of(party)


@pytest.mark.parametrize(("age", "expected"), [(QUARTER, True), (QUARTER + SECOND, False)])
async def test_an_act_is_told_if_the_key_is_at_most_a_quarter_of_an_hour_old(
    workspace: Workspace, signing_key: SigningKey, age: timedelta, expected: bool
) -> None:
    arrive(workspace, await administration(signing_key, age))
    at = NOON + age + USUAL + SECOND
    assert rule("administrator-with-new-key").fires(workspace, at) == expected


@pytest.mark.parametrize("later", ["registration.finished", "account.suspended"])
async def test_an_act_is_told_whichever_of_the_two_arrives_last(
    workspace: Workspace, signing_key: SigningKey, later: str
) -> None:
    hour = timedelta(hours=1)
    for row in await administration(signing_key, timedelta(minutes=5)):
        arrive(workspace, [row], hour if row["EventKind"] == later else USUAL)
    alert = rule("administrator-with-new-key")
    assert not alert.fires(workspace, NOON + hour - timedelta(minutes=1))
    assert alert.fires(workspace, NOON + hour + timedelta(minutes=6))


async def races(signing_key: SigningKey, number: int, *, synced: bool = False) -> list[Row]:
    """So many slow sign-ins of one key are overtaken by a faster one."""
    async with open_party(signing_key, Clock()) as party:
        key = new_authenticator()
        options = await party.begin_registration("alice")
        await party.finish_registration(key.create(options, backup_eligible=synced))
        for _ in range(number):
            early = await party.begin_authentication("alice")
            again = await party.begin_authentication("alice")
            await party.finish_authentication(key.get(again, backup_eligible=synced))
            with suppress(TouchstoneError):
                await party.finish_authentication(
                    key.get(early, sign_count=1, backup_eligible=synced)
                )
            party.clock.now += timedelta(hours=1)
        return await rows_of(party)


@pytest.mark.parametrize(
    ("number", "synced", "expected"), [(1, False, 0), (2, False, 1), (2, True, 0)]
)
async def test_a_counter_that_fell_in_a_race_is_told_from_the_second_time_on(
    workspace: Workspace, signing_key: SigningKey, number: int, synced: bool, expected: int
) -> None:
    rows = await races(signing_key, number, synced=synced)
    arrive(workspace, rows)
    at = happened(rows[-1]) + USUAL + SECOND
    assert len(rule("cloned-key").rows(workspace, at)) == expected
