"""The first step of a registration that makes a new account, without a token."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import locate_username, new_handle
from shared.accounts.new_names import check_new_name, check_not_given, check_not_reserved
from shared.audit.event import Kind
from shared.errors import MalformedRequest
from shared.keys.current_keys import CurrentKeys
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.ceremony_options import (
    CeremonyOptions,
    RegistrationRequest,
    registration_options,
)
from shared.relying_party.passkeys.creation_limits import counted_for
from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKey
from shared.webauthn.challenge import RANDOM_BYTES, seal_challenge
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.state import RegistrationCeremony

_HANDLE_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginFounding:
    policy: CeremonyPolicy
    given_domains: Collection[str]
    """The domains in which identity providers give the names."""
    challenges: ChallengeStore
    service_key: ServiceKey
    keys: CurrentKeys
    limiter: RateLimiter
    recorder: AuditRecorder
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def __call__(self, request: RegistrationRequest, client: Client) -> CeremonyOptions:
        """A taken username is answered like a free one, and refused at finish.

        Raises MalformedRequest, UsernameReserved, TooManyRequests."""
        if request.username is None:
            raise MalformedRequest("username is required.")
        check_new_name(request.username)
        check_not_reserved(request.username)
        check_not_given(request.username, domains=self.given_domains)
        await self.limiter.refuse_known(Action.BEGIN, address=client.address)
        service_key = await self.service_key.get()
        sealing_key = await self.keys.sealing_key()
        locator = locate_username(request.username, service_key=service_key)
        ceremony = RegistrationCeremony(
            expires_at=self.policy.expiry(self.clock()),
            user_handle=new_handle(locator, random=self.random(_HANDLE_RANDOM_BYTES)),
            username=request.username.display,
            display_name=request.display_name or request.username.display,
            founding=True,
        )
        random, handle = self.random(RANDOM_BYTES), ceremony.user_handle
        allowances, *_ = await asyncio.gather(
            self.limiter.spend(Action.BEGIN, address=client.address),
            self.limiter.check(Action.CREATION, **counted_for(ceremony, client)),
            self.challenges.add(random, expires_at=ceremony.expires_at),
        )
        await self.recorder.sample(Kind.REGISTRATION_BEGUN, random=random, target=handle)
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        return registration_options(
            ceremony, challenge, request, policy=self.policy, allowances=allowances
        )
