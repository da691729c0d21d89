"""A person sees what clients have of the account, and ends it."""

from dataclasses import dataclass

import pytest

from shared.errors import GrantRefused, TokenInvalid
from shared.openid.authorization.interaction import Step
from shared.openid_provider.applications.application import Application
from shared.openid_provider.authorization.continuing import ToDo
from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.principals import AccountHolder
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import holder
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, answered
from tests.storage_faults import at
from tests.storage_transport import RecordingTransport, Send

OTHERS, FIRST = client(id="others", first_party=False), client(id="first")
OFFLINE = "openid offline_access"


@pytest.fixture
def provider(party: ServiceHarness) -> Provider:
    return Provider(party, OTHERS, FIRST)


@dataclass(frozen=True)
class Alice:
    provider: Provider
    holder: AccountHolder

    async def list(self) -> dict[str, Application]:
        return {each.client_id: each for each in await self.provider.applications.all(self.holder)}

    async def end(self, application: Application) -> bool:
        return await self.provider.applications.end(self.holder, application.id)


@pytest.fixture
async def alice(party: ServiceHarness, provider: Provider, signed_in: Tokens) -> Alice:
    return Alice(provider, await holder(party, signed_in.access_token))


async def use(provider: Provider, tokens: Tokens, client_id: str, scope: str) -> ClientTokens:
    sealed = await provider.begin(client_id=client_id, scope=scope)
    found = await provider.go_on(sealed, tokens, consents=client_id == "others")
    asking = provider.registered.clients[client_id]
    return await provider.redeem(answered(found)["code"], asking)


async def test_all_that_a_client_has_is_listed(
    party: ServiceHarness,
    provider: Provider,
    alice: Alice,
    signed_in: Tokens,
    alices: SoftAuthenticator,
) -> None:
    assert await alice.list() == {}
    elsewhere = (await party.sign_in(alices)).tokens
    await use(provider, signed_in, "first", "openid")
    await use(provider, signed_in, "others", OFFLINE)
    await use(provider, elsewhere, "others", "openid")
    listed = await alice.list()
    assert listed.keys() == {"first", "others"}
    first, others = listed["first"], listed["others"]
    assert (first.client, others.client) == (FIRST, OTHERS)
    assert (len(first.signed_in), first.offline, first.consent) == (1, (), None)
    assert len({each.session.id for each in others.signed_in}) == 2
    (offline,) = others.offline
    assert offline.grant is not None
    assert offline.grant.scope == ("openid", "offline_access")
    assert others.consent is not None
    assert others.consent.scope == {"openid", "offline_access"}


async def test_a_client_loses_all_that_it_has_and_others_nothing(
    party: ServiceHarness, provider: Provider, alice: Alice, signed_in: Tokens
) -> None:
    first = await use(provider, signed_in, "first", OFFLINE)
    others = await use(provider, signed_in, "others", OFFLINE)
    without = await use(provider, signed_in, "others", "openid")
    assert await alice.end((await alice.list())["others"])
    assert (await alice.list()).keys() == {"first"}
    for each in (others, without):
        with pytest.raises(TokenInvalid):
            await provider.profiles.find(each.access_token, thumbprint=None)
    with pytest.raises(GrantRefused):
        await provider.refresh(others.refresh_token or "", OTHERS)
    await provider.refresh(first.refresh_token or "", FIRST)
    found = await provider.go_on(await provider.begin(client_id="others"), signed_in)
    assert isinstance(found, ToDo)
    assert found.step is Step.CONSENT
    events = {each["kind"]: each for each in await record(party)}
    for kind in ("consent.withdrawn", "client-access.ended"):
        assert events[kind]["facts"] == {"client": "others"}
        assert events[kind]["actor"]["id"] == events[kind]["target"]["id"]
    assert "session.ended" in events


async def test_a_consent_alone_and_a_client_that_is_gone_can_be_ended(
    party: ServiceHarness,
    provider: Provider,
    alice: Alice,
    signed_in: Tokens,
    alices: SoftAuthenticator,
) -> None:
    """The person signed out since, and an administrator removed the client."""
    await use(provider, signed_in, "others", "openid")
    await party.service.revocation.revoke(signed_in.refresh_token)
    provider.registered.clients.clear()
    later = (await party.sign_in(alices)).tokens
    again = Alice(provider, await holder(party, later.access_token))
    (left,) = (await again.list()).values()
    assert (left.client, left.signed_in, left.offline) == (None, (), ())
    with pytest.raises(TokenInvalid):
        await alice.list()
    with pytest.raises(TokenInvalid):
        await alice.end(left)
    assert await again.end(left)
    assert await again.list() == {}
    assert not await again.end(left)


async def test_what_another_person_allowed_stays(
    party: ServiceHarness,
    provider: Provider,
    alice: Alice,
    signed_in: Tokens,
    mallorys: SoftAuthenticator,
) -> None:
    await use(provider, signed_in, "others", OFFLINE)
    (own,) = (await alice.list()).values()
    await party.register(mallorys, "mallory")
    theirs = (await party.sign_in(mallorys)).tokens
    mallory = Alice(provider, await holder(party, theirs.access_token))
    assert await mallory.list() == {}
    assert not await mallory.end(own)
    assert (await alice.list()).keys() == {"others"}


async def test_a_client_described_by_a_document_is_not_fetched_to_be_listed(
    party: ServiceHarness, alice: Alice, signed_in: Tokens, transport: RecordingTransport
) -> None:
    """Its name is its address, the only part that a stranger did not choose."""
    address = "https://app.example/client.json"
    documented = client(id=address, first_party=False)
    provider = Provider(party, documented)
    sealed = await provider.begin(client_id=address)
    answered(await provider.go_on(sealed, signed_in, consents=True))
    transport.forget()
    (listed,) = await party.service.own_applications.all(alice.holder)
    assert (listed.client_id, listed.client) == (address, None)
    assert sorted(transport.names) == ["get Accounts"] * 2 + ["query Accounts"] * 2


@pytest.mark.parametrize("number", [1, 4])
async def test_offline_access_that_begins_meanwhile_ends_too(
    party: ServiceHarness,
    provider: Provider,
    alice: Alice,
    signed_in: Tokens,
    transport: RecordingTransport,
    number: int,
) -> None:
    """The client redeems a code while the person ends it: after the list was read."""
    sealed = await provider.begin(client_id="others", scope=OFFLINE)
    code = answered(await provider.go_on(sealed, signed_in, consents=True))["code"]
    (listed,) = (await alice.list()).values()
    other = Provider(party.restarted(), OTHERS, FIRST)
    given: list[ClientTokens] = []

    async def redeem(send: Send) -> object:
        transport.fault = None
        given.append(await other.redeem(code, OTHERS))
        return await send()

    transport.fault = at(number, redeem, then=redeem, writes=True)
    assert await alice.end(listed)
    (tokens,) = given
    assert await alice.list() == {}
    with pytest.raises(GrantRefused):
        await other.refresh(tokens.refresh_token or "", OTHERS)
