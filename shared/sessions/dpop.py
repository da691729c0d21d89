"""Proofs that a client holds the key that its tokens are bound to (RFC 9449 section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps
from re import Match
from re import compile as pattern
from typing import Any
from urllib.parse import quote, urlsplit

from shared import base64url
from shared.errors import DpopProofInvalid
from shared.json_shape import parse_object

TYPE = "dpop+jwt"
ALGORITHMS = ("ES256", "Ed25519", "EdDSA", "ES384", "PS256", "RS256")
_EDWARDS = {"EdDSA": "EdDSA", "Ed25519": "EdDSA"}
"""RFC 9864 gave the algorithm its second name."""
WINDOW_SECONDS = 60
"""How old a proof may be. A client makes one for each request."""
LEEWAY_SECONDS = 30
"""The error of a client's clock that is allowed in addition."""
_MAX_PROOF = 4096
_MAX_ID = 128
_RSA_BITS = range(2048, 4097)
_RSA_EXPONENTS = range(65537, 1 << 64)
_PUBLIC_MEMBERS = {
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
    "RSA": ("e", "kty", "n"),
}
_PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_ESCAPED = pattern("%[0-9A-Fa-f]{2}")
_DISTINCT = ("%2F", "%25")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    thumbprint: str
    """The thumbprint of the key (RFC 7638), in base64url."""
    id: str
    nonce: str | None = None


def verify_proof(
    text: str, *, method: str, address: str, now: datetime, access_token: str | None = None
) -> Proof:
    """Raise DpopProofInvalid unless `text` proves, for this request, that its sender has the key.

    `address` is the address of the request, without query and fragment. `access_token` is the
    token that is sent with the proof; at a token endpoint there is none. This does not check
    the nonce, nor whether the proof was used before.
    """
    import jwt  # it loads X.509 too, and most requests have no proof
    from jwt.algorithms import OKPAlgorithm

    if len(text) > _MAX_PROOF:
        raise DpopProofInvalid
    try:
        header = jwt.get_unverified_header(text)
        key, algorithm = _read_key(header), header["alg"]
        signed = jwt.PyJWS()
        signed.register_algorithm("Ed25519", OKPAlgorithm())  # it knows the older name alone
        public_key = jwt.PyJWK(key, algorithm=_EDWARDS.get(algorithm, algorithm)).key
        claims = parse_object(signed.decode(text, public_key, algorithms=[algorithm]))
        _check_claims(claims, method=method, address=address, now=now, access_token=access_token)
        return Proof(thumbprint=_thumbprint(key), id=claims["jti"], nonce=claims.get("nonce"))
    # The others are raised for members that are missing, of another type, or impossible.
    except (
        jwt.PyJWTError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
    ) as error:
        raise DpopProofInvalid from error


def _read_key(header: Mapping[str, Any]) -> dict[str, str]:
    """The public key in the header, with the members of its type only."""
    jwk = header.get("jwk")
    if header.get("typ") != TYPE or header.get("alg") not in ALGORITHMS:
        raise ValueError("not a proof that we read")
    if not isinstance(jwk, dict) or jwk.keys() & _PRIVATE_MEMBERS:
        raise ValueError("not a public key")
    members = {name: str(jwk[name]) for name in _PUBLIC_MEMBERS[jwk["kty"]]}
    if header["alg"] in _EDWARDS and members.get("crv") != "Ed25519":
        raise ValueError("not the curve that we read")
    if "n" in members:
        _check_rsa(modulus=base64url.decode(members["n"]), exponent=base64url.decode(members["e"]))
    return members


def _check_rsa(*, modulus: bytes, exponent: bytes) -> None:
    """Refuses a long exponent: it makes the check twenty times slower, and anybody may send one."""
    if 8 * len(modulus) not in _RSA_BITS or int.from_bytes(exponent) not in _RSA_EXPONENTS:
        raise ValueError("too short, or too long to check at each request")


def _check_claims(
    claims: Mapping[str, Any],
    *,
    method: str,
    address: str,
    now: datetime,
    access_token: str | None,
) -> None:
    age = now.timestamp() - claims["iat"]
    if not -LEEWAY_SECONDS - WINDOW_SECONDS <= age <= WINDOW_SECONDS + LEEWAY_SECONDS:
        raise ValueError("not of this minute")
    if claims["htm"] != method or _normalize(claims["htu"]) != _normalize(address):
        raise ValueError("for another request")
    identifier = claims["jti"]
    if not isinstance(identifier, str) or not 0 < len(identifier) <= _MAX_ID:
        raise ValueError("no identifier")
    if not isinstance(claims.get("nonce"), str | None):
        raise ValueError("no nonce")
    if access_token is not None and claims.get("ath") != _hash(access_token):
        raise ValueError("for another token")


def _normalize(address: str) -> tuple[str, str, int | None, str]:
    """RFC 3986 sections 6.2.2 and 6.2.3. Raise ValueError if it is no address of a resource.

    An escaped character also equals the character itself, except for a slash: our routes treat
    both alike, and clients and proxies write either.
    """
    parts = urlsplit(address)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("an address with more than a resource has")
    scheme = parts.scheme.lower()
    path = _ESCAPED.sub(_unescape, quote(parts.path, safe="/%"))
    port = parts.port or _DEFAULT_PORTS.get(scheme)
    return scheme, (parts.hostname or "").lower(), port, path or "/"


def _unescape(escaped: Match[str]) -> str:
    text = escaped[0].upper()
    return text if text in _DISTINCT else chr(int(text[1:], 16))


def _thumbprint(key: Mapping[str, str]) -> str:
    canonical = dumps(dict(key), separators=(",", ":"), sort_keys=True)
    return _hash(canonical)


def _hash(text: str) -> str:
    return base64url.encode(sha256(text.encode()).digest())
