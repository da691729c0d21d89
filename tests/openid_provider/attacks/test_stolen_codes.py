"""A thief has somebody's code. RFC 6749 section 10.5, RFC 9700 sections 2.1.1 and 4.5."""

from typing import Any

import pytest

from shared.errors import GrantRefused
from shared.recording.actors import user
from shared.relying_party.sessions.token_issuer import Tokens
from shared.storage.sessions import SessionStore
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.code_flow.provider import Provider
from tests.openid_provider.code_flow.test_consent import handle_of

OFFLINE = "openid offline_access"


async def test_a_second_use_during_the_first_ends_what_the_first_gives(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes when the code is used up and the session that it gives is not stored."""
    code = await provider.code(signed_in, scope=OFFLINE)
    add = SessionStore.add

    async def slow_add(store: SessionStore, *session: Any, **more: Any) -> bool:  # noqa: ANN401
        with pytest.raises(GrantRefused):
            await provider.redeem(code)
        return await add(store, *session, **more)

    monkeypatch.setattr(SessionStore, "add", slow_add)
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    sessions = await party.service.sessions.of_account(handle_of(signed_in))
    assert [each.grant for each in sessions] == [None]


async def test_a_code_of_a_session_that_has_ended_gives_no_offline_access(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    """Somebody ends everything at once, as a stranger is at their machine."""
    code = await provider.code(signed_in, scope=OFFLINE)
    handle = handle_of(signed_in)
    await party.service.sessions.end(handle, by=user(handle))
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    assert await party.service.sessions.of_account(handle) == []


async def test_a_code_of_a_suspended_account_gives_no_offline_access(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    code = await provider.code(signed_in, scope=OFFLINE)
    handle = handle_of(signed_in)
    suspend = party.service.credentials.suspend_account
    await suspend(handle, suspended=True, by=ADMINISTRATOR)
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    await suspend(handle, suspended=False, by=ADMINISTRATOR)
    sessions = await party.service.sessions.of_account(handle)
    assert [each.grant for each in sessions if each.grant] == []
