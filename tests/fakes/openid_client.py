"""An application that people sign in to, at a port of this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.authenticator import base64url

SECRET = "the secret of Desk, which a deployment makes of chance"
SIGNED_OUT = "https://desk.example/signed-out"
CLIENTS: list[dict[str, Any]] = [
    {
        "id": "desk",
        "name": "Desk",
        "authentication": {"method": "secret"},
        "secrets": [{"sha256": sha256(SECRET.encode()).hexdigest()}],
        "redirectUris": ["http://127.0.0.1/callback"],
        "postLogoutRedirectUris": [SIGNED_OUT],
        "grants": ["authorization_code", "refresh_token"],
        "scopes": ["openid", "profile", "offline_access"],
        "firstParty": True,
    },
    {
        "id": "partner",
        "name": "Partner",
        "authentication": {"method": "none"},
        "redirectUris": ["http://127.0.0.1/callback"],
        "scopes": ["openid", "profile"],
    },
    {
        "id": "terminal",
        "name": "Terminal",
        "authentication": {"method": "secret"},
        "secrets": [{"sha256": sha256(SECRET.encode()).hexdigest()}],
        "grants": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
        "scopes": ["openid", "profile", "offline_access"],
    },
    {
        "id": "psql",
        "name": "psql",
        "authentication": {"method": "none"},
        "grants": ["urn:ietf:params:oauth:grant-type:device_code"],
        "scopes": ["openid", "db:read"],
        "resources": ["https://db.example.org"],
    },
]
"""As OPENID_CLIENTS has them."""
VERIFIER = "a verifier must have forty-three characters".replace(" ", "-")


@dataclass
class OpenIdClient:
    """It keeps what browsers bring, and shows it in a heading."""

    port: int = 0
    brought: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def redirect_uri(self) -> str:
        return f"http://127.0.0.1:{self.port}/callback"

    def address(self, issuer: str, **changes: str) -> str:
        """Where it sends a person who is to sign in."""
        asked = {
            "client_id": "desk",
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": base64url.encode(sha256(VERIFIER.encode()).digest()),
            "code_challenge_method": "S256",
        }
        return f"{issuer}/authorize?{urlencode(asked | changes)}"

    async def redeem(
        self, issuer: str, code: str, client_id: str = "desk", **changes: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER,
        }
        return await self._ask(issuer, form | changes)

    async def refresh(self, issuer: str, token: str) -> dict[str, Any]:
        form = {"grant_type": "refresh_token", "client_id": "desk", "refresh_token": token}
        return await self._ask(issuer, form)

    async def _ask(self, issuer: str, form: dict[str, str]) -> dict[str, Any]:
        proof = {"client_secret": SECRET} if form["client_id"] == "desk" else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{issuer}/token", data=form | proof) as response,
        ):
            found: dict[str, Any] = await response.json()
            return found

    async def _called_back(self, request: web.Request) -> web.Response:
        given = request.query if request.method == "GET" else await request.post()
        brought = {name: str(value) for name, value in given.items()}
        self.brought.append((request.method, brought))
        outcome = brought.get("error", "signed in")
        return web.Response(text=f"<h1>{outcome}</h1>", content_type="text/html")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_route("*", "/callback", self._called_back)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()
