"""Redeems an access pass for a token that allows a registration.

A pass ends with that registration, or with the last one if the administrator allowed several.
Redeeming does not use it up, so a person whose answer got lost redeems it again. A one-time pass
also ends ten minutes after it was first redeemed, and so do all tokens for it. A person who saw
the pass being typed can redeem it in that time too. The first person to register gets the account,
the other person is refused, and the audit log has both redemptions.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.access_passes.access_pass import SALT_BYTES, AccessPass, PassState, matches
from shared.accounts.handles import locate_handle, locate_username
from shared.accounts.names import Username
from shared.audit.event import Kind
from shared.errors import PassRefused
from shared.keys.current_keys import CurrentKeys
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.actors import named, user
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding.pass_hashing import PassHashing
from shared.sessions.access_token import AccessToken, Scope
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.passes import PassStore, StoredPass
from shared.storage.service_key import ServiceKey

_WHY_NOT = {
    PassState.NOT_YET_VALID: "pass_not_yet_valid",
    PassState.EXPIRED: "pass_expired",
    PassState.ONE_TIME_USED: "pass_used",
    PassState.USED: "pass_used",
}


class Redeeming:
    def __init__(
        self,
        *,
        pass_store: PassStore,
        accounts: AccountStore,
        service_key: ServiceKey,
        keys: CurrentKeys,
        limiter: RateLimiter,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._pass_store = pass_store
        self._accounts = accounts
        self._service_key = service_key
        self._keys = keys
        self._limiter = limiter
        self._recorder = recorder
        self._clock = clock
        self._hashing = PassHashing()

    async def redeem(self, username: Username, typed: str, *, client: Client) -> AccessToken:
        """Return the content of a token for registering. A pass can be redeemed again.

        Raises PassRefused for every fault of the pass, TooManyRequests after too many guesses, and
        Busy while many others redeem. The pass is hashed and counted for an unknown user too.
        """
        # Before a place is taken: a client over its limit must not take a place from others.
        await self._limiter.refuse_known(Action.GUESS, address=client.address)
        with self._hashing.place(client.address):
            return await self._take(username, typed, client=client)

    async def _take(self, username: Username, typed: str, *, client: Client) -> AccessToken:
        service_key = await self._service_key.get()
        # Before the pass is used: without a key there would be no token to return.
        await self._keys.signing_key()
        locator = locate_username(username, service_key=service_key)
        attempt = self._recorder.attempt(Kind.PASS_REDEEMED, target=named(username, locator))
        guard = self._limiter.guard_failures(
            Action.GUESS,
            PassRefused,
            account=locator,
            address=client.address,
            on_failure=attempt.refuse,
        )
        async with attempt, guard:
            stored, *_ = await asyncio.gather(
                self._pass_store.find(locator),
                guard.check(),
                attempt.announce(self._accounts.partition(locator)),
            )
            return await self._redeem(stored, typed, attempt)

    async def _redeem(self, stored: StoredPass | None, typed: str, attempt: Attempt) -> AccessToken:
        now = self._clock()
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
            access_pass = await self._use_first_time(stored, attempt, now)
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

    async def _use_first_time(
        self, stored: StoredPass, attempt: Attempt, now: datetime
    ) -> AccessPass:
        store, redeemed = self._pass_store, stored.access_pass
        if await attempt.try_commit(partial(store.use, stored, at=now)):
            return replace(redeemed, used_at=now)
        found = await store.find(locate_handle(redeemed.user_handle))
        if found is None or found.access_pass.id != redeemed.id:
            attempt.add_details(reason="pass_unknown")
            raise PassRefused
        if found.access_pass.state(now) is not PassState.ENABLED_BY_POLICY:
            attempt.add_details(reason="pass_used")
            raise PassRefused
        await attempt.succeed()  # another redemption has used it in between
        return found.access_pass
