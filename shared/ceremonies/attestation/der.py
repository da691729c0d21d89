"""Just enough DER to walk certificates and what is in their extensions."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Element:
    tag: int
    """The tag number without its class bits."""
    content: bytes
    first: int = field(default=0, compare=False)
    """The first octet, which has class, form and, below 31, the tag number."""


SEQUENCE, SET = 0x30, 0x31
BOOLEAN, INTEGER, BIT_STRING, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x06
"""First octets."""

# Honest ones are far shorter. Longer numbers would take a time that grows with their square.
_MOST_TAG_OCTETS, _MOST_ARC_OCTETS = 4, 9


def read_elements(data: bytes) -> Iterator[Element]:
    """Yield the elements that follow one another in `data`; raise ValueError if one is cut off."""
    position = 0
    while position < len(data):
        first = data[position]
        tag, position = _read_tag(data, position)
        length, position = _read_length(data, position)
        if position + length > len(data):
            raise ValueError("DER cut short")
        yield Element(tag, data[position : position + length], first)
        position += length


def expect(first: int, element: Element) -> Element:
    if element.first != first:
        raise ValueError(f"DER of another type than {first:#04x}")
    return element


def read_only(first: int, data: bytes) -> bytes:
    """The content of the one element that `data` is."""
    (element,) = read_elements(data)
    return expect(first, element).content


def read_integer(element: Element) -> int:
    return int.from_bytes(element.content, signed=True)


def read_boolean(element: Element) -> bool:
    if element.content not in (b"\0", b"\xff"):
        raise ValueError("DER boolean")
    return element.content != b"\0"


def read_oid(content: bytes) -> str:
    """The dotted form (X.690 section 8.19)."""
    numbers, number, octets = list[int](), 0, 0
    for octet in content:
        number, octets = number << 7 | octet & 0x7F, octets + 1
        if octets > _MOST_ARC_OCTETS:
            raise ValueError("DER object identifier")
        if not octet & 0x80:
            numbers.append(number)
            number = octets = 0
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
    for _ in range(_MOST_TAG_OCTETS):
        octet = _octet(data, position)
        number, position = number << 7 | octet & 0x7F, position + 1
        if not octet & 0x80:
            return number, position
    raise ValueError("DER tag")


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
