"""The receiver of a webhook, which keeps what it is told. `docs/approvals.md` has one that verifies
it."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.receiver import Receiver
from tests.sessions.claims import claims_of

HOST = "hooks.example"


@dataclass(kw_only=True)
class WebhookReceiver(Receiver):
    told: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def address(self, path: str = "/approvals") -> str:
        return f"https://{HOST}:{self.port}{path}"

    async def _take(self, request: web.Request) -> web.Response:
        self.told.append(claims_of(await request.text()))
        self.paths.append(request.path)
        return web.Response(status=202)

    @property
    def steps(self) -> list[str]:
        return [next(iter(claims["events"])).rpartition("approval-")[2] for claims in self.told]
