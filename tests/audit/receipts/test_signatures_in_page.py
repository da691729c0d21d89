"""The page for auditors checks the signatures that the command checks, or says that it cannot."""

from typing import Any

import pytest
from fido2 import cbor

from shared.audit.verification.ceremonies.attested import PublicKey
from shared.cose import parse_key
from tests.audit.receipts.in_node import ask_page, plain
from tests.authenticator import keys

ALGORITHMS = [
    keys.ES256,
    keys.ES384,
    keys.ES512,
    keys.EDDSA,
    keys.RS256,
    keys.PS256,
    keys.PS384,
    keys.PS512,
    keys.RS1,
]
NO_BROWSER = [keys.ED448, keys.ES256K]
MESSAGE = b"what an authenticator signs"


def signatures_of(algorithm: int) -> dict[str, tuple[dict[int, Any], bytes, bytes]]:
    key = keys.generate(algorithm)
    cose, signature = key.cose(), key.sign(MESSAGE)
    other = keys.generate(algorithm).cose()
    flipped = bytes([*signature[:-1], signature[-1] ^ 1])
    return {
        "honest": (cose, MESSAGE, signature),
        "another message": (cose, b"something else", signature),
        "another signature": (cose, MESSAGE, flipped),
        "a longer one": (cose, MESSAGE, signature + b"\0"),
        "a shorter one": (cose, MESSAGE, signature[:-1]),
        "none": (cose, MESSAGE, b""),
        "another key": (other, MESSAGE, signature),
        "another curve": (cose | {-1: 9}, MESSAGE, signature),
        "half a key": ({n: v for n, v in cose.items() if n != -2}, MESSAGE, signature),
        "a key with zeros": (
            {n: b"\0" + v if isinstance(v, bytes) else v for n, v in cose.items()},
            MESSAGE,
            signature,
        ),
        "an unknown algorithm": (cose | {3: -999}, MESSAGE, signature),
    }


@pytest.mark.parametrize("algorithm", [*ALGORITHMS, *NO_BROWSER])
def test_of_signatures(algorithm: int) -> None:
    cases = signatures_of(algorithm)
    told = ask_page(
        signatures=[
            {"key": plain(cbor.encode(key)), "message": plain(message), "signature": plain(signed)}
            for key, message, signed in cases.values()
        ]
    )["signatures"]
    assert told[0] is (True if algorithm in ALGORITHMS else None)
    for (name, (key, message, signed)), by_page in zip(cases.items(), told, strict=True):
        by_command = PublicKey(parse_key(key)).has_signed(message, signed)
        assert by_page is by_command or (by_page is None and algorithm in NO_BROWSER), name
