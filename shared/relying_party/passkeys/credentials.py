"""The credentials of an account: who may see, rename, suspend and remove them, and when."""

import asyncio
from dataclasses import replace
from functools import partial

from shared.accounts.handles import UserHandle
from shared.accounts.records import CredentialRecord, UserAccount
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind
from shared.errors import LastCredential, NotPermitted
from shared.principals import AccountHolder, Principal
from shared.recording.actors import bearer
from shared.relying_party.callers.account_changes import AccountChanges, OpenAccount
from shared.relying_party.callers.acts import Act
from shared.relying_party.callers.callers import Callers
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.session import hash_credential
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.registrations import RegistrationStore


class Credentials:
    def __init__(
        self,
        *,
        accounts: AccountStore,
        registrations: RegistrationStore,
        sessions: Sessions,
        callers: Callers,
        changes: AccountChanges,
    ) -> None:
        self._accounts = accounts
        self._registrations = registrations
        self._sessions = sessions
        self._callers = callers
        self._changes = changes

    async def own_account(self, holder: AccountHolder) -> StoredAccount:
        """Raises TokenInvalid."""
        return await self._callers.own_account(holder)

    async def rename(
        self, holder: AccountHolder, credential_id: bytes, *, name: str
    ) -> CredentialRecord:
        """Raises TokenInvalid, NotFound, ConcurrentUse."""
        kind = Kind.CREDENTIAL_RENAMED
        async with self._changes.by_owner(kind, holder, credential_id) as account:
            stored = account.credential(credential_id)
            change = partial(self._accounts.change_credential, stored, name=name)
            await account.write(change, credential=stored.record, credential_name=name)
            return replace(stored.record, name=name)

    async def remove_own(
        self, holder: AccountHolder, credential_id: bytes, *, even_the_last: bool
    ) -> StoredAccount:
        """Return the account after the removal.

        Raises StepUpRequired, NotFound. For the last active credential it raises LastCredential
        unless the owner insists, and NotPermitted for an administrator: there may be no other
        administrator to restore access.
        """
        kind = Kind.CREDENTIAL_REMOVED
        async with self._changes.by_owner(kind, holder, credential_id) as account:
            self._callers.require_fresh(holder)
            others = [each for each in account.stored.records if each.id != credential_id]
            if not any(record.is_active for record in others):
                _check_may_have_none(account.stored.account, even_the_last=even_the_last)
            return await self._remove(account, credential_id, by=bearer(holder))

    async def remove_of(
        self, handle: UserHandle, credential_id: bytes, *, by: Principal
    ) -> StoredAccount:
        """For administrators. They may remove the last credential too: a lost key must go first."""
        act = Act.REMOVE_CREDENTIAL
        async with self._changes.by_administrator(act, by, handle, credential_id) as account:
            return await self._remove(account, credential_id, by=bearer(by))

    async def _remove(
        self, account: OpenAccount, credential_id: bytes, *, by: Actor
    ) -> StoredAccount:
        """Remove the credential first. The later steps only clean up, or are checked at use.

        Raises ConcurrentUse if the account changed since it was read. A decision that was made from
        it, such as that this credential is not the last one, may then be wrong.
        """
        owner, stored = account.stored, account.credential(credential_id)
        change = partial(self._accounts.remove_credential, owner, stored)
        await account.write(change, credential=stored.record, credential_name=stored.record.name)
        await asyncio.gather(
            self._registrations.release(stored.record),
            self._end_sessions(stored.record, by=by),
        )
        left = tuple(kept for kept in owner.credentials if kept is not stored)
        return replace(owner, credentials=left)

    async def suspend_credential(
        self, handle: UserHandle, credential_id: bytes, *, suspended: bool, by: Principal
    ) -> CredentialRecord:
        act = Act.SUSPEND_CREDENTIAL if suspended else Act.RESUME_CREDENTIAL
        async with self._changes.by_administrator(act, by, handle, credential_id) as account:
            owner, stored = account.stored, account.credential(credential_id)
            change = partial(
                self._accounts.change_credential, stored, suspended=suspended, of=owner
            )
            await account.write(change, credential=stored.record)
            if suspended:
                await self._end_sessions(stored.record, by=bearer(by))
            return replace(stored.record, suspended=suspended)

    async def _end_sessions(self, record: CredentialRecord, *, by: Actor) -> None:
        used = hash_credential(record.id)
        await self._sessions.end(record.user_handle, credential_hash=used, by=by)

    async def suspend_account(
        self, handle: UserHandle, *, suspended: bool, by: Principal
    ) -> StoredAccount:
        act = Act.SUSPEND_ACCOUNT if suspended else Act.RESUME_ACCOUNT
        async with self._changes.by_administrator(act, by, handle) as account:
            owner = account.stored
            changed = replace(owner.account, suspended=suspended)
            await account.write(partial(self._accounts.change_account, owner, changed))
            if suspended:
                await self._sessions.end(handle, by=bearer(by))
            return replace(owner, account=changed)


def _check_may_have_none(account: UserAccount, *, even_the_last: bool) -> None:
    if not even_the_last:
        raise LastCredential
    if Role.AUTHENTICATORS_ADMIN in account.roles:
        raise NotPermitted
