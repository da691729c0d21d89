"""The random values of section 16 of WebAuthn Level 3."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_INPUT_KEY_MATERIAL = b"WebAuthn test vectors"


class Draws:
    """Each value is HKDF-SHA-256 of one fixed text.

    The info is the name of the example, and the salt counts the values: 0 for the first one.
    """

    def __init__(self, example: str) -> None:
        self._info = example.encode()
        self._count = 0

    def take(self, length: int) -> bytes:
        salt = bytes([self._count])
        self._count += 1
        derivation = HKDF(algorithm=SHA256(), length=length, salt=salt, info=self._info)
        return derivation.derive(_INPUT_KEY_MATERIAL)

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length))
