"""What every ceremony step works with: settings, stores, keys, the clock and randomness."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from shared.ceremonies.challenge import RANDOM_BYTES
from shared.settings import Settings
from shared.storage.accounts import AccountStore
from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKeyStore
from shared.tokens.signing_key import SigningKey


@dataclass(slots=True, kw_only=True)
class Resources:
    settings: Settings
    accounts: AccountStore
    challenges: ChallengeStore
    service_keys: ServiceKeyStore
    signing_key: Callable[[], SigningKey]
    clock: Callable[[], datetime]
    """Returns the current time in UTC."""
    random: Callable[[int], bytes]
    _service_key: bytes | None = field(default=None, init=False)

    async def service_key(self) -> bytes:
        """Read from storage once in a process; every instance gets the same one."""
        if self._service_key is None:
            candidate = self.random(RANDOM_BYTES)
            self._service_key = await self.service_keys.load(candidate=candidate)
        return self._service_key

    def now_seconds(self) -> int:
        return int(self.clock().timestamp())

    def expiry(self) -> int:
        """Unix seconds at which a ceremony that begins now expires."""
        return self.now_seconds() + self.settings.policy.lifetime_seconds
