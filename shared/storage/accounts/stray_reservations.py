"""Removes reservations of credential IDs whose registration never stored its credential.

Each run checks a part of the table from a random key on. Keys are digests, so they are spread
evenly: no position has to be stored, any number of instances may run, and a crash leaves nothing
behind. A reservation is removed if it is older than a day and its account has no such credential.
No registration takes so long: its challenge expires after ten minutes at most, and the platform
ends a request after one minute. If another registration takes the reservation over meanwhile, the
version changes, and the reservation is kept.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared import base64url
from shared.accounts.handles import locate_handle
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.credential_ids import CredentialIds, Stray
from shared.storage.tables.gather_limited import gather_limited

OLD = timedelta(days=1)
STRETCH = 50
_KEY_BYTES = 32


class StrayReservations:
    def __init__(
        self, *, accounts: AccountStore, ids: CredentialIds, random: Callable[[int], bytes]
    ) -> None:
        self._accounts = accounts
        self._ids = ids
        self._random = random

    async def sweep(self, *, now: int, limit: int = STRETCH) -> int:
        """Check at most `limit` rows; return how many were removed. Raises StorageUnavailable."""
        before = datetime.fromtimestamp(now, UTC) - OLD
        start = base64url.encode(self._random(_KEY_BYTES))
        found = await self._ids.abandoned(start, before=before, limit=min(limit, STRETCH))
        return sum(await gather_limited(self._remove_stray, found))

    async def _remove_stray(self, stray: Stray) -> bool:
        owner = locate_handle(stray.owner)
        if await self._accounts.find_credential_by_hash(owner, stray.digest) is not None:
            return False
        return await self._ids.remove(stray)
