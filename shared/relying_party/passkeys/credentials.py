"""The credentials of an account: seen, renamed, suspended, removed; by whom, and when."""

import asyncio
from dataclasses import replace
from typing import Unpack

from shared.accounts.handles import UserHandle, locate_handle, locate_username
from shared.accounts.names import Username
from shared.accounts.records import CredentialRecord, UserAccount
from shared.accounts.roles import Role
from shared.audit.event import Actor, CredentialFacts, Kind
from shared.errors import ConcurrentUse, LastCredential, NotFound, NotPermitted
from shared.principals import AccountHolder, Principal
from shared.recording.actors import bearer, named, owner_of, user
from shared.recording.attempt import Attempt
from shared.recording.credential_facts import facts_of
from shared.recording.event_details import EventDetails
from shared.relying_party.callers.acts import Act
from shared.relying_party.callers.callers import Callers
from shared.relying_party.sessions.sessions import Sessions
from shared.resources import Resources
from shared.sessions.session import hash_credential
from shared.storage.accounts.accounts import StoredAccount, StoredCredential


class Credentials:
    def __init__(
        self,
        resources: Resources,
        *,
        callers: Callers,
        sessions: Sessions,
    ) -> None:
        self._resources = resources
        self._callers = callers
        self._sessions = sessions

    async def own_account(self, holder: AccountHolder) -> StoredAccount:
        """Raises TokenInvalid."""
        return await self._callers.own_account(holder)

    async def account_named(self, username: Username, *, by: Principal) -> StoredAccount | None:
        """For administrators, who look for a person by name. Raises TokenInvalid, NotPermitted."""
        locator = locate_username(username, service_key=await self._resources.service_key.get())
        attempt = self._resources.trail.attempt(
            Kind.ACCOUNT_READ, actor=bearer(by), target=named(username, locator)
        )
        async with attempt:
            found, _ = await asyncio.gather(
                self._resources.accounts.find_account_at(locator),
                self._callers.require_role(by, Role.AUTHENTICATORS_ADMIN),
            )
            if found is None:
                await attempt.refuse(NotFound())
            else:
                await attempt.succeed(target=owner_of(found.account))
            return found

    async def account_of(self, handle: UserHandle, *, by: Principal) -> StoredAccount:
        """For administrators to see. Raises TokenInvalid, NotPermitted, NotFound."""
        async with self._attempt(Kind.ACCOUNT_READ, handle, by=by) as attempt:
            found, _ = await asyncio.gather(
                self._resources.accounts.find_account(handle),
                self._callers.require_role(by, Role.AUTHENTICATORS_ADMIN),
            )
            owner = _require_found(found)
            await attempt.succeed(target=owner_of(owner.account))
            return owner

    def _attempt(
        self, kind: Kind, handle: UserHandle, *, by: Principal, **what: Unpack[EventDetails]
    ) -> Attempt:
        what["actor"], what["target"] = bearer(by), user(handle)
        return self._resources.trail.attempt(kind, **what)

    def _own_attempt(self, kind: Kind, holder: AccountHolder, credential_id: bytes) -> Attempt:
        return self._resources.trail.attempt(
            kind,
            actor=bearer(holder),
            target=bearer(holder),
            credential=_which(credential_id),
        )

    async def _announce(self, attempt: Attempt, account: UserAccount) -> None:
        attempt.add_details(target=owner_of(account))
        await attempt.announce(self._resources.accounts.partition(locate_handle(account.handle)))

    async def _account_for(self, act: Act, handle: UserHandle, *, by: Principal) -> StoredAccount:
        """For administrators to change. Raises StepUpRequired too."""
        found, _ = await asyncio.gather(
            self._resources.accounts.find_account(handle),
            self._callers.require_administrator(by, act, locate_handle(handle)),
        )
        return _require_found(found)

    async def rename(
        self, holder: AccountHolder, credential_id: bytes, *, name: str
    ) -> CredentialRecord:
        async with self._own_attempt(Kind.CREDENTIAL_RENAMED, holder, credential_id) as attempt:
            owner = await self.own_account(holder)
            stored = _pick(owner, credential_id)
            await self._announce(attempt, owner.account)
            event = attempt.success(credential=facts_of(stored.record), credential_name=name)
            if not await self._resources.accounts.change_credential(stored, name=name, event=event):
                raise ConcurrentUse
            return replace(stored.record, name=name)

    async def remove_own(
        self, holder: AccountHolder, credential_id: bytes, *, even_the_last: bool
    ) -> StoredAccount:
        """Return the account as it is afterwards.

        Raises StepUpRequired, NotFound, or LastCredential unless the owner insists; NotPermitted
        for an administrator, as nobody may be left who could let anybody in again.
        """
        async with self._own_attempt(Kind.CREDENTIAL_REMOVED, holder, credential_id) as attempt:
            owner = await self.own_account(holder)
            self._callers.require_fresh(holder)
            others = [record for record in owner.records if record.id != credential_id]
            if not any(record.is_active for record in others):
                _check_may_have_none(owner.account, even_the_last=even_the_last)
            return await self._remove(owner, credential_id, attempt, by=bearer(holder))

    async def remove_of(
        self, handle: UserHandle, credential_id: bytes, *, by: Principal
    ) -> StoredAccount:
        """For administrators, who may leave nothing: a lost key has to go first."""
        kind, which = Kind.CREDENTIAL_REMOVED, _which(credential_id)
        async with self._attempt(kind, handle, by=by, credential=which) as attempt:
            owner = await self._account_for(Act.REMOVE_CREDENTIAL, handle, by=by)
            return await self._remove(owner, credential_id, attempt, by=bearer(by))

    async def _remove(
        self, owner: StoredAccount, credential_id: bytes, attempt: Attempt, *, by: Actor
    ) -> StoredAccount:
        """The credential first: what comes after only tidies up, or is checked at its use.

        Raises ConcurrentUse if the account changed since it was read, and so whatever was decided
        on it, such as that this credential is not its last.
        """
        stored = _pick(owner, credential_id)
        await self._announce(attempt, owner.account)
        event = attempt.success(
            credential=facts_of(stored.record), credential_name=stored.record.name
        )
        if not await self._resources.accounts.remove_credential(owner, stored, event=event):
            raise ConcurrentUse
        await asyncio.gather(
            self._resources.registrations.release(stored.record),
            self._end_sessions(stored.record, by=by),
        )
        left = tuple(kept for kept in owner.credentials if kept is not stored)
        return replace(owner, credentials=left)

    async def suspend_credential(
        self, handle: UserHandle, credential_id: bytes, *, suspended: bool, by: Principal
    ) -> CredentialRecord:
        kind, act = (
            (Kind.CREDENTIAL_SUSPENDED, Act.SUSPEND_CREDENTIAL)
            if suspended
            else (Kind.CREDENTIAL_RESUMED, Act.RESUME_CREDENTIAL)
        )
        which = _which(credential_id)
        async with self._attempt(kind, handle, by=by, credential=which) as attempt:
            owner = await self._account_for(act, handle, by=by)
            stored = _pick(owner, credential_id)
            await self._announce(attempt, owner.account)
            event = attempt.success(credential=facts_of(stored.record))
            if not await self._resources.accounts.change_credential(
                stored, suspended=suspended, of=owner, event=event
            ):
                raise ConcurrentUse
            if suspended:
                await self._end_sessions(stored.record, by=bearer(by))
            return replace(stored.record, suspended=suspended)

    async def _end_sessions(self, record: CredentialRecord, *, by: Actor) -> None:
        used = hash_credential(record.id)
        await self._sessions.end(record.user_handle, credential_hash=used, by=by)

    async def suspend_account(
        self, handle: UserHandle, *, suspended: bool, by: Principal
    ) -> StoredAccount:
        kind, act = (
            (Kind.ACCOUNT_SUSPENDED, Act.SUSPEND_ACCOUNT)
            if suspended
            else (Kind.ACCOUNT_RESUMED, Act.RESUME_ACCOUNT)
        )
        async with self._attempt(kind, handle, by=by) as attempt:
            owner = await self._account_for(act, handle, by=by)
            account = replace(owner.account, suspended=suspended)
            await self._announce(attempt, account)
            event = attempt.success()
            if not await self._resources.accounts.change_account(owner, account, event=event):
                raise ConcurrentUse
            if suspended:
                await self._sessions.end(account.handle, by=bearer(by))
            return replace(owner, account=account)


def _which(credential_id: bytes) -> CredentialFacts:
    """All that is known of it before it is looked for."""
    return CredentialFacts(hash=hash_credential(credential_id))


def _check_may_have_none(account: UserAccount, *, even_the_last: bool) -> None:
    if not even_the_last:
        raise LastCredential
    if Role.AUTHENTICATORS_ADMIN in account.roles:
        raise NotPermitted


def _require_found(owner: StoredAccount | None) -> StoredAccount:
    if owner is None:
        raise NotFound
    return owner


def _pick(owner: StoredAccount, credential_id: bytes) -> StoredCredential:
    for stored in owner.credentials:
        if stored.record.id == credential_id:
            return stored
    raise NotFound
