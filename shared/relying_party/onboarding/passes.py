"""Access passes: issued by an administrator, and redeemed in `redeeming`."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.access_passes.access_pass import (
    SALT_BYTES,
    AccessPass,
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
from shared.errors import ConcurrentUse, MalformedRequest, NotFound
from shared.principals import Principal
from shared.recording.actors import SERVICE, bearer, named, owner_of, user
from shared.recording.attempt import Attempt
from shared.relying_party.callers.acts import Act
from shared.relying_party.callers.callers import Caller, Callers
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.onboarding.redeeming import Redeeming
from shared.resources import Resources
from shared.storage.accounts.accounts import StoredAccount
from shared.storage.accounts.passes import StoredPass

_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRequest:
    username: Username
    display_name: str | None
    lifetime: timedelta | None
    one_time: bool | None
    starts_at: datetime | None
    registrations: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPass:
    access_pass: AccessPass
    owner: UserAccount
    text: str
    """Shown this once."""


class _Period(NamedTuple):
    created_at: datetime
    starts_at: datetime
    expires_at: datetime


class Passes:
    def __init__(
        self, resources: Resources, provisioning: Provisioning, *, callers: Callers
    ) -> None:
        self._resources = resources
        self._callers = callers
        self._provisioning = provisioning
        self.redeem = Redeeming(resources)

    async def issue(self, request: PassRequest, *, by: Principal) -> IssuedPass:
        """Replace whatever pass the user had.

        Raises NotPermitted, StepUpRequired, MalformedRequest.
        """
        async with await self._attempt(
            Kind.PASS_ISSUED, request.username, by=bearer(by)
        ) as attempt:
            service_key = await self._resources.service_key.get()
            locator = locate_username(request.username, service_key=service_key)
            await self._callers.require_administrator(by, Act.ISSUE_PASS, locator)
            period = self._period(request)
            owner = await self._provisioning.ensure(
                request.username, request.display_name, by=bearer(by), by_administrator=True
            )
            return await self._issue(owner, request, period, attempt)

    async def _attempt(self, kind: Kind, username: Username, *, by: Actor | None) -> Attempt:
        locator = locate_username(username, service_key=await self._resources.service_key.get())
        return self._resources.trail.attempt(kind, actor=by, target=named(username, locator))

    async def _issue(
        self, stored: StoredAccount, request: PassRequest, period: _Period, attempt: Attempt
    ) -> IssuedPass:
        resources, policy = self._resources, self._resources.settings.passes
        owner = stored.account
        life = period.expires_at - period.created_at
        length = max(policy.length, least_length(life))
        text = generate_pass(resources.random(length))
        salt = resources.random(SALT_BYTES)
        access_pass = AccessPass(
            id=resources.random(_ID_BYTES),
            user_handle=owner.handle,
            salt=salt,
            digest=await asyncio.to_thread(hash_pass, text, salt=salt),
            created_at=period.created_at,
            starts_at=period.starts_at,
            expires_at=period.expires_at,
            one_time=self._is_one_time(request),
            registrations=request.registrations,
        )
        attempt.add_details(
            target=owner_of(owner),
            access_pass=access_pass.id,
            facts={
                "oneTime": access_pass.one_time,
                "registrations": access_pass.registrations,
                "expiresAt": write_instant(period.expires_at),
            },
        )
        await attempt.announce(resources.accounts.partition(locate_handle(owner.handle)))
        if not await resources.passes.put(access_pass, stored, event=attempt.success()):
            raise ConcurrentUse
        return IssuedPass(access_pass=access_pass, owner=owner, text=text)

    def _is_one_time(self, request: PassRequest) -> bool:
        if request.one_time is not None:
            return request.one_time
        return self._resources.settings.passes.one_time and request.registrations == 1

    def _period(self, request: PassRequest) -> _Period:
        if request.one_time and request.registrations > 1:
            raise MalformedRequest("A one-time pass is for one registration.")
        policy, now = self._resources.settings.passes, self._resources.clock()
        lifetime = request.lifetime or policy.default_lifetime
        if not policy.least_lifetime <= lifetime <= policy.most_lifetime:
            least, most = (
                int(bound.total_seconds() // 60)
                for bound in (policy.least_lifetime, policy.most_lifetime)
            )
            raise MalformedRequest(f"lifetimeMinutes must be from {least} to {most}.")
        starts_at = max(request.starts_at or now, now)
        try:
            return _Period(now, starts_at, starts_at + lifetime)
        except OverflowError as error:  # after the year 9999
            raise MalformedRequest("startsAt is too far away.") from error

    async def bootstrap(self, username: Username) -> IssuedPass | None:
        """A pass for the first administrator, until that one has a credential or there is any
        other account.

        The other way in is an identity provider whose token carries the role.
        """
        if not await self._may_found(username):
            return None
        roles = frozenset({Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ})
        owner = await self._provisioning.ensure(
            username, None, roles=roles, by=SERVICE, by_administrator=True
        )
        request = PassRequest(
            username=username, display_name=None, lifetime=None, one_time=True, starts_at=None
        )
        async with await self._attempt(Kind.PASS_ISSUED, username, by=SERVICE) as attempt:
            period = self._period(request)
            return await self._issue(owner, request, period, attempt)

    async def _may_found(self, username: Username) -> bool:
        accounts = self._resources.accounts
        if await accounts.is_empty():
            return True
        # That pass may have got lost, or nobody came in time.
        owner = await self._provisioning.find(username)
        if owner is None or owner.credentials:
            return False
        is_founder = Role.AUTHENTICATORS_ADMIN in owner.account.roles
        return is_founder and await accounts.is_only(locate_handle(owner.account.handle))

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
            locator = locate_handle(handle)
            await attempt.announce(self._resources.accounts.partition(locator))
            if not await self._resources.passes.delete(found, event=attempt.success()):
                raise ConcurrentUse

    def _attempt_on(self, handle: UserHandle, kind: Kind, *, by: Principal) -> Attempt:
        return self._resources.trail.attempt(kind, actor=bearer(by), target=user(handle))

    async def _pass_of(self, handle: UserHandle, asked: Awaitable[Caller]) -> StoredPass:
        """Not one of an account that had the name before, or has it now."""
        stored, _ = await asyncio.gather(self._resources.passes.find(locate_handle(handle)), asked)
        if stored is None or stored.access_pass.user_handle != handle:
            raise NotFound
        return stored
