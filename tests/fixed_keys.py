"""Fixed keys, for a service that does not read or replace keys."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.checkpoint import CheckpointKey
from shared.keys.key_kinds import Keys, Read, make_keys
from shared.keys.reading import Reading
from shared.keys.ring import ALWAYS, KeyVersion
from shared.keys.sealing_key import SealingKey
from shared.keys.signing_key import SigningKey

_MINUTES = timedelta(minutes=5)


def new_sealing_key() -> SealingKey:
    return SealingKey(secrets.token_bytes(32))


def new_checkpoint_key() -> CheckpointKey:
    return CheckpointKey(Ed25519PrivateKey.generate())


def fixed_keys(
    signing: SigningKey,
    sealing: SealingKey,
    *,
    clock: Callable[[], datetime],
    checkpoint: CheckpointKey | Sequence[CheckpointKey] | None = None,
) -> Keys:
    """Of several checkpoint keys the oldest comes first."""
    several = checkpoint if isinstance(checkpoint, Sequence) else [checkpoint]
    return make_keys(
        signing=_only(signing),
        sealing=_only(sealing),
        checkpoint=_fixed([key or new_checkpoint_key() for key in several]),
        interval=_MINUTES,
        token_lifetime=_MINUTES,
        seal_lifetime=_MINUTES,
        clock=clock,
    )


def _only[K](key: K) -> Read[K]:
    return _fixed([key])


def _fixed[K](keys: Sequence[K]) -> Read[K]:
    versions = tuple(
        KeyVersion(key=key, version=str(number), created_at=ALWAYS, visible_since=ALWAYS)
        for number, key in enumerate(keys)
    )

    async def read() -> Reading[K]:
        return Reading(versions=versions)

    return read
