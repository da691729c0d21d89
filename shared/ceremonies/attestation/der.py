"""Just enough DER to walk certificates and what is in their extensions."""

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


def read_boolean(element: Element) -> bool:
    return element.content != b"\0"


def read_oid(content: bytes) -> str:
    """The dotted form (X.690 section 8.19)."""
    numbers, number = list[int](), 0
    for octet in content:
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(number)
            number = 0
    if not numbers or content[-1] & 0x80:
        raise ValueError("DER object identifier")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


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
