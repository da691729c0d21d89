"""An answer of any bytes at all, after which the connection ends."""

import socket
import struct

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from tests.cut_answer import body_of

_NO_LINGER = struct.pack("ii", 1, 0)


class RawAnswer(web.StreamResponse):
    def __init__(self, raw: bytes = b"", *, reset: bool = False) -> None:
        """With `reset` the connection is lost, as when a server falls."""
        super().__init__()
        self._raw, self._reset = raw, reset

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        transport = request.transport
        if transport is not None:
            transport.write(self._raw)
            if self._reset:
                connection = transport.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            transport.close()
        return None

    async def write_eof(self, _data: bytes = b"") -> None:
        """All is written."""


def head_of(answer: web.Response, **changed: str | None) -> bytes:
    """With its length, unless that is changed; None leaves a header out."""
    headers = dict(answer.headers.items())
    headers["Content-Length"] = str(len(body_of(answer)))
    for name, value in changed.items():
        headers.pop(name.replace("_", "-"), None)
        if value is not None:
            headers[name.replace("_", "-")] = value
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} {answer.reason}\r\n{lines}\r\n".encode()
