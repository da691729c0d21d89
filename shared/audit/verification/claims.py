"""What a checkpoint claims, before any signature on it is checked."""

import base64

from shared.audit.checkpoint import Checkpoint
from shared.audit.verification.reading import MAX_INDEX, Malformed


def read_claim(note: str) -> Checkpoint:
    """Raise Malformed for anything but a checkpoint; `open_checkpoint` is stricter."""
    try:
        origin, size, root, *_ = note.split("\n")
        claim = Checkpoint(
            origin=origin, size=int(size), root=base64.b64decode(root, validate=True)
        )
    except ValueError as error:
        raise Malformed from error
    if not 0 <= claim.size <= MAX_INDEX:
        raise Malformed
    return claim
