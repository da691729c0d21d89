"""A signed token in compact form (RFC 7515). Its content is not verified here."""

import re
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.algorithms import OKPAlgorithm

from shared import base64url
from shared.json_shape import parse_object
from shared.signed_tokens.claims import Claims, Untrusted
from shared.signed_tokens.key_set import KeySet, VerificationKey

_LONGEST = 32_768
"""The longest header that Azure's front end accepts."""
_jws = jwt.PyJWS()
_jws.register_algorithm("Ed25519", OKPAlgorithm())  # the library knows the older name alone
_key_id = re.compile(r"[\x21-\x7e]{1,256}").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedToken:
    compact: str
    algorithm: str
    key_id: str
    """Empty if the token names none."""
    token_type: str | None
    issuer: str
    """Use it only to choose the settings and keys for the verification."""


def read_token(compact: str, *, key_id_required: bool = True) -> SignedToken:
    """Raise Untrusted for anything but a signed token that names its key and issuer.

    A header may also carry keys or addresses of keys (`jwk`, `jku`, `x5c`, `x5u`): they are
    ignored. A header with `crit` is refused, as its extensions would have to be understood.
    """
    if len(compact) > _LONGEST or compact.count(".") != 2:
        raise Untrusted("not a signed token")
    header_segment, payload_segment, _ = compact.split(".")
    header = Claims(_parse(header_segment))
    if "crit" in header or "b64" in header:
        raise Untrusted("an extension that is not supported")
    key_id = header.text("kid") if key_id_required else header.optional_text("kid") or ""
    if not _key_id(key_id) and (key_id or key_id_required):
        raise Untrusted("kid is not one")
    return SignedToken(
        compact=compact,
        algorithm=header.text("alg"),
        key_id=key_id,
        token_type=header.optional_text("typ"),
        issuer=Claims(_parse(payload_segment)).text("iss"),
    )


def verify_signature(token: SignedToken, *, algorithms: frozenset[str], keys: KeySet) -> Claims:
    """Return the claims. From here on they are the signer's own words."""
    check_algorithm(token, algorithms)
    key = find_key(token, keys)
    try:
        payload = _jws.decode(token.compact, key.public_key, algorithms=[token.algorithm])
        return Claims(parse_object(payload))
    except (jwt.PyJWTError, ValueError) as error:
        raise Untrusted("the signature is not valid") from error


def check_algorithm(token: SignedToken, algorithms: frozenset[str]) -> None:
    if token.algorithm not in algorithms:
        raise Untrusted("the algorithm is not allowed")


def find_key(token: SignedToken, keys: KeySet) -> VerificationKey:
    key = keys.get(token.key_id)
    if key is None:
        raise Untrusted("the key is unknown")
    if token.algorithm not in key.algorithms:
        raise Untrusted("the key is not for this algorithm")
    return key


def _parse(segment: str) -> dict[str, Any]:
    try:
        return parse_object(base64url.decode(segment))
    except ValueError as error:
        raise Untrusted("not JSON in base64url") from error
