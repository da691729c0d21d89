"""Helps `cryptography.hazmat.asn1` read DER in pieces. Anything that is not DER is refused.

That library reads a list, or an element of any type, only as a field of a sequence.
"""

from cryptography.hazmat import asn1

_SEQUENCE = b"\x30"


@asn1.sequence
class _Elements:
    elements: list[asn1.TLV]


def read_fields[T](kind: type[T], content: bytes) -> T:
    """Read `content`, the fields of a `kind` sequence without its header."""
    return asn1.decode_der(kind, as_sequence(content))


def read_sequence(data: bytes) -> list[asn1.TLV]:
    """Return the elements, of any type, of the sequence that `data` is."""
    return read_fields(_Elements, data).elements


def as_sequence(content: bytes) -> bytes:
    # An octet string has the same header, except for its first octet.
    return _SEQUENCE + asn1.encode_der(content)[1:]
