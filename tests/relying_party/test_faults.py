"""Storage fails at random, often: refusals are honest, and what was granted stays granted."""

import random
from collections import Counter
from collections.abc import Awaitable

import pytest
from aiohttp import web
from azure.core.pipeline.transport import AsyncHttpTransport
from pytest_mock import MockerFixture

from devhost.azurite import Azurite
from shared.accounts.records import CredentialRecord
from shared.errors import (
    CeremonyNotFound,
    ConcurrentUse,
    StorageUnavailable,
    TouchstoneError,
    UsernameTaken,
)
from shared.keys.signing_key import SigningKey
from tests.authenticator import SoftAuthenticator
from tests.cut_answer import CutAnswer, body_of
from tests.harness.service_harness import Clock, Json, ServiceHarness, new_authenticator
from tests.storage_faults import Way, answer_lost, unreachable
from tests.storage_proxy import Forward, StorageProxy
from tests.storage_transport import Call, RecordingTransport, Send, open_storage

VISITS = 40
WAYS: list[Way] = [unreachable, answer_lost]
HONEST = {StorageUnavailable, CeremonyNotFound, UsernameTaken, ConcurrentUse}
"""A claim or a sign-in whose answer got lost looks like one that somebody else made first."""


@pytest.fixture(autouse=True)
def _no_naps(mocker: MockerFixture) -> None:
    mocker.patch.object(AsyncHttpTransport, "sleep", mocker.AsyncMock())


class Visits:
    """People who each register once and sign in twice, as far as storage lets them."""

    def __init__(self, party: ServiceHarness) -> None:
        self._party = party
        self.refusals: Counter[type[TouchstoneError]] = Counter()
        self.registered: dict[str, tuple[SoftAuthenticator, int]] = {}
        """With the sign count that was granted last."""
        self.answered: list[tuple[Json, bool]] = []
        """Finishes that were granted, and whether they were registrations."""

    async def visit(self, username: str) -> None:
        key = new_authenticator()
        options = await self._try(self._party.begin_registration(username))
        if options is None:
            return
        created = key.create(options)
        if await self._try(self._party.finish_registration(created)) is None:
            return
        self.registered[username] = key, 1
        self.answered.append((created, True))
        for _ in range(2):
            await self._sign_in(username, key)

    async def _sign_in(self, username: str, key: SoftAuthenticator) -> None:
        options = await self._try(self._party.begin_authentication(username))
        if options is None or not options["allowCredentials"]:
            return
        assertion = key.get(options)
        signed_in = await self._try(self._party.finish_authentication(assertion))
        if signed_in is not None:
            assert signed_in.record.sign_count > self.registered[username][1]
            self.registered[username] = key, signed_in.record.sign_count
            self.answered.append((assertion, False))

    async def _try[Outcome](self, step: Awaitable[Outcome]) -> Outcome | None:
        try:
            return await step
        except TouchstoneError as refusal:
            self.refusals[type(refusal)] += 1
            return None


@pytest.mark.parametrize("share", [0.2, 0.5])
@pytest.mark.parametrize("seed", range(2))
async def test_random_faults_undo_or_repeat_no_granted_request(
    party: ServiceHarness, transport: RecordingTransport, share: float, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  # a failure is to be repeatable

    async def fail_often(_call: Call, send: Send) -> object:
        if chance.random() < share:
            return await chance.choice(WAYS)(send)
        return await send()

    visits = Visits(party)
    transport.fault = fail_often
    for number in range(VISITS):
        await visits.visit(f"visitor-{number}")
    transport.fault = None
    assert visits.refusals.keys() <= HONEST
    assert visits.refusals[StorageUnavailable] > 0
    assert visits.registered
    await _assert_nothing_is_granted_twice(party, visits)
    for username, (key, count) in visits.registered.items():
        record: CredentialRecord = (await party.sign_in(key, username)).record
        assert record.sign_count > count


async def test_cut_answers_undo_or_repeat_no_granted_request(
    azurite: Azurite, clock: Clock, signing_key: SigningKey
) -> None:
    chance = random.Random(7)  # noqa: S311  # a failure is to be repeatable

    async def cut_often(_name: str, forward: Forward) -> web.StreamResponse:
        answer = await forward()
        length = len(body_of(answer))
        if not length or chance.random() < 0.7:
            return answer
        return CutAnswer(answer, chance.randrange(length), announced=length)

    async with StorageProxy(azurite) as proxy, open_storage(proxy.connection_string) as storage:
        party = ServiceHarness(storage, clock, signing_key)
        await party.warm()
        visits = Visits(party)
        proxy.intercept = cut_often
        for number in range(VISITS):
            await visits.visit(f"visitor-{number}")
        proxy.intercept = None
        assert visits.refusals.keys() <= HONEST
        assert visits.refusals[StorageUnavailable] > 0
        assert visits.registered
        await _assert_nothing_is_granted_twice(party, visits)


async def _assert_nothing_is_granted_twice(party: ServiceHarness, visits: Visits) -> None:
    for answer, is_registration in visits.answered:
        finish = party.finish_registration if is_registration else party.finish_authentication
        with pytest.raises(CeremonyNotFound):
            await finish(answer)
