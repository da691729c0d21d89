"""Parts of DER: tags and lengths in their one valid form, and nothing after the end."""

import pytest
from cryptography.hazmat import asn1
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.webauthn.attestation.der import as_sequence, read_fields, read_sequence
from tests.authenticator import der

bounded = settings(max_examples=300)
LENGTHS = (0, 1, 127, 128, 129, 255, 256, 65_535, 65_536)


@asn1.sequence
class Fields:
    text: bytes
    number: int | None


@pytest.mark.parametrize("length", LENGTHS)
def test_elements_follow_one_another(length: int) -> None:
    content = bytes(length)
    elements = read_sequence(der.sequence(der.octet_string(content), der.integer(5), der.null()))
    assert [(element.tag_bytes, bytes(element.data)) for element in elements] == [
        (b"\x04", content),
        (b"\x02", b"\x05"),
        (b"\x05", b""),
    ]


@pytest.mark.parametrize("length", LENGTHS)
def test_content_gets_the_header_that_others_write(length: int) -> None:
    assert as_sequence(bytes(length)) == der.sequence(bytes(length))


@pytest.mark.parametrize("tag", [0, 30, 31, 127, 128, 600, 702, 2**14])
def test_a_tag_is_kept_as_it_is_encoded(tag: int) -> None:
    encoded = der.explicit(tag, der.null())
    (element,) = read_sequence(der.sequence(encoded))
    assert element.tag_bytes + b"\x02\x05\x00" == encoded


def test_fields_are_read_without_their_header() -> None:
    read = read_fields(Fields, der.octet_string(b"ab") + der.integer(5))
    assert (read.text, read.number) == (b"ab", 5)
    assert read_fields(Fields, der.octet_string(b"ab")).number is None


@pytest.mark.parametrize(
    "content",
    [
        b"\x04",
        b"\x04\x01",
        b"\x04\x02a",
        b"\x04\x80ab\0\0",  # of no definite length
        b"\x04\x81",
        b"\x04\x81\x01a",  # a short length in the long form
        b"\x04\x82\0\x80" + bytes(128),
        b"\x04\x84\xff\xff\xff\xff",
        b"\x04\x89" + bytes(8) + b"\x01a",
        b"\x04\xff" + bytes(127),
        b"\x1f",
        b"\x1f\x1e\x00",  # a low tag in the high form
        b"\xbf\x80\x1f\x00",
        b"\xbf\x84",
        b"\x1f\xff\xff\xff\xff\x7f\x00",
        b"\x05\x00\x04",
    ],
    ids=bytes.hex,
)
def test_refuses_elements_that_are_not_der(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"asn1|DER"):
        read_sequence(der.sequence(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        der.integer(5),
        der.integer(5) + der.octet_string(b"ab"),
        der.octet_string(b"ab") + der.integer(5) + der.integer(5),
        der.octet_string(b"ab") + b"\x02\0",
        der.octet_string(b"ab") + b"\x02\x02\0\x05",
        der.octet_string(b"ab") + b"\0",
    ],
    ids=bytes.hex,
)
def test_refuses_fields_of_another_sequence(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"asn1|DER"):
        read_fields(Fields, content)


@pytest.mark.parametrize(
    "data", [b"", der.set_of(der.null()), der.sequence() + b"\0", der.sequence() * 2], ids=bytes.hex
)
def test_refuses_anything_but_one_sequence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"asn1|DER"):
        read_sequence(data)


@bounded
@given(st.binary(max_size=40))
def test_any_bytes_are_elements_or_not_der(data: bytes) -> None:
    try:
        elements = read_sequence(der.sequence(data))
    except ValueError:
        return
    assert b"".join(map(_encoded, elements)) == data


def _encoded(element: asn1.TLV) -> bytes:
    return element.tag_bytes + der.octet_string(bytes(element.data))[1:]
