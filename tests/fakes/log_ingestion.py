"""The Logs Ingestion API of Azure Monitor, over TLS, as far as the service uses it.

https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
"""

import asyncio
import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.cut_answer import CutAnswer
from tests.fakes.tls import LOCALHOST, Tls

RESOURCE = "https://monitor.azure.com"
RULE = "dcr-00112233445566778899aabbccddeeff"
_VERSION = "2023-01-01"
_MOST_BYTES = 1024 * 1024

type Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    announced: int | None = None
    """The length of the body that the header gives."""


class FakeLogIngestion:
    def __init__(self, tls: Tls, streams: Mapping[str, set[str]]) -> None:
        """`streams` are the rule's, with the columns that each declares."""
        self._tls = tls
        self._streams = streams
        self.accepted: dict[str, list[Row]] = {stream: [] for stream in streams}
        self.answers: list[Answer | None] = []
        """Instead of what the next requests would get, one by one; None for that."""
        self.lost: int = 0
        """How many answers get lost, after what was sent was taken."""
        self.silent = False
        self.bad: set[str] = set()
        """Values that make a batch be refused as a whole."""
        self.requests = 0
        self._stopped = asyncio.Event()

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=8 * _MOST_BYTES)
        application.router.add_post("/dataCollectionRules/{rule}/streams/{stream}", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        context = self._tls.server_context()
        await web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=context).start()
        return self

    async def __aexit__(self, *error: object) -> None:
        self._stopped.set()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"https://{LOCALHOST}:{self._runner.addresses[0][1]}"

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        if self.silent:
            await self._stopped.wait()
        planned = self.answers.pop(0) if self.answers else None
        if planned is not None:
            answer = web.Response(status=planned.status, headers=planned.headers, body=planned.body)
            announced = len(planned.body) if planned.announced is None else planned.announced
            return CutAnswer(answer, len(planned.body), announced=announced)
        stream = request.match_info["stream"]
        status, rows = self._check(request, stream, await request.read())
        if status == 204:
            self.accepted[stream] += rows
            if self.lost:
                self.lost -= 1
                assert request.transport is not None
                request.transport.abort()
        return web.Response(status=status)

    def _check(self, request: web.Request, stream: str, body: bytes) -> tuple[int, list[Row]]:
        if not _is_for_us(request.headers.get("Authorization", "")):
            return 401, []
        if request.match_info["rule"] != RULE:
            return 404, []
        if stream not in self._streams or request.query.get("api-version") != _VERSION:
            return 400, []
        if request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            return 415, []
        return self._check_rows(stream, _unpacked(body))

    def _check_rows(self, stream: str, text: bytes) -> tuple[int, list[Row]]:
        if len(text) > _MOST_BYTES:
            return 413, []
        rows = json.loads(text)
        if not isinstance(rows, list) or not rows:
            return 400, []
        for row in rows:
            if not isinstance(row, dict) or not row.keys() <= self._streams[stream]:
                return 400, []
            if "TimeGenerated" not in row or self.bad & set(map(str, row.values())):
                return 400, []
        return 204, rows


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def _is_for_us(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        return False
    claims = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return bool(read["aud"] == RESOURCE)
