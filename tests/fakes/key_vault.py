"""Key Vault's REST API for secrets and keys, over TLS, as far as the service and operators use it.

https://learn.microsoft.com/rest/api/keyvault/secrets

It has the name and, in its address, the port of a real vault, as the SDK gives its token to no
other host. `transport` leads that name here.
"""

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from aiohttp import web
from azure.core.pipeline.transport import AioHttpTransport

from tests.fakes.key_vault_answers import (
    DISABLED,
    HOSTS,
    Refusal,
    Secret,
    check_request,
    not_found,
)
from tests.fakes.key_vault_keys import VaultKeys
from tests.fakes.names import environment_to, transport_to
from tests.fakes.tls import LOCALHOST, Tls


class FakeKeyVault:
    def __init__(self, tls: Tls, *, page_size: int = 25) -> None:
        self.host = HOSTS.replace("*", f"kv-{secrets.token_hex(6)}")
        self._tls = tls
        self._page_size = page_size
        self._secrets: dict[str, dict[str, Secret]] = {}
        self.keys = VaultKeys(self.url, page_size=page_size)
        self._port = 0
        self.asked: list[str] = []
        """Paths of all requests with a token, whatever their answer."""
        self.served: list[str] = []
        """Paths that were answered with 200."""
        self.challenged = 0
        """How many requests were sent away to fetch a token."""
        self.refused = 0
        """How many got some other refusal."""
        self.refusal: Refusal | None = None
        """For every request, instead of an answer."""
        self.unreadable: Refusal | None = None
        """For the values of secrets, whereas listing them works."""

    def add(self, name: str, secret: Secret) -> Secret:
        self._secrets.setdefault(name, {})[secret.version] = secret
        return secret

    def versions(self, name: str) -> list[Secret]:
        return sorted(self._secrets.get(name, {}).values(), key=lambda each: each.created)

    def delete(self, name: str) -> None:
        del self._secrets[name]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Started again, it comes back on the port that it had."""
        application = web.Application(middlewares=[self._guard])
        self.keys.add_to(application.router)
        application.router.add_get("/secrets/{name}/versions", self._list)
        application.router.add_put("/secrets/{name}", self._set)
        application.router.add_patch("/secrets/{name}/{version}", self._update)
        application.router.add_get("/secrets/{name}/{version:[^/]*}", self._get)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        context = self._tls.server_context()
        await web.TCPSite(self._runner, LOCALHOST, self._port, ssl_context=context).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"https://{self.host}"

    def transport(self) -> AioHttpTransport:
        """To be made, and closed, in the running loop."""
        return transport_to(self.host, self._port, self._tls)

    def environment(self, folder: Path) -> dict[str, str]:
        """Leads the vault's name here in another process."""
        return environment_to(self.host, self._port, self._tls, folder=folder)

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        refusal = self.refusal or check_request(request)
        if refusal:
            self.challenged += refusal.status == 401
            self.refused += refusal.status != 401
            return refusal.response()
        self.asked.append(request.path)
        response = await handler(request)
        if response.status == 200:
            self.served.append(request.path)
        return response

    async def _list(self, request: web.Request) -> web.Response:
        """By pages, in the order of the versions' names, as Key Vault does."""
        name = request.match_info["name"]
        versions = self._secrets.get(name, {})
        size = int(request.query.get("maxresults", self._page_size))
        first = int(request.query.get("$skiptoken", 0))
        page = sorted(versions)[first : first + size]
        more = first + size < len(versions)
        return web.json_response(
            {
                "value": [versions[version].describe(name, vault_url=self.url) for version in page],
                "nextLink": self._next(request, first + size) if more else None,
            }
        )

    def _next(self, request: web.Request, first: int) -> str:
        version = request.query["api-version"]
        return f"{self.url}:443{request.path}?api-version={version}&$skiptoken={first}"

    async def _get(self, request: web.Request) -> web.Response:
        if self.unreadable:
            return self.unreadable.response()
        name, version = request.match_info["name"], request.match_info["version"]
        versions = self._secrets.get(name, {})
        newest = max(versions.values(), key=lambda each: each.created, default=None)
        secret = versions.get(version) if version else newest
        if secret is None:
            return not_found(name).response()
        if not secret.enabled:
            return DISABLED.response()
        return web.json_response(
            {"value": secret.value, **secret.describe(name, vault_url=self.url)}
        )

    async def _set(self, request: web.Request) -> web.Response:
        """Another version, which is the newest."""
        name, body = request.match_info["name"], await request.json()
        now, attributes = datetime.now(UTC), body.get("attributes", {})
        expires = attributes.get("exp")
        secret = Secret(
            value=body["value"],
            content_type=body.get("contentType"),
            created=now,
            updated=now,
            enabled=attributes.get("enabled", True),
            expires=None if expires is None else datetime.fromtimestamp(expires, UTC),
        )
        self.add(name, secret)
        described = secret.describe(name, vault_url=self.url)
        return web.json_response({"value": secret.value, **described})

    async def _update(self, request: web.Request) -> web.Response:
        name, body = request.match_info["name"], await request.json()
        secret = self._secrets[name][request.match_info["version"]]
        secret.enabled = body.get("attributes", {}).get("enabled", secret.enabled)
        secret.updated = datetime.now(UTC)
        return web.json_response(secret.describe(name, vault_url=self.url))
