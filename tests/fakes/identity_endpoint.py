"""The identity endpoint of App Service and Functions, as a managed identity's library asks it.

https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
"""

import base64
import json
import secrets
import time
from typing import Self

from aiohttp import web

CLIENT_ID = "66666666-7777-8888-9999-000000000000"
_TENANT = "11111111-2222-3333-4444-555555555555"
_PRINCIPAL = "22222222-3333-4444-5555-666666666666"
_LIFETIME = 3600


class IdentityEndpoint:
    """Gives tokens to each client that knows the header and the identity's client ID."""

    def __init__(self, *resources: str, cut_off: bool = False) -> None:
        """`cut_off`: its answers end before they are complete."""
        self._cut_off = cut_off
        self._resources = frozenset(resources)
        self._secret = secrets.token_hex(16)
        self.statuses: list[int] = []
        """Of its answers, one by one."""
        self.is_down = False

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_get("/msi/token", self._give)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/msi/token"

    @property
    def environment(self) -> dict[str, str]:
        """As the platform sets it for the app."""
        return {"IDENTITY_ENDPOINT": self.url, "IDENTITY_HEADER": self._secret}

    async def _give(self, request: web.Request) -> web.Response:
        response = self._answer(request)
        self.statuses.append(response.status)
        return response

    def _answer(self, request: web.Request) -> web.Response:
        if self.is_down:
            return _refuse(500, "The identity service is not available")
        if request.headers.get("X-IDENTITY-HEADER") != self._secret:
            return _refuse(401, "The header is wrong")
        query = dict(request.query)
        resource = query.pop("resource", "")
        if query != {"api-version": "2019-08-01", "client_id": CLIENT_ID}:
            return _refuse(400, "No such API version or identity")
        if resource not in self._resources:
            return _refuse(400, f"No such resource: {resource}")
        return self._token(resource)

    def _token(self, resource: str) -> web.Response:
        now = int(time.time())
        answer = {
            "access_token": make_token(resource, now=now),
            "expires_on": str(now + _LIFETIME),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": CLIENT_ID,
        }
        if self._cut_off:
            text = json.dumps(answer)[:-2]
            return web.Response(text=text, content_type="application/json")
        return web.json_response(answer)


def make_token(audience: str, *, now: int) -> str:
    """A token that says what Entra's would, with a signature which is none."""
    claims = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{_TENANT}/",
        "oid": _PRINCIPAL,
        "nbf": now,
        "iat": now,
        "exp": now + _LIFETIME,
    }
    return ".".join(_segment(part) for part in ({"alg": "RS256", "typ": "JWT"}, claims, {}))


def _segment(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _refuse(status: int, message: str) -> web.Response:
    return web.json_response({"statusCode": status, "message": message}, status=status)
