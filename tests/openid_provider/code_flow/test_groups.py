"""The groups of a person, for clients that have the scope."""

from collections.abc import Iterable
from dataclasses import replace

from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.administrators import account
from tests.harness.service_harness import ServiceHarness
from tests.no_event import NO_EVENT
from tests.openid_provider.code_flow.provider import Provider
from tests.sessions.claims import claims_of
from tests.storage_transport import RecordingTransport

SCOPE = "openid groups"


async def put_into(party: ServiceHarness, groups: Iterable[str]) -> None:
    owner = await account(party)
    changed = replace(owner.account, assigned_groups=frozenset(groups))
    assert await party.stores.accounts.change_row(owner, changed, event=NO_EVENT)


async def told(provider: Provider, tokens: ClientTokens) -> object:
    found = await provider.profiles.find(tokens.access_token, thumbprint=None)
    return found.get("groups")


def claimed(tokens: ClientTokens) -> object:
    return claims_of(tokens.id_token or "").get("groups")


async def test_a_client_with_the_scope_learns_the_groups(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    await put_into(party, ["b", "a"])
    tokens = await provider.redeem(await provider.code(signed_in, scope=SCOPE))
    assert (claimed(tokens), await told(provider, tokens)) == (["a", "b"], ["a", "b"])
    without = await provider.redeem(await provider.code(signed_in, scope="openid profile"))
    assert (claimed(without), await told(provider, without)) == (None, None)


async def test_a_change_counts_at_once_for_an_older_token(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await put_into(party, ["a"])
    tokens = await provider.redeem(await provider.code(signed_in, scope=SCOPE))
    await put_into(party, [])
    transport.forget()
    assert await told(provider, tokens) == []
    assert transport.names == ["query Accounts"]


async def test_groups_that_an_address_has_no_room_for_are_told_alone(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    many = [f"group-{number:04}" for number in range(100)] + ["x"]
    await put_into(party, many)
    code = await provider.code(signed_in, scope=SCOPE)
    assert len(code) < 2000
    tokens = await provider.redeem(code)
    assert (claimed(tokens), await told(provider, tokens)) == (None, many)


async def test_a_refreshed_id_token_says_nothing_of_groups(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    """No row of the account is read for it. An empty list would be wrong."""
    await put_into(party, ["a"])
    code = await provider.code(signed_in, scope=f"{SCOPE} offline_access")
    tokens = await provider.redeem(code)
    refreshed = await provider.refresh(tokens.refresh_token or "")
    assert (claimed(refreshed), await told(provider, refreshed)) == (None, ["a"])
