"""A small site behind a proxy that asks the service under test, both in one."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

_SOCKET = socket.create_server(("127.0.0.1", 0))
"""The service is told the port before the site begins."""
HOST = f"site.localhost:{_SOCKET.getsockname()[1]}"
"""For Chromium, each name below localhost is this machine."""
GUEST = "wes.visits"
"""No other test has this username."""
_SECRET = "the secret of the proxy"
SECRETS = sha256(_SECRET.encode()).hexdigest()
"""As PROXY_SECRETS has it."""


def _page(name: str, prefix: str, **members: object) -> dict[str, Any]:
    document = {
        "name": name,
        "title": f"The {name}",
        "kind": "web",
        "parameters": {"host": HOST, "pathPrefix": prefix},
        "who": {"users": [GUEST]},
    }
    return document | members


PAGES = [
    _page("site", "/"),
    _page("site-admin", "/admin", demands={"gestureAgeSeconds": 10}),
    _page("site-secret", "/secret", who={"groups": ["nobody"]}),
]
_NOT_PASSED_ON = {"content-length", "transfer-encoding", "content-encoding", "connection", "date"}


@dataclass
class ProtectedSite:
    service: str

    @property
    def url(self) -> str:
        return f"http://{HOST}"

    async def _answer(self, request: web.Request) -> web.Response:
        if request.path.startswith("/.touchstone/"):
            return await self._ask(request, request.raw_path)
        checked = await self._ask(request, "/verify", method="GET")
        if checked.status != 200:
            return checked
        who = checked.headers["X-Auth-User"]
        page = f"<!doctype html><title>Site</title><h1>Hello {who}</h1><p>{request.path}</p>"
        return web.Response(text=page, content_type="text/html")

    async def _ask(
        self, request: web.Request, path: str, *, method: str | None = None
    ) -> web.Response:
        said = {
            "X-Touchstone-Proxy": _SECRET,
            "X-Touchstone-Host": HOST,
        }
        if method is not None:
            said |= {"X-Forwarded-Method": request.method, "X-Forwarded-Uri": request.raw_path}
        headers = CIMultiDict(request.headers)
        headers.pop("Host")
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.request(
                method or request.method,
                self.service + path,
                headers={**headers, **said},
                data=await request.read() if method is None else None,
                allow_redirects=False,
            ) as answer,
        ):
            passed = CIMultiDict(answer.headers)
            for name in _NOT_PASSED_ON:
                passed.popall(name, None)
            return web.Response(status=answer.status, headers=passed, body=await answer.read())

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.SockSite(runner, _SOCKET.dup()).start()
        try:
            yield
        finally:
            await runner.cleanup()
