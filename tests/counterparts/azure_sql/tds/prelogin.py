"""The first message of each side ([MS-TDS] 2.2.6.5)."""

import struct
from collections.abc import Mapping
from enum import IntEnum

_ENTRY = struct.Struct(">BHH")
_END = 0xFF


class Option(IntEnum):
    VERSION = 0
    ENCRYPTION = 1
    INSTANCE = 2
    MARS = 4
    FEDERATED = 6
    """FEDAUTHREQUIRED: a token instead of a password."""


class Encryption(IntEnum):
    ON = 1
    NOT_SUPPORTED = 2
    REQUIRED = 3


def read(content: bytes) -> dict[int, bytes]:
    options, at = {}, 0
    while content[at] != _END:
        option, offset, length = _ENTRY.unpack_from(content, at)
        options[option] = content[offset : offset + length]
        at += _ENTRY.size
    return options


def write(options: Mapping[int, bytes]) -> bytes:
    offset = _ENTRY.size * len(options) + 1
    table = b""
    for option, value in options.items():
        table += _ENTRY.pack(option, offset, len(value))
        offset += len(value)
    return table + bytes([_END]) + b"".join(options.values())


def answer(asked: Mapping[int, bytes], *, strict: bool) -> dict[int, bytes]:
    """A server of Azure insists on encryption."""
    wanted = asked[Option.ENCRYPTION][0]
    if wanted == Encryption.NOT_SUPPORTED and not strict:
        raise ValueError("the client does not encrypt")
    encryption = Encryption.ON if wanted == Encryption.ON else Encryption.REQUIRED
    options: dict[int, bytes] = {
        Option.VERSION: bytes([12, 0, 0, 0, 0, 0]),
        Option.ENCRYPTION: bytes([wanted if strict else encryption]),
        Option.INSTANCE: b"\0",
        Option.MARS: b"\0",
    }
    if Option.FEDERATED in asked:
        options[Option.FEDERATED] = b"\x01"
    return options
