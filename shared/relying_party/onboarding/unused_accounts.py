"""Removes accounts that were made for a first credential that never came.

Administrators and backends make accounts for people who are to register. An account that nobody
asked for in 30 days is removed, and its name is free again. It stays:

- if it was ever used, as apps may have stored the IDs in its tokens;
- if it has a role or a group, is suspended or linked, or belongs to a provider's user, as somebody
  decided so;
- for a day after its access pass expired. No pass is valid for more than 30 days.

A person who is about to register is not affected. Before a pass is issued or a backend's
registration begins, `Provisioning.ensure` notes that somebody asked for the account. This changes
the account's version, so a removal that read it before fails. A registration takes ten minutes, not
29 days; if one took so long, it would find no account and be refused. Its commit and the removal
both require the account's version to be unchanged, so only one of them happens.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from shared.accounts.handles import AccountLocator, locate_handle
from shared.audit.event import Kind
from shared.audit.instants import write_instant
from shared.recording.actors import SERVICE, owner_of
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.awaited_accounts import AwaitedAccount, AwaitedAccounts
from shared.storage.tables.gather_limited import gather_limited

UNUSED_AFTER = timedelta(days=30)
"""No setting lets an access pass be valid for longer."""
_AFTER_PASS = timedelta(days=1)
STRETCH = 50


class UnusedAccounts:
    def __init__(
        self, *, awaited: AwaitedAccounts, accounts: AccountStore, recorder: AuditRecorder
    ) -> None:
        self._awaited = awaited
        self._accounts = accounts
        self._recorder = recorder

    async def sweep(self, *, now: int, limit: int = STRETCH) -> int:
        """Look at no more rows than `limit`; return how many accounts were removed.

        Raises StorageUnavailable."""
        at = datetime.fromtimestamp(now, UTC)
        limit = min(limit, STRETCH)
        found = await self._awaited.from_chance(before=at - UNUSED_AFTER, limit=limit)

        async def remove(locator: AccountLocator) -> bool:
            account = await self._awaited.find(locator)
            return account is not None and _is_unused(account, at) and await self._remove(account)

        return sum(await gather_limited(remove, found))

    async def _remove(self, awaited: AwaitedAccount) -> bool:
        account = awaited.owner.account
        since = account.awaited_since or account.created_at
        attempt = self._recorder.attempt(
            Kind.ACCOUNT_REMOVED,
            actor=SERVICE,
            target=owner_of(account),
            facts={"awaitedSince": write_instant(since)},
        )
        await attempt.announce(self._accounts.partition(locate_handle(account.handle)))
        removed = await attempt.try_commit(partial(self._awaited.remove, awaited))
        if not removed:  # it was just asked for again
            await attempt.withdraw()
        return removed


def _is_unused(awaited: AwaitedAccount, now: datetime) -> bool:
    owner, stored = awaited.owner, awaited.access_pass
    account, since = owner.account, owner.account.awaited_since
    if since is None or now - since <= UNUSED_AFTER:
        return False
    if (
        account.roles
        or account.groups
        or account.suspended
        or account.subject
        or owner.links
        or owner.credentials
    ):
        return False
    return stored is None or now - stored.access_pass.expires_at > _AFTER_PASS
