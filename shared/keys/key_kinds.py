"""The kinds of keys: for signing tokens, sealing challenges, signing checkpoints, and for issuing
client certificates, if the service does that.

A kind's module is loaded with its first key: a begin needs only the key that seals.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from shared.keys.cached import Cached, max_age
from shared.keys.reading import Reading
from shared.keys.ring import (
    JWKS_CACHE,
    Ring,
    Timing,
    checkpoint_timing,
    client_ca_timing,
    sealing_timing,
    signing_timing,
)
from shared.keys.sealing_key import SealingKey

if TYPE_CHECKING:
    from shared.audit.checkpoint import CheckpointKey
    from shared.audit.statement import StatementKey
    from shared.keys.client_ca.key import ClientCaKey
    from shared.keys.signing_key import SigningKey

type Read[K] = Callable[[], Awaitable[Reading[K]]]


class Readers(TypedDict):
    """Of all kinds."""

    signing: "Read[SigningKey]"
    sealing: Read[SealingKey]
    checkpoint: "Read[CheckpointKey]"
    client_ca: "Read[ClientCaKey] | None"


class KeyProblem(StrEnum):
    OUT_OF_REACH = "out-of-reach"
    """The key store cannot be reached; the service uses the keys that it has."""
    UNUSABLE_VERSION = "unusable-version"
    """The newest version has no usable key; the service uses the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHealth:
    trouble: KeyProblem
    since: datetime


class CachedRing[K]:
    """The versions of one key as they were last read."""

    def __init__(self, reading: Cached[Reading[K]], timing: Timing) -> None:
        self._reading = reading
        self._timing = timing

    async def get(self) -> Ring[K]:
        """Return the ring. Raise KeysUnavailable."""
        reading = await self._reading.get()
        return Ring(reading.versions, self._timing)

    async def find_health(self) -> KeyHealth | None:
        """Return the problem with this key, if there is one. Raise KeysUnavailable."""
        reading = await self._reading.get()
        if failure := self._reading.failure:
            return KeyHealth(trouble=KeyProblem.OUT_OF_REACH, since=failure.since)
        if reading.unusable_since:
            return KeyHealth(trouble=KeyProblem.UNUSABLE_VERSION, since=reading.unusable_since)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    signing: "CachedRing[SigningKey]"
    sealing: CachedRing[SealingKey]
    checkpoint: "CachedRing[CheckpointKey]"
    client_ca: "CachedRing[ClientCaKey] | None"
    """None if this service issues no certificates."""

    async def statement_key(self, now: datetime) -> "StatementKey":
        """The key that tags unsealed events. Every instance knows it. Raise KeysUnavailable."""
        from shared.audit.statement_tags import statement_key

        return statement_key((await self.checkpoint.get()).current(now))

    async def statement_keys(self, now: datetime) -> "tuple[StatementKey, ...]":
        """The keys whose tags are accepted."""
        from shared.audit.statement_tags import statement_key

        return tuple(map(statement_key, (await self.checkpoint.get()).usable(now)))

    async def find_health_problems(self) -> dict[str, KeyHealth]:
        """The problems by the name of the key. Raise KeysUnavailable."""
        found = {
            "signingKey": await self.signing.find_health(),
            "sealingKey": await self.sealing.find_health(),
            "checkpointKey": await self.checkpoint.find_health(),
        }
        if self.client_ca is not None:
            found["clientCaKey"] = await self.client_ca.find_health()
        return {name: impairment for name, impairment in found.items() if impairment}


def make_keys(
    *,
    signing: "Read[SigningKey]",
    sealing: Read[SealingKey],
    checkpoint: "Read[CheckpointKey]",
    client_ca: "Read[ClientCaKey] | None" = None,
    client_ca_overlap: timedelta = timedelta(),
    interval: timedelta,
    token_lifetime: timedelta,
    seal_lifetime: timedelta,
    jwks_cache: timedelta = JWKS_CACHE,
    clock: Callable[[], datetime],
) -> Keys:
    age = max_age(interval)
    return Keys(
        signing=CachedRing(
            Cached("signing key", signing, interval=interval, clock=clock),
            signing_timing(max_age=age, token_lifetime=token_lifetime, jwks_cache=jwks_cache),
        ),
        sealing=CachedRing(
            Cached("sealing key", sealing, interval=interval, clock=clock),
            sealing_timing(max_age=age, seal_lifetime=seal_lifetime),
        ),
        checkpoint=CachedRing(
            Cached("checkpoint key", checkpoint, interval=interval, clock=clock),
            checkpoint_timing(max_age=age),
        ),
        client_ca=None
        if client_ca is None
        else CachedRing(
            Cached("client CA key", client_ca, interval=interval, clock=clock),
            client_ca_timing(max_age=age, overlap=client_ca_overlap),
        ),
    )
