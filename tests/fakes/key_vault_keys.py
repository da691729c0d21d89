"""Key Vault's REST API for RSA keys, as far as the service uses it: list, read, sign.

https://learn.microsoft.com/rest/api/keyvault/keys
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from shared import base64url
from tests.fakes.key_vault_answers import Refusal

_DIGEST_BYTES = {"RS256": 32, "RS384": 48, "RS512": 64}


@dataclass(slots=True, kw_only=True)
class Key:
    """One version of a key, which never leaves the vault."""

    private_key: RSAPrivateKey
    created: datetime
    updated: datetime
    enabled: bool = True
    expires: datetime | None = None
    operations: tuple[str, ...] = ("sign", "verify")
    version: str = field(default_factory=lambda: secrets.token_hex(16))

    def attributes(self) -> dict[str, Any]:
        times = {"created": self.created, "updated": self.updated, "exp": self.expires}
        shown = {name: int(at.timestamp()) for name, at in times.items() if at is not None}
        return {"enabled": self.enabled, "recoveryLevel": "Recoverable", **shown}

    def jwk(self, kid: str) -> dict[str, Any]:
        numbers = self.private_key.public_key().public_numbers()
        n, e = (
            base64url.encode(value.to_bytes((value.bit_length() + 7) // 8))
            for value in (numbers.n, numbers.e)
        )
        return {"kid": kid, "kty": "RSA", "key_ops": list(self.operations), "n": n, "e": e}


class VaultKeys:
    """The keys of a vault at this address."""

    def __init__(self, url: str, *, page_size: int) -> None:
        self._url = url
        self._page_size = page_size
        self._keys: dict[str, dict[str, Key]] = {}
        self.altered: Callable[[bytes], bytes] = bytes
        """What becomes of each signature on its way."""

    def add(self, name: str, key: Key) -> Key:
        self._keys.setdefault(name, {})[key.version] = key
        return key

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/keys/{name}/versions", self._list)
        router.add_get("/keys/{name}/{version}", self._get)
        router.add_post("/keys/{name}/{version}/sign", self._sign)

    async def _list(self, request: web.Request) -> web.Response:
        """By pages, in the order of the versions' names."""
        name = request.match_info["name"]
        first = int(request.query.get("$skiptoken", 0))
        last = first + self._page_size
        found = sorted(self._keys.get(name, {}).items())
        page = [
            {"kid": self._kid(name, version), "attributes": key.attributes(), "managed": True}
            for version, key in found[first:last]
        ]
        version = request.query["api-version"]
        more = f"{self._url}:443{request.path}?api-version={version}&$skiptoken={last}"
        return web.json_response({"value": page, "nextLink": more if last < len(found) else None})

    async def _get(self, request: web.Request) -> web.Response:
        name, version = request.match_info["name"], request.match_info["version"]
        key = self._keys.get(name, {}).get(version)
        if key is None:
            return _not_found(name).response()
        shown = {"key": key.jwk(self._kid(name, version)), "attributes": key.attributes()}
        return web.json_response({**shown, "managed": True})

    async def _sign(self, request: web.Request) -> web.Response:
        name, version = request.match_info["name"], request.match_info["version"]
        key, body = self._keys.get(name, {}).get(version), await request.json()
        if key is None:
            return _not_found(name).response()
        digest = base64url.decode(body.get("value", ""))
        if refusal := _refusal(key, body.get("alg"), digest):
            return refusal.response()
        signature = key.private_key.sign(digest, PKCS1v15(), Prehashed(SHA256()))
        value = base64url.encode(self.altered(signature))
        return web.json_response({"kid": self._kid(name, version), "value": value})

    def _kid(self, name: str, version: str) -> str:
        return f"{self._url}/keys/{name}/{version}"


def _refusal(key: Key, algorithm: str | None, digest: bytes) -> Refusal | None:
    if not key.enabled:
        return _forbidden("Operation sign is not allowed on a disabled key.", "KeyDisabled")
    if key.expires is not None and key.expires.timestamp() <= time.time():
        return _forbidden("Operation sign is not allowed on an expired key.", "KeyExpired")
    if "sign" not in key.operations:
        return _forbidden("Operation sign is not permitted on this key.", "KeyOperationForbidden")
    if algorithm not in _DIGEST_BYTES:
        return _bad("Key and signing algorithm are incompatible.")
    if len(digest) != _DIGEST_BYTES[algorithm]:
        return _bad(f"Invalid length of 'value': {len(digest)} bytes.")
    return None


def _bad(message: str) -> Refusal:
    return Refusal(status=400, code="BadParameter", message=message)


def _forbidden(message: str, inner: str) -> Refusal:
    return Refusal(status=403, code="Forbidden", message=message, inner=inner)


def _not_found(name: str) -> Refusal:
    message = f"A key with (name/id) {name} was not found in this key vault."
    return Refusal(status=404, code="KeyNotFound", message=message)
