"""As much DER as attestation extensions need and cryptography does not write."""

INTEGER, BIT_STRING, OCTET_STRING, NULL, ENUMERATED, SEQUENCE, SET = 2, 3, 4, 5, 10, 0x30, 0x31


def tlv(tag: int, content: bytes = b"") -> bytes:
    """A tag of one byte, the length and the content."""
    return bytes([tag]) + _length(content) + content


def sequence(*items: bytes) -> bytes:
    return tlv(SEQUENCE, b"".join(items))


def set_of(*items: bytes) -> bytes:
    return tlv(SET, b"".join(sorted(items)))


def integer(number: int) -> bytes:
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


def enumerated(number: int) -> bytes:
    return tlv(ENUMERATED, bytes([number]))


def octet_string(content: bytes) -> bytes:
    return tlv(OCTET_STRING, content)


def bit_string(content: bytes) -> bytes:
    return tlv(BIT_STRING, b"\x00" + content)


def null() -> bytes:
    return tlv(NULL)


def explicit(number: int, content: bytes) -> bytes:
    """An explicit context tag; from 31 on its number follows in base 128."""
    if number < 31:
        return tlv(0xA0 | number, content)
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.insert(0, number & 0x7F | 0x80)
    return bytes([0xBF, *digits]) + _length(content) + content


def _length(content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([0x80 | len(octets)]) + octets
