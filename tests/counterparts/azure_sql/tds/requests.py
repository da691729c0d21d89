"""Statements, and calls with the parameters that drivers bind ([MS-TDS] 2.2.6.6 and 2.2.6.7)."""

import struct
from dataclasses import dataclass

from tests.counterparts.azure_sql.tds.text import text_of

type Value = str | int | None

_BY_NUMBER = 0xFFFF
EXECUTE, PREPARE_AND_EXECUTE = 10, 13
_ANY_LENGTH, _NULL = 0xFFFF, 0xFFFF
_UNKNOWN_OR_NULL = (0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    procedure: str | int
    parameters: list[tuple[str, Value]]


def statement(content: bytes) -> str:
    return text_of(_without_headers(content))


def call(content: bytes) -> Call:
    reader = _Reader(_without_headers(content))
    length = reader.number("<H")
    procedure = reader.number("<H") if length == _BY_NUMBER else text_of(reader.take(2 * length))
    reader.take(2)  # options
    parameters = []
    while reader.rest:
        name = text_of(reader.take(2 * reader.number("<B")))
        reader.take(1)  # whether it is an output
        parameters.append((name, reader.value()))
    return Call(procedure=procedure, parameters=parameters)


def _without_headers(content: bytes) -> bytes:
    (length,) = struct.unpack_from("<I", content)
    return content[length:]


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.rest = content

    def take(self, length: int) -> bytes:
        if length > len(self.rest):
            raise ValueError("the request ends too early")
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def number(self, form: str) -> int:
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def value(self) -> Value:
        kind = self.number("<B")
        match kind:
            case 0xE7:  # NVARCHAR
                content = self._text()
                return None if content is None else text_of(content)
            case 0xA7:  # VARCHAR
                content = self._text()
                return None if content is None else content.decode()
            case 0x26 | 0x68:  # INTN, BITN
                self.take(1)
                return self._integer()
            case _:
                raise ValueError(f"type {kind:#x} is not of those that this server knows")

    def _integer(self) -> int | None:
        content = self.take(self.number("<B"))
        return int.from_bytes(content, "little", signed=True) if content else None

    def _text(self) -> bytes | None:
        longest = self.number("<H")
        self.take(5)  # the collation
        if longest == _ANY_LENGTH:
            return self._parts()
        length = self.number("<H")
        return None if length == _NULL else self.take(length)

    def _parts(self) -> bytes | None:
        """Of a text without a limit."""
        if self.number("<Q") == _UNKNOWN_OR_NULL[0]:
            return None
        content = b""
        while length := self.number("<I"):
            content += self.take(length)
        return content
