"""The signing key of a development machine: a file made at first start."""

import os
from pathlib import Path

from shared.tokens.signing_key import SigningKey, new_signing_key, read_pem, write_pem


def load_key_file(path: Path) -> SigningKey:
    """Read the key, making it first where there is none.

    The file is readable by its owner alone, and of several processes that start at once all end
    up with the same key. Raises ValueError if the file holds something else.
    """
    if not path.exists():
        _create(path)
    return read_pem(path.read_bytes())


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(write_pem(new_signing_key()))
    try:
        os.link(draft, path)  # unlike a rename, this fails where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
