"""What is to be signed, and what is signed, in DER.

The signature comes from elsewhere, maybe over the network. So a stand-in for the key takes the
bytes that a builder of the library wants to have signed, and the signature is put behind them.
"""

from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
"""AlgorithmIdentifier of RFC 4055 section 5."""
_SEQUENCE, _BIT_STRING = 0x30, 0x03


class StandIn(RSAPrivateKey):
    """It signs nothing, and keeps what it was to sign."""

    def __init__(self, public_key: RSAPublicKey) -> None:
        self._public_key = public_key
        self.to_be_signed = b""

    def sign(self, data: bytes, *_: object) -> bytes:
        self.to_be_signed = bytes(data)
        return b""

    def public_key(self) -> RSAPublicKey:
        return self._public_key

    @property
    def key_size(self) -> int:
        return self._public_key.key_size

    def decrypt(self, *_: object) -> NoReturn:
        raise NotImplementedError

    def private_numbers(self) -> NoReturn:
        raise NotImplementedError

    def private_bytes(self, *_: object) -> NoReturn:
        raise NotImplementedError

    def __copy__(self) -> NoReturn:
        raise NotImplementedError

    def __deepcopy__(self, _: object) -> NoReturn:
        raise NotImplementedError


def put_together(to_be_signed: bytes, signature: bytes) -> bytes:
    """A certificate or a list of revoked ones, with its signature by RSA and SHA-256."""
    bits = _element(_BIT_STRING, b"\0" + signature)
    return _element(_SEQUENCE, to_be_signed + _SHA256_WITH_RSA + bits)


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content
