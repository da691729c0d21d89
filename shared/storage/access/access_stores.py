"""The stores of access, each over its tables."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from shared.audit.statement import StatementKey
from shared.storage.openid.provider_stores import ProviderStores

if TYPE_CHECKING:
    from shared.storage.access.approval_notices import ApprovalNotices
    from shared.storage.access.approvals import ApprovalStore
    from shared.storage.access.exchanged import ExchangedTokens
    from shared.storage.access.issued_certificates import IssuedCertificates
    from shared.storage.access.profiles import ProfileStore
    from shared.storage.access.restores import RestoreStore


class AccessStores(ProviderStores):
    _statement_key: Callable[[], Awaitable[StatementKey]]
    _statement_keys: Callable[[], Awaitable[Sequence[StatementKey]]]

    @cached_property
    def exchanged_tokens(self) -> "ExchangedTokens":
        from shared.storage.access.exchanged import ExchangedTokens
        from shared.storage.audit.audit_outbox import TABLE

        return ExchangedTokens(self._table(TABLE))

    @cached_property
    def approvals(self) -> "ApprovalStore":
        from shared.storage.access.approvals import TABLE, ApprovalStore

        return ApprovalStore(
            self._table(TABLE),
            notices=self.approval_notices,
            key=self._statement_key,
            keys=self._statement_keys,
        )

    @cached_property
    def approval_notices(self) -> "ApprovalNotices":
        from shared.storage.access.approval_notices import ApprovalNotices
        from shared.storage.access.approvals import TABLE

        return ApprovalNotices(self._table(TABLE))

    @cached_property
    def issued_certificates(self) -> "IssuedCertificates":
        from shared.storage.access.issued_certificates import IssuedCertificates

        return IssuedCertificates(self._table(IssuedCertificates.partition.table))

    @cached_property
    def profiles(self) -> "ProfileStore":
        from shared.storage.access.profiles import TABLE, ProfileStore

        return ProfileStore(self._table(TABLE))

    @cached_property
    def restores(self) -> "RestoreStore":
        from shared.storage.access.restores import RestoreStore

        return RestoreStore(self._table(RestoreStore.partition.table))
