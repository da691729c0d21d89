"""Claims the challenge of a finish, before anything is decided or stored.

If a challenge was answered before, its ceremony is over. The answer is counted for its address and
leaves no event; otherwise one begin could fill the audit log. The notice of the attempt is stored
in the transaction of the claim, and the reads run concurrently. For an address that has used up its
limit the claim comes first, so each request of a flood costs one call. An open challenge is still
accepted from that address, one round trip later.

A challenge without our seal, or one that has expired, never gets here and costs no storage call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from shared.errors import CeremonyNotFound
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.attempt import Attempt
from shared.relying_party.callers.client import Client
from shared.storage.audit.statements import Partition
from shared.storage.challenges import ChallengeStore
from shared.webauthn.challenge import IssuedChallenge
from shared.webauthn.state import Ceremony


@dataclass(frozen=True, slots=True, kw_only=True)
class Claiming:
    challenges: ChallengeStore
    limiter: RateLimiter

    async def claim[T](
        self,
        issued: IssuedChallenge[Ceremony],
        attempt: Attempt,
        *places: Partition,
        client: Client,
        beside: Callable[[], Awaitable[T]],
    ) -> T:
        """`beside` runs concurrently. It must decide nothing, as the claim may fail after it. The
        attempt's success may be written to one of `places`.

        Raises CeremonyNotFound, or TooManyRequests for an address that sends too many old answers.
        """
        claim = self._claim(issued, attempt, places, client)
        if await self.limiter.is_used_up(Action.REPLAY, address=client.address):
            await claim
            return await beside()
        found, _ = await asyncio.gather(beside(), claim)
        return found

    async def _claim(
        self,
        issued: IssuedChallenge[Ceremony],
        attempt: Attempt,
        places: Sequence[Partition],
        client: Client,
    ) -> None:
        claim = partial(
            self.challenges.claim,
            issued.value,
            expires_at=issued.ceremony.expires_at,
            places=places,
        )
        if not await attempt.announce_by(claim):
            await self.limiter.spend(Action.REPLAY, address=client.address)
            raise CeremonyNotFound
