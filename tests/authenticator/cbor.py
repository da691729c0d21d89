"""A CBOR encoder that is canonical (CTAP2) by itself and malformed on request.

Plain Python values are encoded canonically. The classes below are values too, and may stand
anywhere inside a plain one: `encode({"fmt": Indefinite("none"), "attStmt": Raw(b"\\xff")})`.
"""

import struct
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
BREAK = b"\xff"


class Item(ABC):
    """A value which knows its own, possibly malformed, encoding."""

    @abstractmethod
    def encoded(self) -> bytes: ...


def encode(value: object) -> bytes:
    match value:
        case Item():
            return value.encoded()
        case None | bool():
            return bytes([{False: 0xF4, True: 0xF5, None: 0xF6}[value]])
        case int():
            return head(UNSIGNED, value) if value >= 0 else head(NEGATIVE, -1 - value)
        case float():
            return Float(value).encoded()
        case bytes() | bytearray():
            return head(BYTES, len(value)) + value
        case str():
            text = value.encode()
            return head(TEXT, len(text)) + text
        case Mapping():
            return Pairs(sorted(value.items(), key=_canonical_order)).encoded()
        case Sequence():
            return head(ARRAY, len(value)) + b"".join(map(encode, value))
    raise TypeError(f"CBOR has no form for {type(value).__name__}")


def head(major: int, argument: int, width: int | None = None) -> bytes:
    """An item's first bytes; `width` forces that many argument bytes (0, 1, 2, 4 or 8)."""
    if width is None:
        width = next(w for w, limit in _LIMITS.items() if argument < limit)
    if width == 0:
        return bytes([major << 5 | argument])
    return bytes([major << 5 | _ADDITIONAL[width]]) + argument.to_bytes(width)


def declared(major: int, length: int, content: bytes = b"") -> bytes:
    """An item that declares `length`, whatever content follows: truncated or huge."""
    return head(major, length) + content


def nested(depth: int) -> bytes:
    """An array in an array, `depth` levels deep."""
    return head(ARRAY, 1) * depth + head(ARRAY, 0)


@dataclass(frozen=True, slots=True)
class Raw(Item):
    """Bytes put in place as they are."""

    content: bytes

    def encoded(self) -> bytes:
        return self.content


@dataclass(frozen=True, slots=True)
class Pairs(Item):
    """A map in the given order, with any key as often as it is given."""

    pairs: Sequence[tuple[object, object]]

    def encoded(self) -> bytes:
        items = b"".join(encode(key) + encode(value) for key, value in self.pairs)
        return head(MAP, len(self.pairs)) + items


@dataclass(frozen=True, slots=True)
class Indefinite(Item):
    """A string, array or map of indefinite length; a string goes in one chunk."""

    value: object

    def encoded(self) -> bytes:
        definite = encode(self.value)
        major, _, content = _split(definite)
        chunk = definite if major in (BYTES, TEXT) else content
        return bytes([major << 5 | 31]) + chunk + BREAK


@dataclass(frozen=True, slots=True)
class Overlong(Item):
    """A value whose number or length takes `width` bytes though fewer would do."""

    value: object
    width: Literal[1, 2, 4, 8] = 8

    def encoded(self) -> bytes:
        major, argument, content = _split(encode(self.value))
        return head(major, argument, self.width) + content


@dataclass(frozen=True, slots=True)
class Tagged(Item):
    """A value under a tag, which CTAP2 forbids."""

    tag: int
    value: object

    def encoded(self) -> bytes:
        return head(TAG, self.tag) + encode(self.value)


@dataclass(frozen=True, slots=True)
class Simple(Item):
    """A simple value by number: 23 is undefined, 24 to 31 are malformed."""

    number: int

    def encoded(self) -> bytes:
        return head(SIMPLE, self.number)


@dataclass(frozen=True, slots=True)
class Float(Item):
    """A floating-point number of 2, 4 or 8 bytes."""

    value: float
    width: Literal[2, 4, 8] = 8

    def encoded(self) -> bytes:
        packed = struct.pack({2: ">e", 4: ">f", 8: ">d"}[self.width], self.value)
        return bytes([SIMPLE << 5 | _ADDITIONAL[self.width]]) + packed


_LIMITS = {0: 24, 1: 1 << 8, 2: 1 << 16, 4: 1 << 32, 8: 1 << 64}
_ADDITIONAL = {1: 24, 2: 25, 4: 26, 8: 27}
_WIDTHS = {additional: width for width, additional in _ADDITIONAL.items()}


def _canonical_order(pair: tuple[object, object]) -> tuple[int, int, bytes]:
    """CTAP2 §8: by major type, then the shorter first, then bytewise."""
    key = encode(pair[0])
    return key[0] >> 5, len(key), key


def _split(encoded: bytes) -> tuple[int, int, bytes]:
    major, additional = encoded[0] >> 5, encoded[0] & 31
    if additional < 24:
        return major, additional, encoded[1:]
    end = 1 + _WIDTHS[additional]
    return major, int.from_bytes(encoded[1:end]), encoded[end:]
