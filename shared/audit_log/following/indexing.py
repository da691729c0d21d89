"""Indexing: sealed entries are noted by the accounts that they are about.

A cursor has the end of the index. It moves on after the rows are written, and a search for a person
also reads the entries after it. So nothing is missing, even if an earlier version of the service
seals entries or an instance stops at any point. A log from before the index existed is indexed
later, some thousand entries at a time.
"""

from datetime import datetime

from shared.audit_log.following.follower import Follower, Leaves
from shared.storage.audit.people_index import PeopleIndex

CURSOR = "people"


class Indexing:
    def __init__(self, index: PeopleIndex, follower: Follower) -> None:
        self._index = index
        self._follower = follower

    async def go_on(self, *, until: datetime) -> int:
        """Return how many entries were indexed, as `Follower.go_on`."""
        return await self._follower.go_on(self._keep, until=until)

    async def _keep(self, leaves: Leaves, end: int) -> int:
        await self._index.keep(leaves)
        return end
