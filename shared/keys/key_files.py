"""The keys of a development machine: files that are made at the first start."""

import asyncio
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from shared import base64url
from shared.keys.key_kinds import Readers
from shared.keys.reading import ReadFailed, Reading
from shared.keys.ring import ALWAYS, KeyVersion
from shared.keys.sealing_key import LEAST_BYTES, SealingKey, read_sealing_key
from shared.keys.settings import KeyFileSettings

if TYPE_CHECKING:
    from shared.audit.checkpoint import CheckpointKey
    from shared.keys.client_ca.key import ClientCaKey
    from shared.keys.signing_key import SigningKey


class KeyFile[K]:
    """A key in a file. It has one version only."""

    def __init__(self, path: Path, load: Callable[[Path], K]) -> None:
        self._path = path
        self._load = load
        self._key: K | None = None

    async def read(self) -> Reading[K]:
        """Read the file once. The process keeps its key, even if the file changes.

        Raises ReadFailed.
        """
        if self._key is None:
            try:
                self._key = await asyncio.to_thread(self._load, self._path)
            except (OSError, ValueError) as error:
                raise ReadFailed from error
        version = KeyVersion(
            key=self._key, version=self._path.name, created_at=ALWAYS, visible_since=ALWAYS
        )
        return Reading(versions=(version,))


def file_readers(chosen: KeyFileSettings) -> Readers:
    client_ca = chosen.client_ca_key
    return Readers(
        signing=KeyFile(chosen.signing_key, load_signing_key).read,
        sealing=KeyFile(chosen.sealing_key, load_sealing_key).read,
        checkpoint=KeyFile(chosen.checkpoint_key, load_checkpoint_key).read,
        client_ca=None if client_ca is None else KeyFile(client_ca, load_client_ca).read,
    )


def load_signing_key(path: Path) -> "SigningKey":
    """Read the key; make it first if there is no file. Raise ValueError or OSError."""
    from shared.keys.signing_key import new_signing_key, read_pem, write_pem

    return read_pem(_load(path, make=lambda: write_pem(new_signing_key())))


def load_sealing_key(path: Path) -> SealingKey:
    """Read the key; make it first if there is no file. Raise ValueError or OSError."""
    return read_sealing_key(_load(path, make=_new_secret).decode())


def load_checkpoint_key(path: Path) -> "CheckpointKey":
    """Read the key; make it first if there is no file. Raise ValueError or OSError."""
    from shared.audit.checkpoint import read_checkpoint_key

    return read_checkpoint_key(_load(path, make=_new_secret).decode())


def load_client_ca(path: Path) -> "ClientCaKey":
    """Read the key; make it first if there is no file. Raise ValueError or OSError."""
    from shared.keys.client_ca.key import new_client_ca_pem, read_client_ca_pem

    return read_client_ca_pem(_load(path, make=new_client_ca_pem))


def _new_secret() -> bytes:
    return base64url.encode(secrets.token_bytes(LEAST_BYTES)).encode()


def _load(path: Path, *, make: Callable[[], bytes]) -> bytes:
    """Only the owner can read the file. Several processes that start together all get the same
    content."""
    if not path.exists():
        _create(path, make())
    return path.read_bytes()


def _create(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(draft, path)  # unlike a rename, this fails if another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
