"""Checkpoints have the form of a signed note, and only known keys are trusted."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from shared.audit.checkpoint import (
    Checkpoint,
    CheckpointKey,
    InvalidCheckpoint,
    open_checkpoint,
    read_checkpoint_key,
    read_verifier,
    sign_checkpoint,
)

ORIGIN = "touchstone.example"
CHECKPOINT = Checkpoint(origin=ORIGIN, size=7, root=bytes(range(32)))

# From golang.org/x/mod/sumdb/note: its documentation's key and note.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)


def new_key() -> CheckpointKey:
    return CheckpointKey(Ed25519PrivateKey.generate())


def test_a_note_is_verified_with_its_key() -> None:
    key = new_key()
    note = sign_checkpoint(CHECKPOINT, [key])
    assert note.startswith(f"{ORIGIN}\n7\n{base64.b64encode(bytes(range(32))).decode()}\n\n— ")
    assert open_checkpoint(note, [new_key().verifier(ORIGIN), key.verifier(ORIGIN)]) == CHECKPOINT


def test_either_of_two_signatures_is_enough() -> None:
    old, new = new_key(), new_key()
    note = sign_checkpoint(CHECKPOINT, [new, old])
    for key in (old, new):
        assert open_checkpoint(note, [key.verifier(ORIGIN)]) == CHECKPOINT


@pytest.mark.parametrize(
    ("text", "changed"),
    [("\n7\n", "\n8\n"), ("AAEC", "AAED"), (ORIGIN, "other.example"), ("\n\n", "\nmore\n\n")],
)
def test_a_changed_note_is_refused(text: str, changed: str) -> None:
    key = new_key()
    note = sign_checkpoint(CHECKPOINT, [key]).replace(text, changed, 1)
    with pytest.raises(InvalidCheckpoint):
        open_checkpoint(note, [key.verifier(ORIGIN), key.verifier("other.example")])


def test_a_key_with_another_name_is_not_used() -> None:
    key = new_key()
    with pytest.raises(InvalidCheckpoint, match="no known key"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, [key]), [key.verifier("other.example")])


@pytest.mark.parametrize(
    "note",
    [
        *("", "\n\n", "a\n\n— a b\n", "a\nx\nAAAA\n\n— a b\n", f"{ORIGIN}\n07\nAAAA\n\n"),
        *(f"{ORIGIN}\n7\n!\n\n", f"{ORIGIN}\n7\nAAAA\n\n", f"{ORIGIN}\n\u0667\nAAAA\n\n"),
    ],
)
def test_an_invalid_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        open_checkpoint(note, [new_key().verifier(ORIGIN)])


def test_a_key_has_the_same_id_as_in_the_note_package_of_go() -> None:
    verifier = read_verifier(GO_VERIFIER)
    assert (verifier.name, verifier.key_id.hex()) == ("PeterNeumann", "c74f20a3")
    assert str(verifier) == GO_VERIFIER
    data = base64.b64decode(GO_SIGNATURE)
    assert data[:4] == verifier.key_id
    Ed25519PublicKey.from_public_bytes(verifier.public).verify(data[4:], GO_NOTE_TEXT.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        GO_VERIFIER.replace("c74f20a3", "c74f20a4"),
        GO_VERIFIER.replace("Peter", "Paul"),
        GO_VERIFIER[:-4],
        GO_VERIFIER.replace("+AR", "+Ag"),
        "a+0+!",
    ],
)
def test_an_invalid_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not|An Ed25519"):
        read_verifier(text)


def test_a_key_is_32_bytes_in_base64url() -> None:
    key = read_checkpoint_key("A" * 43 + "\n")
    assert key.private.private_bytes_raw() == bytes(32)
    for wrong in ("", "A" * 42, "A" * 44, "!" * 43):
        with pytest.raises(ValueError, match=r"base64url|Ed25519"):
            read_checkpoint_key(wrong)
