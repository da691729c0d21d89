"""What Key Vault says: secrets without and with their values, refusals, and challenges."""

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

RESOURCE = "https://vault.azure.net"
HOSTS = "*.vault.azure.net"
"""Every vault has a name of its own, under the one for which the SDK gives away its token."""
_AUTHORITY = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555"
_CHALLENGE = f'Bearer authorization="{_AUTHORITY}", resource="{RESOURCE}"'
_API_VERSIONS = {"7.5", "7.6", "2025-07-01", "2026-04-01"}


@dataclass(slots=True, kw_only=True)
class Secret:
    """One version of a secret."""

    value: str
    content_type: str | None
    created: datetime
    updated: datetime
    enabled: bool = True
    not_before: datetime | None = None
    expires: datetime | None = None
    version: str = field(default_factory=lambda: secrets.token_hex(16))

    def describe(self, name: str, *, vault_url: str) -> dict[str, Any]:
        attributes = {
            "enabled": self.enabled,
            "created": _seconds(self.created),
            "updated": _seconds(self.updated),
            "nbf": _seconds(self.not_before),
            "exp": _seconds(self.expires),
            "recoveryLevel": "Recoverable",
            "recoverableDays": 90,
        }
        item = {
            "id": f"{vault_url}/secrets/{name}/{self.version}",
            "contentType": self.content_type,
            "attributes": {key: value for key, value in attributes.items() if value is not None},
        }
        return {key: value for key, value in item.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    status: int
    code: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)

    inner: str | None = None
    """A closer code, with which Key Vault tells apart what has one code."""

    def response(self) -> web.Response:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.inner:
            error["innererror"] = {"code": self.inner}
        return web.json_response({"error": error}, status=self.status, headers=self.headers)


def throttled(retry_after: int) -> Refusal:
    message = "Request was not processed because too many requests were received."
    headers = {"Retry-After": str(retry_after)}
    return Refusal(status=429, code="Throttled", message=message, headers=headers)


UNAVAILABLE = Refusal(status=503, code="ServiceUnavailable", message="Try again later.")
FORBIDDEN = Refusal(
    status=403,
    code="Forbidden",
    message="The caller is not authorized to perform the action.",
    inner="ForbiddenByRbac",
)


def not_found(name: str) -> Refusal:
    message = f"A secret with (name/id) {name} was not found in this key vault."
    return Refusal(status=404, code="SecretNotFound", message=message)


DISABLED = Refusal(
    status=403,
    code="Forbidden",
    message="Operation get is not allowed on a disabled secret.",
    inner="SecretDisabled",
)


def check_request(request: web.Request) -> Refusal | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        return _unauthorized("AKV10000: Request is missing a Bearer or PoP token.")
    if problem := _check_token(token):
        return _unauthorized(problem)
    if request.query.get("api-version") not in _API_VERSIONS:
        message = "The specified version is not recognized. Specify a supported api-version."
        return Refusal(status=400, code="BadParameter", message=message)
    return None


def _check_token(token: str) -> str | None:
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return "AKV10001: Invalid token."
    if claims.get("aud") != RESOURCE:
        return f"AKV10022: Invalid audience. Expected {RESOURCE}, found: {claims.get('aud')}."
    return None if claims.get("exp", 0) > time.time() else "AKV10035: Token is expired."


def _unauthorized(message: str) -> Refusal:
    headers = {"WWW-Authenticate": _CHALLENGE}
    return Refusal(status=401, code="Unauthorized", message=message, headers=headers)


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())
