"""Pushed requests count once, and for the client that pushed them."""

import pytest

from shared.errors import AuthorizationDenied, RedirectUnverified
from shared.openid.authorization.parameters import read_parameters
from shared.openid.authorization.request import ResponseMode
from shared.openid_provider.authorization.authorizing import Begun, Refused
from shared.openid_provider.authorization.pushed_requests import PREFIX
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.service_harness import Clock, ServiceHarness
from tests.openid.asking_client import CLIENT, client
from tests.openid_provider.code_flow.provider import Provider, answered, parameters
from tests.storage_transport import RecordingTransport

OTHER = client(id="other")


async def push(provider: Provider, *, thumbprint: str | None = None, **changes: str | None) -> str:
    return await provider.pushed.push(
        parameters(**changes), CLIENT, thumbprint=thumbprint, address=None
    )


async def bring(
    provider: Provider, uri: str, *more: tuple[str, str], client_id: str = "app"
) -> str:
    """The sealed request, after the browser brought the address of a pushed one."""
    pairs = [("client_id", client_id), ("request_uri", uri), *more]
    found = await provider.authorizing.begin(read_parameters(pairs), in_frame=False, address=None)
    assert isinstance(found, Begun)
    return found.sealed


async def test_a_pushed_request_is_answered(provider: Provider, signed_in: Tokens) -> None:
    sealed = await bring(provider, await push(provider, state="pushed"))
    assert answered(await provider.go_on(sealed, signed_in))["state"] == "pushed"


async def test_each_leg_costs_one_storage_call(
    provider: Provider, transport: RecordingTransport
) -> None:
    transport.forget()
    await bring(provider, await push(provider))
    assert transport.names == ["insert AuditOutbox", "delete AuditOutbox"]


async def test_what_a_browser_brings_beside_it_is_ignored(
    provider: Provider, signed_in: Tokens
) -> None:
    """mod_auth_openidc sends `scope` again, ASP.NET Core its version, and a thief what helps."""
    uri = await push(provider, state="pushed", response_mode="form_post")
    more = {
        "scope": "openid profile",
        "state": "theirs",
        "redirect_uri": "https://evil.example/",
        "response_mode": "fragment",
        "code_challenge_method": "plain",
        "prompt": "none",
        "x-client-SKU": "ID_NET10_0",
    }
    sealed = await bring(provider, uri, *more.items(), *more.items())
    found = await provider.go_on(sealed, signed_in)
    assert answered(found)["state"] == "pushed"
    assert getattr(found, "mode", None) is ResponseMode.FORM_POST


async def test_a_pushed_request_counts_once(provider: Provider) -> None:
    uri = await push(provider)
    await bring(provider, uri)
    with pytest.raises(RedirectUnverified):
        await bring(provider, uri)


async def test_a_pushed_request_of_another_client_is_not_used_up(party: ServiceHarness) -> None:
    provider = Provider(party, CLIENT, OTHER)
    uri = await push(provider)
    with pytest.raises(RedirectUnverified):
        await bring(provider, uri, client_id="other")
    await bring(provider, uri)


async def test_a_pushed_request_waits_for_a_minute_and_a_half(
    provider: Provider, clock: Clock
) -> None:
    uri = await push(provider)
    clock.advance(seconds=90)
    with pytest.raises(RedirectUnverified):
        await bring(provider, uri)


@pytest.mark.parametrize("uri", [PREFIX, PREFIX + "A" * 100, PREFIX + "x" * 20_000])
async def test_a_made_up_address_costs_no_storage_call(
    provider: Provider, transport: RecordingTransport, uri: str
) -> None:
    transport.forget()
    with pytest.raises(RedirectUnverified):
        await bring(provider, uri)
    assert transport.names == []


async def test_a_request_at_another_address_is_not_fetched(provider: Provider) -> None:
    pairs = {"request_uri": "https://evil.example/request"}
    refused = await provider.authorizing.begin(parameters(**pairs), in_frame=False, address=None)
    assert isinstance(refused, Refused)
    assert refused.error.name == "request_uri_not_supported"


async def test_a_pushed_request_is_checked_when_it_is_pushed(
    provider: Provider, transport: RecordingTransport
) -> None:
    transport.forget()
    with pytest.raises(RedirectUnverified):
        await push(provider, redirect_uri="https://evil.example/")
    for changes in ({"response_type": "id_token"}, {"request_uri": PREFIX + "x"}):
        with pytest.raises(AuthorizationDenied):
            await push(provider, **changes)
    assert transport.names == []


async def test_a_push_with_a_proof_binds_the_code_to_the_key(
    provider: Provider, signed_in: Tokens
) -> None:
    sealed = await bring(provider, await push(provider, thumbprint="k" * 43))
    code = answered(await provider.go_on(sealed, signed_in))["code"]
    assert (await provider.redeem(code, thumbprint="k" * 43)).token_type == "DPoP"
    with pytest.raises(AuthorizationDenied):
        await push(provider, thumbprint="k" * 43, dpop_jkt="x" * 43)


async def test_a_pushed_request_is_no_sealed_request_of_our_page(
    provider: Provider, signed_in: Tokens
) -> None:
    """It would skip the claim, and the time at which a browser brought it."""
    uri = await push(provider)
    with pytest.raises(RedirectUnverified):
        await provider.go_on(uri.removeprefix(PREFIX), signed_in)
    with pytest.raises(RedirectUnverified):
        await bring(provider, PREFIX + await provider.begin())
