"""The first step of a registration that makes an account: nobody has signed in."""

import asyncio
from collections.abc import Callable, Set
from dataclasses import dataclass

from shared.accounts.handles import locate_username, new_handle
from shared.accounts.new_names import check_new_name, check_not_given, check_not_reserved
from shared.errors import MalformedRequest
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.begin_registration.challenges import RegistrationChallenges
from shared.relying_party.passkeys.begin_registration.request import RegistrationRequest
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.relying_party.passkeys.creation_limits import counted_for
from shared.storage.service_key import ServiceKey
from shared.webauthn.state import RegistrationCeremony

_HANDLE_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginNewAccount:
    challenges: RegistrationChallenges
    domains: Set[str]
    """Of usernames that only providers give."""
    service_key: ServiceKey
    limiter: RateLimiter
    random: Callable[[int], bytes]

    async def begin(self, request: RegistrationRequest, client: Client) -> CeremonyOptions:
        if request.username is None:
            raise MalformedRequest("username is required.")
        check_new_name(request.username)
        check_not_reserved(request.username)
        check_not_given(request.username, domains=self.domains)
        await self.limiter.refuse_known(Action.BEGIN, address=client.address)
        service_key, drawn = await self.service_key.get(), await self.challenges.draw()
        locator = locate_username(request.username, service_key=service_key)
        ceremony = RegistrationCeremony(
            expires_at=drawn.expires_at,
            user_handle=new_handle(locator, random=self.random(_HANDLE_RANDOM_BYTES)),
            username=request.username.display,
            display_name=request.display_name or request.username.display,
            founding=True,
        )
        allowances, *_ = await asyncio.gather(
            self.limiter.spend(Action.BEGIN, address=client.address),
            self.limiter.check(Action.CREATION, **counted_for(ceremony, client)),
            self.challenges.store(drawn),
        )
        await self.challenges.sample(drawn, ceremony.user_handle)
        return self.challenges.options(ceremony, drawn, request, allowances=allowances)
