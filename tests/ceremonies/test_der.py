"""Just enough DER: tags and lengths in all their forms, and nothing beyond the end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ceremonies.attestation.der import (
    Element,
    read_boolean,
    read_elements,
    read_integer,
    read_oid,
)
from tests.authenticator import der

bounded = settings(max_examples=300)
LENGTHS = (0, 1, 127, 128, 129, 255, 256, 65_535, 65_536)


@pytest.mark.parametrize("length", LENGTHS)
def test_an_element_has_its_content(length: int) -> None:
    content = bytes(length)
    assert list(read_elements(der.octet_string(content))) == [Element(4, content)]


@pytest.mark.parametrize("length", LENGTHS)
def test_elements_follow_one_another(length: int) -> None:
    one, two = der.octet_string(bytes(length)), der.integer(5)
    assert [element.tag for element in read_elements(one + two + one)] == [4, 2, 4]
    (inner,) = read_elements(der.sequence(one, two))
    assert list(read_elements(inner.content)) == [*read_elements(one), *read_elements(two)]


@pytest.mark.parametrize(
    ("tag", "encoded"),
    [
        (0, b"\xa0"),
        (30, b"\xbe"),
        (31, b"\xbf\x1f"),
        (127, b"\xbf\x7f"),
        (128, b"\xbf\x81\x00"),
        (600, b"\xbf\x84\x58"),
        (702, b"\xbf\x85\x3e"),
        (2**14, b"\xbf\x81\x80\x00"),
    ],
)
def test_a_tag_is_known_by_its_number(tag: int, encoded: bytes) -> None:
    assert list(read_elements(encoded + b"\x02\x05\x00")) == [Element(tag, b"\x05\x00")]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_length_may_take_four_bytes(size: int) -> None:
    assert list(read_elements(b"\x04" + bytes([0x80 | size]) + (2).to_bytes(size) + b"ab")) == [
        Element(4, b"ab")
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\x04",
        b"\x04\x01",
        b"\x04\x02a",
        b"\x04\x7f" + bytes(126),
        b"\x04\x80",
        b"\x04\x80ab\0\0",
        b"\x04\x80" + bytes(128),
        b"\x04\x81",
        b"\x04\x81\x80" + bytes(127),
        b"\x04\x82\x01",
        b"\x04\x84\xff\xff\xff\xff",
        b"\x04\x85\0\0\0\0\x01a",
        b"\x04\xff" + bytes(127),
        b"\x1f",
        b"\x1f\xff\xff\xff\xff\x7f\x00",
        b"\x1f\x80\x80\x80\x80\x01\x00",
        b"\xbf\x84",
        b"\xbf\xff\xff",
        b"\x05\x00\x04",
    ],
    ids=bytes.hex,
)
def test_refuses(data: bytes) -> None:
    with pytest.raises(ValueError, match="DER"):
        list(read_elements(data))


@pytest.mark.parametrize(
    ("content", "value"),
    [("00", 0), ("02", 2), ("7f", 127), ("0080", 128), ("80", -128), ("ff", -1), ("fe0c", -500)],
)
def test_an_integer_has_a_sign(content: str, value: int) -> None:
    assert read_integer(Element(2, bytes.fromhex(content))) == value


@bounded
@given(st.binary(max_size=40))
def test_any_bytes_are_elements_or_no_der(data: bytes) -> None:
    try:
        elements = list(read_elements(data))
    except ValueError:
        return
    assert sum(len(element.content) for element in elements) <= max(0, len(data) - 2)


@pytest.mark.parametrize(
    "dotted", ["2.5.29.19", "1.3.6.1.4.1.45724.1.1.4", "2.23.133.8.3", "0.0", "1.39", "2.999.3"]
)
def test_an_object_identifier_is_read_as_others_write_it(dotted: str) -> None:
    numbers = [int(number) for number in dotted.split(".")]
    content = b"".join(map(_base_128, [numbers[0] * 40 + numbers[1], *numbers[2:]]))
    assert read_oid(content) == dotted


def test_a_number_of_an_object_identifier_has_nine_octets_at_most() -> None:
    assert read_oid(b"\x55" + b"\xff" * 8 + b"\x7f") == f"2.5.{2**63 - 1}"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x55\x81", b"\x80", b"\x55" + b"\xff" * 9 + b"\x7f", b"\xff" * 9 + b"\x7f"],
    ids=bytes.hex,
)
def test_half_an_object_identifier_is_none(content: bytes) -> None:
    with pytest.raises(ValueError, match="object identifier"):
        read_oid(content)


def test_a_boolean_has_two_values() -> None:
    assert [read_boolean(Element(1, content)) for content in (b"\0", b"\xff")] == [False, True]
    for content in (b"", b"\x01", b"\xff\xff"):
        with pytest.raises(ValueError, match="DER boolean"):
            read_boolean(Element(1, content))


def _base_128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.insert(0, number & 0x7F | 0x80)
    return bytes(digits)
