"""The keys to use at this moment. Each method raises KeysUnavailable if there is none."""

from collections.abc import Callable
from datetime import datetime

from shared.audit.checkpoint import CheckpointKey
from shared.audit.statement import StatementKey
from shared.keys.key_kinds import Keys
from shared.keys.sealing_key import SealingKey
from shared.keys.signing_key import SigningKey


class CurrentKeys:
    def __init__(self, keys: Keys, *, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._clock = clock

    async def sealing_key(self) -> SealingKey:
        """The one to seal challenges with."""
        return (await self._keys.sealing.get()).current(self._clock())

    async def sealing_keys(self) -> tuple[SealingKey, ...]:
        """Those to open challenges with."""
        return (await self._keys.sealing.get()).usable(self._clock())

    async def signing_key(self) -> SigningKey:
        """The one to sign access tokens with."""
        return (await self._keys.signing.get()).current(self._clock())

    async def published_keys(self) -> tuple[SigningKey, ...]:
        """Those that verify access tokens, for others and for ourselves."""
        return (await self._keys.signing.get()).published(self._clock())

    async def checkpoint_keys(self) -> tuple[CheckpointKey, ...]:
        """All that sign the audit log's checkpoints, the newest first."""
        return (await self._keys.checkpoint.get()).usable(self._clock())

    async def statement_key(self) -> StatementKey:
        """The one to tag events with until they are sealed."""
        return await self._keys.statement_key(self._clock())

    async def statement_keys(self) -> tuple[StatementKey, ...]:
        """Those whose tags are accepted."""
        return await self._keys.statement_keys(self._clock())
