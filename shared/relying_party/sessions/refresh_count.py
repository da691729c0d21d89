"""Counts the refreshes of one session.

A refresh that changes the session after a pause is not counted: there can be one in each time of
the limit's length, so at most one more than the quota is served. It needs one call less, and hardly
any client refreshes more often. Whatever leaves the session as it is can be repeated, so it is
always counted.
"""

from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.relying_party.sessions.refresh_rules import PresentedToken
from shared.sessions.session import Session


class RefreshCount:
    """Of one request, which is counted once at most."""

    def __init__(self, limiter: RateLimiter, presented: PresentedToken) -> None:
        self._limiter = limiter
        self._presented = presented
        self._is_counted = False

    async def add(self) -> None:
        """Raises TooManyRequests."""
        if not self._is_counted:
            self._is_counted = True
            await self._limiter.spend(Action.TOKEN, session=self._presented.token.session_id)

    async def add_without_pause(self, session: Session) -> None:
        """For a token that changes the session or ends it. Raises TooManyRequests."""
        pause = self._presented.at - session.rotated_at
        if pause <= self._limiter.longest_window(Action.TOKEN):
            await self.add()
