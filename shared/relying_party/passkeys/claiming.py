"""Claiming the challenge of a finish, before anything is decided or kept of it.

A challenge that was answered before is no ceremony: it is counted for its address and leaves
nothing, or one begin would fill the record. The claim and what is read go side by side. From an
address that has used up its limit the claim goes first, so that a flood costs one call each; who
has an open challenge at that address gets in all the same, one round trip later.

A challenge without our seal, or one that has expired, never gets here and costs no storage call.
"""

import asyncio
from collections.abc import Awaitable, Callable

from shared.errors import CeremonyNotFound
from shared.rate_limits.policy import Action
from shared.relying_party.callers.client import Client
from shared.resources import Resources


async def claiming[T](
    resources: Resources,
    challenge: bytes,
    *,
    expires_at: int,
    client: Client,
    beside: Callable[[], Awaitable[T]],
) -> T:
    """`beside` must decide nothing, as the claim may fail after it.

    Raises CeremonyNotFound, or TooManyRequests for an address that sends too many old answers.
    """
    claim = _claim(resources, challenge, expires_at=expires_at, client=client)
    if await resources.limiter.is_used_up(Action.REPLAY, address=client.address):
        await claim
        return await beside()
    found, _ = await asyncio.gather(beside(), claim)
    return found


async def _claim(
    resources: Resources, challenge: bytes, *, expires_at: int, client: Client
) -> None:
    if not await resources.challenges.claim(challenge, expires_at=expires_at):
        await resources.limiter.spend(Action.REPLAY, address=client.address)
        raise CeremonyNotFound
