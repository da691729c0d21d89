"""Accounts that wait for their first credential, and that nobody will come for any more.

Administrators and backends make them, for people who are to register. One that nobody asked for in
30 days goes, and its name is free again. It stays if it was ever used, as the IDs of its tokens
stand in apps; and if it has a role, is suspended or linked, or belongs to a provider's user, as
somebody decided so. It stays for a day after its access pass ended, too. 30 days are the longest
that a pass may live, so what an administrator made waits as long as any pass could.

Nobody who is about to register is in the way. `Provisioning.ensure` notes, before a pass is issued
or a backend's registration begins, that the account is asked for, and so changes its version: then
a removal that read it before fails. And a registration is over after ten minutes, not 29 days.
Should one take so long it finds no account, and is refused as with any account that is gone. Its
commit and the removal both hold the account's version, so one of the two comes true.
"""

from datetime import UTC, datetime, timedelta

from shared.accounts.handles import AccountLocator, locate_handle
from shared.audit.event import Kind
from shared.audit.instants import write_instant
from shared.recording.actors import SERVICE, owner_of
from shared.resources import Resources
from shared.storage.accounts.awaited_accounts import AwaitedAccount
from shared.storage.tables.gather_limited import gather_limited

UNUSED_AFTER = timedelta(days=30)
"""At least as long as an access pass may live by any setting."""
_AFTER_PASS = timedelta(days=1)
STRETCH = 500


class UnusedAccounts:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def sweep(self, *, now: int, limit: int = STRETCH) -> int:
        """Look at no more rows than `limit`; return how many accounts were removed.

        Raises StorageUnavailable."""
        at = datetime.fromtimestamp(now, UTC)
        awaited = self._resources.awaited
        limit = min(limit, STRETCH)
        found = await awaited.from_chance(before=at - UNUSED_AFTER, limit=limit)

        async def remove(locator: AccountLocator) -> bool:
            account = await awaited.find(locator)
            return account is not None and _is_unused(account, at) and await self._remove(account)

        return sum(await gather_limited(remove, found))

    async def _remove(self, awaited: AwaitedAccount) -> bool:
        resources, account = self._resources, awaited.owner.account
        since = account.awaited_since or account.created_at
        attempt = resources.trail.attempt(
            Kind.ACCOUNT_REMOVED,
            actor=SERVICE,
            target=owner_of(account),
            facts={"awaitedSince": write_instant(since)},
        )
        await attempt.announce(resources.accounts.partition(locate_handle(account.handle)))
        removed = await resources.awaited.remove(awaited, event=attempt.success())
        if not removed:  # somebody asks for it just now
            await attempt.withdraw()
        return removed


def _is_unused(awaited: AwaitedAccount, now: datetime) -> bool:
    owner, stored = awaited.owner, awaited.access_pass
    account, since = owner.account, owner.account.awaited_since
    if since is None or now - since <= UNUSED_AFTER:
        return False
    if account.roles or account.suspended or account.subject or owner.links or owner.credentials:
        return False
    return stored is None or now - stored.access_pass.expires_at > _AFTER_PASS
