"""Key pairs of section 16, and deterministic signatures."""

from math import lcm

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from tests.authenticator.keys import (
    EC_SCHEMES,
    ED448,
    EDDSA,
    ES256,
    ES384,
    ES512,
    RS256,
    EcKey,
    EdKey,
    RsaKey,
    SigningKey,
)
from tests.w3c_vectors.draws import Draws

_SCALAR_BYTES = {ES256: 32, ES384: 48, ES512: 65}
_MERSENNE_EXPONENTS = (1279, 2203)


def draw_key(draws: Draws, algorithm: int) -> SigningKey:
    """The RSA key is made of two known primes, so it takes no draw."""
    if algorithm == RS256:
        return RsaKey(algorithm, _mersenne_key())
    if algorithm == EDDSA:
        return EdKey(algorithm, ed25519.Ed25519PrivateKey.from_private_bytes(draws.take(32)))
    if algorithm == ED448:
        return EdKey(algorithm, ed448.Ed448PrivateKey.from_private_bytes(draws.take(57)))
    return draw_ec_key(draws, algorithm)


def draw_ec_key(draws: Draws, algorithm: int = ES256) -> EcKey:
    scalar = draws.number(_SCALAR_BYTES[algorithm])
    return EcKey(algorithm, ec.derive_private_key(scalar, EC_SCHEMES[algorithm].curve))


def sign(key: SigningKey, message: bytes) -> bytes:
    """ECDSA with the nonce of RFC 6979; the other schemes have none that could differ."""
    if isinstance(key, EcKey):
        digest = EC_SCHEMES[key.algorithm].hash
        return key.private_key.sign(message, ec.ECDSA(digest, deterministic_signing=True))
    return key.sign(message)


def _mersenne_key() -> rsa.RSAPrivateKey:
    p, q = (2**exponent - 1 for exponent in _MERSENNE_EXPONENTS)
    e = 65537
    d = pow(e, -1, lcm(p - 1, q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e, p * q),
    ).private_key(unsafe_skip_rsa_key_validation=True)  # the search for factors takes seconds
