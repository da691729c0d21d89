"""A client asks, on its way, for more than it was granted."""

import pytest

from shared.errors import GrantRefused
from shared.openid_provider.authorization.authorizing import Refused
from shared.relying_party.sessions.token_issuer import Tokens
from tests.blueprints.openid.test_tokens import redeem, refused
from tests.blueprints.openid.web import Browser, Web, redemption
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, parameters
from tests.sessions.claims import claims_of

ORDERS, BILLS = "https://orders.example.com", "https://bills.example.com"
BOTH = client(resources=(ORDERS, BILLS))


async def test_the_token_endpoint_widens_no_scope(web: Web, browser: Browser) -> None:
    form = redemption(await browser.code(scope="openid")) | {"scope": "openid groups"}
    assert (await redeem(web, form))["scope"] == "openid"
    code = await browser.code(scope="openid offline_access")
    token = str((await redeem(web, redemption(code)))["refresh_token"])
    for scope in ("openid groups", "openid\tgroups", "account", "api", "openid OPENID"):
        form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": token}
        assert refused(await web.post("/token", form | {"scope": scope}))[1] == "invalid_scope"
        code = await browser.code(scope="openid offline_access")
        token = str((await redeem(web, redemption(code)))["refresh_token"])


async def test_a_narrow_token_does_not_stay_wide_and_a_wide_one_is_not_kept_narrow(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    provider = Provider(party)
    tokens = await provider.redeem(await provider.code(signed_in, scope="openid offline_access"))
    narrow = await provider.refresh(tokens.refresh_token or "", scope=("offline_access",))
    assert (narrow.scope, narrow.id_token) == (("offline_access",), None)
    assert claims_of(narrow.access_token)["scope"] == "offline_access"
    again = await provider.refresh(narrow.refresh_token or "")
    assert set(again.scope) == {"openid", "offline_access"}


async def test_no_leg_widens_the_resources(party: ServiceHarness, signed_in: Tokens) -> None:
    provider = Provider(party, BOTH)
    scope = "openid offline_access"
    for asked in (BILLS, f"{ORIGIN}/userinfo", ORIGIN, party.settings.tokens.audience):
        code = await provider.code(signed_in, scope=scope, resource=ORDERS)
        with pytest.raises(GrantRefused) as raised:
            await provider.redeem(code, BOTH, resources=(asked,))
        assert raised.value.name == "invalid_target"
        code = await provider.code(signed_in, scope=scope, resource=ORDERS)
        tokens = await provider.redeem(code, BOTH)
        with pytest.raises(GrantRefused) as raised:
            await provider.refresh(tokens.refresh_token or "", BOTH, resources=(asked,))
        assert raised.value.name == "invalid_target"


async def test_what_was_registered_by_mistake_is_no_audience_of_ours(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    """Our own APIs and `/userinfo` would accept it."""
    own = (party.settings.tokens.audience, party.settings.tokens.account_audience, ORIGIN)
    for audience in own:
        mistaken = client(resources=(audience,))
        provider = Provider(party, mistaken)
        sealed = await provider.authorizing.begin(
            parameters(scope="orders:read"), in_frame=False, address=None
        )
        assert isinstance(sealed, Refused)
        assert sealed.error.name == "invalid_target"
    del signed_in
