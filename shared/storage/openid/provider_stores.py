"""The stores of the OpenID provider, each over its tables."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from shared.storage.tables.table import Table

if TYPE_CHECKING:
    from shared.storage.openid.clients import ClientStore
    from shared.storage.openid.consents import ConsentStore
    from shared.storage.openid.device_codes import DeviceCodeStore
    from shared.storage.openid.logout_notices import LogoutNotices
    from shared.storage.openid.sealed_values import SealedValueStore
    from shared.storage.openid.standings import StandingReader


class ProviderStores:
    def __init__(self, table: Callable[[str], Table]) -> None:
        self._table = table

    @cached_property
    def clients(self) -> "ClientStore":
        from shared.storage.openid.clients import TABLE, ClientStore

        return ClientStore(self._table(TABLE))

    @cached_property
    def sealed_values(self) -> "SealedValueStore":
        from shared.storage.audit.audit_outbox import TABLE
        from shared.storage.openid.sealed_values import SealedValueStore

        return SealedValueStore(self._table(TABLE))

    @cached_property
    def consents(self) -> "ConsentStore":
        from shared.storage.accounts.accounts import TABLE
        from shared.storage.openid.consents import ConsentStore

        return ConsentStore(self._table(TABLE))

    @cached_property
    def device_codes(self) -> "DeviceCodeStore":
        from shared.storage.audit.audit_outbox import TABLE
        from shared.storage.openid.device_codes import DeviceCodeStore

        return DeviceCodeStore(self._table(TABLE))

    @cached_property
    def logout_notices(self) -> "LogoutNotices":
        from shared.storage.openid.logout_notices import TABLE, LogoutNotices

        return LogoutNotices(self._table(TABLE))

    @cached_property
    def standings(self) -> "StandingReader":
        from shared.storage.accounts.accounts import TABLE
        from shared.storage.openid.standings import StandingReader

        return StandingReader(self._table(TABLE))
