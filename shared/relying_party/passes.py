"""Access passes: issued by an administrator, redeemed once for a registration."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.accounts.handles import UserHandle, locate_username
from shared.accounts.names import Username
from shared.accounts.roles import Role
from shared.errors import MalformedRequest, NotFound, NotPermitted, PassRefused
from shared.limits.policy import Action
from shared.passes.access_pass import (
    SALT_BYTES,
    AccessPass,
    PassState,
    generate_pass,
    hash_pass,
    matches,
)
from shared.relying_party.client import Client
from shared.relying_party.principals import (
    AccountHolder,
    Principal,
    require_fresh_administrator,
    require_role,
    subject_key,
)
from shared.relying_party.provisioning import Provisioning
from shared.relying_party.resources import Resources
from shared.storage.passes import StoredPass
from shared.tokens.access_token import AccessToken, Scope

REGISTER_WITHIN = timedelta(minutes=10)
"""Entra's time for what a one-time pass is for."""
_ID_BYTES = 16


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
    text: str
    """Shown this once."""


class Passes:
    def __init__(self, resources: Resources, provisioning: Provisioning) -> None:
        self._resources = resources
        self._provisioning = provisioning

    async def issue(self, request: PassRequest, *, by: Principal) -> IssuedPass:
        """Replace whatever pass the user had.

        Raises NotPermitted, StepUpRequired, MalformedRequest.
        """
        self._require_fresh_administrator(by)
        lifetime = self._lifetime(request)
        owner = await self._provisioning.ensure(request.username, request.display_name)
        await self._refuse_for_oneself(by, owner.account.handle)
        return await self._issue(owner.account.handle, request, lifetime)

    async def _issue(
        self, handle: UserHandle, request: PassRequest, lifetime: timedelta
    ) -> IssuedPass:
        resources, policy = self._resources, self._resources.settings.passes
        text = generate_pass(resources.random(policy.length))
        salt, now = resources.random(SALT_BYTES), resources.clock()
        starts_at = max(request.starts_at or now, now)
        try:
            expires_at = starts_at + lifetime
        except OverflowError as error:  # after the year 9999
            raise MalformedRequest("startsAt is too far away.") from error
        access_pass = AccessPass(
            id=resources.random(_ID_BYTES),
            user_handle=handle,
            salt=salt,
            digest=await asyncio.to_thread(hash_pass, text, salt=salt),
            created_at=now,
            starts_at=starts_at,
            expires_at=expires_at,
            one_time=policy.one_time if request.one_time is None else request.one_time,
        )
        await resources.passes.put(access_pass)
        return IssuedPass(access_pass=access_pass, text=text)

    def _lifetime(self, request: PassRequest) -> timedelta:
        policy = self._resources.settings.passes
        lifetime = request.lifetime or policy.default_lifetime
        if not policy.least_lifetime <= lifetime <= policy.most_lifetime:
            least, most = (
                int(bound.total_seconds() // 60)
                for bound in (policy.least_lifetime, policy.most_lifetime)
            )
            raise MalformedRequest(f"lifetimeMinutes must be from {least} to {most}.")
        return lifetime

    async def _refuse_for_oneself(self, by: Principal, handle: UserHandle) -> None:
        """A pass for oneself would turn a borrowed administrator's token into a lasting key."""
        own = by.handle if isinstance(by, AccountHolder) else None
        if own is None and not isinstance(by, AccountHolder):
            own = await self._resources.links.find(subject_key(by.issuer, by.subject))
        if own == handle:
            raise NotPermitted

    async def bootstrap(self, username: Username) -> IssuedPass | None:
        """A pass for the first administrator, if there is no account at all yet.

        For development machines: on Azure an identity provider's role claim is the way.
        """
        if not await self._resources.accounts.is_empty():
            return None
        roles = frozenset({Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ})
        owner = await self._provisioning.ensure(username, None, roles=roles)
        request = PassRequest(
            username=username, display_name=None, lifetime=None, one_time=True, starts_at=None
        )
        return await self._issue(owner.account.handle, request, self._lifetime(request))

    async def state(self, username: Username, *, by: Principal) -> AccessPass:
        require_role(by, Role.AUTHENTICATORS_ADMIN)
        stored = await self._find(username)
        if stored is None:
            raise NotFound
        return stored.access_pass

    async def delete(self, username: Username, *, by: Principal) -> None:
        self._require_fresh_administrator(by)
        service_key = await self._resources.service_key()
        if not await self._resources.passes.delete(
            locate_username(username, service_key=service_key)
        ):
            raise NotFound

    def _require_fresh_administrator(self, by: Principal) -> None:
        age = self._resources.settings.step_up_age
        require_fresh_administrator(by, now=self._resources.clock(), age=age)

    async def redeem(self, username: Username, typed: str, *, client: Client) -> AccessToken:
        """Return what a token for registering is to say.

        Raises PassRefused, whatever is wrong, and TooManyRequests after too many guesses. An
        unknown user is hashed for, and counted, like a known one.
        """
        service_key = await self._resources.service_key()
        guard = self._resources.limiter.guard_failures(
            Action.GUESS,
            PassRefused,
            account=locate_username(username, service_key=service_key),
            address=client.address,
        )
        async with guard:
            stored, _ = await asyncio.gather(self._find(username), guard.check())
            return await self._redeem(stored, typed)

    async def _redeem(self, stored: StoredPass | None, typed: str) -> AccessToken:
        resources, now = self._resources, self._resources.clock()
        salt = bytes(SALT_BYTES) if stored is None else stored.access_pass.salt
        digest = await asyncio.to_thread(hash_pass, typed, salt=salt)
        if stored is None or not matches(stored.access_pass, digest):
            raise PassRefused
        access_pass = stored.access_pass
        if access_pass.state(now) is not PassState.ENABLED_BY_POLICY:
            raise PassRefused
        if access_pass.one_time and not await resources.passes.use(stored, at=now):
            raise PassRefused  # another request was faster
        return AccessToken(
            user_handle=access_pass.user_handle,
            scope=Scope.REGISTER,
            auth_time=now,
            expires_at=min(now + REGISTER_WITHIN, access_pass.expires_at),
            amr=("otp",) if access_pass.one_time else ("pwd",),
            pass_id=access_pass.id,
        )

    async def _find(self, username: Username) -> StoredPass | None:
        service_key = await self._resources.service_key()
        locator = locate_username(username, service_key=service_key)
        return await self._resources.passes.find(locator)
