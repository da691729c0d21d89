import asyncio
import logging
from dataclasses import replace
from typing import Any

import jwt
import pytest

from shared.access.exchange.entra_errors import EntraFault, EntraRefused
from shared.fetching.https import Https
from shared.keys.signing_key import new_signing_key
from tests.entra.asking import AGENT, CLIENT_ID, CORRELATION_ID, ISSUER, SQL, SUBJECT, Asking
from tests.fakes.entra_tokens import EXCHANGE_SCOPE, EntraTokens, Fault


@pytest.fixture(autouse=True)
def trusted(entra: EntraTokens) -> None:
    entra.trust(CLIENT_ID, SUBJECT, issuer=ISSUER)


async def refused(asking: Asking, **changes: str | int) -> EntraRefused:
    """`changes` are of what is wanted, or of the assertion."""
    of_wanted: dict[str, Any] = {
        name: value for name, value in changes.items() if hasattr(asking.wanted, name)
    }
    of_assertion: dict[str, Any] = {
        name: value for name, value in changes.items() if name not in of_wanted
    }
    with pytest.raises(EntraRefused) as found:
        await asking.ask(
            wanted=replace(asking.wanted, **of_wanted),
            assertion=replace(asking.assertion, **of_assertion),
        )
    return found.value


async def test_a_token_is_for_the_resource(entra: EntraTokens, asking: Asking) -> None:
    token = await asking.ask()
    claims = entra.verify(token.text, audience=SQL)
    assert (claims["appid"], claims["tid"]) == (CLIENT_ID, entra.tenant)
    (request,) = entra.requests
    assert request.headers["client-request-id"] == CORRELATION_ID
    assert (token.trace_id, token.expires_in) == (request.trace_id, entra.lifetime)


async def test_documents_are_kept_and_tokens_are_not(entra: EntraTokens, asking: Asking) -> None:
    first, second = (
        await asking.ask(assertion=asking.named("one")),
        await asking.ask(assertion=asking.named("two")),
    )
    assert first.text != second.text
    assert len(entra.requests) == 2
    assert len(entra.discoveries) == 1


async def test_a_token_that_comes_with_retry_after_is_not_given_to_the_next_person(
    entra: EntraTokens, asking: Asking
) -> None:
    """msal's own HTTP cache would keep it for a minute, by identity and scope."""
    entra.faults = [Fault.RETRY_AFTER]
    first, second = (
        await asking.ask(assertion=asking.named("one")),
        await asking.ask(assertion=asking.named("two")),
    )
    assert first.text != second.text


async def test_an_agent_gets_its_token_in_two_steps(entra: EntraTokens, asking: Asking) -> None:
    entra.trust(CLIENT_ID, SUBJECT, issuer=ISSUER, agents=frozenset({AGENT}))
    token = await asking.ask(wanted=replace(asking.wanted, agent=AGENT))
    assert entra.verify(token.text, audience=SQL)["appid"] == AGENT
    first, second = (request.form for request in entra.requests)
    assert (first["client_id"], first["fmi_path"]) == (CLIENT_ID, AGENT)
    assert first["scope"] == EXCHANGE_SCOPE
    assert "fmi_path" not in second


@pytest.mark.parametrize(
    ("changes", "fault", "number"),
    [
        ({"subject": "profile:other"}, EntraFault.SUBJECT, 700213),
        ({"subject": "profile:Reporting"}, EntraFault.LETTER_CASE, 7002138),
        ({"issued_at": 0, "expires_at": 300}, EntraFault.TIME, 700024),
        ({"client_id": AGENT}, EntraFault.APPLICATION, 700016),
        ({"tenant": AGENT}, EntraFault.TENANT, 90002),
        ({"agent": AGENT}, EntraFault.AGENT, 82001),
        ({"scope": "https://database.windows.net"}, EntraFault.SCOPE, 1002012),
    ],
    ids=lambda value: value.name if isinstance(value, EntraFault) else None,
)
async def test_a_refusal_is_told_by_its_number(
    changes: dict[str, str | int], fault: EntraFault, number: int, asking: Asking
) -> None:
    error = await refused(asking, **changes)
    assert error.failure.fault is fault
    assert error.failure.number == number
    assert asking.waits == []


