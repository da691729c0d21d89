"""Transactions begin and end, and nothing depends on it ([MS-TDS] 2.2.6.9)."""

import struct

from tests.counterparts.azure_sql.tds.answers import done, environment

_BEGIN, _COMMIT, _ROLLBACK = 5, 7, 8
_CHANGES = {_BEGIN: 8, _COMMIT: 9, _ROLLBACK: 10}
_DESCRIPTOR = struct.pack("<Q", 1)


def answer(content: bytes) -> bytes:
    (headers,) = struct.unpack_from("<I", content)
    (asked,) = struct.unpack_from("<H", content, headers)
    descriptor, nothing = bytes([len(_DESCRIPTOR)]) + _DESCRIPTOR, b"\0"
    values = descriptor + nothing if asked == _BEGIN else nothing + descriptor
    return environment(_CHANGES[asked], values) + done()
