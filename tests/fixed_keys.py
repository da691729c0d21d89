"""Keys of a service that neither reads nor changes them."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.checkpoint import CheckpointKey
from shared.keys.keys import Keys, Read, make_keys
from shared.keys.reading import Reading
from shared.keys.ring import ALWAYS, KeyVersion
from shared.keys.sealing_key import SealingKey
from shared.tokens.signing_key import SigningKey

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
    checkpoint: CheckpointKey | None = None,
) -> Keys:
    return make_keys(
        signing=_only(signing),
        sealing=_only(sealing),
        checkpoint=_only(checkpoint or new_checkpoint_key()),
        interval=_MINUTES,
        token_lifetime=_MINUTES,
        seal_lifetime=_MINUTES,
        clock=clock,
    )


def _only[K](key: K) -> Read[K]:
    version = KeyVersion(key=key, version="1", created_at=ALWAYS, visible_since=ALWAYS)

    async def read() -> Reading[K]:
        return Reading(versions=(version,))

    return read
