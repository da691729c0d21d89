"""The credentials of an account: seen, renamed, suspended, removed; by whom, and when."""

import asyncio
from dataclasses import replace

from shared.accounts.names import Username
from shared.accounts.records import CredentialRecord
from shared.accounts.roles import Role
from shared.errors import ConcurrentUse, LastCredential, NotFound, TokenInvalid
from shared.relying_party.principals import (
    AccountHolder,
    Principal,
    require_fresh,
    require_fresh_administrator,
    require_own_credential,
    require_role,
    subject_key,
)
from shared.relying_party.provisioning import Provisioning
from shared.relying_party.resources import Resources
from shared.relying_party.sessions import Sessions
from shared.sessions.session import hash_credential
from shared.storage.accounts import StoredAccount, StoredCredential


class Credentials:
    def __init__(
        self, resources: Resources, *, sessions: Sessions, provisioning: Provisioning
    ) -> None:
        self._resources = resources
        self._sessions = sessions
        self._provisioning = provisioning

    async def own_account(self, holder: AccountHolder) -> StoredAccount:
        """Raises TokenInvalid if the account is gone, or the credential that signed in."""
        owner = await self._resources.accounts.find_account(holder.handle)
        if owner is None:
            raise TokenInvalid
        require_own_credential(holder, owner)
        return owner

    async def account_of(self, username: Username, *, by: Principal) -> StoredAccount:
        """For administrators to see. Raises NotPermitted, NotFound."""
        require_role(by, Role.AUTHENTICATORS_ADMIN)
        return await self._find(username)

    async def _account_to_change(self, username: Username, *, by: Principal) -> StoredAccount:
        """For administrators to change. Raises StepUpRequired too."""
        age = self._resources.settings.step_up_age
        require_fresh_administrator(by, now=self._resources.clock(), age=age)
        return await self._find(username)

    async def _find(self, username: Username) -> StoredAccount:
        owner = await self._provisioning.find(username)
        if owner is None:
            raise NotFound
        return owner

    async def rename(
        self, holder: AccountHolder, credential_id: bytes, *, name: str
    ) -> CredentialRecord:
        stored = _pick(await self.own_account(holder), credential_id)
        if not await self._resources.accounts.change_credential(stored, name=name):
            raise ConcurrentUse
        return replace(stored.record, name=name)

    async def remove_own(
        self, holder: AccountHolder, credential_id: bytes, *, even_the_last: bool
    ) -> StoredAccount:
        """Return the account as it is afterwards.

        Raises StepUpRequired, NotFound, or LastCredential unless the owner insists.
        """
        age = self._resources.settings.step_up_age
        require_fresh(holder, now=self._resources.clock(), age=age)

        owner = await self.own_account(holder)
        others = [record for record in owner.records if record.id != credential_id]
        if not even_the_last and not any(record.usable for record in others):
            raise LastCredential
        return await self._remove(owner, credential_id)

    async def remove_of(
        self, username: Username, credential_id: bytes, *, by: Principal
    ) -> StoredAccount:
        """For administrators, who may leave nothing: a lost key has to go first."""
        owner = await self._account_to_change(username, by=by)
        return await self._remove(owner, credential_id)

    async def _remove(self, owner: StoredAccount, credential_id: bytes) -> StoredAccount:
        """The credential first: what comes after only tidies up, or is checked at its use.

        Raises ConcurrentUse if the account changed since it was read, and so whatever was decided
        on it, such as that this credential is not its last.
        """
        stored = _pick(owner, credential_id)
        if not await self._resources.accounts.remove_credential(owner, stored):
            raise ConcurrentUse
        await asyncio.gather(
            self._resources.registrations.release(stored.record),
            self._sessions.end(
                owner.account.handle, credential_hash=hash_credential(stored.record.id)
            ),
        )
        left = tuple(kept for kept in owner.credentials if kept is not stored)
        return replace(owner, credentials=left)

    async def suspend_credential(
        self, username: Username, credential_id: bytes, *, suspended: bool, by: Principal
    ) -> CredentialRecord:
        owner = await self._account_to_change(username, by=by)
        stored = _pick(owner, credential_id)
        if not await self._resources.accounts.change_credential(stored, suspended=suspended):
            raise ConcurrentUse
        if suspended:
            await self._sessions.end(
                owner.account.handle, credential_hash=hash_credential(stored.record.id)
            )
        return replace(stored.record, suspended=suspended)

    async def suspend_account(
        self, username: Username, *, suspended: bool, by: Principal
    ) -> StoredAccount:
        owner = await self._account_to_change(username, by=by)
        account = replace(owner.account, suspended=suspended)
        if not await self._resources.accounts.change_account(owner, account):
            raise ConcurrentUse
        if suspended:
            await self._sessions.end(account.handle)
        return replace(owner, account=account)

    async def link(self, username: Username, *, issuer: str, subject: str, by: Principal) -> None:
        """Let one more identity provider's user stand for an account."""
        owner = await self._account_to_change(username, by=by)
        await self._resources.links.put(subject_key(issuer, subject), owner.account.handle)


def _pick(owner: StoredAccount, credential_id: bytes) -> StoredCredential:
    for stored in owner.credentials:
        if stored.record.id == credential_id:
            return stored
    raise NotFound
