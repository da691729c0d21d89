"""Requests such as no browser sends, byte for byte."""

import asyncio
from dataclasses import dataclass

from multidict import CIMultiDict

from tests.counterparts.forward_authentication.place import Place
from tests.fakes.tls import LOCALHOST

_PATIENCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: CIMultiDict[str]
    body: bytes


async def send(
    place: Place,
    target: str,
    *headers: tuple[str, str],
    method: str = "GET",
    host: str | None = None,
    body: bytes = b"",
) -> Answer:
    """Each header may have any name, and come twice. `host` is what the request says of it."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host or place.host}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if "connection" not in {name.lower() for name, _ in headers}:
        lines.append("Connection: close")
    if body:
        lines.append(f"Content-Length: {len(body)}")
    request = "\r\n".join([*lines, "", ""]).encode() + body
    return await _exchange(place, request, has_body=method != "HEAD")


async def _exchange(place: Place, request: bytes, *, has_body: bool) -> Answer:
    reader, writer = await asyncio.open_connection(
        LOCALHOST,
        place.port,
        ssl=place.tls.client_context(),
        server_hostname=place.host_name,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            writer.write(request)
            await writer.drain()
            status, headers = _head(await reader.readuntil(b"\r\n\r\n"))
            # Who asked for another protocol may keep the connection.
            length = int(headers.get("Content-Length", "-1")) if has_body else 0
            body = await (reader.read() if length < 0 else reader.readexactly(length))
            return Answer(status=status, headers=headers, body=body)
    finally:
        writer.transport.abort()


def _head(raw: bytes) -> tuple[int, CIMultiDict[str]]:
    first, *lines = raw.decode().strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), CIMultiDict((name, value.strip()) for name, _, value in pairs)
