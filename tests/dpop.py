"""A client's key, and its proofs for requests (RFC 9449)."""

import secrets
import time
from collections.abc import Mapping
from hashlib import sha256
from json import dumps, loads
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.authenticator import base64url


class ClientKey:
    def __init__(self) -> None:
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        algorithm = jwt.get_algorithm_by_name("ES256")
        self.jwk: dict[str, str] = loads(algorithm.to_jwk(self.private_key.public_key()))

    @property
    def thumbprint(self) -> str:
        """RFC 7638, by its own words."""
        members = {name: self.jwk[name] for name in ("crv", "kty", "x", "y")}
        canonical = dumps(members, separators=(",", ":"), sort_keys=True)
        return base64url.encode(sha256(canonical.encode()).digest())

    def prove(
        self,
        method: str,
        address: str,
        *,
        token: str | None = None,
        headers: Mapping[str, object] | None = None,
        changed: Mapping[str, object] | None = None,
    ) -> str:
        """An honest proof, except for the changes; None leaves a member out."""
        claims = {
            "htm": method,
            "htu": address,
            "iat": int(time.time()),
            "jti": secrets.token_urlsafe(12),
            "ath": token and base64url.encode(sha256(token.encode()).digest()),
        }
        claims = {
            name: value
            for name, value in {**claims, **(changed or {})}.items()
            if value is not None
        }
        return self.sign(claims, {"typ": "dpop+jwt", "jwk": self.jwk, **(headers or {})})

    def sign(self, claims: dict[str, Any], headers: dict[str, Any]) -> str:
        return jwt.encode(claims, self.private_key, algorithm="ES256", headers=headers)


def is_bound(token: str) -> bool:
    """Whether an access token says that it is bound to a key."""
    try:
        claims = loads(base64url.decode(token.split(".")[1]))
    except (ValueError, IndexError):
        return False
    return isinstance(claims, dict) and "cnf" in claims
