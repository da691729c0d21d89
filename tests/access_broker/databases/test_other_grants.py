"""No other grant gives the scope of a profile, and no other story takes a token for a database."""

import pytest

from shared.accounts.records import CredentialRecord
from shared.errors import TokenInvalid
from shared.openid.clients.client import Grant
from shared.openid.tokens.signed import NotOurs, verify
from shared.openid_provider.tokens.token_issuer import ClientTokens
from tests.access_broker.databases.profiles import PSQL, settings
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import CLIENT, client
from tests.openid_provider.code_flow.provider import Provider, answered
from tests.openid_provider.device_flow.devices import Devices
from tests.sessions.claims import claims_of

WITH_SCOPE = client(scopes=CLIENT.scopes | {"db:orders"}, resources=("https://orders.example.org",))
"""An administrator has given it all that a token for the database has."""
SCOPE = "openid offline_access db:orders"


@pytest.fixture
async def token(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator
) -> ClientTokens:
    """Opens the database."""
    asked = await devices.ask(PSQL, scope="db:orders")
    await devices.approve(await devices.look(asked.user_code), alices)
    return await devices.poll(asked, PSQL)


@pytest.mark.parametrize("scope", ["db:orders", "openid db:orders"])
async def test_a_code_is_not_given_for_it(
    instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator, scope: str
) -> None:
    provider = Provider(instance, WITH_SCOPE)
    signed_in = (await instance.sign_in(alices)).tokens
    sealed = await provider.begin(scope=scope)
    for tokens in (None, signed_in):
        assert answered(await provider.go_on(sealed, tokens))["error"] == "invalid_scope"


async def test_what_was_granted_before_there_was_the_profile_is_without_it(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    before = Provider(party.restarted(ACCESS_PROFILES=settings(orders=None)), WITH_SCOPE)
    signed_in = (await party.sign_in(alices)).tokens
    code, unused = [await before.code(signed_in, scope=SCOPE) for _ in range(2)]
    granted = await before.redeem(code, WITH_SCOPE)
    assert claims_of(granted.access_token)["scope"] == SCOPE

    after = Provider(party.restarted(ACCESS_PROFILES=settings()), WITH_SCOPE)
    for tokens in (
        await after.redeem(unused, WITH_SCOPE),
        await after.refresh(granted.refresh_token or "", WITH_SCOPE),
    ):
        assert tokens.scope == ("openid", "offline_access")
        assert claims_of(tokens.access_token)["scope"] == "openid offline_access"


async def test_a_device_that_asked_before_there_was_the_profile_gets_none_of_it(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with_scope = client(
        id="psql",
        grants=frozenset({Grant.DEVICE_CODE}),
        scopes=WITH_SCOPE.scopes,
        resources=WITH_SCOPE.resources,
    )
    before = Devices(party.restarted(ACCESS_PROFILES=settings(orders=None)), with_scope)
    asked = await before.ask(with_scope, scope="openid db:orders")
    await before.approve(await before.look(asked.user_code), alices)
    after = Devices(party.restarted(ACCESS_PROFILES=settings()), with_scope)
    claims = claims_of((await after.poll(asked, with_scope)).access_token)
    assert claims["scope"] == "openid"
    assert "role" not in claims


async def test_userinfo_introspection_and_the_account_do_not_take_it(
    devices: Devices, instance: ServiceHarness, token: ClientTokens
) -> None:
    text = token.access_token
    with pytest.raises(TokenInvalid):
        await devices.profiles.find(text, thumbprint=None)
    assert await devices.introspection.introspect(text) is None
    assert await devices.introspection.introspect(text, by=PSQL) is None
    with pytest.raises(TokenInvalid):
        await instance.service.bearer_authentication.read_own(text)
    with pytest.raises(TokenInvalid):
        await instance.service.approval_senders.read_client(text, thumbprint=None)


async def test_no_verifier_of_ours_takes_it_for_its_own(
    instance: ServiceHarness, token: ClientTokens
) -> None:
    own = instance.settings.tokens
    keys = await instance.keys.published_keys()
    for audience in (own.audience, own.account_audience, f"{ORIGIN}/access", f"{ORIGIN}/userinfo"):
        with pytest.raises(NotOurs):
            verify(token.access_token, kind="at+jwt", audience=audience, issuer=ORIGIN, keys=keys)


async def test_to_revoke_it_changes_nothing(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, token: ClientTokens
) -> None:
    await devices.revocation.revoke(token.access_token, PSQL)
    assert len(await instance.service.sessions.of_account(alice.user_handle)) == 1
