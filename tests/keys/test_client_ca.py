"""The key of the authority for client certificates: here, or in the vault for good."""

import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from shared import base64url
from shared.errors import KeysUnavailable
from shared.keys.certificate import PEM
from shared.keys.client_ca.in_vault import RemoteKeys
from shared.keys.client_ca.key import BITS, ClientCaKey, read_client_ca
from shared.keys.key_files import load_client_ca
from shared.keys.reading import NoneLeft, ReadFailed
from tests.fakes.identity_endpoint import make_token
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import FORBIDDEN, RESOURCE, UNAVAILABLE, throttled
from tests.fakes.key_vault_keys import Key
from tests.fakes.tls import Tls
from tests.keys.certificates import self_signed
from tests.keys.clock import at
from tests.keys.vault_secrets import CLIENT_CA, versions

KEY = rsa.generate_private_key(65537, 2048)
CONTENT = b"to be signed"


def add(vault: FakeKeyVault, *, created: float = 0, **members: Any) -> Key:  # noqa: ANN401
    given: dict[str, Any] = {"private_key": KEY, "created": at(created), "updated": at(created)}
    return vault.keys.add(CLIENT_CA, Key(**given | members))


async def the_only(keys: RemoteKeys) -> ClientCaKey:
    (version,) = (await keys.read()).versions
    return version.key


def check(key: ClientCaKey, signature: bytes) -> None:
    key.public_key.verify(signature, CONTENT, PKCS1v15(), hashes.SHA256())


async def test_the_vault_signs(vault: FakeKeyVault, remote_keys: RemoteKeys) -> None:
    version = add(vault).version
    key = await the_only(remote_keys)
    assert key.public_key == KEY.public_key()
    check(key, await key.sign(CONTENT))
    assert vault.asked[-1] == f"/keys/{CLIENT_CA}/{version}/sign"


async def test_its_signatures_are_those_that_are_made_here(
    vault: FakeKeyVault, remote_keys: RemoteKeys
) -> None:
    """So the authority's own certificate is the same on each instance."""
    add(vault)
    key = await the_only(remote_keys)
    assert await key.sign(CONTENT) == await key.sign(CONTENT)
    assert await key.sign(CONTENT) == KEY.sign(CONTENT, PKCS1v15(), hashes.SHA256())


async def test_all_enabled_versions_are_read_with_their_times(
    vault: FakeKeyVault, remote_keys: RemoteKeys
) -> None:
    """By several pages. A version is read once."""
    made = [add(vault, created=number) for number in range(5)]
    made[1].enabled = False
    made[4].expires = at(100)
    reading = await remote_keys.read()
    assert versions(reading) == {each.version for each in made if each.enabled}
    (last,) = [each for each in reading.versions if each.version == made[4].version]
    assert (last.created_at, last.visible_since, last.expires_at) == (at(4), at(4), at(100))
    before = len(vault.asked)
    await remote_keys.read()
    assert len(vault.asked) - before == 3  # pages


@pytest.mark.parametrize(
    "members",
    [
        {"operations": ("verify",)},
        {"private_key": rsa.generate_private_key(65537, 1024)},  # noqa: S505
    ],
    ids=["may not sign", "too short"],
)
async def test_a_key_that_cannot_do_it_is_none(
    vault: FakeKeyVault, remote_keys: RemoteKeys, members: dict[str, Any]
) -> None:
    add(vault, **members)
    with pytest.raises(NoneLeft):
        await remote_keys.read()


async def test_a_missing_key_is_a_failed_reading(remote_keys: RemoteKeys) -> None:
    with pytest.raises(ReadFailed) as caught:
        await remote_keys.read()
    assert not isinstance(caught.value, NoneLeft)


@pytest.mark.parametrize(
    "refusal", [UNAVAILABLE, FORBIDDEN, throttled(30)], ids=lambda each: each.code
)
async def test_a_vault_that_refuses_signs_nothing(
    vault: FakeKeyVault,
    remote_keys: RemoteKeys,
    refusal: Any,  # noqa: ANN401
) -> None:
    add(vault)
    key = await the_only(remote_keys)
    vault.refusal = refusal
    with pytest.raises(KeysUnavailable):
        await key.sign(CONTENT)
    vault.refusal = None
    check(key, await key.sign(CONTENT))


async def test_a_version_that_was_disabled_signs_nothing(
    vault: FakeKeyVault, remote_keys: RemoteKeys
) -> None:
    version = add(vault)
    key = await the_only(remote_keys)
    version.enabled = False
    with pytest.raises(KeysUnavailable):
        await key.sign(CONTENT)


async def test_a_vault_out_of_reach_signs_nothing(
    vault: FakeKeyVault, remote_keys: RemoteKeys
) -> None:
    add(vault)
    key = await the_only(remote_keys)
    await vault.stop()
    with pytest.raises(KeysUnavailable):
        await key.sign(CONTENT)
    await vault.start()


@pytest.mark.parametrize("altered", [lambda _: b"", lambda _: bytes(256), lambda s: s[:-1]])
async def test_a_signature_that_does_not_verify_goes_nowhere(
    vault: FakeKeyVault,
    remote_keys: RemoteKeys,
    altered: Any,  # noqa: ANN401
) -> None:
    add(vault)
    key = await the_only(remote_keys)
    vault.keys.altered = altered
    with pytest.raises(KeysUnavailable):
        await key.sign(CONTENT)


async def test_a_key_that_is_read_signs_here() -> None:
    key = read_client_ca(self_signed(0).pem(), PEM)
    check(key, await key.sign(CONTENT))


async def test_a_file_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "new" / "client-ca.pem"
    made, again = load_client_ca(path), load_client_ca(path)
    assert made.public_key == again.public_key
    assert made.public_key.key_size == BITS
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.fixture
async def http(tls: Tls) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(ssl=tls.client_context())
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


DIGEST = base64url.encode(sha256(CONTENT).digest())
REFUSED_BY_VAULT: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "elliptic": ({}, {"alg": "ES256", "value": DIGEST}, "BadParameter"),
    "no algorithm": ({}, {"value": DIGEST}, "BadParameter"),
    "not a digest": ({}, {"alg": "RS256", "value": base64url.encode(CONTENT)}, "BadParameter"),
    "disabled": ({"enabled": False}, {"alg": "RS256", "value": DIGEST}, "KeyDisabled"),
    "over": ({"expires": at(0)}, {"alg": "RS256", "value": DIGEST}, "KeyExpired"),
    "for others": ({"operations": ()}, {"alg": "RS256", "value": DIGEST}, "KeyOperationForbidden"),
}


@pytest.mark.parametrize(
    ("members", "body", "code"), REFUSED_BY_VAULT.values(), ids=REFUSED_BY_VAULT
)
async def test_the_fake_refuses_what_key_vault_refuses(
    vault: FakeKeyVault,
    http: aiohttp.ClientSession,
    members: dict[str, Any],
    body: dict[str, str],
    code: str,
) -> None:
    version = add(vault, **members).version
    url = f"https://127.0.0.1:{vault.port}/keys/{CLIENT_CA}/{version}/sign"
    headers = {"Authorization": f"Bearer {make_token(RESOURCE, now=int(time.time()))}"}
    async with http.post(
        url, params={"api-version": "2026-04-01"}, json=body, headers=headers
    ) as response:
        error = (await response.json())["error"]
        assert response.status in (400, 403)
        assert code in (error["code"], error.get("innererror", {}).get("code"))
