"""Shows accounts to administrators. Each lookup is recorded, with its caller and the account."""

import asyncio
from collections.abc import Awaitable

from shared.accounts.handles import UserHandle, locate_username
from shared.accounts.names import Username
from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.errors import NotFound
from shared.principals import Principal
from shared.recording.actors import named
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.callers import Callers
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.service_key import ServiceKey


class AccountLookup:
    def __init__(
        self,
        *,
        accounts: AccountStore,
        service_key: ServiceKey,
        callers: Callers,
        recorder: AuditRecorder,
    ) -> None:
        self._accounts = accounts
        self._service_key = service_key
        self._callers = callers
        self._recorder = recorder

    async def account_named(self, username: Username, *, by: Principal) -> StoredAccount | None:
        """Raises TokenInvalid, NotPermitted."""
        locator = locate_username(username, service_key=await self._service_key.get())
        person = named(username, locator)
        async with self._recorder.attempt(Kind.ACCOUNT_READ, actor=by, target=person) as attempt:
            found = await self._find(self._accounts.find_account_at(locator), by=by)
            if found is None:
                await attempt.refuse(NotFound())
            else:
                await attempt.succeed(target=found.account)
            return found

    async def account_of(self, handle: UserHandle, *, by: Principal) -> StoredAccount:
        """Raises TokenInvalid, NotPermitted, NotFound."""
        async with self._recorder.attempt(Kind.ACCOUNT_READ, actor=by, target=handle) as attempt:
            owner = await self._find(self._accounts.find_account(handle), by=by)
            if owner is None:
                raise NotFound
            await attempt.succeed(target=owner.account)
            return owner

    async def _find(
        self, finding: Awaitable[StoredAccount | None], *, by: Principal
    ) -> StoredAccount | None:
        found, _ = await asyncio.gather(
            finding, self._callers.require_role(by, Role.AUTHENTICATORS_ADMIN)
        )
        return found
