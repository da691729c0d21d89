"""Reads the answers of one connection. The parser is llhttp, which Node.js is built on. Pure."""

import httptools

from shared.storage.table_service.answer import Answer, Headers

MAX_HEAD = 64 * 1024
MAX_ANSWER = 16 * 1024 * 1024
"""Four times as much as storage sends at most."""
_FIRST_FINAL = 200


class AnswerInvalid(Exception):
    """It is not HTTP, or not one answer, or more than an answer may be."""


class AnswerReader:
    """An answer has to tell its length: one that ends with its connection may have been cut."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self.start()

    def start(self) -> None:
        """Before each request."""
        self._headers, self._body = Headers(), list[bytes]()
        self._size = 0
        self._status: int | None = None
        """None while headers are read."""
        self._whole = self.reusable = False

    def feed(self, data: bytes) -> Answer | None:
        """Return the answer once it is whole. Nothing more can be read after AnswerInvalid."""
        self._size += len(data)
        if self._size > MAX_ANSWER:
            raise AnswerInvalid("too long")
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            raise AnswerInvalid(type(error).__name__) from error
        if self._status is None and self._size > MAX_HEAD:
            raise AnswerInvalid("too many headers")
        if self._status is None or not self._whole:
            return None
        if self._status < _FIRST_FINAL:
            raise AnswerInvalid("not final")
        return Answer(self._status, self._headers, b"".join(self._body))

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._whole:
            raise AnswerInvalid("more than one answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._status is None:  # else it is after the body, and might replace one before it
            self._headers.add(name.decode("latin-1"), value.decode("latin-1"))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()

    def on_body(self, data: bytes) -> None:
        self._body.append(data)

    def on_message_complete(self) -> None:
        self._whole, self.reusable = True, self._parser.should_keep_alive()
