"""The keys to use now. Each method raises KeysUnavailable if there is no such key."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from shared.errors.certificates import CertificatesOff
from shared.keys.key_kinds import Keys
from shared.keys.ring import Ring
from shared.keys.sealing_key import SealingKey

if TYPE_CHECKING:
    from shared.audit.checkpoint import CheckpointKey
    from shared.audit.statement import StatementKey
    from shared.keys.client_ca.key import ClientCaKey
    from shared.keys.signing_key import SigningKey


class CurrentKeys:
    def __init__(self, keys: Keys, *, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._clock = clock

    async def sealing_key(self) -> SealingKey:
        """The key that seals challenges."""
        return (await self._keys.sealing.get()).current(self._clock())

    async def sealing_keys(self) -> tuple[SealingKey, ...]:
        """The keys that open challenges."""
        return (await self._keys.sealing.get()).usable(self._clock())

    async def signing_key(self) -> "SigningKey":
        """The key that signs access tokens."""
        return (await self._keys.signing.get()).current(self._clock())

    async def published_keys(self) -> "tuple[SigningKey, ...]":
        """The keys that verify access tokens, here and elsewhere."""
        return (await self._keys.signing.get()).published(self._clock())

    async def checkpoint_keys(self) -> "tuple[CheckpointKey, ...]":
        """All keys that sign the audit log's checkpoints, the newest first."""
        return (await self._keys.checkpoint.get()).usable(self._clock())

    @property
    def has_client_ca(self) -> bool:
        """Whether this service issues client certificates."""
        return self._keys.client_ca is not None

    async def client_ca(self) -> "ClientCaKey":
        """The key that signs client certificates. Raises CertificatesOff."""
        return (await self._client_cas()).current(self._clock())

    async def published_client_cas(self) -> "tuple[ClientCaKey, ...]":
        """The keys whose certificates servers must accept. Raises CertificatesOff."""
        return (await self._client_cas()).published(self._clock())

    async def _client_cas(self) -> "Ring[ClientCaKey]":
        if self._keys.client_ca is None:
            raise CertificatesOff
        return await self._keys.client_ca.get()

    async def statement_key(self) -> "StatementKey":
        """The key that tags events until they are sealed."""
        return await self._keys.statement_key(self._clock())

    async def statement_keys(self) -> "tuple[StatementKey, ...]":
        """The keys whose tags are accepted."""
        return await self._keys.statement_keys(self._clock())
