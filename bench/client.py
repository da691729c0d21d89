"""A cheap HTTP client, so that the load generator is not what is measured."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlencode

_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RETRY_AFTER = re.compile(rb"\r\nretry-after: *\d+\r\n", re.IGNORECASE)
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class NotAnswered(Exception):
    """A measured request failed. Except under overload, further figures would be meaningless."""

    def __init__(self, request: str, *, status: int, content: bytes, head: bytes) -> None:
        super().__init__(f"{request}: {status} {content.decode(errors='replace')}")
        self.is_refusal = status == 503 and _RETRY_AFTER.search(head) is not None
        """Whether the server has said that the client should come back later."""


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes
    seconds: float
    head: bytes = b""
    """The status line and the headers."""

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.body)
        return value

    def headers(self, name: str) -> list[str]:
        """The values of each header with that name."""
        lines = [line.partition(": ") for line in self.head.decode("latin-1").split("\r\n")[1:]]
        return [value for found, _, value in lines if found.lower() == name.lower()]


class Connection:
    """One keep-alive connection to this machine, for one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def open(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):  # the server may have closed it first
            await self._writer.wait_closed()

    async def get(self, path: str, headers: Mapping[str, str] = _NO_HEADERS) -> Reply:
        return await self._send("GET", path, headers)

    async def post(
        self, path: str, body: object, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Reply:
        typed = {"Content-Type": "application/json", **headers}
        return await self._send("POST", path, typed, json.dumps(body).encode())

    async def post_form(
        self, path: str, members: Mapping[str, str], headers: Mapping[str, str] = _NO_HEADERS
    ) -> Reply:
        typed = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self._send("POST", path, typed, urlencode(members).encode())

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Reply:
        written = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"{written}Content-Length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter()
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = _CONTENT_LENGTH.search(answer)
        content = await self._reader.readexactly(int(length[1]) if length else 0)
        seconds = time.perf_counter() - began
        status = int(answer.split(b" ", 2)[1])
        if not 200 <= status < 400:
            raise NotAnswered(f"{method} {path}", status=status, content=content, head=answer)
        return Reply(content, seconds, answer)
