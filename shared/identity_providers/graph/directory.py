"""Group memberships that Entra leaves out of a token, read from Microsoft Graph.

It asks only about the groups that the settings map to a role. However many groups a person is in,
this takes one request for every twenty mapped groups, the answer is complete, and nothing else is
learned. The application needs the permissions GroupMember.Read.All and User.ReadBasic.All.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import batched

from shared.errors import ProviderUnavailable
from shared.expiring_cache import ExpiringCache
from shared.fetching.https import Https
from shared.identity_providers.graph.application_token import GraphTokens
from shared.identity_providers.identity import DirectoryObject
from shared.identity_providers.provider import GraphSettings

logger = logging.getLogger("touchstone.providers")

KEEP_FOR = timedelta(minutes=5)
"""How long a role may outlive the membership that gave it."""
_MOST_KEPT = 1000
_GROUPS_A_REQUEST = 20
_SECONDS = 15


class GraphGroups:
    def __init__(
        self,
        settings: GraphSettings,
        *,
        groups: frozenset[str],
        https: Https,
        tokens: GraphTokens,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._groups = sorted(groups)
        self._https = https
        self._tokens = tokens
        self._kept = ExpiringCache[DirectoryObject, frozenset[str]](
            size=_MOST_KEPT, lifetime=KEEP_FOR, clock=clock
        )

    async def memberships(self, member: DirectoryObject) -> frozenset[str]:
        """The mapped groups that `member` is in, directly or through other groups.

        Raise ProviderUnavailable unless the answer is known to be complete.
        """
        return await self._kept.get(member, lambda: self._ask(member))

    async def _ask(self, member: DirectoryObject) -> frozenset[str]:
        try:
            async with asyncio.timeout(_SECONDS):
                token = await self._tokens.token(member.tenant)
                found = frozenset[str]()
                for groups in batched(self._groups, _GROUPS_A_REQUEST, strict=False):
                    found |= await self._check(member, groups, token)
                return found
        except TimeoutError as error:
            raise ProviderUnavailable("Graph is slow") from error

    async def _check(
        self, member: DirectoryObject, groups: tuple[str, ...], token: str
    ) -> frozenset[str]:
        collection = "servicePrincipals" if member.is_application else "users"
        answer = await self._https.send(
            "POST",
            f"{self._settings.url}/{collection}/{member.object_id}/checkMemberGroups",
            headers={"Authorization": f"Bearer {token}"},
            json={"groupIds": groups},
        )
        if answer.status != 200:
            logger.error("Graph answered %s for memberships", answer.status)
        found = answer.json().get("value")
        if not isinstance(found, list) or not set(map(str, found)) <= set(groups):
            raise ProviderUnavailable("Graph's answer is not one to the question")
        return frozenset(found)
