"""The fake is as strict as Key Vault: otherwise tests with it would prove nothing."""

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.keyvault.secrets.aio import SecretClient

from tests.fakes.identity_endpoint import make_token
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import RESOURCE, Secret, throttled
from tests.fakes.tls import Tls
from tests.keys.clock import at

API = {"api-version": "2026-04-01"}


@pytest.fixture
async def http(tls: Tls) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(ssl=tls.client_context())
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
def secret(vault: FakeKeyVault) -> Secret:
    return vault.add("a", Secret(value="value", content_type=None, created=at(0), updated=at(0)))


def bearer(audience: str = RESOURCE, *, now: int | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token(audience, now=now or int(time.time()))}"}


REFUSED_TOKENS = {
    "none": {},
    "basic": {"Authorization": "Basic YTpi"},
    "empty": {"Authorization": "Bearer "},
    "no token": {"Authorization": "Bearer abc"},
    "another audience": bearer("https://storage.azure.com"),
    "expired": bearer(now=1),
}


@pytest.mark.parametrize("headers", REFUSED_TOKENS.values(), ids=REFUSED_TOKENS)
async def test_a_request_without_a_token_is_challenged(
    vault: FakeKeyVault, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    url = f"https://127.0.0.1:{vault.port}/secrets/a/versions"
    async with http.get(url, params=API, headers=headers) as response:
        assert response.status == 401
        assert f'resource="{RESOURCE}"' in response.headers["WWW-Authenticate"]
        assert (await response.json())["error"]["code"] == "Unauthorized"


async def test_a_request_names_its_api_version(
    vault: FakeKeyVault, http: aiohttp.ClientSession
) -> None:
    url = f"https://127.0.0.1:{vault.port}/secrets/a/versions"
    for params in ({}, {"api-version": "1.0"}):
        async with http.get(url, params=params, headers=bearer()) as response:
            assert response.status == 400


async def test_plain_http_gets_no_answer(vault: FakeKeyVault, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.ClientError):
        await http.get(f"http://127.0.0.1:{vault.port}/secrets/a/versions", headers=bearer())


async def test_the_sdk_reads_a_version_and_the_newest_version(
    vault: FakeKeyVault, client: SecretClient, secret: Secret
) -> None:
    vault.add("a", Secret(value="newer", content_type="text", created=at(1), updated=at(1)))
    assert (await client.get_secret("a", secret.version)).value == "value"
    newest = await client.get_secret("a")
    assert (newest.value, newest.properties.content_type) == ("newer", "text")


async def test_the_sdk_understands_refusals(
    vault: FakeKeyVault, client: SecretClient, secret: Secret
) -> None:
    with pytest.raises(ResourceNotFoundError):
        await client.get_secret("b")
    secret.enabled = False
    with pytest.raises(HttpResponseError) as caught:
        await client.get_secret("a", secret.version)
    assert caught.value.status_code == 403
    vault.refusal = throttled(30)
    with pytest.raises(HttpResponseError) as caught:
        await client.get_secret("a", secret.version)
    assert caught.value.status_code == 429
    assert caught.value.error is not None
    assert caught.value.error.code == "Throttled"
