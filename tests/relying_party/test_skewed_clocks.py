"""Two instances whose machines' clocks are three minutes apart, over one storage."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from devhost.azurite import Azurite
from shared.accounts.names import read_username
from shared.errors import CeremonyNotFound, TokenInvalid, TooManyRequests
from shared.keys.signing_key import SigningKey
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.storage.tables.clock import CONFIRMED, StorageClock
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.service_harness import CLIENT, Clock, ServiceHarness
from tests.storage_transport import Storage, open_storage

AHEAD, BEHIND = timedelta(seconds=90), timedelta(seconds=-90)


@dataclass
class Machine(Clock):
    """A machine with a wrong clock; the service corrects it by the time of storage."""

    off: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.heard = StorageClock(lambda: datetime.now(UTC) + self.off)

    def __call__(self) -> datetime:
        return self.heard()


@pytest.fixture
async def instances(
    azurite: Azurite, signing_key: SigningKey
) -> AsyncIterator[list[ServiceHarness]]:
    """The first is ahead, the second behind. Each has asked storage until that was known."""
    ahead, behind = Machine(off=AHEAD), Machine(off=BEHIND)
    where = azurite.connection_string
    async with (
        open_storage(where, clock=ahead.heard) as one,
        open_storage(where, clock=behind.heard) as other,
    ):
        shared: Storage = replace(other, suffix=one.suffix)
        # Longer than a machine that is busy needs, and shorter than the clocks are apart.
        settings = {"REFRESH_GRACE_SECONDS": "60", "RATE_LIMITS": "begin.address=3/5m"}
        first = ServiceHarness(one, ahead, signing_key)
        await first.warm()
        first = first.restarted(**settings)
        first.clock = behind
        second = first.over(shared)
        first.clock = ahead
        for party in (first, second):
            for _ in range(CONFIRMED):
                await party.stores.service_key.find()
        yield [first, second]


async def test_a_ceremony_begins_on_one_instance_and_ends_on_the_other(
    instances: list[ServiceHarness], alices: SoftAuthenticator
) -> None:
    first, second = instances
    await second.finish_registration(alices.create(await first.begin_registration("alice")))
    await first.finish_authentication(alices.get(await second.begin_authentication("alice")))
    signed_in = await second.finish_authentication(
        alices.get(await first.begin_authentication("alice"))
    )
    token = signed_in.tokens.access_token
    for party in instances:
        await party.me(token)
        await party.begin_registration("alice", token=token)


async def test_a_challenge_expires_on_both_instances_at_the_same_time(
    instances: list[ServiceHarness], alices: SoftAuthenticator
) -> None:
    """A lifetime of a minute is shorter than the difference of the clocks."""
    first, second = (party.restarted(CEREMONY_SECONDS="60") for party in instances)
    await second.register(alices, "alice")
    for begun, finished in ((first, second), (second, first)):
        options = await begun.begin_authentication("alice")
        try:
            await finished.finish_authentication(alices.get(options))
        except CeremonyNotFound:
            pytest.fail("a challenge of this moment was taken for an expired one")


async def test_two_tabs_refresh_concurrently_on_different_instances(
    instances: list[ServiceHarness], alices: SoftAuthenticator
) -> None:
    for first, second in (instances, reversed(instances)):
        if first is instances[0]:
            await first.register(alices, "alice")
        held = (await first.sign_in(alices, "alice")).tokens.refresh_token
        one, other = await first.refresh(held), await second.refresh(held)
        assert one.refresh_token == other.refresh_token
        again = await second.refresh(one.refresh_token)
        await first.refresh(again.refresh_token)


async def test_a_short_session_is_valid_on_both_instances(
    instances: list[ServiceHarness], alices: SoftAuthenticator
) -> None:
    first, second = (party.restarted(SESSION_IDLE_SECONDS="80") for party in instances)
    await second.register(alices, "alice")
    for opened, used in ((second, first), (first, second)):
        tokens = (await opened.sign_in(alices, "alice")).tokens
        try:
            await used.refresh(tokens.refresh_token)
        except TokenInvalid:
            pytest.fail("a session of this moment was taken for one that is over")


async def test_a_pass_is_valid_on_both_instances_from_its_start(
    instances: list[ServiceHarness], alices: SoftAuthenticator
) -> None:
    first, second = instances
    request = PassRequest(
        username=read_username("carol"),
        display_name=None,
        lifetime=None,
        one_time=True,
        starts_at=None,
    )
    issued = await first.service.passes.issue(request, by=ADMINISTRATOR)
    redeemed = await second.service.redeeming.redeem(request.username, issued.text, client=CLIENT)
    token = await second.service.token_issuer.issue(redeemed)
    response = alices.create(await first.begin_registration("carol", token=token))
    await second.finish_registration(response)


async def test_both_instances_count_a_limit_in_the_same_window(
    instances: list[ServiceHarness],
) -> None:
    for party in instances:
        party.client = Client(address="192.0.2.9", user_agent="tests")
    answers = [await _begin(party) for party in [*instances] * 4]
    assert 3 <= sum(answers) <= 6  # as a window may end in between
    assert False in answers


async def _begin(party: ServiceHarness) -> bool:
    try:
        await party.begin_authentication()
    except TooManyRequests:
        return False
    return True
