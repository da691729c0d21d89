"""An answer to a finished ceremony: refused, counted for its address, and not stored."""

from collections.abc import Awaitable, Callable

import pytest

from shared.errors import CeremonyNotFound, TooManyRequests
from shared.relying_party.callers.client import Client
from tests.authenticator import SoftAuthenticator
from tests.harness.record import brief, record
from tests.harness.service_harness import Json, ServiceHarness, new_authenticator
from tests.storage_faults import Crash, crash_after_sending, once
from tests.storage_transport import Call, RecordingTransport, Send

CLAIM = "transact AuditOutbox"
HERE = Client(address="203.0.113.7", user_agent="tests")

type Finish = Callable[[Json], Awaitable[object]]


@pytest.fixture(params=["sign-in", "founding", "adding"])
async def spent(
    request: pytest.FixtureRequest, party: ServiceHarness, alices: SoftAuthenticator
) -> tuple[Finish, Json]:
    """An answer whose challenge is claimed, and what it was given to."""
    await party.register(alices, "alice")
    new = new_authenticator()
    if request.param == "sign-in":
        finish: Finish = party.finish_authentication
        answer = alices.get(await party.begin_authentication("alice"))
    elif request.param == "founding":
        finish = party.finish_registration
        answer = new.create(await party.begin_registration("bob"))
    else:
        token = (await party.sign_in(alices)).tokens.access_token
        finish = party.finish_registration
        answer = new.create(await party.begin_registration("alice", token=token))
    await finish(answer)
    return finish, answer


async def _waiting(party: ServiceHarness) -> list[str]:
    """Not yet sealed, because sealing takes longer than the lifetime of a challenge."""
    return [row["RowKey"] for row in await party.storage.rows("AuditOutbox")]


async def test_a_replay_writes_nothing(party: ServiceHarness, spent: tuple[Finish, Json]) -> None:
    finish, answer = spent
    before = await _waiting(party)
    for _ in range(3):
        with pytest.raises(CeremonyNotFound):
            await finish(answer)
    assert await _waiting(party) == before


async def test_not_even_a_notice_of_a_replay_is_ever_written(
    party: ServiceHarness, transport: RecordingTransport, spent: tuple[Finish, Json]
) -> None:
    """There is nothing to withdraw, so nothing stays if the process ends."""
    finish, answer = spent
    before = await _waiting(party)
    transport.forget()

    async def end_after_the_claim(call: Call, send: Send) -> object:
        if call.is_write and call.name != CLAIM:
            raise Crash
        return await send()

    transport.fault = end_after_the_claim
    with pytest.raises((CeremonyNotFound, Crash)):
        await finish(answer)
    transport.fault = None
    assert transport.names.count(CLAIM) == 1
    assert await _waiting(party) == before


async def test_the_notice_of_an_answer_has_no_evidence(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    answer = alices.create(await party.begin_registration("alice"))
    transport.fault = once(crash_after_sending, CLAIM)
    with pytest.raises(Crash):
        await party.finish_registration(answer)
    transport.fault = None
    (notice,) = await party.storage.rows("AuditOutbox")
    assert notice["Evidence"] == b""


async def test_replays_from_one_address_end_in_429_and_then_cost_one_call(
    party: ServiceHarness, transport: RecordingTransport, spent: tuple[Finish, Json]
) -> None:
    finish, answer = spent
    party.client = HERE
    for _ in range(30):
        with pytest.raises(CeremonyNotFound):
            await finish(answer)
    transport.forget()
    with pytest.raises(TooManyRequests, match=r"replay\.address"):
        await finish(answer)
    assert transport.names == [CLAIM]


async def test_an_address_that_replays_still_signs_in(
    party: ServiceHarness, alices: SoftAuthenticator, spent: tuple[Finish, Json]
) -> None:
    finish, answer = spent
    party.client = HERE
    for _ in range(31):
        with pytest.raises((CeremonyNotFound, TooManyRequests)):
            await finish(answer)
    await party.sign_in(alices, "alice")
    assert brief(await record(party))[-1] == ("authentication.finished", "success")


async def test_a_repeated_answer_to_a_full_account_records_no_second_event(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """The reason to refuse is read during the claim, and is used only after it."""
    one = party.restarted(CREDENTIALS_PER_ACCOUNT="2")
    await one.register(alices, "alice")
    token = (await one.sign_in(alices)).tokens.access_token
    begun = [await one.begin_registration("alice", token=token) for _ in range(2)]
    answers = [new_authenticator().create(options) for options in begun]
    await one.finish_registration(answers[0])
    before = await _waiting(one)
    with pytest.raises(CeremonyNotFound):
        await one.finish_registration(answers[0])
    assert await _waiting(one) == before
