"""Whether a request at a protected page gets through.

A proxy asks about each one, so what this takes is taken for each picture of a page. What has to be
read is kept (`visitors`, `sites`), and the demands of the profile are compared each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.access.profiles.eligibility import Obstacle, obstacles
from shared.access.web.identity import nobody
from shared.access.web.rules import Rule
from shared.access.web.said import Asked, UnclearRequest
from shared.access.web_addresses.paths import OWN_PATHS, is_nearly_below
from shared.access_broker.web.refusing import RefusedVisits
from shared.access_broker.web.sites import Sites
from shared.access_broker.web.telling import Telling
from shared.access_broker.web.visitors import Visitor, Visitors
from shared.errors.web import (
    PageRefused,
    PageSignInRequired,
    PageUnclear,
    PageUnknown,
)

BY_NEW_GESTURE = {Obstacle.GESTURE_TOO_OLD, Obstacle.NOT_VERIFIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    sites: Sites
    visitors: Visitors
    telling: Telling
    refused: RefusedVisits
    clock: Callable[[], datetime]

    async def check(self, asked: Asked, *, cookie: str | None) -> Mapping[str, str]:
        """The headers for the application. Raises WebRefusal, StorageUnavailable,
        KeysUnavailable."""
        if is_nearly_below(asked.path, OWN_PATHS):
            # An application may answer at any path, so nobody gets there without a sign-in.
            raise PageUnclear(f"The proxy has to pass on what is below {OWN_PATHS} to the service.")
        rule = await self.rule_of(asked)
        if asked.preflight_for is not None and rule.access.preflights:
            return nobody()
        visitor = await self.visitors.find(asked.site, cookie)
        if visitor is None:
            raise PageSignInRequired(asked.target)
        found = self.obstacles(rule, visitor)
        if found and BY_NEW_GESTURE.issuperset(found):
            raise PageSignInRequired(asked.target, is_newer=True)
        if found:
            raise await self.refuse(asked, rule, visitor, found)
        return (await self.telling.headers(visitor, asked.site, rule)).headers

    async def rule_of(self, asked: Asked) -> Rule:
        """Raises PageUnclear, PageUnknown, StorageUnavailable."""
        try:
            rule = (await self.sites.rules()).find(asked)
        except UnclearRequest as unclear:
            raise PageUnclear(str(unclear)) from None
        if rule is None:
            raise PageUnknown
        return rule

    def obstacles(self, rule: Rule, visitor: Visitor) -> tuple[Obstacle, ...]:
        return obstacles(
            rule.profile,
            visitor.person,
            client=None,
            gesture=visitor.gesture,
            now=self.clock(),
        )

    async def refuse(
        self, asked: Asked, rule: Rule, visitor: Visitor, found: tuple[Obstacle, ...]
    ) -> PageRefused:
        """With an event, if there is none of it yet."""
        await self.refused.record(visitor, asked.site, rule.profile, found[0])
        return PageRefused(
            visitor.standing.record.username,
            rule.profile.title,
            [each.value for each in found],
            asked.target,
        )
