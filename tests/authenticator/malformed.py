"""Malformed CBOR by name: whole items, and ways to spoil an attestation object."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.authenticator import cbor
from tests.authenticator.cbor import Float, Indefinite, Overlong, Pairs, Raw, Simple, Tagged

type Members = Mapping[str, Any]

MALFORMED_ITEMS: Mapping[str, bytes] = {
    "empty": b"",
    "truncated-head": b"\x59\x01",
    "truncated-bytes": cbor.declared(cbor.BYTES, 32, b"short"),
    "truncated-text": cbor.declared(cbor.TEXT, 32, b"short"),
    "truncated-array": cbor.declared(cbor.ARRAY, 2, b"\x01"),
    "truncated-map": cbor.declared(cbor.MAP, 1, b"\x01"),
    "huge-bytes": cbor.declared(cbor.BYTES, 2**63),
    "huge-text": cbor.declared(cbor.TEXT, 2**63),
    "huge-array": cbor.declared(cbor.ARRAY, 2**63),
    "huge-map": cbor.declared(cbor.MAP, 2**63),
    "reserved-additional-information": b"\x1c",
    "reserved-simple": b"\xf8\x18",
    "stray-break": cbor.BREAK,
    "endless-array": b"\x9f",
    "endless-bytes": b"\x5f\x41\x00",
    "mixed-chunks": b"\x5f\x61\x61" + cbor.BREAK,
    "not-utf-8": b"\x62\xff\xfe",
    "indefinite-integer": b"\x1f",
    "duplicate-keys": cbor.encode(Pairs([("a", 1), ("a", 2)])),
    "list-as-key": cbor.encode(Pairs([(Raw(b"\x80"), 1)])),
    "map-as-key": cbor.encode(Pairs([(Raw(b"\xa0"), 1)])),
    "trailing-bytes": cbor.encode({}) + b"\x00",
}
"""Not well-formed, or not in CTAP2's canonical form."""

RUINOUS_ITEMS: Mapping[str, bytes] = {
    "long-array": cbor.declared(cbor.ARRAY, 12_000, bytes(12_000)),
    "deep-array": cbor.nested(5_000),
    "deep-tag": cbor.head(cbor.TAG, 1) * 5_000 + b"\x00",
}
"""Well-formed, within 16 KiB, and a burden to parse."""


def _changed(name: str, change: Callable[[Any], object]) -> Callable[[Members], object]:
    return lambda members: {**members, name: change(members[name])}


def _without(name: str) -> Callable[[Members], object]:
    return lambda members: {held: value for held, value in members.items() if held != name}


def _replaced(name: str, value: object) -> Callable[[Members], object]:
    return lambda members: {**members, name: value}


SPOILED_ATTESTATION_OBJECTS: Mapping[str, Callable[[Members], object]] = {
    **{f"without-{name}": _without(name) for name in ("fmt", "attStmt", "authData")},
    **{f"null-{name}": _replaced(name, None) for name in ("fmt", "attStmt", "authData")},
    **{f"number-{name}": _replaced(name, 5) for name in ("fmt", "attStmt", "authData")},
    **{f"tagged-{name}": _changed(name, lambda v: Tagged(1, v)) for name in ("fmt", "authData")},
    **{f"indefinite-{name}": _changed(name, Indefinite) for name in ("fmt", "attStmt", "authData")},
    **{f"overlong-{name}": _changed(name, Overlong) for name in ("fmt", "attStmt", "authData")},
    "indefinite": Indefinite,
    "overlong": Overlong,
    "tagged": lambda members: Tagged(55799, members),
    "array": lambda members: list(members.values()),
    "byte-string": lambda members: Raw(cbor.encode(cbor.encode(members))),
    "unordered": lambda members: Pairs(sorted(members.items())),
    "duplicate-fmt": lambda members: Pairs([("fmt", "packed"), *members.items()]),
    "duplicate-auth-data": lambda members: Pairs([("authData", b""), *members.items()]),
    "unknown-member": lambda members: {**members, "x": 1},
    "trailing-byte": lambda members: cbor.encode(members) + b"\x00",
    "second-object": lambda members: cbor.encode(members) * 2,
    "last-byte-missing": lambda members: cbor.encode(members)[:-1],
    "half": lambda members: cbor.encode(members)[: len(cbor.encode(members)) // 2],
    "float-fmt": _replaced("fmt", Float(1.5)),
    "undefined-statement": _replaced("attStmt", Simple(23)),
    "deep-statement": _replaced("attStmt", Raw(cbor.nested(5_000))),
    "text-auth-data": _replaced("authData", "x" * 37),
    "list-statement": _replaced("attStmt", []),
}
"""Ways to write an attestation object, for `create(attestation_object=...)`."""
