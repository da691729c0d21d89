"""COSE keys: those that fido2 can verify with, and two of RFC 8230 that it lacks."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from fido2.cose import CoseKey

PS384, PS512 = -38, -39


class _PssKey(CoseKey):
    _HASH: hashes.HashAlgorithm

    def verify(self, message: bytes, signature: bytes) -> None:
        numbers = rsa.RSAPublicNumbers(int.from_bytes(self[-2]), int.from_bytes(self[-1]))
        scheme = padding.PSS(padding.MGF1(self._HASH), padding.PSS.DIGEST_LENGTH)
        numbers.public_key().verify(signature, message, scheme, self._HASH)

    @classmethod
    def from_cryptography_key(cls, public_key: object) -> "_PssKey":
        if not isinstance(public_key, rsa.RSAPublicKey):
            raise TypeError("not an RSA key")
        numbers = public_key.public_numbers()
        n, e = (each.to_bytes((each.bit_length() + 7) // 8) for each in (numbers.n, numbers.e))
        return cls({1: 3, 3: cls.ALGORITHM, -1: n, -2: e})


class _Ps384Key(_PssKey):
    ALGORITHM = PS384
    _HASH = hashes.SHA384()


class _Ps512Key(_PssKey):
    ALGORITHM = PS512
    _HASH = hashes.SHA512()


def parse_key(key: Mapping[Any, Any]) -> CoseKey:
    """Parse the key. fido2 finds the class of an algorithm among all subclasses, so the classes
    above must be defined first. A key of an algorithm without a class verifies nothing."""
    return CoseKey.parse(key)


def key_class(algorithm: int) -> type[CoseKey]:
    return CoseKey.for_alg(algorithm)
