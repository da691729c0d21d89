"""What tokens of a client are good for, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.errors import GrantRefused, NotPermitted, TokenInvalid
from shared.openid.clients.client import Grant, Secrets
from shared.recording.actors import SERVICE
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, Clock, ServiceHarness
from tests.openid.asking_client import CLIENT, client
from tests.openid_provider.code_flow.provider import Provider
from tests.openid_provider.code_flow.test_consent import handle_of
from tests.sessions.claims import claims_of
from tests.storage_transport import RecordingTransport

ORDERS, BILLS = "https://orders.example.com", "https://bills.example.com"
KEY, OTHER_KEY = "k" * 43, "x" * 43
OFFLINE = "openid profile offline_access"
OTHER = client(id="other")
CONFIDENTIAL = client(authentication=Secrets(()))


async def test_the_profile_is_told_with_one_storage_call(
    provider: Provider, signed_in: Tokens, transport: RecordingTransport
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope="openid profile"))
    transport.forget()
    profile = await provider.profiles.find(tokens.access_token, thumbprint=None)
    assert transport.names == ["query Accounts"]
    assert profile == {
        "sub": claims_of(tokens.id_token or "")["sub"],
        "name": "alice",
        "preferred_username": "alice",
    }


async def test_only_the_scope_is_told(provider: Provider, signed_in: Tokens) -> None:
    tokens = await provider.redeem(await provider.code(signed_in))
    profile = await provider.profiles.find(tokens.access_token, thumbprint=None)
    assert profile.keys() == {"sub"}
    without = await provider.redeem(await provider.code(signed_in, scope="orders:read"))
    with pytest.raises(NotPermitted):
        await provider.profiles.find(without.access_token, thumbprint=None)


async def test_a_bound_token_needs_its_key_and_another_needs_none(
    provider: Provider, signed_in: Tokens
) -> None:
    bound = await provider.redeem(await provider.code(signed_in), thumbprint=KEY)
    plain = await provider.redeem(await provider.code(signed_in))
    assert await provider.profiles.find(bound.access_token, thumbprint=KEY)
    for tokens, thumbprint in ((bound, None), (bound, OTHER_KEY), (plain, KEY)):
        with pytest.raises(TokenInvalid):
            await provider.profiles.find(tokens.access_token, thumbprint=thumbprint)


async def test_no_other_token_of_ours_tells_a_profile(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    provider = Provider(party, client(resources=(ORDERS,)))
    tokens = await provider.redeem(
        await provider.code(signed_in, resource=ORDERS),
        client(resources=(ORDERS,)),
    )
    assert claims_of(tokens.access_token)["aud"] == ORDERS
    for text in (tokens.access_token, tokens.id_token or "", signed_in.access_token, "x", ""):
        with pytest.raises(TokenInvalid):
            await provider.profiles.find(text, thumbprint=None)


async def test_a_clients_token_does_not_open_the_account(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    for text in (tokens.access_token, tokens.id_token or ""):
        with pytest.raises(TokenInvalid):
            await party.service.bearer_authentication.read_own(text)
    with pytest.raises(TokenInvalid):
        await party.refresh(tokens.refresh_token or "")
    # And it is not used up by that.
    await provider.refresh(tokens.refresh_token or "")


async def test_the_tokens_of_a_page_are_worth_nothing_for_a_client(
    provider: Provider, signed_in: Tokens
) -> None:
    with pytest.raises(GrantRefused):
        await provider.refresh(signed_in.refresh_token)


async def test_what_ends_the_session_ends_the_tokens(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in))
    await party.service.revocation.revoke(signed_in.refresh_token)
    with pytest.raises(TokenInvalid):
        await provider.profiles.find(tokens.access_token, thumbprint=None)
    assert await provider.introspection.introspect(tokens.access_token, by=None) is None


async def test_offline_access_outlives_the_session_but_no_suspension(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    await party.service.revocation.revoke(signed_in.refresh_token)
    later = await provider.refresh(tokens.refresh_token or "")
    assert await provider.profiles.find(later.access_token, thumbprint=None)
    await party.service.credentials.suspend_account(
        handle_of(signed_in), suspended=True, by=ADMINISTRATOR
    )
    with pytest.raises(TokenInvalid):
        await provider.profiles.find(later.access_token, thumbprint=None)
    with pytest.raises(GrantRefused):
        await provider.refresh(later.refresh_token or "")


async def test_offline_access_is_listed_and_ended_as_a_session(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    sessions = await party.service.sessions.of_account(handle_of(signed_in))
    assert sorted(each.user_agent for each in sessions) == ["An application", "tests"]
    (own,) = [each for each in sessions if each.grant]
    await party.service.sessions.end_one(own, by=SERVICE)
    with pytest.raises(GrantRefused):
        await provider.refresh(tokens.refresh_token or "")


async def test_a_refreshed_id_token_is_of_the_same_sign_in(
    provider: Provider, signed_in: Tokens, clock: Clock
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    clock.advance(minutes=10)
    later = await provider.refresh(tokens.refresh_token or "")
    first, second = claims_of(tokens.id_token or ""), claims_of(later.id_token or "")
    for name in ("sub", "auth_time", "sid", "aud", "iss", "acr", "name"):
        assert first[name] == second[name], name
    assert "nonce" not in second
    assert second["iat"] == first["iat"] + 600


async def test_a_refresh_token_counts_once_and_a_thief_ends_it(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    second = await provider.refresh(tokens.refresh_token or "")
    third = await provider.refresh(second.refresh_token or "")
    clock.advance(minutes=1)
    with pytest.raises(GrantRefused):
        await provider.refresh(tokens.refresh_token or "")
    with pytest.raises(GrantRefused):
        await provider.refresh(third.refresh_token or "")
    assert "token.reused" in [each["kind"] for each in await record(party)]


async def test_a_refresh_token_is_worth_nothing_for_another_client(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    provider = Provider(party, CLIENT, OTHER)
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    with pytest.raises(GrantRefused) as raised:
        await provider.refresh(tokens.refresh_token or "", OTHER)
    assert raised.value.name == "invalid_grant"
    await provider.refresh(tokens.refresh_token or "")


async def test_a_refresh_token_of_a_public_client_is_bound_to_its_key(
    provider: Provider, signed_in: Tokens
) -> None:
    code = await provider.code(signed_in, scope=OFFLINE)
    tokens = await provider.redeem(code, thumbprint=KEY)
    for thumbprint in (None, OTHER_KEY):
        with pytest.raises(GrantRefused):
            await provider.refresh(tokens.refresh_token or "", thumbprint=thumbprint)
    assert (await provider.refresh(tokens.refresh_token or "", thumbprint=KEY)).token_type == "DPoP"


async def test_a_client_that_proves_who_it_is_may_change_its_key(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    provider = Provider(party, CONFIDENTIAL)
    code = await provider.code(signed_in, scope=OFFLINE)
    tokens = await provider.redeem(code, CONFIDENTIAL, thumbprint=KEY)
    later = await provider.refresh(tokens.refresh_token or "", CONFIDENTIAL, thumbprint=OTHER_KEY)
    assert claims_of(later.access_token)["cnf"] == {"jkt": OTHER_KEY}


async def test_a_refresh_may_ask_for_less_and_never_for_more(
    provider: Provider, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    less = await provider.refresh(tokens.refresh_token or "", scope=("openid",))
    assert (less.scope, less.id_token is not None) == (("openid",), True)
    with pytest.raises(GrantRefused) as raised:
        await provider.refresh(less.refresh_token or "", scope=("openid", "groups"))
    assert raised.value.name == "invalid_scope"


async def test_a_client_that_lost_the_grant_or_a_scope_gets_no_more_of_it(
    provider: Provider, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    narrower = replace(CLIENT, scopes=frozenset({"openid"}))
    later = await provider.refresh(tokens.refresh_token or "", narrower)
    assert later.scope == ("openid",)
    with pytest.raises(GrantRefused):
        await provider.refresh(
            later.refresh_token or "", replace(CLIENT, grants=frozenset({Grant.DEVICE_CODE}))
        )


async def test_one_of_several_resources_may_be_chosen_at_the_token_endpoint(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    both = client(resources=(ORDERS, BILLS))
    provider = Provider(party, both)
    code = await provider.code(signed_in, resource=BILLS)
    tokens = await provider.redeem(code, both, resources=(BILLS,))
    assert claims_of(tokens.access_token)["aud"] == BILLS
    code = await provider.code(signed_in, resource=BILLS)
    with pytest.raises(GrantRefused) as raised:
        await provider.redeem(code, both, resources=(ORDERS,))
    assert raised.value.name == "invalid_target"
    tokens = await provider.redeem(await provider.code(signed_in), both)
    assert claims_of(tokens.access_token)["aud"] == [ORDERS, f"{ORIGIN}/userinfo"]


async def test_a_client_may_have_tokens_of_a_minute_to_15_minutes(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    for minutes, seconds in ((1, 60), (15, 900), (60, 900), (None, 300)):
        lifetime = None if minutes is None else timedelta(minutes=minutes)
        other = client(token_lifetime=lifetime)
        provider = Provider(party, other)
        tokens = await provider.redeem(await provider.code(signed_in), other)
        claims = claims_of(tokens.access_token)
        assert tokens.expires_in == claims["exp"] - claims["iat"] == seconds


LONG = client(token_lifetime=timedelta(minutes=15))
"""Its tokens would outlive sessions."""


@pytest.fixture
async def brief(party: ServiceHarness, alices: SoftAuthenticator) -> tuple[Provider, Tokens]:
    """Her session is over after five minutes."""
    short = party.restarted(SESSION_SECONDS="300")
    await short.register(alices, "alice")
    return Provider(short, LONG), (await short.sign_in(alices)).tokens


async def test_no_access_token_outlives_the_session(brief: tuple[Provider, Tokens]) -> None:
    """Whoever checks it by its signature alone could not know. An ID token is read at once."""
    provider, signed_in = brief
    provider.party.clock.advance(seconds=180)
    tokens = await provider.redeem(await provider.code(signed_in), LONG)
    claims = claims_of(tokens.access_token)
    ends_at = int(signed_in.session.expires_at.timestamp())
    assert (tokens.expires_in, claims["exp"]) == (120, ends_at)
    id_token = claims_of(tokens.id_token or "")
    assert id_token["exp"] - id_token["iat"] == 900


async def test_what_a_client_refreshes_ends_with_the_session_too(
    brief: tuple[Provider, Tokens],
) -> None:
    provider, signed_in = brief
    code = await provider.code(signed_in, scope=OFFLINE)
    tokens = await provider.redeem(code, LONG)
    provider.party.clock.advance(seconds=290)
    later = await provider.refresh(tokens.refresh_token or "", LONG)
    assert (tokens.expires_in, later.expires_in) == (300, 10)


async def test_a_code_of_a_session_that_is_over_gives_nothing(
    brief: tuple[Provider, Tokens],
) -> None:
    provider, signed_in = brief
    provider.party.clock.advance(seconds=299)
    code = await provider.code(signed_in)
    provider.party.clock.advance(seconds=1)
    with pytest.raises(GrantRefused, match="has ended") as raised:
        await provider.redeem(code, LONG)
    assert raised.value.name == "invalid_grant"
    assert (await record(provider.party))[-1]["outcome"] == "failure"


async def test_a_client_asks_about_its_own_tokens_alone(
    provider: Provider, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in))
    found = await provider.introspection.introspect(tokens.access_token, by=CLIENT)
    assert found is not None
    assert (found.client_id, found.scope) == ("app", ("openid",))
    assert await provider.introspection.introspect(tokens.access_token, by=OTHER) is None
    assert await provider.introspection.introspect(tokens.id_token or "", by=CLIENT) is None
    assert await provider.introspection.introspect("x", by=CLIENT) is None


@pytest.mark.parametrize("kind", ["access", "refresh"])
@pytest.mark.parametrize("scope", ["openid", OFFLINE])
async def test_a_client_gives_its_tokens_back(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, kind: str, scope: str
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope=scope))
    text = tokens.access_token if kind == "access" else tokens.refresh_token
    await provider.revocation.revoke(text or "", OTHER)
    assert await provider.introspection.introspect(tokens.access_token, by=None)
    if text is None:
        return
    await provider.revocation.revoke(text, CLIENT)
    await provider.revocation.revoke(text, CLIENT)
    assert await provider.introspection.introspect(tokens.access_token, by=None) is None
    events = [each["kind"] for each in await record(party)]
    ended = "session.ended" if scope == OFFLINE else "client-access.ended"
    assert events.count(ended) == 1
    # The person stays signed in.
    await party.refresh(signed_in.refresh_token)


async def test_revoking_the_tokens_of_a_page_is_not_for_clients(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    for text in (signed_in.refresh_token, signed_in.access_token, "x", ""):
        await provider.revocation.revoke(text, CLIENT)
    await party.refresh(signed_in.refresh_token)


async def test_people_of_one_sector_have_one_name_there(
    party: ServiceHarness, signed_in: Tokens, mallorys: SoftAuthenticator
) -> None:
    subjects = []
    for each in (client(sector="a.example"), client(sector="b.example"), CLIENT):
        provider = Provider(party, each)
        tokens = await provider.redeem(await provider.code(signed_in), each)
        subject = claims_of(tokens.id_token or "")["sub"]
        profile = await provider.profiles.find(tokens.access_token, thumbprint=None)
        assert subject == profile["sub"] == claims_of(tokens.access_token)["sub"]
        subjects.append(subject)
    assert len(set(subjects)) == 3


async def test_a_removed_client_has_no_tokens_any_more(
    provider: Provider, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in))
    provider.registered.clients.clear()
    with pytest.raises(TokenInvalid):
        await provider.profiles.find(tokens.access_token, thumbprint=None)
