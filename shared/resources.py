"""What stories take as one parameter, until each of them names what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.keys.current_keys import CurrentKeys
from shared.rate_limits.limiter import RateLimiter
from shared.recording.audit_recorder import AuditRecorder
from shared.settings import Settings
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.awaited_accounts import AwaitedAccounts
from shared.storage.accounts.links import LinkStore
from shared.storage.accounts.passes import PassStore
from shared.storage.accounts.registrations import RegistrationStore
from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKey
from shared.storage.sessions import SessionStore
from shared.storage.stores import Stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    settings: Settings
    stores: Stores
    current_keys: CurrentKeys
    trail: AuditRecorder
    limiter: RateLimiter
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    @property
    def accounts(self) -> AccountStore:
        return self.stores.accounts

    @property
    def awaited(self) -> AwaitedAccounts:
        return self.stores.awaited

    @property
    def registrations(self) -> RegistrationStore:
        return self.stores.registrations

    @property
    def challenges(self) -> ChallengeStore:
        return self.stores.challenges

    @property
    def sessions(self) -> SessionStore:
        return self.stores.sessions

    @property
    def passes(self) -> PassStore:
        return self.stores.passes

    @property
    def links(self) -> LinkStore:
        return self.stores.links

    @property
    def service_key(self) -> ServiceKey:
        return self.stores.service_key
