"""Somebody ends a client's access, or everything, while the client is redeeming a code.

Offline access is a session of its own. It may be stored after all sessions were listed, and before
the one that its code came from has ended.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.relying_party.sessions.token_issuer import Tokens
from shared.storage.sessions import SessionStore, StoredSession
from tests.harness.administrators import holder
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.code_flow.provider import Provider
from tests.openid_provider.code_flow.test_consent import handle_of

type End = Callable[[], Awaitable[object]]
type Prepare = Callable[[ServiceHarness, Provider, Tokens], Awaitable[End]]


async def everything(party: ServiceHarness, provider: Provider, tokens: Tokens) -> End:
    del provider
    return partial(party.service.own_sessions.end, await holder(party, tokens.access_token))


async def the_application(party: ServiceHarness, provider: Provider, tokens: Tokens) -> End:
    owner = await holder(party, tokens.access_token)
    (application,) = await provider.applications.all(owner)
    return partial(provider.applications.end, owner, application.id)


@pytest.mark.parametrize("prepare", [everything, the_application])
async def test_no_offline_access_slips_through(
    provider: Provider,
    party: ServiceHarness,
    signed_in: Tokens,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Prepare,
) -> None:
    code = await provider.code(signed_in, scope="openid offline_access")
    end = await prepare(party, provider, signed_in)
    of_account = SessionStore.stored_of_account
    redeemed: list[ClientTokens] = []

    async def slow_list(store: SessionStore, *whose: Any, **more: Any) -> list[StoredSession]:  # noqa: ANN401
        found = await of_account(store, *whose, **more)
        if not redeemed:
            redeemed.append(await provider.redeem(code))
        return found

    monkeypatch.setattr(SessionStore, "stored_of_account", slow_list)
    assert await end()
    assert redeemed
    left = await party.service.sessions.of_account(handle_of(signed_in))
    assert [each for each in left if each.grant] == []
