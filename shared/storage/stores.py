"""All stores of the service, each over its tables.

A store is opened, and its module is loaded, when it is first asked for: see
`shared.composition.service`.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from shared.audit.statement import StatementKey
from shared.storage.access.access_stores import AccessStores
from shared.storage.groups.group_stores import GroupStores
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable

if TYPE_CHECKING:
    from shared.storage.accounts.accounts import AccountStore
    from shared.storage.accounts.awaited_accounts import AwaitedAccounts
    from shared.storage.accounts.credential_ids import CredentialIds
    from shared.storage.accounts.links import LinkStore
    from shared.storage.accounts.passes import PassStore
    from shared.storage.accounts.registrations import RegistrationStore
    from shared.storage.accounts.stray_reservations import StrayReservations
    from shared.storage.audit.audit_log import AuditLog
    from shared.storage.audit.audit_outbox import AuditOutbox
    from shared.storage.audit.configuration_snapshot import ConfigurationSnapshots
    from shared.storage.audit.cursors import CursorStore
    from shared.storage.audit.erasures import ErasureStore
    from shared.storage.audit.event_ids import EventIds
    from shared.storage.audit.people_index import PeopleIndex
    from shared.storage.challenges import ChallengeStore
    from shared.storage.limits import LimitStore
    from shared.storage.operator_uses import OperatorUses
    from shared.storage.service_key import ServiceKey
    from shared.storage.sessions import SessionStore


class Stores(AccessStores, GroupStores):
    def __init__(
        self,
        *,
        table: Callable[[str], Table],
        versioned: Callable[[str], VersionedTable],
        statement_key: Callable[[], Awaitable[StatementKey]],
        statement_keys: Callable[[], Awaitable[Sequence[StatementKey]]],
        random: Callable[[int], bytes],
    ) -> None:
        """`table` and `versioned` return the table with a name; `shared.storage` has the layout.

        Our rows are tagged with `statement_key`, and accepted with the tag of any `statement_keys`.
        """
        super().__init__(table)
        self._versioned = versioned
        self._statement_key, self._statement_keys = statement_key, statement_keys
        self._random = random

    @cached_property
    def accounts(self) -> "AccountStore":
        from shared.storage.accounts.accounts import TABLE, AccountStore

        return AccountStore(self._table(TABLE))

    @cached_property
    def registrations(self) -> "RegistrationStore":
        from shared.storage.accounts.accounts import TABLE
        from shared.storage.accounts.registrations import RegistrationStore

        return RegistrationStore(
            accounts=self._table(TABLE),
            account_store=self.accounts,
            credential_ids=self._credential_ids,
        )

    @cached_property
    def _credential_ids(self) -> "CredentialIds":
        from shared.storage.accounts.credential_ids import CredentialIds

        return CredentialIds(self._table("CredentialIds"))

    @cached_property
    def strays(self) -> "StrayReservations":
        from shared.storage.accounts.stray_reservations import StrayReservations

        return StrayReservations(
            accounts=self.accounts, ids=self._credential_ids, random=self._random
        )

    @cached_property
    def awaited(self) -> "AwaitedAccounts":
        from shared.storage.accounts.accounts import TABLE
        from shared.storage.accounts.awaited_accounts import AwaitedAccounts

        return AwaitedAccounts(
            self._table(TABLE), accounts=self.accounts, passes=self.passes, random=self._random
        )

    @cached_property
    def passes(self) -> "PassStore":
        from shared.storage.accounts.accounts import TABLE
        from shared.storage.accounts.passes import PassStore

        return PassStore(self._table(TABLE))

    @cached_property
    def links(self) -> "LinkStore":
        from shared.storage.accounts.links import TABLE, LinkStore

        return LinkStore(self._table(TABLE))

    @cached_property
    def sessions(self) -> "SessionStore":
        from shared.storage.accounts.accounts import TABLE
        from shared.storage.sessions import SessionStore

        return SessionStore(self._table(TABLE))

    @cached_property
    def challenges(self) -> "ChallengeStore":
        from shared.storage.audit.audit_outbox import TABLE
        from shared.storage.challenges import ChallengeStore

        return ChallengeStore(self._table(TABLE))

    @cached_property
    def service_key(self) -> "ServiceKey":
        from shared.storage.service_key import ServiceKey, ServiceKeyStore

        store = ServiceKeyStore(self._table("Service"))
        return ServiceKey(store, accounts=self.accounts, random=self._random)

    @cached_property
    def counters(self) -> "LimitStore":
        from shared.storage.limits import LimitStore

        return LimitStore(self._versioned("RateLimits"))

    @cached_property
    def outbox(self) -> "AuditOutbox":
        from shared.storage.audit.audit_outbox import TABLE, AuditOutbox

        return AuditOutbox(self._table(TABLE), tables=self._table)

    @cached_property
    def log(self) -> "AuditLog":
        from shared.storage.audit.audit_log import LOG, TREE, AuditLog

        return AuditLog(log=self._table(LOG), tree=self._versioned(TREE))

    @cached_property
    def event_ids(self) -> "EventIds":
        from shared.storage.audit.audit_log import TREE
        from shared.storage.audit.event_ids import EventIds

        return EventIds(self._table(TREE), self.log)

    @cached_property
    def people(self) -> "PeopleIndex":
        from shared.storage.audit.audit_log import TREE
        from shared.storage.audit.people_index import PeopleIndex

        return PeopleIndex(self._table(TREE))

    @cached_property
    def cursors(self) -> "CursorStore":
        from shared.storage.audit.audit_log import TREE
        from shared.storage.audit.cursors import CursorStore

        return CursorStore(self._versioned(TREE))

    @cached_property
    def configuration_snapshots(self) -> "ConfigurationSnapshots":
        from shared.storage.audit.audit_log import TREE
        from shared.storage.audit.configuration_snapshot import ConfigurationSnapshots

        return ConfigurationSnapshots(self._table(TREE))

    @cached_property
    def erasures(self) -> "ErasureStore":
        from shared.storage.audit.audit_log import TREE
        from shared.storage.audit.erasures import ErasureStore

        return ErasureStore(
            self._versioned(TREE), key=self._statement_key, keys=self._statement_keys
        )

    @cached_property
    def operator_uses(self) -> "OperatorUses":
        from shared.storage.audit.audit_log import TREE
        from shared.storage.operator_uses import OperatorUses

        return OperatorUses(self._table(TREE))
