"""A service whose health a test decides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

type Answer = tuple[int, dict[str, object]]

UP: Answer = (200, {"status": "ok", "shipping": {"monitor": {"status": "behind"}}})


@dataclass
class Service:
    """Answers one after another; the last one stays."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.json_response(body, status=status)


@asynccontextmanager
async def served() -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.router.add_get("/health", service.answer)
    async with TestServer(app) as server:
        service.url = str(server.make_url("")).rstrip("/")
        yield service
