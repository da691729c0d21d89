"""COSE signature algorithms, by their names."""

from cryptography.hazmat.backends import default_backend

NAMES = {
    "ES256": -7,
    "EdDSA": -8,
    "ES384": -35,
    "ES512": -36,
    "PS256": -37,
    "PS384": -38,
    "PS512": -39,
    "Ed448": -53,
    "RS256": -257,
    "ML-DSA-44": -48,
    "ML-DSA-65": -49,
    "ML-DSA-87": -50,
}

TOO_WEAK = {
    "RS1": "it signs SHA-1, for which collisions are made",
}
"""Algorithms that are never offered, each with the reason."""

ML_DSA = {-48: 1312, -49: 1952, -50: 2592}
"""Algorithms of ML-DSA, each with the length of its public keys."""


def supported() -> frozenset[int]:
    """The algorithms that work here. ML-DSA depends on the OpenSSL that `cryptography` was built
    with."""
    ml_dsa = getattr(default_backend(), "mldsa_supported", lambda: False)()
    return frozenset(NAMES.values()) - (frozenset() if ml_dsa else ML_DSA.keys())
