"""What a client says of itself, and the token that it brings ([MS-TDS] 2.2.6.4)."""

import struct
from dataclasses import dataclass

from tests.counterparts.azure_sql.tds.text import text_of

FEDERATED = 0x02
_NAMES = 36  # where pairs of offset and length begin
_USER, _PASSWORD, _PROGRAM, _EXTENSION, _DATABASE = (
    _NAMES + 4 * number for number in (1, 2, 3, 5, 8)
)
_OPTIONS_3, _EXTENDED = 27, 0x10
_END = 0xFF
_BROUGHT, _WORKFLOW = 1, 2
"""Libraries: the client brings the token, or is told first whom to get it from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    version: bytes
    """Of TDS, as the answer repeats it."""
    user: str
    password: str
    program: str
    database: str
    features: dict[int, bytes]


def read(content: bytes) -> Login:
    return Login(
        version=content[4:8][::-1],
        user=_text(content, _USER),
        password=_text(content, _PASSWORD),
        program=_text(content, _PROGRAM),
        database=_text(content, _DATABASE),
        features=_features(content) if content[_OPTIONS_3] & _EXTENDED else {},
    )


def token_of(feature: bytes) -> str | None:
    """None if the client waits to be told whom to get it from."""
    library, echo = feature[0] >> 1, feature[0] & 1
    if not echo:
        raise ValueError("the client has not seen that this server wants tokens")
    if library == _WORKFLOW:
        return None
    if library != _BROUGHT:
        raise ValueError(f"library {library} of the client is unknown")
    return _after_its_length(feature[1:])


def brought_later(content: bytes) -> str:
    """By the message of type 8."""
    (length,) = struct.unpack_from("<I", content)
    if length != len(content) - 4:
        raise ValueError("the message has another length than it says")
    return _after_its_length(content[4:])


def _after_its_length(content: bytes) -> str:
    (length,) = struct.unpack_from("<I", content)
    if len(content) != 4 + length:
        raise ValueError("something follows the token, and this server gave no nonce")
    return text_of(content[4:])


def _features(content: bytes) -> dict[int, bytes]:
    (offset,) = struct.unpack_from("<H", content, _EXTENSION)
    (at,) = struct.unpack_from("<I", content, offset)
    features = {}
    while content[at] != _END:
        feature, length = struct.unpack_from("<BI", content, at)
        features[feature] = content[at + 5 : at + 5 + length]
        at += 5 + length
    return features


def _text(content: bytes, at: int) -> str:
    offset, length = struct.unpack_from("<HH", content, at)
    return text_of(content[offset : offset + 2 * length])
