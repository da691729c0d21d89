"""The identity endpoint of Azure Functions, as its managed identities see it."""

import base64
import json
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from aiohttp import web

RESOURCE = "https://storage.azure.com"
_TENANT = "https://sts.windows.net/11111111-2222-3333-4444-555555555555/"
_LIFETIME = 3600


class IdentityEndpoint:
    """Gives tokens for storage to whoever knows the header and the identity's client ID."""

    def __init__(self, *, secret: str, client_id: str) -> None:
        self._secret, self._client_id = secret, client_id
        self.statuses: list[int] = []

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_get("/msi/token", self._give)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/msi/token"

    async def _give(self, request: web.Request) -> web.Response:
        response = self._answer(request)
        self.statuses.append(response.status)
        return response

    def _answer(self, request: web.Request) -> web.Response:
        if request.headers.get("X-IDENTITY-HEADER") != self._secret:
            return web.json_response({"message": "Unauthorized"}, status=401)
        wanted = {
            "api-version": "2019-08-01",
            "resource": RESOURCE,
            "client_id": self._client_id,
        }
        if dict(request.query) != wanted:
            return web.json_response({"message": "Bad Request"}, status=400)
        now = int(time.time())
        return web.json_response(
            {
                "access_token": _token(now),
                "expires_on": str(now + _LIFETIME),
                "resource": RESOURCE,
                "token_type": "Bearer",
                "client_id": self._client_id,
            }
        )


def _token(now: int) -> str:
    """Azurite reads the claims and does not look at the signature."""
    claims = {
        "aud": RESOURCE,
        "iss": _TENANT,
        "nbf": now,
        "iat": now,
        "exp": now + _LIFETIME,
    }
    return ".".join(_segment(part) for part in ({"alg": "RS256", "typ": "JWT"}, claims, {}))


def _segment(part: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
