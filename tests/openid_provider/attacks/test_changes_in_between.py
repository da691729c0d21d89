"""An administrator takes something from a client while a person signs in there."""

import pytest

from shared.errors import GrantRefused, RedirectUnverified
from shared.openid.clients.client import Client, Grant
from shared.openid_provider.authorization.authorizing import Begun
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, answered, parameters

ORDERS, BILLS = "https://orders.example.com", "https://bills.example.com"
BEFORE = client(resources=(ORDERS, BILLS))
ASKED = {"scope": "openid orders:read offline_access", "resource": BILLS}
LESS = {
    "resource": (client(resources=(ORDERS,)), "invalid_target"),
    "scope": (
        client(resources=(ORDERS, BILLS), scopes=frozenset({"openid", "offline_access"})),
        "invalid_scope",
    ),
    "code grant": (
        client(resources=(ORDERS, BILLS), grants=frozenset({Grant.DEVICE_CODE})),
        "unauthorized_client",
    ),
}


@pytest.fixture
def provider(party: ServiceHarness) -> Provider:
    return Provider(party, BEFORE)


@pytest.mark.parametrize(("after", "error"), LESS.values(), ids=LESS)
async def test_what_a_client_lost_during_the_sign_in_is_refused(
    provider: Provider, signed_in: Tokens, after: Client, error: str
) -> None:
    sealed = await provider.begin(**ASKED)
    provider.registered.clients["app"] = after
    for tokens in (None, signed_in):
        assert answered(await provider.go_on(sealed, tokens))["error"] == error


@pytest.mark.parametrize(("after", "error"), LESS.values(), ids=LESS)
async def test_what_a_client_lost_since_it_pushed_its_request_is_refused(
    provider: Provider, signed_in: Tokens, after: Client, error: str
) -> None:
    uri = await provider.pushed.push(parameters(**ASKED), BEFORE, thumbprint=None, address=None)
    provider.registered.clients["app"] = after
    pushed = parameters(request_uri=uri)
    begun = await provider.authorizing.begin(pushed, in_frame=False, address=None)
    assert isinstance(begun, Begun)
    assert answered(await provider.go_on(begun.sealed, signed_in))["error"] == error


@pytest.mark.parametrize(("after", "error"), LESS.values(), ids=LESS)
async def test_what_a_client_lost_since_it_got_its_code_is_refused(
    provider: Provider, signed_in: Tokens, after: Client, error: str
) -> None:
    code = await provider.code(signed_in, **ASKED)
    with pytest.raises(GrantRefused) as raised:
        await provider.redeem(code, after)
    assert raised.value.name == error


async def test_a_redirect_uri_that_was_removed_makes_its_codes_worthless(
    provider: Provider, signed_in: Tokens
) -> None:
    """Whoever took it over has the code, and may have begun the sign-in too."""
    code = await provider.code(signed_in)
    with pytest.raises(GrantRefused):
        await provider.redeem(code, client(redirect_uris=("https://app.example.com/new",)))


async def test_a_redirect_uri_that_was_removed_gets_no_error_of_a_pushed_request(
    provider: Provider,
) -> None:
    uri = await provider.pushed.push(parameters(), BEFORE, thumbprint=None, address=None)
    provider.registered.clients["app"] = client(redirect_uris=("https://app.example.com/new",))
    with pytest.raises(RedirectUnverified):
        await provider.authorizing.begin(parameters(request_uri=uri), in_frame=True, address=None)
