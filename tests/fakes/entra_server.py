"""The fake Entra over TLS, for a browser: a sign-in with a second factor of another service.

The application that the person signs in to is on another origin, and Entra redirects there at the
end, as it does for applications that get codes.
"""

import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import aiohttp
from aiohttp import web

from tests.fakes.entra import SUBJECT, Asked, Entra, Json, Refused, check_metadata
from tests.fakes.tls import LOCALHOST, Tls

_COOKIE = "ESTSAUTH"


@dataclass(kw_only=True)
class _Attempt:
    asked: Asked
    discovery_url: str
    metadata: Json
    headers: Mapping[str, str]
    key_set: Json


@dataclass(kw_only=True)
class EntraServer:
    tls: Tls
    _attempts: dict[str, _Attempt] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes(
            [
                web.get("/common/v2.0/.well-known/openid-configuration", self._discovery),
                web.get("/common/discovery/v2.0/keys", self._keys),
                web.get("/start", self._start),
                web.post("/common/federation/externalauthprovider", self._end),
                web.get("/app", _application),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=self.tls.server_context())
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"https://{LOCALHOST}:{self._port}"

    @property
    def application(self) -> str:
        """On another origin than Entra."""
        return f"https://localhost:{self._port}/app"

    def entra(self) -> Entra:
        return Entra(login=self.url)

    def start_url(self, service: str, object_id: str) -> str:
        """Where the browser of a person begins, after the password."""
        return f"{self.url}/start?service={service}&oid={object_id}"

    async def _discovery(self, _request: web.Request) -> web.Response:
        return web.json_response(self.entra().discovery())

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response(self.entra().key_set())

    async def _start(self, request: web.Request) -> web.Response:
        discovery_url = f"{request.query['service']}/entra/.well-known/openid-configuration"
        metadata, headers = await _get(discovery_url)
        check_metadata(metadata, discovery_url=discovery_url, headers=headers)
        key_set, _ = await _get(metadata["jwks_uri"])
        entra, asked = self.entra(), _ask()
        session = secrets.token_urlsafe(8)
        self._attempts[session] = _Attempt(
            asked=asked,
            discovery_url=discovery_url,
            metadata=metadata,
            headers=headers,
            key_set=key_set,
        )
        hint = entra.hint({"oid": request.query["oid"]})
        form = entra.form({"id_token_hint": hint}, asked=asked)
        page = _page(
            _form(metadata["authorization_endpoint"], form) + "<script>f.submit()</script>"
        )
        # It comes back with a form of another site.
        page.set_cookie(_COOKIE, session, secure=True, httponly=True, samesite="None")
        return page

    async def _end(self, request: web.Request) -> web.Response:
        attempt = self._attempts.pop(request.cookies.get(_COOKIE, ""), None)
        fields = {name: str(value) for name, value in (await request.post()).items()}
        try:
            if attempt is None:
                raise Refused("no sign-in is under way in this browser")
            claims = self.entra().judge(
                fields,
                attempt.asked,
                discovery_url=attempt.discovery_url,
                metadata=attempt.metadata,
                key_set=attempt.key_set,
                headers=attempt.headers,
            )
            outcome = f"Signed in by {claims['amr'][0]}"
        except Refused as error:
            outcome = f"Refused: {error}"
        location = f"{self.application}?outcome={outcome}"
        return web.Response(status=302, headers={"Location": location})


def _ask() -> Asked:
    entra = Entra()
    return Asked(
        nonce=secrets.token_urlsafe(16),
        state=secrets.token_urlsafe(600),
        subject=SUBJECT,
        acr=entra.ask().acr,
        amr=entra.ask().amr,
    )


async def _get(url: str) -> tuple[Json, Mapping[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.json(), response.headers


async def _application(request: web.Request) -> web.Response:
    return _page(f"<h1>{html.escape(request.query['outcome'])}</h1>")


def _form(action: str, fields: Mapping[str, str]) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    return f'<form name="f" method="post" action="{html.escape(action)}">{inputs}</form>'


def _page(content: str) -> web.Response:
    text = f'<!doctype html><html lang="en"><title>Entra</title><body>{content}'
    return web.Response(text=text, content_type="text/html")
