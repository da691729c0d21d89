"""The test vectors of WebAuthn Level 3, section 16, made as that section says.

Nothing is copied: each value is derived from the example's name. An example is a registration and
an authentication with one credential, and draws its values in the order in which they are shown.
The section gives the members of client data and the bits of the flags in words, and shows what is
fixed in certificates and in a TPM's structures as bytes alone: that is written down in this folder.
"""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from tests.authenticator import base64url, cbor
from tests.authenticator.authenticator_data import Flag
from tests.authenticator.keys import (
    ED448,
    EDDSA,
    ES256,
    ES384,
    ES512,
    RS256,
    SigningKey,
)
from tests.w3c_vectors.certificates import Authority
from tests.w3c_vectors.draws import Draws
from tests.w3c_vectors.key_pairs import draw_key, sign
from tests.w3c_vectors.statements import STATEMENTS, Attested

RP_ID, ORIGIN, TOP_ORIGIN = "example.org", "https://example.org", "https://example.com"
_RP_ID_HASH = sha256(RP_ID.encode()).digest()
_SIGN_COUNT = bytes(4)
_EXTRA_DATA = (
    "clientDataJSON may be extended with additional fields in the future, such as this: {}"
)

type Vector = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    name: str
    algorithm: int = ES256
    challenge_bytes: int = 32
    credential_id_bytes: int = 32
    cross_origin: bool = False
    top_origin: str | None = None

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]

    @property
    def format(self) -> str:
        return self.kind.removesuffix("-self")

    @property
    def draws_flags_at_registration(self) -> bool:
        """A U2F key knows user presence alone."""
        return self.kind != "fido-u2f"


EXAMPLES = (
    Example(name="none.ES256"),
    Example(name="packed-self.ES256"),
    Example(name="none.ES256.crossOrigin", cross_origin=True),
    Example(name="none.ES256.topOrigin", cross_origin=True, top_origin=TOP_ORIGIN),
    Example(name="none.ES256.long-credential-id", credential_id_bytes=1023),
    Example(name="packed.ES256"),
    Example(name="packed.ES384", algorithm=ES384),
    Example(name="packed.ES512", algorithm=ES512, challenge_bytes=128),
    Example(name="packed.RS256", algorithm=RS256),
    Example(name="packed.EdDSA", algorithm=EDDSA),
    Example(name="packed.Ed448", algorithm=ED448),
    Example(name="tpm.ES256"),
    Example(name="android-key.ES256"),
    Example(name="apple.ES256"),
    Example(name="fido-u2f.ES256"),
)


@cache
def vectors() -> tuple[Vector, ...]:
    authority = Authority()
    return tuple(_vector(example, authority) for example in EXAMPLES)


def _vector(example: Example, authority: Authority) -> Vector:
    draws = Draws(example.name)
    challenge = draws.take(example.challenge_bytes)
    key = draw_key(draws, example.algorithm)
    cose = key.cose()
    registration = _registration(example, draws, authority, challenge=challenge, key=key)
    has_certificate = example.kind not in ("none", "packed-self")
    return {
        "name": example.name,
        "rp_id": RP_ID,
        "origin": ORIGIN,
        "fmt": example.format,
        "alg": example.algorithm,
        "kty": cose[1],
        "crv": None if example.algorithm == RS256 else cose[-1],
        "root_ca": base64url.encode(authority.certificate) if has_certificate else None,
        "registration": registration,
        "authentication": _authentication(
            example, draws, key=key, backup_eligible=registration["be"]
        ),
    }


def _registration(
    example: Example, draws: Draws, authority: Authority, *, challenge: bytes, key: SigningKey
) -> Vector:
    client_data = _client_data(example, draws, kind="webauthn.create", challenge=challenge)
    aaguid, credential_id = draws.take(16), draws.take(example.credential_id_bytes)
    drawn = draws.number(1) if example.draws_flags_at_registration else 0
    flags = _flags(drawn, backup_eligible=bool(drawn & Flag.BE)) | Flag.AT
    length = len(credential_id).to_bytes(2)
    auth_data = b"".join((_head(flags), aaguid, length, credential_id, cbor.encode(key.cose())))
    attested = Attested(
        key=key,
        credential_id=credential_id,
        auth_data=auth_data,
        client_data_hash=sha256(client_data).digest(),
    )
    statement = STATEMENTS[example.kind](attested, draws, authority)
    members = {"fmt": example.format, "attStmt": statement, "authData": auth_data}
    return {
        "challenge": base64url.encode(challenge),
        "clientDataJSON": base64url.encode(client_data),
        "attestationObject": base64url.encode(cbor.encode(members)),
        "credential_id": base64url.encode(credential_id),
        "aaguid": aaguid.hex(),
        **_said(example, flags),
    }


def _authentication(
    example: Example, draws: Draws, *, key: SigningKey, backup_eligible: bool
) -> Vector:
    challenge = draws.take(example.challenge_bytes)
    client_data = _client_data(example, draws, kind="webauthn.get", challenge=challenge)
    flags = _flags(draws.number(1), backup_eligible=backup_eligible)
    auth_data = _head(flags)
    signature = sign(key, auth_data + sha256(client_data).digest())
    return {
        "challenge": base64url.encode(challenge),
        "clientDataJSON": base64url.encode(client_data),
        "authenticatorData": base64url.encode(auth_data),
        "signature": base64url.encode(signature),
        **_said(example, flags),
    }


def _client_data(example: Example, draws: Draws, *, kind: str, challenge: bytes) -> bytes:
    members = {
        "type": kind,
        "challenge": base64url.encode(challenge),
        "origin": ORIGIN,
        "crossOrigin": example.cross_origin,
    }
    if example.top_origin:
        members["topOrigin"] = example.top_origin
    if draws.number(1) & 1:
        members["extraData"] = _EXTRA_DATA.format(base64url.encode(draws.take(16)))
    return json.dumps(members, separators=(",", ":")).encode()


def _flags(drawn: int, *, backup_eligible: bool) -> Flag:
    """User verification and backup state are drawn, the latter only where it is possible."""
    possible = Flag.UV | Flag.BS if backup_eligible else Flag.UV
    return Flag.UP | (Flag(drawn) & possible) | (Flag.BE if backup_eligible else Flag(0))


def _head(flags: Flag) -> bytes:
    return _RP_ID_HASH + bytes([flags]) + _SIGN_COUNT


def _said(example: Example, flags: Flag) -> Vector:
    return {
        "cross_origin": example.cross_origin,
        "top_origin": example.top_origin,
        "flags": int(flags),
        "sign_count": int.from_bytes(_SIGN_COUNT),
        "up": Flag.UP in flags,
        "uv": Flag.UV in flags,
        "be": Flag.BE in flags,
        "bs": Flag.BS in flags,
        "ed": Flag.ED in flags,
    }
