"""Hints are verified with the keys that Entra publishes, and with no others."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.errors import ProviderUnavailable, TokenInvalid
from shared.fetching.https import Https
from shared.openid.external_mfa.answer import Answer
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid_provider.external_mfa.asking import Asking
from shared.openid_provider.external_mfa.entra_hints import EntraHints
from tests.fakes.entra import CLIENT_ID, OBJECT_ID, OTHER_TENANT, TENANT, Entra
from tests.fakes.entra_server import EntraServer
from tests.fakes.tls import make_tls
from tests.harness.service_harness import ServiceHarness

NOWHERE = "https://127.0.0.1:1"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EntraServer]:
    async with EntraServer(tls=make_tls(tmp_path)) as server:
        yield server


def configuration(login: str) -> ExternalMfa:
    return ExternalMfa(
        issuer="https://touchstone.example/entra",
        client_id=CLIENT_ID,
        tenants=(TENANT,),
        login=login,
        self_linking=False,
    )


def hints(login: str, entra: Entra, https: Https) -> EntraHints:
    return EntraHints(configuration(login), https=https, clock=lambda: entra.now)


async def test_a_hint_is_verified_with_the_keys_of_the_cloud(server: EntraServer) -> None:
    entra = server.entra()
    reader = hints(server.url, entra, Https(tls=server.tls.client_context()))

    assert (await reader.verify(entra.hint())).object_id == OBJECT_ID
    with pytest.raises(TokenInvalid):
        await reader.verify(Entra(login=server.url, key="forger").hint())


async def test_a_hopeless_hint_causes_no_request() -> None:
    entra = Entra(login=NOWHERE)
    reader = hints(NOWHERE, entra, Https())
    other = {"iss": f"{NOWHERE}/{OTHER_TENANT}/v2.0", "tid": OTHER_TENANT}

    for hint in ("x", entra.hint(other), entra.hint(header={"alg": "PS256"})):
        with pytest.raises(TokenInvalid):
            await reader.verify(hint)
    with pytest.raises(ProviderUnavailable):
        await reader.verify(entra.hint())


async def test_entra_is_told_that_its_keys_cannot_be_fetched(party: ServiceHarness) -> None:
    entra = Entra(login=NOWHERE)
    ask = Asking(
        configuration=configuration(NOWHERE),
        hints=hints(NOWHERE, entra, Https()),
        keys=party.keys,
        clock=party.clock,
        random=bytes,
    )
    answer = await ask(entra.form())

    assert isinstance(answer, Answer)
    assert answer.fields["error"] == "temporarily_unavailable"
