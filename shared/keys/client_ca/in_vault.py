"""Keys that never leave Key Vault: it makes the signatures.

The SDK for secrets sends these requests, too. That for keys is another package, and what it would
add is the form of three requests.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.keyvault.secrets.aio import SecretClient
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from shared import base64url
from shared.errors import KeysUnavailable
from shared.keys.client_ca.key import ClientCaKey
from shared.keys.key_vault import Versions
from shared.keys.signing_key import BITS

_TIME_LIMIT_SECONDS = 10
"""For one signature with its retries, as a request waits for it."""
_RSA = ("RSA", "RSA-HSM")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    version: str
    enabled: bool
    created_on: datetime | None
    updated_on: datetime | None
    not_before: datetime | None
    expires_on: datetime | None


class RemoteKeys(Versions[ClientCaKey]):
    """The versions of an RSA key, each with its signatures by the vault."""

    def __init__(self, client: SecretClient, name: str) -> None:
        super().__init__(name)
        self._client = client

    async def _list(self) -> AsyncIterator[_Listed]:
        address: str | None = f"/keys/{self._name}/versions"
        while address is not None:
            page = await self._send(HttpRequest("GET", address))
            for item in page["value"]:
                yield _listed(item)
            address = page.get("nextLink")

    async def _get(self, version: str) -> ClientCaKey:
        found = await self._send(HttpRequest("GET", f"/keys/{self._name}/{version}"))
        key = _read_key(found["key"])
        return ClientCaKey(key, partial(self._sign, version, key))

    async def _sign(self, version: str, key: RSAPublicKey, content: bytes) -> bytes:
        """Raises KeysUnavailable. A signature that does not verify goes nowhere."""
        body = {"alg": "RS256", "value": base64url.encode(sha256(content).digest())}
        request = HttpRequest("POST", f"/keys/{self._name}/{version}/sign", json=body)
        try:
            async with asyncio.timeout(_TIME_LIMIT_SECONDS):
                answer = await self._send(request)
            signature = base64url.decode(answer["value"])
            key.verify(signature, content, PKCS1v15(), hashes.SHA256())
        except (AzureError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise KeysUnavailable from error
        except InvalidSignature as error:
            raise KeysUnavailable from error
        return signature

    async def _send(self, request: HttpRequest) -> Mapping[str, Any]:
        """Raises HttpResponseError, and other errors of the SDK."""
        response: AsyncHttpResponse = await self._client.send_request(request)
        if response.status_code != 200:
            raise HttpResponseError(response=response)
        found: Mapping[str, Any] = response.json()
        return found


def _listed(item: Mapping[str, Any]) -> _Listed:
    attributes = item["attributes"]
    times = (_time(attributes.get(name)) for name in ("created", "updated", "nbf", "exp"))
    created, updated, not_before, expires = times
    return _Listed(
        version=item["kid"].rpartition("/")[2],
        enabled=attributes.get("enabled", False),
        created_on=created,
        updated_on=updated,
        not_before=not_before,
        expires_on=expires,
    )


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _read_key(jwk: Mapping[str, Any]) -> RSAPublicKey:
    """Raise ValueError for a key that cannot make our signatures."""
    if jwk.get("kty") not in _RSA or "sign" not in jwk.get("key_ops", ()):
        raise ValueError("not an RSA key that may sign")
    n, e = (int.from_bytes(base64url.decode(jwk[name])) for name in ("n", "e"))
    key = RSAPublicNumbers(e, n).public_key()
    if key.key_size < BITS:
        raise ValueError(f"not an RSA key of {BITS} bits or more")
    return key
