"""Proofs that we have the key that our tokens are bound to (RFC 9449)."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

_ALGORITHM = "ES256"


class ProofKey:
    """On P-256."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        algorithm = jwt.get_algorithm_by_name(_ALGORITHM)
        public = json.loads(algorithm.to_jwk(private.public_key()))
        self._jwk = {name: public[name] for name in ("crv", "kty", "x", "y")}

    @classmethod
    def new(cls) -> "ProofKey":
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def read(cls, text: str) -> "ProofKey":
        """Raises ValueError."""
        key = load_der_private_key(base64.b64decode(text, validate=True), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not a key of ours")
        return cls(key)

    def write(self) -> str:
        data = self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return base64.b64encode(data).decode()

    @property
    def thumbprint(self) -> str:
        """RFC 7638."""
        text = json.dumps(self._jwk, separators=(",", ":"), sort_keys=True)
        return digest(text)

    def prove(
        self, method: str, address: str, *, token: str | None, nonce: str | None, ahead: float
    ) -> str:
        """`ahead` is how far the clock of the service is ahead of ours, in seconds."""
        claims: dict[str, Any] = {
            "htm": method,
            "htu": address.partition("?")[0],
            "iat": int(time.time() + ahead),
            "jti": secrets.token_urlsafe(16),
        }
        if token is not None:
            claims["ath"] = digest(token)
        if nonce is not None:
            claims["nonce"] = nonce
        headers = {"typ": "dpop+jwt", "jwk": self._jwk}
        return jwt.encode(claims, self._private, algorithm=_ALGORITHM, headers=headers)


def digest(text: str) -> str:
    """SHA-256, in base64url."""
    found = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()
