"""An account is opened for a change, by its owner or by an administrator.

The caller and the result are recorded. Refusals are recorded too, and a change is written together
with its event.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Unpack

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Kind
from shared.errors import NotFound
from shared.principals import AccountHolder, Principal
from shared.recording.attempt import Attempt, Change
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.relying_party.callers.acts import Act
from shared.relying_party.callers.callers import Callers
from shared.storage.accounts.accounts import AccountStore, StoredAccount, StoredCredential


@dataclass(frozen=True, slots=True)
class OpenAccount:
    stored: StoredAccount
    _attempt: Attempt
    _accounts: AccountStore

    def credential(self, credential_id: bytes) -> StoredCredential:
        """Raises NotFound."""
        for credential in self.stored.credentials:
            if credential.record.id == credential_id:
                return credential
        raise NotFound

    async def write(self, change: Change, **details: Unpack[EventDetails]) -> None:
        """Raises ConcurrentUse if the account has changed since it was read."""
        account = self.stored.account
        partition = self._accounts.partition(locate_handle(account.handle))
        await self._attempt.announce(partition, target=account)
        await self._attempt.commit(change, **details)


class AccountChanges:
    def __init__(
        self, *, accounts: AccountStore, callers: Callers, recorder: AuditRecorder
    ) -> None:
        self._accounts = accounts
        self._callers = callers
        self._recorder = recorder

    @asynccontextmanager
    async def by_owner(
        self, kind: Kind, holder: AccountHolder, credential_id: bytes
    ) -> AsyncIterator[OpenAccount]:
        """Raises TokenInvalid."""
        async with self._recorder.attempt(
            kind, actor=holder, target=holder, credential=credential_id
        ) as attempt:
            owner = await self._callers.own_account(holder)
            yield OpenAccount(owner, attempt, self._accounts)

    @asynccontextmanager
    async def by_administrator(
        self, act: Act, by: Principal, handle: UserHandle, credential_id: bytes | None = None
    ) -> AsyncIterator[OpenAccount]:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound."""
        async with self._recorder.attempt(
            act.kind, actor=by, target=handle, credential=credential_id
        ) as attempt:
            owner, _ = await asyncio.gather(
                self._accounts.find_account(handle),
                self._callers.require_administrator(by, act, locate_handle(handle)),
            )
            if owner is None:
                raise NotFound
            yield OpenAccount(owner, attempt, self._accounts)
