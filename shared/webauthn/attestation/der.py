"""What `cryptography.hazmat.asn1` needs to read DER in pieces. It refuses what is not DER.

It reads neither a list nor an element of any type by itself, only as fields of a sequence.
"""

from cryptography.hazmat import asn1

_SEQUENCE = b"\x30"


@asn1.sequence
class _Elements:
    elements: list[asn1.TLV]


def read_fields[T](kind: type[T], content: bytes) -> T:
    """Read `content`, which holds the fields of the sequence `kind` without its header."""
    return asn1.decode_der(kind, as_sequence(content))


def read_sequence(data: bytes) -> list[asn1.TLV]:
    """The elements, of any type, of the one sequence that `data` is."""
    return read_fields(_Elements, data).elements


def as_sequence(content: bytes) -> bytes:
    # An octet string has the same header, except for its first octet.
    return _SEQUENCE + asn1.encode_der(content)[1:]
