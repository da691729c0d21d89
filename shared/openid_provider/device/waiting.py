"""Finds the device that waits with a code which a person typed, or that our page carries on with.

Codes can be guessed, so wrong ones are counted, for the address and for the account of somebody who
is signed in. Our page gets a sealed value in place of the right code, which cannot be guessed.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import UserHandle
from shared.errors import CeremonyNotFound, UserCodeUnknown
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client, Grant
from shared.openid.device.request import DeviceRequest, open_device_request
from shared.openid.device.review import Review, open_review, seal_review
from shared.openid.device.user_code import read_user_code, show_user_code
from shared.openid_provider.client_registry import ClientFinder
from shared.openid_provider.device.asking import row_of
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.sealed import RANDOM_BYTES, SealInvalid
from shared.storage.openid.device_codes import DeviceCodeStore, WaitingDevice
from shared.storage.service_key import ServiceKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A device that nobody has decided about."""

    stored: WaitingDevice
    request: DeviceRequest
    client: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDevices:
    store: DeviceCodeStore
    clients: ClientFinder
    limiter: RateLimiter
    service_key: ServiceKey
    keys: CurrentKeys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def find(
        self, typed: str, *, account: UserHandle | None, address: str | None
    ) -> tuple[Waiting, str]:
        """With the code as the device shows it. Raises UserCodeUnknown, TooManyRequests."""
        code = read_user_code(typed)
        if code is None:
            raise UserCodeUnknown  # it cannot be a guess, so it is not counted
        row = row_of(code, service_key=await self.service_key.get())
        guard = self.limiter.guard_failures(
            Action.USER_CODE, UserCodeUnknown, account=account, address=address
        )
        async with guard as guarded:
            stored, _ = await asyncio.gather(self.store.find(row), guarded.check())
            found = await self._open(stored)
            if found is None:
                raise UserCodeUnknown
        return found, show_user_code(code)

    async def find_again(self, text: str) -> tuple[Waiting, str | None]:
        """With the role that the page has shown. Raises CeremonyNotFound if it is too late, or
        somebody has decided."""
        try:
            review = open_review(text, now=self._now(), sealing_keys=await self.keys.sealing_keys())
        except SealInvalid as error:
            raise CeremonyNotFound from error
        found = await self._open(await self.store.find(review.row))
        if found is None:
            raise CeremonyNotFound
        return found, review.role

    async def review_of(self, waiting: Waiting, *, role: str | None) -> str:
        """What our page carries on with, which shows this role."""
        return seal_review(
            Review(row=waiting.stored.row, role=role),
            expires_at=waiting.request.expires_at,
            random=self.random(RANDOM_BYTES),
            sealing_key=await self.keys.sealing_key(),
        )

    async def _open(self, stored: WaitingDevice | None) -> Waiting | None:
        if stored is None or stored.decision is not None:
            return None
        try:
            request = open_device_request(
                stored.request, now=self._now(), sealing_keys=await self.keys.sealing_keys()
            )
        except SealInvalid:
            return None
        client = await self.clients.find(request.client_id, address=None)
        if client is None or Grant.DEVICE_CODE not in client.grants:
            return None
        return Waiting(stored=stored, request=request, client=client)

    def _now(self) -> int:
        return int(self.clock().timestamp())
