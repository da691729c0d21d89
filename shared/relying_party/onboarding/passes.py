"""Access passes: issued, shown and deleted by administrators. `redeeming` accepts them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.access_passes.access_pass import (
    SALT_BYTES,
    AccessPass,
    PassPolicy,
    generate_pass,
    hash_pass,
    least_length,
)
from shared.accounts.handles import UserHandle, locate_handle, locate_username
from shared.accounts.names import Username
from shared.accounts.records import UserAccount
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind
from shared.audit.instants import write_instant
from shared.errors import NotFound
from shared.principals import Principal
from shared.recording.actors import SERVICE, bearer, named, owner_of, user
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.acts import Act
from shared.relying_party.callers.callers import Caller, Callers
from shared.relying_party.onboarding.pass_terms import PassRequest, Period, is_one_time, period_of
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.passes import PassStore, StoredPass
from shared.storage.service_key import ServiceKey

_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPass:
    access_pass: AccessPass
    owner: UserAccount
    text: str
    """The pass is shown only once."""


class Passes:
    def __init__(
        self,
        *,
        pass_store: PassStore,
        accounts: AccountStore,
        provisioning: Provisioning,
        callers: Callers,
        policy: PassPolicy,
        service_key: ServiceKey,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._pass_store = pass_store
        self._accounts = accounts
        self._provisioning = provisioning
        self._callers = callers
        self._policy = policy
        self._service_key = service_key
        self._recorder = recorder
        self._clock = clock
        self._random = random

    async def issue(self, request: PassRequest, *, by: Principal) -> IssuedPass:
        """Issue a pass. It replaces the one that the user had.

        Raises NotPermitted, StepUpRequired, MalformedRequest.
        """
        async with await self._attempt(
            Kind.PASS_ISSUED, request.username, by=bearer(by)
        ) as attempt:
            service_key = await self._service_key.get()
            locator = locate_username(request.username, service_key=service_key)
            await self._callers.require_administrator(by, Act.ISSUE_PASS, locator)
            period = period_of(request, self._policy, now=self._clock())
            owner = await self._provisioning.ensure(
                request.username, request.display_name, by=bearer(by), by_administrator=True
            )
            return await self._issue(owner, request, period, attempt)

    async def _attempt(self, kind: Kind, username: Username, *, by: Actor | None) -> Attempt:
        locator = locate_username(username, service_key=await self._service_key.get())
        return self._recorder.attempt(kind, actor=by, target=named(username, locator))

    async def _issue(
        self, stored: StoredAccount, request: PassRequest, period: Period, attempt: Attempt
    ) -> IssuedPass:
        owner, random = stored.account, self._random
        life = period.expires_at - period.created_at
        length = max(self._policy.length, least_length(life))
        text = generate_pass(random(length))
        salt = random(SALT_BYTES)
        access_pass = AccessPass(
            id=random(_ID_BYTES),
            user_handle=owner.handle,
            salt=salt,
            digest=await asyncio.to_thread(hash_pass, text, salt=salt),
            created_at=period.created_at,
            starts_at=period.starts_at,
            expires_at=period.expires_at,
            one_time=is_one_time(request, self._policy),
            registrations=request.registrations,
        )
        await attempt.announce(
            self._accounts.partition(locate_handle(owner.handle)),
            target=owner_of(owner),
            access_pass=access_pass.id,
            facts={
                "oneTime": access_pass.one_time,
                "registrations": access_pass.registrations,
                "expiresAt": write_instant(period.expires_at),
            },
        )
        await attempt.commit(partial(self._pass_store.put, access_pass, stored))
        return IssuedPass(access_pass=access_pass, owner=owner, text=text)

    async def bootstrap(self, username: Username, *, by: Actor = SERVICE) -> IssuedPass | None:
        """Issue a pass for the first administrator. Return None if that person has a credential, or
        if there is another account.

        The other way to a first administrator is a provider's token with the role.
        """
        if not await self._may_found(username):
            return None
        roles = frozenset(Role) - {Role.REGISTRATIONS_CREATE}
        owner = await self._provisioning.ensure(
            username, None, roles=roles, by=by, by_administrator=True
        )
        request = PassRequest(
            username=username, display_name=None, lifetime=None, one_time=True, starts_at=None
        )
        async with await self._attempt(Kind.PASS_ISSUED, username, by=by) as attempt:
            period = period_of(request, self._policy, now=self._clock())
            return await self._issue(owner, request, period, attempt)

    async def _may_found(self, username: Username) -> bool:
        if await self._accounts.is_empty():
            return True
        # The pass may have been lost, or it expired.
        owner = await self._provisioning.find(username)
        if owner is None or owner.credentials:
            return False
        is_founder = Role.AUTHENTICATORS_ADMIN in owner.account.roles
        return is_founder and await self._accounts.is_only(locate_handle(owner.account.handle))

    async def state(self, handle: UserHandle, *, by: Principal) -> AccessPass:
        """Raises TokenInvalid, NotPermitted, NotFound."""
        async with self._attempt_on(handle, Kind.PASS_READ, by=by) as attempt:
            asked = self._callers.require_role(by, Role.AUTHENTICATORS_ADMIN)
            found = (await self._pass_of(handle, asked)).access_pass
            await attempt.succeed(access_pass=found.id)
            return found

    async def delete(self, handle: UserHandle, *, by: Principal) -> None:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound, ConcurrentUse."""
        async with self._attempt_on(handle, Kind.PASS_DELETED, by=by) as attempt:
            found = await self._pass_of(
                handle,
                self._callers.require_administrator(by, Act.DELETE_PASS, locate_handle(handle)),
            )
            await attempt.announce(self._accounts.partition(locate_handle(handle)))
            await attempt.commit(partial(self._pass_store.delete, found))

    def _attempt_on(self, handle: UserHandle, kind: Kind, *, by: Principal) -> Attempt:
        return self._recorder.attempt(kind, actor=bearer(by), target=user(handle))

    async def _pass_of(self, handle: UserHandle, asked: Awaitable[Caller]) -> StoredPass:
        """Excludes the pass of an earlier or later account with the same name."""
        stored, _ = await asyncio.gather(self._pass_store.find(locate_handle(handle)), asked)
        if stored is None or stored.access_pass.user_handle != handle:
            raise NotFound
        return stored
