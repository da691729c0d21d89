"""An HTTP answer of which only the beginning arrives."""

from collections.abc import Iterable

from aiohttp import web

_HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}


class CutAnswer(web.StreamResponse):
    """The first bytes of an answer, and then the connection ends."""

    def __init__(self, answer: web.Response, length: int, *, announced: int) -> None:
        """`announced` is the length that the head of the answer gives."""
        super().__init__(status=answer.status, headers=end_to_end(answer.headers.items()))
        self._beginning = body_of(answer)[:length]
        self.content_length = announced

    async def write_eof(self, _data: bytes = b"") -> None:
        if self._eof_sent or self._req is None:
            return
        await self.write(self._beginning)
        self._eof_sent = True
        if self._req.transport is not None:
            self._req.transport.close()


def body_of(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def end_to_end(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in _HOP_BY_HOP}
