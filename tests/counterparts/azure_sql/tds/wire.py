"""The messages of a connection, whatever encryption is around them.

TDS 7 sends the handshake of TLS in packets, after the first message of each side. TDS 8 begins with
TLS ([MS-TDS] 3.2.5.2).
"""

import ssl
from collections.abc import Callable, Iterator

from tests.counterparts.azure_sql.tds.packets import Kind, Message, Reassembly, packets
from tests.counterparts.azure_sql.tds.tls import Tls

_HANDSHAKE = b"\x16"
"""The first byte of TLS."""
STRICT = "tds/8.0"
"""What a client calls TDS 8 in the handshake (ALPN)."""


class Wire:
    def __init__(self, context: Callable[[bool], ssl.SSLContext]) -> None:
        """`context` is asked with True if TLS comes first."""
        self._context = context
        self._tls: Tls | None = None
        self._packets = Reassembly()
        self._begun = self.strict = False
        self._outgoing = b""

    @property
    def encrypted(self) -> bool:
        return self._tls is not None and self._tls.established

    def receive(self, data: bytes) -> Iterator[Message]:
        if not self._begun and data.startswith(_HANDSHAKE):
            self.strict, self._tls = True, Tls(self._context(True))
        self._begun = True
        self._feed(data)
        while message := self._packets.next():
            if self._tls is None or self._tls.established:
                yield message
            else:
                self._shake_hands(self._tls, message)

    def send(self, message: Message) -> None:
        if self._tls is None:
            self._outgoing += packets(message)
        else:
            self._tls.send(packets(message))
            self._outgoing += self._tls.outgoing()

    def encrypt(self) -> None:
        """What the client sends next is its part of the handshake."""
        self._tls = Tls(self._context(False))

    def outgoing(self) -> bytes:
        sent, self._outgoing = self._outgoing, b""
        return sent

    def _feed(self, data: bytes) -> None:
        if self._tls is not None and (self.strict or self._tls.established):
            data = self._tls.receive(data)
            self._outgoing += self._tls.outgoing()
            self._check_protocol(self._tls)
        self._packets.rest += data

    def _check_protocol(self, tls: Tls) -> None:
        if self.strict and tls.established and tls.protocol != STRICT:
            raise ValueError("a client that begins with TLS has to say that it speaks TDS 8")

    def _shake_hands(self, tls: Tls, message: Message) -> None:
        self._packets.rest, later = tls.receive(message.content), self._packets.rest
        if answer := tls.outgoing():
            self._outgoing += packets(Message(Kind.PRELOGIN, answer))
        if tls.established:
            self._feed(later)
        else:
            self._packets.rest = later