async def test_other_issuers_and_credentials_that_spread_are_asked_again(
    entra: EntraTokens, asking: Asking
) -> None:
    entra.trust(CLIENT_ID, SUBJECT, issuer=ISSUER, spreading=2)
    await asking.ask()
    assert asking.waits == [0.5, 1.0]
    asking.waits.clear()
    with pytest.raises(EntraRefused) as found:
        await asking.ask(issuer=f"{ISSUER}/other")
    assert found.value.failure.fault is EntraFault.NOT_TRUSTED_YET
    assert found.value.failure.number == 700211
    assert asking.waits == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.SERVER_ERROR, Fault.NO_JSON, Fault.LOST])
async def test_what_passes_is_asked_again_with_another_assertion(
    fault: Fault, entra: EntraTokens, asking: Asking
) -> None:
    entra.faults = [fault]
    token = await asking.ask()
    assert entra.verify(token.text, audience=SQL)
    first, second = (
        jwt.decode(request.form["client_assertion"], options={"verify_signature": False})["jti"]
        for request in entra.requests
    )
    assert first != second
    assert asking.waits == [1] if fault is Fault.THROTTLED else [0.5]


async def test_an_assertion_by_another_key_is_refused(asking: Asking) -> None:
    with pytest.raises(EntraRefused) as found:
        await asking.ask(key=new_signing_key())
    assert found.value.failure.fault is EntraFault.SIGNATURE


async def test_an_answer_without_token_is_none(entra: EntraTokens, asking: Asking) -> None:
    entra.faults = [Fault.NO_TOKEN] * 5
    error = await refused(asking)
    assert error.failure.fault is EntraFault.UNAVAILABLE
    assert error.failure.trace_id == entra.requests[-1].trace_id


@pytest.mark.parametrize(
    "members",
    [
        '"expires_in": 1e400',
        '"expires_in": "soon"',
        '"expires_in": [1]',
        '"expires_in": 60, "scope": 5',
        '"expires_in": 60, "id_token": "x.y.z"',
        '"expires_in": 60, "id_token": 5',
        '"expires_in": 60, "refresh_token": {}',
        '"expires_in": 60, "refresh_in": "x"',
        '"expires_in": 60, "client_info": "!"',
    ],
)
async def test_an_answer_of_other_types_is_no_token(
    entra: EntraTokens, asking: Asking, members: str
) -> None:
    """msal fails at each in its own way, and nothing but EntraRefused comes out."""
    entra.instead = f'{{"token_type": "Bearer", "access_token": ["a"], {members}}}'
    error = await refused(asking)
    assert error.failure.fault is EntraFault.UNAVAILABLE


async def test_silence_ends(entra: EntraTokens, asking: Asking) -> None:
    entra.faults = [Fault.SILENCE] * 5
    with pytest.raises(EntraRefused) as found:
        await asking.ask(tokens=asking.adapter(answer_seconds=0.2))
    assert found.value.failure.fault is EntraFault.UNAVAILABLE


async def test_all_attempts_together_have_a_limit(entra: EntraTokens, asking: Asking) -> None:
    entra.faults = [Fault.SILENCE]
    with pytest.raises(EntraRefused):
        await asking.ask(tokens=asking.adapter(seconds=0))
    assert len(entra.requests) <= 1


async def test_only_so_many_ask_at_the_same_time(entra: EntraTokens, asking: Asking) -> None:
    entra.faults = [Fault.SILENCE]
    tokens = asking.adapter(at_once=1)
    asked = asyncio.create_task(asking.ask(tokens=tokens))
    await entra.arrived.wait()
    assert not tokens.has_room
    asked.cancel()
    await asyncio.wait([asked])
    assert tokens.has_room
    await asking.ask(tokens=tokens)
    assert tokens.has_room


async def test_a_server_with_another_certificate_gets_nothing(
    entra: EntraTokens, asking: Asking
) -> None:
    tokens = asking.adapter()
    tokens._https = Https()
    with pytest.raises(EntraRefused):
        await asking.ask(tokens=tokens)
    assert entra.requests == []


async def test_neither_errors_nor_the_log_hold_what_was_sent_or_answered(
    entra: EntraTokens, asking: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    entra.faults = [Fault.NO_JSON]
    token = await asking.ask()
    error = await refused(asking, subject="profile:somebody")
    assertions = [request.form["client_assertion"] for request in entra.requests]
    told = caplog.text + str(error) + repr(error) + repr(token) + repr(error.__cause__)
    for secret in (*assertions, token.text, "somebody", "secret-of-a-page"):
        assert secret not in told
