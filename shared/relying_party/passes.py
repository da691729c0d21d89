"""Access passes: issued by an administrator, redeemed once for a registration."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.accounts.handles import UserHandle, locate_handle, locate_username
from shared.accounts.names import Username
from shared.accounts.records import UserAccount
from shared.accounts.roles import Role
from shared.audit.event import Kind, Someone, write_instant
from shared.errors import MalformedRequest, NotFound, PassRefused
from shared.limits.policy import Action
from shared.passes.access_pass import (
    SALT_BYTES,
    AccessPass,
    PassState,
    generate_pass,
    hash_pass,
    matches,
)
from shared.relying_party.acts import Act
from shared.relying_party.callers import Caller, Callers
from shared.relying_party.client import Client
from shared.relying_party.people import SERVICE, bearer, named, owner_of, user
from shared.relying_party.principals import Principal
from shared.relying_party.provisioning import Provisioning
from shared.relying_party.resources import Resources
from shared.relying_party.trail import Attempt
from shared.storage.passes import StoredPass
from shared.tokens.access_token import AccessToken, Scope

REGISTER_WITHIN = timedelta(minutes=10)
"""Entra's time for what a one-time pass is for."""
_ID_BYTES = 16
_WHY_NOT = {
    PassState.NOT_YET_VALID: "pass_not_yet_valid",
    PassState.EXPIRED: "pass_expired",
    PassState.ONE_TIME_USED: "pass_used",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRequest:
    username: Username
    display_name: str | None
    lifetime: timedelta | None
    one_time: bool | None
    starts_at: datetime | None


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

    async def issue(self, request: PassRequest, *, by: Principal) -> IssuedPass:
        """Replace whatever pass the user had.

        Raises NotPermitted, StepUpRequired, MalformedRequest.
        """
        async with await self._attempt(
            Kind.PASS_ISSUED, request.username, by=bearer(by)
        ) as attempt:
            service_key = await self._resources.service_key()
            locator = locate_username(request.username, service_key=service_key)
            await self._callers.require_administrator(by, Act.ISSUE_PASS, locator)
            period = self._period(request)
            owner = await self._provisioning.ensure(
                request.username, request.display_name, by=bearer(by)
            )
            return await self._issue(owner.account, request, period, attempt)

    async def _attempt(self, kind: Kind, username: Username, *, by: Someone | None) -> Attempt:
        locator = locate_username(username, service_key=await self._resources.service_key())
        return self._resources.trail.attempt(kind, actor=by, target=named(username, locator))

    async def _issue(
        self, owner: UserAccount, request: PassRequest, period: _Period, attempt: Attempt
    ) -> IssuedPass:
        resources, policy = self._resources, self._resources.settings.passes
        text = generate_pass(resources.random(policy.length))
        salt = resources.random(SALT_BYTES)
        access_pass = AccessPass(
            id=resources.random(_ID_BYTES),
            user_handle=owner.handle,
            salt=salt,
            digest=await asyncio.to_thread(hash_pass, text, salt=salt),
            created_at=period.created_at,
            starts_at=period.starts_at,
            expires_at=period.expires_at,
            one_time=policy.one_time if request.one_time is None else request.one_time,
        )
        attempt.learn(
            target=owner_of(owner),
            access_pass=access_pass.id,
            facts={"oneTime": access_pass.one_time, "expiresAt": write_instant(period.expires_at)},
        )
        await attempt.announce(resources.accounts.place(locate_handle(owner.handle)))
        await resources.passes.put(access_pass, told=attempt.success())
        return IssuedPass(access_pass=access_pass, owner=owner, text=text)

    def _period(self, request: PassRequest) -> _Period:
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
        owner = await self._provisioning.ensure(username, None, roles=roles, by=SERVICE)
        request = PassRequest(
            username=username, display_name=None, lifetime=None, one_time=True, starts_at=None
        )
        async with await self._attempt(Kind.PASS_ISSUED, username, by=SERVICE) as attempt:
            period = self._period(request)
            return await self._issue(owner.account, request, period, attempt)

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
            found = await self._pass_of(handle, asked)
            await attempt.succeed(access_pass=found.id)
            return found

    async def delete(self, handle: UserHandle, *, by: Principal) -> None:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound."""
        async with self._attempt_on(handle, Kind.PASS_DELETED, by=by) as attempt:
            await self._pass_of(
                handle,
                self._callers.require_administrator(by, Act.DELETE_PASS, locate_handle(handle)),
            )
            locator = locate_handle(handle)
            await attempt.announce(self._resources.accounts.place(locator))
            if not await self._resources.passes.delete(locator, told=attempt.success()):
                raise NotFound

    def _attempt_on(self, handle: UserHandle, kind: Kind, *, by: Principal) -> Attempt:
        return self._resources.trail.attempt(kind, actor=bearer(by), target=user(handle))

    async def _pass_of(self, handle: UserHandle, asked: Awaitable[Caller]) -> AccessPass:
        """Not one of an account that had the name before, or has it now."""
        stored, _ = await asyncio.gather(self._resources.passes.find(locate_handle(handle)), asked)
        if stored is None or stored.access_pass.user_handle != handle:
            raise NotFound
        return stored.access_pass

    async def redeem(self, username: Username, typed: str, *, client: Client) -> AccessToken:
        """Return what a token for registering is to say.

        Raises PassRefused, whatever is wrong, and TooManyRequests after too many guesses. An
        unknown user is hashed for, and counted, like a known one.
        """
        service_key = await self._resources.service_key()
        # Before the pass is spent: without a key there would be nothing to give for it.
        await self._resources.signing_key()
        locator = locate_username(username, service_key=service_key)
        attempt = await self._attempt(Kind.PASS_REDEEMED, username, by=None)
        guard = self._resources.limiter.guard_failures(
            Action.GUESS,
            PassRefused,
            account=locator,
            address=client.address,
            tell=attempt.refuse,
        )
        async with attempt, guard:
            stored, *_ = await asyncio.gather(
                self._resources.passes.find(locator),
                guard.check(),
                attempt.announce(self._resources.accounts.place(locator)),
            )
            return await self._redeem(stored, typed, attempt)

    async def _redeem(self, stored: StoredPass | None, typed: str, attempt: Attempt) -> AccessToken:
        resources, now = self._resources, self._resources.clock()
        salt = bytes(SALT_BYTES) if stored is None else stored.access_pass.salt
        digest = await asyncio.to_thread(hash_pass, typed, salt=salt)
        if stored is None or not matches(stored.access_pass, digest):
            attempt.learn(reason="pass_unknown" if stored is None else "pass_wrong")
            raise PassRefused
        access_pass = stored.access_pass
        attempt.learn(actor=user(access_pass.user_handle), access_pass=access_pass.id)
        state = access_pass.state(now)
        if state is not PassState.ENABLED_BY_POLICY:
            attempt.learn(reason=_WHY_NOT[state])
            raise PassRefused
        if not access_pass.one_time:
            await attempt.succeed()
        elif not await resources.passes.use(stored, at=now, told=attempt.success()):
            attempt.learn(reason="pass_used")  # another request was faster
            raise PassRefused
        return AccessToken(
            user_handle=access_pass.user_handle,
            scope=Scope.REGISTER,
            auth_time=now,
            expires_at=min(now + REGISTER_WITHIN, access_pass.expires_at),
            amr=("otp",) if access_pass.one_time else ("pwd",),
            pass_id=access_pass.id,
        )
