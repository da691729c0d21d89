"""All stores of the service, each over its tables."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.audit.statement import StatementKey
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
from shared.storage.operator_uses import OperatorUses
from shared.storage.service_key import ServiceKey, ServiceKeyStore
from shared.storage.sessions import TABLE as SESSIONS
from shared.storage.sessions import SessionStore
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    accounts: AccountStore
    registrations: RegistrationStore
    strays: StrayReservations
    awaited: AwaitedAccounts
    passes: PassStore
    links: LinkStore
    sessions: SessionStore
    challenges: ChallengeStore
    service_key: ServiceKey
    counters: LimitStore
    outbox: AuditOutbox
    log: AuditLog
    event_ids: EventIds
    people: PeopleIndex
    cursors: CursorStore
    configuration_snapshots: ConfigurationSnapshots
    erasures: ErasureStore
    operator_uses: OperatorUses


def open_stores(
    *,
    table: Callable[[str], Table],
    versioned: Callable[[str], VersionedTable],
    statement_key: Callable[[], Awaitable[StatementKey]],
    statement_keys: Callable[[], Awaitable[Sequence[StatementKey]]],
    longest_session: timedelta,
    random: Callable[[int], bytes],
) -> Stores:
    """`table` and `versioned` return the table with a name; `shared.storage` has the layout.

    Our rows are tagged with `statement_key`, and accepted with the tag of any `statement_keys`.
    """
    rows, ids = table(ACCOUNTS), CredentialIds(table("CredentialIds"))
    accounts, passes = AccountStore(rows), PassStore(rows)
    log = AuditLog(log=table(LOG), tree=versioned(TREE))
    return Stores(
        accounts=accounts,
        registrations=RegistrationStore(accounts=rows, account_store=accounts, credential_ids=ids),
        strays=StrayReservations(accounts=accounts, ids=ids, random=random),
        awaited=AwaitedAccounts(rows, accounts=accounts, passes=passes, random=random),
        passes=passes,
        links=LinkStore(table(LINKS)),
        sessions=SessionStore(table(SESSIONS), longest=longest_session),
        challenges=ChallengeStore(table(OUTBOX)),
        service_key=ServiceKey(ServiceKeyStore(table("Service")), accounts=accounts, random=random),
        counters=LimitStore(versioned("RateLimits")),
        outbox=AuditOutbox(table(OUTBOX), tables=table),
        log=log,
        event_ids=EventIds(table(TREE), log),
        people=PeopleIndex(table(TREE)),
        cursors=CursorStore(versioned(TREE)),
        configuration_snapshots=ConfigurationSnapshots(table(TREE)),
        erasures=ErasureStore(versioned(TREE), key=statement_key, keys=statement_keys),
        operator_uses=OperatorUses(table(TREE)),
    )
