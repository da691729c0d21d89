"""What a server answers with: tokens, in the sense of [MS-TDS] 2.2.7."""

import struct
from collections.abc import Mapping, Sequence

from tests.counterparts.azure_sql.tds.text import bytes_of, long, short

_DONE, _DONE_IN_PROCEDURE, _DONE_PROCEDURE = 0xFD, 0xFF, 0xFE
_MORE, _ERROR, _COUNT, _STOPPED = 0x01, 0x02, 0x10, 0x20
_NVARCHAR, _SQL_VARIANT_LENGTH = 0xE7, 8000
_COLLATION = bytes([0x09, 0x04, 0xD0, 0x00, 0x34])
"""SQL_Latin1_General_CP1_CI_AS."""
_NULLABLE = 0x01
_NULL = b"\xff\xff"
_DATABASE, _SERVER = 1, "touchstone-test"


class SqlError(Exception):
    def __init__(self, number: int, text: str, *, state: int = 1, severity: int = 16) -> None:
        super().__init__(text)
        self.number, self.text, self.state, self.severity = number, text, state, severity


def login_failed() -> SqlError:
    text = "Login failed for user '<token-identified principal>'."
    return SqlError(18456, text, state=1, severity=14)


def error(failed: SqlError) -> bytes:
    return _sized(
        0xAA,
        struct.pack("<iBB", failed.number, failed.state, failed.severity)
        + long(failed.text)
        + short(_SERVER)
        + short("")
        + struct.pack("<i", 1),
    )


def refusal(failed: SqlError) -> bytes:
    return error(failed) + done(failed=True)


def login(version: bytes, database: str, features: Mapping[int, bytes]) -> bytes:
    acknowledged = b"".join(
        struct.pack("<BI", feature, len(content)) + content for feature, content in features.items()
    )
    return (
        environment(_DATABASE, short(database) + short("master"))
        + _sized(0xAD, b"\x01" + version + short("Microsoft SQL Server") + bytes([12, 0, 0, 0]))
        + bytes([0xAE])
        + acknowledged
        + b"\xff"
        + done()
    )


def environment(kind: int, values: bytes) -> bytes:
    """ENVCHANGE: a new value and the old one."""
    return _sized(0xE3, bytes([kind]) + values)


def where_tokens_are_from(address: str, resource: str) -> bytes:
    """FEDAUTHINFO. Offsets count from the number of entries."""
    values = [bytes_of(address), bytes_of(resource)]
    table, offset = b"", 4 + 9 * len(values)
    for number, value in enumerate(values, 1):
        table += struct.pack("<BII", number, len(value), offset)
        offset += len(value)
    content = struct.pack("<I", len(values)) + table + b"".join(values)
    return struct.pack("<BI", 0xEE, len(content)) + content


def row(columns: Sequence[str], values: Sequence[str | None]) -> bytes:
    described = b"".join(
        struct.pack("<IHBH", 0, _NULLABLE, _NVARCHAR, _SQL_VARIANT_LENGTH)
        + _COLLATION
        + short(name)
        for name in columns
    )
    return (
        struct.pack("<BH", 0x81, len(columns))
        + described
        + bytes([0xD1])
        + b"".join(_NULL if value is None else _nvarchar(value) for value in values)
    )


def done(*, failed: bool = False, rows: int | None = None) -> bytes:
    status = (_ERROR if failed else 0) | (0 if rows is None else _COUNT)
    return struct.pack("<BHHQ", _DONE, status, 0, rows or 0)


def stopped() -> bytes:
    """The client wants no more of an answer."""
    return struct.pack("<BHHQ", _DONE, _STOPPED, 0, 0)


def procedure_done(result: bytes, *, rows: int | None, values: bytes = b"") -> bytes:
    """`result` is what the statements of the procedure gave, `values` its output parameters."""
    inner = struct.pack(
        "<BHHQ", _DONE_IN_PROCEDURE, _MORE | (0 if rows is None else _COUNT), 0, rows or 0
    )
    ended = struct.pack("<Bi", 0x79, 0) + values + struct.pack("<BHHQ", _DONE_PROCEDURE, 0, 0, 0)
    return result + inner + ended


def returned_number(name: str, value: int) -> bytes:
    """RETURNVALUE of an output parameter."""
    described = struct.pack("<BIHBB", 1, 0, 0, 0x26, 4)
    return struct.pack("<BH", 0xAC, 0) + short(name) + described + struct.pack("<Bi", 4, value)


def _nvarchar(value: str) -> bytes:
    content = bytes_of(value)
    return struct.pack("<H", len(content)) + content


def _sized(kind: int, content: bytes) -> bytes:
    return struct.pack("<BH", kind, len(content)) + content
