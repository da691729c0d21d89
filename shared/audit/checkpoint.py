"""Checkpoints: signed statements of the tree's size and root.

The form is C2SP's tlog-checkpoint (https://c2sp.org/tlog-checkpoint), a signed note
(https://c2sp.org/signed-note) with an Ed25519 signature, so that other people's tools read it:

    touchstone.example
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — touchstone.example Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz…
"""

import base64
import binascii
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from shared import base64url
from shared.audit.merkle import HASH_BYTES

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_MOST_DIGITS = 19
_DASH = "\N{EM DASH}"


class InvalidCheckpoint(ValueError):
    """The text says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"


@dataclass(frozen=True, slots=True)
class CheckpointKey:
    """A private key that signs checkpoints."""

    private: Ed25519PrivateKey

    def signature_line(self, checkpoint: Checkpoint) -> str:
        return signature_line(checkpoint.text(), self, checkpoint.origin)

    def verifier(self, name: str) -> "Verifier":
        return Verifier(name=name, public=self.private.public_key().public_bytes_raw())


def signature_line(text: str, key: CheckpointKey, name: str) -> str:
    """The signature line of a signed note with this text."""
    signature = key.verifier(name).key_id + key.private.sign(text.encode())
    return f"{_DASH} {name} {_encode(signature)}\n"


def sign_checkpoint(checkpoint: Checkpoint, keys: Iterable[CheckpointKey]) -> str:
    """Return the signed note: the checkpoint's text, and a signature by each key.

    While one key replaces another, both sign. So an auditor who knows only the old key can still
    verify, and finds in the log that the old key introduced the new one
    (`shared.audit.key_introduction`).
    """
    return f"{checkpoint.text()}\n" + "".join(key.signature_line(checkpoint) for key in keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key under its name, as auditors keep it."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        """The text form of a key that Go's note package uses: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(_ED25519 + self.public)}"


def read_checkpoint_key(value: str, _content_type: str | None = None) -> CheckpointKey:
    """Raise ValueError for anything but the 32 bytes of an Ed25519 key in base64url."""
    return CheckpointKey(Ed25519PrivateKey.from_private_bytes(base64url.decode(value.strip())))


def read_verifier(text: str) -> Verifier:
    """Raise ValueError for anything but the text form of an Ed25519 key."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _decode(encoded)
    verifier = Verifier(name=name, public=data[1:])
    if not name or data[:1] != _ED25519 or verifier.key_id.hex() != key_id:
        raise ValueError("not a key for checkpoints")
    Ed25519PublicKey.from_public_bytes(verifier.public)
    return verifier


def open_checkpoint(note: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """Return the note's checkpoint if one of these keys has signed it; else raise
    InvalidCheckpoint."""
    text, signed = split_note(note)
    checkpoint = _read(text)
    for verifier in verifiers:
        if verifier.name == checkpoint.origin and has_signed(verifier, text, signed):
            return checkpoint
    raise InvalidCheckpoint("no known key has signed it")


def read_checkpoint(note: str) -> Checkpoint:
    """The note's checkpoint, whoever has signed it. Raise InvalidCheckpoint."""
    return _read(split_note(note)[0])


def split_note(note: str) -> tuple[str, set[str]]:
    """Split a signed note into its text and its signature lines. Raise InvalidCheckpoint."""
    text, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise InvalidCheckpoint("it is not a signed note")
    lines = {line for line in signatures.split("\n") if line.startswith(f"{_DASH} ")}
    return f"{text}\n", lines


def has_signed(verifier: Verifier, text: str, lines: Iterable[str]) -> bool:
    key = Ed25519PublicKey.from_public_bytes(verifier.public)
    for line in lines:
        name, _, encoded = line.removeprefix(f"{_DASH} ").rpartition(" ")
        with suppress(ValueError, InvalidSignature):
            data = _decode(encoded)
            if name == verifier.name and data[:_KEY_ID_BYTES] == verifier.key_id:
                key.verify(data[_KEY_ID_BYTES:], text.encode())
                return True
    return False


def _read(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not _is_number(lines[1]):
        raise InvalidCheckpoint("it is not the text of a checkpoint")
    try:
        root = _decode(lines[2])
    except ValueError as error:
        raise InvalidCheckpoint("its root is not base64") from error
    if len(root) != HASH_BYTES or str(int(lines[1])) != lines[1]:
        raise InvalidCheckpoint("its size or its root is not well-formed")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
