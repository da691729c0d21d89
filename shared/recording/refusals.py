"""Refusals of known callers: many of them are recorded as one event.

Anybody with an account can send requests that only administrators may send, as often as they like.
The answer is always a refusal. This module limits the number of events of these refusals.
"""

from collections.abc import Awaitable, Callable

from shared.audit.event import Actor, ActorType, Event
from shared.errors import TooManyRequests
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action

type IsRecorded = Callable[[Event], Awaitable[bool]]
type RecordLimit = Callable[[TooManyRequests, Actor], Awaitable[None]]


class Refusals:
    def __init__(self, limiter: RateLimiter, record_limit: RecordLimit) -> None:
        """`record_limit` records that a caller has used up a limit."""
        self._limiter = limiter
        self._record_limit = record_limit

    async def is_recorded(self, refused: Event) -> bool:
        """Count a refusal, and return whether it gets an event. This is one call to storage, or no
        call if this process knows that the caller's quota is used up."""
        actor = refused.actor
        if actor is None or actor.standing is ActorType.SERVICE:
            return True
        try:
            await self._limiter.spend(Action.REFUSAL, account=_key(actor))
        except TooManyRequests as error:
            await self._record_limit(error, actor)
            return False
        return True


def _key(actor: Actor) -> bytes:
    """A provider's user and an application may have the same ID."""
    return f"{actor.standing} {actor.id}".encode()
