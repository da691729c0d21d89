"""A token counts once for a profile: over races, lost answers, crashes and Entra's failures."""

import asyncio

import pytest
from azure.core.exceptions import ServiceResponseError

from tests.access_broker.exchange.conftest import serve
from tests.access_broker.exchange.exchanger import IDENTITY, Application, Exchanger, entra_of
from tests.blueprints.openid.web import body_of
from tests.fakes.entra_tokens import Fault
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN
from tests.storage_transport import Call, RecordingTransport, Send

LOST = ServiceResponseError("nothing was heard")


async def outcomes(alice: Exchanger) -> list[str]:
    events = await record(alice.party)
    return [each["outcome"] for each in events if each["kind"] == "access.granted"]


async def test_it_counts_once_for_each_profile(alice: Exchanger) -> None:
    await alice.granted()
    assert (await alice.refused())["error"] == "invalid_grant"
    await alice.granted("second")
    assert len(alice.entra.requests) == 2


async def test_of_two_that_race_one_gets_a_token(alice: Exchanger) -> None:
    answers = await asyncio.gather(*(alice.exchange() for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [200, 400, 400]
    assert len(alice.entra.requests) == 1
    assert sorted(await outcomes(alice)) == ["failure", "failure", "success"]


async def test_the_answer_to_a_claim_may_be_lost(
    alice: Exchanger, transport: RecordingTransport
) -> None:
    lost: list[str] = []

    async def fault(call: Call, send: Send) -> object:
        answer = await send()
        if call.name == "transact AuditOutbox" and not lost:
            lost.append(call.name)
            raise LOST
        return answer

    transport.fault = fault
    await alice.granted()
    assert lost


async def test_a_process_that_stops_before_entra_answers_leaves_an_attempt(
    alice: Exchanger,
) -> None:
    alice.entra.faults = [Fault.SILENCE]
    asked = asyncio.create_task(alice.exchange())
    await alice.entra.arrived.wait()
    asked.cancel()
    await asyncio.wait([asked])
    assert (await alice.refused())["error"] == "invalid_grant"
    assert sorted(await outcomes(alice)) == ["attempted", "failure"]


@pytest.mark.parametrize(
    ("faults", "error", "status"),
    [
        ([Fault.THROTTLED] * 5, "temporarily_unavailable", 503),
        ([Fault.NO_JSON] * 5, "temporarily_unavailable", 503),
    ],
)
async def test_an_outage_of_entra_is_told_and_recorded(
    faults: list[Fault], error: str, status: int, alice: Exchanger, waits: list[float]
) -> None:
    alice.entra.faults = faults
    response = await alice.exchange()
    assert (response.status_code, body_of(response)["error"]) == (status, error)
    assert int(response.headers["Retry-After"]) >= 5
    assert await outcomes(alice) == ["failure"]
    assert len(waits) == 4


async def test_nothing_is_used_up_if_too_many_wait_for_entra(
    alice: Exchanger, monkeypatch: pytest.MonkeyPatch
) -> None:
    entra = entra_of(alice.party)
    with monkeypatch.context() as full:
        full.setattr(entra, "_at_once", 0)
        response = await alice.exchange()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    await alice.granted()


async def test_what_entra_refuses_is_told_with_what_to_do(alice: Exchanger) -> None:
    found = await alice.refused("missing")
    assert found["error"] == "invalid_target"
    assert "no federated credential with the subject" in found["error_description"]
    assert "AADSTS700213" in found["error_description"]
    (request,) = alice.entra.requests
    assert found["correlation_id"] == request.headers["client-request-id"]
    (event,) = [each for each in await record(alice.party) if each["kind"] == "access.granted"]
    assert event["reason"] == "entra_subject"
    assert event["facts"]["entraError"] == 700213
    assert event["facts"]["trace"] == found["trace_id"] == request.trace_id


async def test_a_new_credential_may_still_spread(alice: Exchanger, waits: list[float]) -> None:
    alice.entra.trust(IDENTITY, "profile:reporting", issuer=ORIGIN, spreading=3)
    await alice.granted()
    assert waits == [0.5, 1.0, 2.0]


async def test_a_storm_is_limited_by_person_and_profile(
    alice: Exchanger, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.party = alice.party.restarted(RATE_LIMITS="client-token.account=1/1h")
    serve(alice.party, monkeypatch)
    statuses = []
    for _ in range(4):
        await alice.sign_in()
        statuses.append((await alice.exchange()).status_code)
    assert statuses == [200, 200, 429, 429]
    response = await alice.exchange()
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    await alice.granted("second")
    (hit,) = [each for each in await record(alice.party) if each["kind"] == "rate-limit.hit"]
    facts = {"limit": "client-token.account", "quota": 1, "profile": "reporting"}
    assert hit["facts"] == facts


async def test_storage_calls(alice: Exchanger, transport: RecordingTransport) -> None:
    await alice.granted("second")  # the keys and the service's settings are read
    await alice.sign_in()
    transport.forget()
    await alice.granted()
    assert sorted(transport.names) == [
        "get Accounts",
        "query Accounts",
        "replace AuditOutbox",
        "transact AuditOutbox",
    ]
    assert transport.round_trips == 3


async def test_storage_calls_for_a_client(
    application: Application, transport: RecordingTransport
) -> None:
    await application.exchange("second")
    transport.forget()
    assert (await application.exchange()).status_code == 200
    assert sorted(transport.names) == [
        "query Accounts",
        "query Accounts",
        "replace AuditOutbox",
        "transact AuditOutbox",
    ]
    assert transport.round_trips == 4
