"""A web server of strangers, over TLS: documents by path, and how often each is read."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

from tests.fakes.tls import LOCALHOST, Tls


@dataclass(kw_only=True)
class Document:
    body: bytes
    media_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    held: asyncio.Event | None = None
    """It is not answered before this is set."""


@dataclass(kw_only=True)
class PublicDocuments:
    tls: Tls
    documents: dict[str, Document] = field(default_factory=dict)
    """By path."""
    reads: Counter[str] = field(default_factory=Counter)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by each request."""
    last_headers: Mapping[str, str] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=0
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=self.tls.server_context()).start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    def address(self, name: str, path: str) -> str:
        return f"https://{name}:{self.port}{path}"

    async def _answer(self, request: web.Request) -> web.Response:
        self.reads[request.path] += 1
        self.last_headers = dict(request.headers)
        self.asked.set()
        found = self.documents.get(request.path)
        if found is None:
            return web.Response(status=404)
        if found.held is not None:
            await found.held.wait()
        return web.Response(
            status=found.status,
            body=found.body,
            headers={"Content-Type": found.media_type, **found.headers},
        )


class Rebinding:
    """A name server whose every answer is the next one of its list; the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
