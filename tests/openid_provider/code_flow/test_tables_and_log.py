"""Tables and log agree about what clients got and lost."""

from datetime import timedelta

import pytest

from shared.errors import GrantRefused
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.administrators import holder
from tests.harness.finders import check_says
from tests.harness.record import record, seal
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, answered
from tests.openid_provider.code_flow.test_client_tokens import OFFLINE

OTHERS = client(first_party=False)


async def test_they_agree(party: ServiceHarness, signed_in: Tokens) -> None:
    provider = Provider(party, OTHERS)
    sealed = await provider.begin(scope=OFFLINE)
    code = answered(await provider.go_on(sealed, signed_in, consents=True))["code"]
    first = await provider.redeem(code, OTHERS)
    await provider.refresh(first.refresh_token or "", OTHERS)
    again = await provider.code(signed_in)
    await provider.redeem(again, OTHERS)
    with pytest.raises(GrantRefused):
        await provider.redeem(again, OTHERS)
    wrong = await provider.code(signed_in)
    with pytest.raises(GrantRefused):
        await provider.redeem(wrong, OTHERS, code_verifier=None)
    reused = await provider.code(signed_in, scope=OFFLINE)
    await provider.redeem(reused, OTHERS)
    with pytest.raises(GrantRefused):
        await provider.redeem(reused, OTHERS)
    await seal(party)
    assert await check_says(party) == "tables and log agree\n"
    owner = await holder(party, signed_in.access_token)
    (application,) = await provider.applications.all(owner)
    assert await provider.applications.end(owner, application.id)
    await seal(party)
    assert await check_says(party) == "tables and log agree\n"


async def test_a_clients_own_session_is_removed_when_it_has_ended(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    await record(party)
    party.clock.advance(days=400)
    party.storage.transport.ahead += timedelta(days=400)
    removed = await party.service.ended_sessions.remove(until=party.clock.now + timedelta(hours=1))
    assert removed == 2
    assert await party.storage.rows("Accounts", prefix="session:") == []


async def test_codes_and_pushed_requests_that_nobody_used_are_removed(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    from tests.openid_provider.code_flow.test_pushed_requests import push

    await provider.code(signed_in)
    await push(provider)
    await record(party)
    assert len(await party.storage.rows("AuditOutbox", prefix="~")) == 2
    party.clock.advance(minutes=10)
    await party.service.sweeping.remove(
        "expired challenges", until=party.clock.now + timedelta(hours=1)
    )
    assert await party.storage.rows("AuditOutbox", prefix="~") == []
