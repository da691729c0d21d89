"""The public keys of an issuer of tokens (RFC 7517), and the algorithms that each key may be used
with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

type PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey
type KeySet = Mapping[str, "VerificationKey"]

_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_BY_CURVE = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_EDWARDS = frozenset({"EdDSA", "Ed25519"})
"""Two names of one algorithm: the second is that of RFC 9864."""
ALGORITHMS = _RSA | frozenset(_BY_CURVE.values()) | _EDWARDS
"""The signature algorithms that the settings may allow. No HMAC: every verifier could also sign."""

_LEAST_RSA_BITS = 2048
_MOST_KEYS = 100
_MATERIAL = ("kty", "crv", "n", "e", "x", "y")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationKey:
    public_key: PublicKey
    algorithms: frozenset[str]
    issuer: str | None
    """For Entra, whose tokens the key signs: one tenant's issuer, or a template for all."""


def parse_keys(document: Mapping[str, Any]) -> KeySet:
    """Read the keys that can verify a token, and ignore the others. If two have one ID, use the
    first.

    Raise ValueError if no key is left, or if the document is not a JWK Set.
    """
    members = document.get("keys")
    if not isinstance(members, list) or len(members) > _MOST_KEYS:
        raise ValueError(f"not a JWK Set of at most {_MOST_KEYS} keys")
    keys: dict[str, VerificationKey] = {}
    for member in members:
        key = read_key(member)
        if key is not None and isinstance(member.get("kid"), str):
            keys.setdefault(member["kid"], key)
    if not keys:
        raise ValueError("no key that could verify a token")
    return keys


def read_key(member: object) -> VerificationKey | None:
    """Return None for a key that cannot verify a token. Its ID is not read."""
    if not isinstance(member, dict):
        return None
    operations = member.get("key_ops", ["verify"])
    if member.get("use", "sig") != "sig" or operations != ["verify"]:
        return None
    public_key = _read_public_key(member)
    algorithms = _suitable_algorithms(public_key)
    if "alg" in member:
        algorithms &= {member["alg"]} if isinstance(member["alg"], str) else set()
    issuer = member.get("issuer")
    if public_key is None or not algorithms or not isinstance(issuer, str | None):
        return None
    return VerificationKey(public_key=public_key, algorithms=algorithms, issuer=issuer)


def _read_public_key(member: dict[str, Any]) -> PublicKey | None:
    if member.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    # Without `alg`, PyJWT chooses the algorithm by type and curve. Ours depends on the key alone.
    material: dict[str, Any] = {name: member[name] for name in _MATERIAL if name in member}
    try:
        key = PyJWK(material).key
    except (PyJWTError, ValueError, TypeError):
        return None
    known = isinstance(key, RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey)
    return key if known else None


def _suitable_algorithms(key: PublicKey | None) -> frozenset[str]:
    match key:
        case RSAPublicKey():
            return _RSA if key.key_size >= _LEAST_RSA_BITS else frozenset()
        case EllipticCurvePublicKey():
            return frozenset({_BY_CURVE[key.curve.name]} if key.curve.name in _BY_CURVE else ())
        case Ed25519PublicKey():
            return _EDWARDS
        case None:
            return frozenset()
