"""What every ceremony step works with: settings, stores, keys, the clock and randomness."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from shared.audit.checkpoint import Verifier
from shared.keys.current_keys import CurrentKeys
from shared.keys.key_kinds import Keys
from shared.rate_limits.limiter import RateLimiter
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import RecordingOptions
from shared.recording.limit_events import LimitEvents
from shared.recording.refusals import Refusals
from shared.settings import Settings
from shared.storage.accounts.accounts import TABLE as ACCOUNTS
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.awaited_accounts import AwaitedAccounts
from shared.storage.accounts.credential_ids import CredentialIds
from shared.storage.accounts.links import TABLE as LINKS
from shared.storage.accounts.links import LinkStore
from shared.storage.accounts.passes import PassStore
from shared.storage.accounts.registrations import RegistrationStore
from shared.storage.accounts.stray_reservations import StrayReservations
from shared.storage.audit.audit_log import LOG, TREE, AuditLog
from shared.storage.audit.audit_outbox import TABLE as OUTBOX
from shared.storage.audit.audit_outbox import AuditOutbox
from shared.storage.audit.configuration_snapshot import ConfigurationSnapshots
from shared.storage.audit.cursors import CursorStore
from shared.storage.audit.erasures import ErasureStore
from shared.storage.audit.event_ids import EventIds
from shared.storage.audit.people_index import PeopleIndex
from shared.storage.challenges import ChallengeStore
from shared.storage.limits import LimitStore
from shared.storage.service_key import ServiceKey, ServiceKeyStore
from shared.storage.sessions import TABLE as SESSIONS
from shared.storage.sessions import SessionStore
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable


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
    service_key: ServiceKey
    keys: Keys
    current_keys: CurrentKeys
    counters: LimitStore
    outbox: AuditOutbox
    log: AuditLog
    event_ids: EventIds
    configuration_snapshots: ConfigurationSnapshots
    cursors: CursorStore
    erasures: ErasureStore
    people: PeopleIndex
    trail: AuditRecorder
    clock: Callable[[], datetime]
    """Returns the current time in UTC."""
    random: Callable[[int], bytes]
    limiter: RateLimiter = field(init=False)
    limit_events: LimitEvents = field(init=False)

    def __post_init__(self) -> None:
        self.limiter = RateLimiter(
            self.settings.limits,
            counters=self.counters,
            service_key=self.service_key.get,
            clock=self.clock,
        )
        self.limit_events = LimitEvents(self.trail, self.counters)
        self.trail.is_recorded = Refusals(self.limiter, self.limit_events.tell).is_recorded

    async def trusted_verifiers(self) -> tuple[Verifier, ...]:
        """Whose checkpoints count: of all that sign now, and of those that the operator names."""
        origin = self.settings.policy.rp_id
        signing = (key.verifier(origin) for key in await self.current_keys.checkpoint_keys())
        return (*signing, *self.settings.audit.verifiers)


def build_resources(
    settings: Settings,
    *,
    table: Callable[[str], Table],
    versioned: Callable[[str], VersionedTable],
    keys: Keys,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
) -> Resources:
    """`table` and `versioned` give the table of a name; `shared.storage` tells the layout."""
    rows, ids = table(ACCOUNTS), CredentialIds(table("CredentialIds"))
    accounts, passes = AccountStore(rows), PassStore(rows)
    outbox = AuditOutbox(table(OUTBOX), tables=table)
    log, tagging = AuditLog(log=table(LOG), tree=versioned(TREE)), keys.tagging(clock)
    return Resources(
        settings=settings,
        accounts=accounts,
        registrations=RegistrationStore(accounts=rows, account_store=accounts, credential_ids=ids),
        strays=StrayReservations(accounts=accounts, ids=ids, random=random),
        awaited=AwaitedAccounts(rows, accounts=accounts, passes=passes, random=random),
        challenges=ChallengeStore(table("Challenges")),
        sessions=SessionStore(table(SESSIONS), longest=settings.sessions.absolute),
        passes=passes,
        links=LinkStore(table(LINKS)),
        service_key=ServiceKey(ServiceKeyStore(table("Service")), accounts=accounts, random=random),
        keys=keys,
        current_keys=CurrentKeys(keys, clock=clock),
        counters=LimitStore(versioned("RateLimits")),
        outbox=outbox,
        log=log,
        event_ids=EventIds(table(TREE), log),
        configuration_snapshots=ConfigurationSnapshots(table(TREE)),
        cursors=CursorStore(versioned(TREE)),
        erasures=ErasureStore(versioned(TREE), key=tagging, keys=keys.checking(clock)),
        people=PeopleIndex(table(TREE)),
        trail=AuditRecorder(
            outbox, RecordingOptions.of(settings), clock=clock, random=random, key=tagging
        ),
        clock=clock,
        random=random,
    )
