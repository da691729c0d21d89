"""Refusals of callers that are known: too many of them are one event, and not one each.

Whoever has an account may ask for what only administrators may do, as often as they like. The
answer is always the same; what this bounds is how many events stay of it.
"""

from collections.abc import Awaitable, Callable

from shared.audit.event import Actor, ActorType, Event
from shared.errors import TooManyRequests
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action

type IsRecorded = Callable[[Event], Awaitable[bool]]
type TellOf = Callable[[TooManyRequests, Actor], Awaitable[None]]


async def always(_refused: Event) -> bool:
    """Without a limit."""
    return True


class Refusals:
    def __init__(self, limiter: RateLimiter, tell_of: TellOf) -> None:
        """`tell_of` puts on record that a limit is used up, and by whom."""
        self._limiter = limiter
        self._tell_of = tell_of

    async def is_recorded(self, refused: Event) -> bool:
        """Count a refusal; return whether an event tells of it. One call to storage, and none once
        this process knows that the caller's quota is used up."""
        actor = refused.actor
        if actor is None or actor.standing is ActorType.SERVICE:
            return True
        try:
            await self._limiter.spend(Action.REFUSAL, account=_key(actor))
        except TooManyRequests as error:
            await self._tell_of(error, actor)
            return False
        return True


def _key(actor: Actor) -> bytes:
    """A provider's user and an application may have one ID."""
    return f"{actor.standing} {actor.id}".encode()
