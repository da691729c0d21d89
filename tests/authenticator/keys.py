"""Credential key pairs: each knows its COSE form and how it signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import gcd
from typing import Any, NamedTuple, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ES256, ES384, ES512, ES256K = -7, -35, -36, -47
EDDSA, ED448 = -8, -53
RS256, RS384, RS512, RS1 = -257, -258, -259, -65535
PS256, PS384, PS512 = -37, -38, -39
ML_DSA_44, ML_DSA_65, ML_DSA_87 = -48, -49, -50

type CoseKey = dict[int, Any]


class SigningKey(Protocol):
    """A key pair as an authenticator holds it."""

    @property
    def algorithm(self) -> int: ...

    @property
    def public_key(self) -> CertificatePublicKeyTypes: ...

    def cose(self) -> CoseKey: ...

    def sign(self, message: bytes) -> bytes: ...


def generate(algorithm: int) -> SigningKey:
    return _GENERATORS[algorithm]()


def supports(algorithm: int) -> bool:
    return algorithm in _GENERATORS


def subject_public_key_info(key: SigningKey) -> bytes:
    """The DER form which browsers report as `publicKey`."""
    return key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class EcScheme(NamedTuple):
    curve: ec.EllipticCurve
    crv: int
    hash: hashes.HashAlgorithm


EC_SCHEMES: Mapping[int, EcScheme] = {
    ES256: EcScheme(ec.SECP256R1(), 1, hashes.SHA256()),
    ES384: EcScheme(ec.SECP384R1(), 2, hashes.SHA384()),
    ES512: EcScheme(ec.SECP521R1(), 3, hashes.SHA512()),
    ES256K: EcScheme(ec.SECP256K1(), 8, hashes.SHA256()),
}


@dataclass(frozen=True, slots=True)
class EcKey:
    algorithm: int
    private_key: ec.EllipticCurvePrivateKey

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self.private_key.public_key()

    def cose(self) -> CoseKey:
        point = self.public_key.public_numbers()
        size = (self.private_key.key_size + 7) // 8
        x, y = point.x.to_bytes(size), point.y.to_bytes(size)
        return {1: 2, 3: self.algorithm, -1: EC_SCHEMES[self.algorithm].crv, -2: x, -3: y}

    def sign(self, message: bytes) -> bytes:
        return self.private_key.sign(message, ec.ECDSA(EC_SCHEMES[self.algorithm].hash))


@dataclass(frozen=True, slots=True)
class EdKey:
    algorithm: int
    private_key: ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey

    @property
    def public_key(self) -> ed25519.Ed25519PublicKey | ed448.Ed448PublicKey:
        return self.private_key.public_key()

    def cose(self) -> CoseKey:
        crv = {EDDSA: 6, ED448: 7}[self.algorithm]
        return {1: 1, 3: self.algorithm, -1: crv, -2: self.public_key.public_bytes_raw()}

    def sign(self, message: bytes) -> bytes:
        return self.private_key.sign(message)


class RsaScheme(NamedTuple):
    padding: padding.AsymmetricPadding
    hash: hashes.HashAlgorithm


RSA_SCHEMES: Mapping[int, RsaScheme] = {
    RS256: RsaScheme(padding.PKCS1v15(), hashes.SHA256()),
    RS384: RsaScheme(padding.PKCS1v15(), hashes.SHA384()),
    RS512: RsaScheme(padding.PKCS1v15(), hashes.SHA512()),
    RS1: RsaScheme(padding.PKCS1v15(), hashes.SHA1()),  # noqa: S303 - RS1 is SHA-1
    **{
        algorithm: RsaScheme(padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH), digest)
        for algorithm, digest in (
            (PS256, hashes.SHA256()),
            (PS384, hashes.SHA384()),
            (PS512, hashes.SHA512()),
        )
    },
}


@dataclass(frozen=True, slots=True)
class RsaKey:
    algorithm: int
    private_key: rsa.RSAPrivateKey

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        return self.private_key.public_key()

    def cose(self) -> CoseKey:
        numbers = self.public_key.public_numbers()
        n, e = numbers.n.to_bytes((self.private_key.key_size + 7) // 8), numbers.e.to_bytes(3)
        return {1: 3, 3: self.algorithm, -1: n, -2: e}

    def sign(self, message: bytes) -> bytes:
        scheme = RSA_SCHEMES[self.algorithm]
        return self.private_key.sign(message, scheme.padding, scheme.hash)


type MlDsaPublicKey = mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey


@dataclass(frozen=True, slots=True)
class MlDsaKey:
    algorithm: int
    private_key: mldsa.MLDSA44PrivateKey | mldsa.MLDSA65PrivateKey | mldsa.MLDSA87PrivateKey

    @property
    def public_key(self) -> MlDsaPublicKey:
        return self.private_key.public_key()

    def cose(self) -> CoseKey:
        return {1: 7, 3: self.algorithm, -1: self.public_key.public_bytes_raw()}

    def sign(self, message: bytes) -> bytes:
        return self.private_key.sign(message)


def generate_rsa(algorithm: int, *, bits: int = 2048) -> RsaKey:
    return RsaKey(algorithm, rsa.generate_private_key(public_exponent=65537, key_size=bits))


def large_rsa(bits: int) -> rsa.RSAPrivateKey:
    """Of 3072 bits or more, without a search for two large primes, which takes seconds: one of them
    is known, and is no secret."""
    exponent = 2203 if bits < 3729 else 3217
    p = (1 << exponent) - 1
    q = rsa.generate_private_key(65537, 2 * (bits - exponent)).private_numbers().p
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    key = rsa.RSAPrivateNumbers(p, q, d, *crt, public)
    return key.private_key(unsafe_skip_rsa_key_validation=True)  # it takes as long as the search


def with_long_exponent(key: rsa.RSAPrivateKey) -> rsa.RSAPrivateKey:
    """The same modulus. Whoever verifies takes as long as one who signs without the primes."""
    own = key.private_numbers()
    p, q = own.p, own.q
    exponent = (1 << (key.key_size - 2)) + 1
    while gcd(exponent, (p - 1) * (q - 1)) != 1:
        exponent += 2
    d = pow(exponent, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(exponent, own.public_numbers.n)
    crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


def _generate_ec(algorithm: int) -> EcKey:
    return EcKey(algorithm, ec.generate_private_key(EC_SCHEMES[algorithm].curve))


_GENERATORS: Mapping[int, Callable[[], SigningKey]] = {
    **{algorithm: partial(_generate_ec, algorithm) for algorithm in EC_SCHEMES},
    **{algorithm: partial(generate_rsa, algorithm) for algorithm in RSA_SCHEMES},
    EDDSA: lambda: EdKey(EDDSA, ed25519.Ed25519PrivateKey.generate()),
    ED448: lambda: EdKey(ED448, ed448.Ed448PrivateKey.generate()),
    ML_DSA_44: lambda: MlDsaKey(ML_DSA_44, mldsa.MLDSA44PrivateKey.generate()),
    ML_DSA_65: lambda: MlDsaKey(ML_DSA_65, mldsa.MLDSA65PrivateKey.generate()),
    ML_DSA_87: lambda: MlDsaKey(ML_DSA_87, mldsa.MLDSA87PrivateKey.generate()),
}
