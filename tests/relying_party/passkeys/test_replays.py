"""An answer to a finished ceremony: refused, counted for its address, and not stored."""

from collections.abc import Awaitable, Callable

import pytest

from shared.errors import CeremonyNotFound, TooManyRequests
from shared.relying_party.callers.client import Client
from tests.authenticator import SoftAuthenticator
from tests.harness.record import brief, record
from tests.harness.service_harness import Json, ServiceHarness, new_authenticator
from tests.storage_transport import RecordingTransport

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


async def test_no_evidence_is_written_before_the_challenge_is_claimed(
    party: ServiceHarness, transport: RecordingTransport, spent: tuple[Finish, Json]
) -> None:
    """Not even during the answer, because its removal may fail."""
    finish, answer = spent
    before = await _waiting(party)

    async def nothing_is_withdrawn(call: object, send: Callable[[], Awaitable[object]]) -> object:
        return None if getattr(call, "name", "") == "delete AuditOutbox" else await send()

    transport.fault = nothing_is_withdrawn
    with pytest.raises(Exception):  # noqa: B017, PT011  whatever comes of it
        await finish(answer)
    transport.fault = None
    rows = await party.storage.rows("AuditOutbox")
    (notice,) = [row for row in rows if row["RowKey"] not in before]
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
    assert transport.names == ["delete Challenges"]


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
