"""A connection of HTTP/1.1, which carries one request at a time."""

import asyncio
from typing import cast

from azure.core.exceptions import ServiceResponseError, ServiceResponseTimeoutError

from shared.storage.table_service.answer import Answer
from shared.storage.table_service.answer_reader import AnswerInvalid, AnswerReader

REQUEST_ID = "x-ms-client-request-id"
_LEAVES_AT_ONCE = 16 * 1024
"""More may still wait here when the answer comes, and with TLS nobody knows."""
_FIRST_REFUSAL = 400


class HttpConnection(asyncio.Protocol):
    def __init__(self) -> None:
        self._reader = AnswerReader()
        self._waiting: asyncio.Future[Answer] | None = None
        self._request_id, self._has_left = "", False
        self._transport: asyncio.Transport | None = None

    @property
    def reusable(self) -> bool:
        """Whether it can carry another request: not if a part of one may have yet to leave."""
        transport = self._transport
        return (
            transport is not None
            and not transport.is_closing()
            and self._reader.reusable
            and self._has_left
        )

    async def ask(self, request: bytes, request_id: str, *, seconds: float) -> Answer:
        """Raise ServiceResponseError if no whole answer comes within that time: nobody knows
        whether the request was done."""
        if self._transport is None:
            raise ServiceResponseError("the connection was lost")
        loop = asyncio.get_running_loop()
        self._reader.start()
        waiting: asyncio.Future[Answer] = loop.create_future()
        self._waiting, self._request_id = waiting, request_id
        self._has_left = len(request) <= _LEAVES_AT_ONCE
        timer = loop.call_later(seconds, self._time_out)
        try:
            self._transport.write(request)
            return await waiting
        finally:
            timer.cancel()
            self._waiting = None

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            answer = self._reader.feed(data)
        except AnswerInvalid as error:
            self._fail(ServiceResponseError(f"an invalid answer: {error}", error=error))
            return
        if self._waiting is None or self._waiting.done():
            self.abort()  # nobody asked
        elif answer is not None and not self._is_ours(answer):
            self._fail(ServiceResponseError("the answer to another request"))
        elif answer is not None:
            self._has_left |= answer.status_code < _FIRST_REFUSAL  # what was done has been read
            self._waiting.set_result(answer)

    def _is_ours(self, answer: Answer) -> bool:
        """An answer that was sent after the last one may have come just now. Storage says to which
        request an answer belongs, except some refusals."""
        answered: str = answer.headers.get(REQUEST_ID, self._request_id)
        return answered == self._request_id

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        kind = type(error).__name__ if error else "closed"
        self._fail(ServiceResponseError(f"the connection was lost: {kind}", error=error))

    def _time_out(self) -> None:
        self._fail(ServiceResponseTimeoutError("no answer"))

    def _fail(self, error: ServiceResponseError) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        self.abort()
