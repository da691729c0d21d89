"""Packets of TDS: a message is sent in as many as it needs ([MS-TDS] 2.2.3)."""

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

_HEADER = struct.Struct(">BBHHBB")
_LAST, _RESET = 0x01, 0x08
_SIZE = 4096
"""Until both sides agree on another."""


class Kind(IntEnum):
    BATCH = 1
    RPC = 3
    ANSWER = 4
    ATTENTION = 6
    TOKEN = 8
    TRANSACTION = 14
    LOGIN = 16
    PRELOGIN = 18
    """The messages of TLS are in such packets, too."""


class Message(NamedTuple):
    kind: int
    content: bytes
    reset: bool = False
    """The connection comes out of a pool: it is to be as it was after the sign-in."""


def packets(message: Message) -> bytes:
    """The least that a client can take: packets of 4096 bytes."""
    room = _SIZE - _HEADER.size
    parts = [message.content[at : at + room] for at in range(0, len(message.content), room)] or [
        b""
    ]
    return b"".join(
        _HEADER.pack(
            message.kind,
            _LAST if number == len(parts) else 0,
            _HEADER.size + len(part),
            0,
            number % 256,
            0,
        )
        + part
        for number, part in enumerate(parts, 1)
    )


@dataclass(kw_only=True)
class Reassembly:
    """Messages out of the bytes of a stream."""

    rest: bytes = b""
    """What is no whole packet yet."""
    _begun: bytes = field(default=b"", init=False)
    _reset: bool = field(default=False, init=False)

    def next(self) -> Message | None:
        """The first message that is complete."""
        while len(self.rest) >= _HEADER.size:
            kind, status, length, *_ = _HEADER.unpack_from(self.rest)
            if length < _HEADER.size:
                raise ValueError("a packet is shorter than its header")
            if len(self.rest) < length:
                return None
            self._reset = self._reset or bool(status & _RESET)
            self._begun += self.rest[_HEADER.size : length]
            self.rest = self.rest[length:]
            if status & _LAST:
                message = Message(kind, self._begun, self._reset)
                self._begun, self._reset = b"", False
                return message
        return None
