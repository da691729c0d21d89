"""Redeeming an access pass for a token that registers.

A pass ends at the registration that comes of it, or at the last of several that the administrator
asked for. Redeeming spends nothing, so a person whose answer got lost redeems again. A one-time
pass also ends ten minutes after it was first redeemed, and so do all tokens of it. Whoever saw it
typed may redeem it in that time too. Of the two, the first to register has the account, the other
one is refused, and the audit trail has both redemptions.
"""

import asyncio
from dataclasses import replace
from datetime import datetime

from shared.access_passes.access_pass import (
    SALT_BYTES,
    AccessPass,
    PassState,
    matches,
)
from shared.accounts.handles import locate_handle, locate_username
from shared.accounts.names import Username
from shared.audit.event import Kind
from shared.errors import PassRefused
from shared.rate_limits.policy import Action
from shared.recording.actors import named, user
from shared.recording.attempt import Attempt
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding.pass_hashing import PassHashing
from shared.resources import Resources
from shared.sessions.access_token import AccessToken, Scope
from shared.storage.accounts.passes import StoredPass

_WHY_NOT = {
    PassState.NOT_YET_VALID: "pass_not_yet_valid",
    PassState.EXPIRED: "pass_expired",
    PassState.ONE_TIME_USED: "pass_used",
    PassState.USED: "pass_used",
}


class Redeeming:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._hashing = PassHashing()

    async def __call__(self, username: Username, typed: str, *, client: Client) -> AccessToken:
        """Return what a token for registering is to say; it can be asked for again.

        Raises PassRefused, whatever is wrong, and TooManyRequests after too many guesses. An
        unknown user is hashed for, and counted, like a known one. Busy while many others ask.
        """
        # Before it takes a place: who may not guess must not keep others from it.
        await self._resources.limiter.refuse_known(Action.GUESS, address=client.address)
        with self._hashing.place(client.address):
            return await self._take(username, typed, client=client)

    async def _take(self, username: Username, typed: str, *, client: Client) -> AccessToken:
        service_key = await self._resources.service_key.get()
        # Before the pass is spent: without a key there would be nothing to give for it.
        await self._resources.current_keys.signing_key()
        locator = locate_username(username, service_key=service_key)
        attempt = self._resources.trail.attempt(Kind.PASS_REDEEMED, target=named(username, locator))
        guard = self._resources.limiter.guard_failures(
            Action.GUESS,
            PassRefused,
            account=locator,
            address=client.address,
            on_failure=attempt.refuse,
        )
        async with attempt, guard:
            stored, *_ = await asyncio.gather(
                self._resources.passes.find(locator),
                guard.check(),
                attempt.announce(self._resources.accounts.partition(locator)),
            )
            return await self._redeem(stored, typed, attempt)

    async def _redeem(self, stored: StoredPass | None, typed: str, attempt: Attempt) -> AccessToken:
        now = self._resources.clock()
        salt = bytes(SALT_BYTES) if stored is None else stored.access_pass.salt
        digest = await self._hashing.hash(typed, salt=salt)
        if stored is None or not matches(stored.access_pass, digest):
            attempt.add_details(reason="pass_unknown" if stored is None else "pass_wrong")
            raise PassRefused
        access_pass = stored.access_pass
        attempt.add_details(actor=user(access_pass.user_handle), access_pass=access_pass.id)
        state = access_pass.state(now)
        if state is not PassState.ENABLED_BY_POLICY:
            attempt.add_details(reason=_WHY_NOT[state])
            raise PassRefused
        if access_pass.one_time and access_pass.used_at is None:
            access_pass = await self._begin_to_use(stored, attempt, now)
        else:
            await attempt.succeed()
        return AccessToken(
            user_handle=access_pass.user_handle,
            scope=Scope.REGISTER,
            auth_time=now,
            expires_at=access_pass.token_ends_at(now),
            amr=("otp",) if access_pass.one_time else ("pwd",),
            pass_id=access_pass.id,
        )

    async def _begin_to_use(
        self, stored: StoredPass, attempt: Attempt, now: datetime
    ) -> AccessPass:
        passes, redeemed = self._resources.passes, stored.access_pass
        if await passes.use(stored, at=now, event=attempt.success()):
            return replace(redeemed, used_at=now)
        found = await passes.find(locate_handle(redeemed.user_handle))
        if found is None or found.access_pass.id != redeemed.id:
            attempt.add_details(reason="pass_unknown")
            raise PassRefused
        if found.access_pass.state(now) is not PassState.ENABLED_BY_POLICY:
            attempt.add_details(reason="pass_used")
            raise PassRefused
        await attempt.succeed()  # another redemption has begun it in between
        return found.access_pass
