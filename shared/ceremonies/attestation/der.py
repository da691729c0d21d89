"""Just enough DER to walk Android's key description, whose schema no X.509 library carries."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    tag: int
    """The tag number without its class bits."""
    content: bytes


def read_elements(data: bytes) -> Iterator[Element]:
    """Yield the elements that follow one another in `data`; raise ValueError if one is cut off."""
    position = 0
    while position < len(data):
        tag, position = _read_tag(data, position)
        length, position = _read_length(data, position)
        if position + length > len(data):
            raise ValueError("DER cut short")
        yield Element(tag, data[position : position + length])
        position += length


def read_integer(element: Element) -> int:
    return int.from_bytes(element.content, signed=True)


def _read_tag(data: bytes, position: int) -> tuple[int, int]:
    number = data[position] & 0x1F
    position += 1
    if number < 0x1F:
        return number, position
    number = 0
    while True:
        octet = _octet(data, position)
        number, position = number << 7 | octet & 0x7F, position + 1
        if not octet & 0x80:
            return number, position


def _read_length(data: bytes, position: int) -> tuple[int, int]:
    first = _octet(data, position)
    position += 1
    if first < 0x80:
        return first, position
    size = first & 0x7F
    if not 1 <= size <= 4:
        raise ValueError("DER length")
    return int.from_bytes(data[position : position + size]), position + size


def _octet(data: bytes, position: int) -> int:
    if position >= len(data):
        raise ValueError("DER cut short")
    return data[position]
