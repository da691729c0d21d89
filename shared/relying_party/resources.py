"""What every ceremony step works with: settings, stores, keys, the clock and randomness."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from shared.audit.checkpoint import CheckpointKey, Verifier
from shared.audit.statement import StatementKey
from shared.ceremonies.challenge import RANDOM_BYTES
from shared.errors import StorageUnavailable
from shared.keys.keys import Keys
from shared.keys.sealing_key import SealingKey
from shared.limits.limiter import RateLimiter
from shared.relying_party.limits_told import LimitsTold
from shared.relying_party.refusals import Refusals
from shared.relying_party.trail import Trail
from shared.settings import Settings
from shared.storage.accounts import AccountStore
from shared.storage.audit_log import AuditLog
from shared.storage.audit_outbox import AuditOutbox
from shared.storage.awaited_accounts import AwaitedAccounts
from shared.storage.challenges import ChallengeStore
from shared.storage.cursors import CursorStore
from shared.storage.erasures import ErasureStore
from shared.storage.event_ids import EventIds
from shared.storage.known_state import KnownStateStore
from shared.storage.limits import LimitStore
from shared.storage.links import LinkStore
from shared.storage.passes import PassStore
from shared.storage.people_index import PeopleIndex
from shared.storage.registrations import RegistrationStore
from shared.storage.service_key import ServiceKeyStore
from shared.storage.sessions import SessionStore
from shared.storage.stray_reservations import StrayReservations
from shared.tokens.signing_key import SigningKey

logger = logging.getLogger("touchstone.storage")


@dataclass(slots=True, kw_only=True)
class Resources:
    settings: Settings
    accounts: AccountStore
    registrations: RegistrationStore
    strays: StrayReservations
    awaited: AwaitedAccounts
    challenges: ChallengeStore
    sessions: SessionStore
    passes: PassStore
    links: LinkStore
    service_keys: ServiceKeyStore
    keys: Keys
    counters: LimitStore
    outbox: AuditOutbox
    log: AuditLog
    event_ids: EventIds
    known_states: KnownStateStore
    cursors: CursorStore
    erasures: ErasureStore
    people: PeopleIndex
    trail: Trail
    clock: Callable[[], datetime]
    """Returns the current time in UTC."""
    random: Callable[[int], bytes]
    limiter: RateLimiter = field(init=False)
    limits_told: LimitsTold = field(init=False)
    _service_key: bytes | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.limiter = RateLimiter(
            self.settings.limits,
            counters=self.counters,
            service_key=self.service_key,
            clock=self.clock,
        )
        self.limits_told = LimitsTold(self.trail, self.counters)
        self.trail.is_told = Refusals(self.limiter, self.limits_told.tell).is_told

    async def service_key(self) -> bytes:
        """Read from storage once in a process; every instance gets the same one, for ever.

        It finds accounts by their names, and makes up credentials for names that nobody has. So
        it cannot change as the sealing key does: every account would be lost, and whatever stays
        the same for a name that exists would change for one that does not.
        """
        if self._service_key is None:
            found = await self.find_service_key()
            self._service_key = found or await self._make_service_key()
        return self._service_key

    async def find_service_key(self) -> bytes | None:
        """None if nobody has needed one yet. Raise StorageUnavailable if it is gone: another one
        would lead to none of the accounts, and let their names be taken."""
        found = await self.service_keys.find()
        if found and self._service_key:
            self._service_key = found  # another one only if all tables were emptied since
        if found or await self.accounts.is_empty():
            return found
        if found := await self.service_keys.find():  # both were made since, by another instance
            return found
        logger.error("the service key is gone from its table: import it from a backup")
        raise StorageUnavailable

    async def _make_service_key(self) -> bytes:
        return await self.service_keys.make(candidate=self.random(RANDOM_BYTES))

    async def sealing_key(self) -> SealingKey:
        """The one to seal with. Raises KeysUnavailable, as all of these do."""
        return (await self.keys.sealing.get()).current(self.clock())

    async def sealing_keys(self) -> tuple[SealingKey, ...]:
        """Those to open with."""
        return (await self.keys.sealing.get()).usable(self.clock())

    async def signing_key(self) -> SigningKey:
        return (await self.keys.signing.get()).current(self.clock())

    async def published_keys(self) -> tuple[SigningKey, ...]:
        """Those by which anybody verifies our tokens, ourselves included."""
        return (await self.keys.signing.get()).published(self.clock())

    async def checkpoint_keys(self) -> tuple[CheckpointKey, ...]:
        """All that sign the audit log's checkpoints now."""
        return (await self.keys.checkpoint.get()).usable(self.clock())

    async def statement_key(self) -> StatementKey:
        """The one to tag with what waits to be sealed."""
        return await self.keys.statement_key(self.clock())

    async def statement_keys(self) -> tuple[StatementKey, ...]:
        return await self.keys.statement_keys(self.clock())

    async def trusted_verifiers(self) -> tuple[Verifier, ...]:
        """Whose checkpoints count: of all that sign now, and of those that the operator names."""
        origin = self.settings.policy.rp_id
        signing = (key.verifier(origin) for key in await self.checkpoint_keys())
        return (*signing, *self.settings.audit.verifiers)

    def now_seconds(self) -> int:
        return int(self.clock().timestamp())

    def expiry(self) -> int:
        """Unix seconds at which a ceremony that begins now expires."""
        return self.now_seconds() + self.settings.policy.lifetime_seconds
