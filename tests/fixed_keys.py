"""Fixed keys, for a service that does not read or replace keys."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.checkpoint import CheckpointKey
from shared.keys.client_ca.key import ClientCaKey
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
    client_ca: Read[ClientCaKey] | None = None,
) -> Keys:
    """Of several checkpoint keys the oldest comes first."""
    several = checkpoint if isinstance(checkpoint, Sequence) else [checkpoint]
    return make_keys(
        signing=_only(signing),
        sealing=_only(sealing),
        checkpoint=fixed([key or new_checkpoint_key() for key in several]),
        client_ca=client_ca,
        client_ca_overlap=timedelta(days=14),
        interval=_MINUTES,
        token_lifetime=_MINUTES,
        seal_lifetime=_MINUTES,
        clock=clock,
    )


def _only[K](key: K) -> Read[K]:
    return fixed([key])


def fixed[K](keys: Sequence[K]) -> Read[K]:
    return versions_of(*((key, ALWAYS) for key in keys))


def versions_of[K](*keys: tuple[K, datetime]) -> Read[K]:
    """Each with the time at which it was made."""
    versions = tuple(
        KeyVersion(key=key, version=str(number), created_at=made_at, visible_since=made_at)
        for number, (key, made_at) in enumerate(keys)
    )

    async def read() -> Reading[K]:
        return Reading(versions=versions)

    return read
