"""The accounts in a group. The index names them, and their own rows decide."""

from dataclasses import dataclass

from shared.accounts.handles import UserHandle
from shared.accounts.records import UserAccount
from shared.errors import ConcurrentUse
from shared.storage.accounts.accounts import AccountStore
from shared.storage.groups.members import IndexRow, MemberIndex
from shared.storage.tables.gather_limited import gather_limited

_PAGE = 100
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    members: tuple[UserAccount, ...]
    next: str | None
    """Where the next page begins. A page may have fewer members than asked for, or none, and still
    have others behind it."""


class Members:
    def __init__(self, *, index: MemberIndex, accounts: AccountStore) -> None:
        self._index = index
        self._accounts = accounts

    async def page(self, group: str, *, after: str, limit: int) -> MemberPage:
        rows = await self._index.page(group, after=after, limit=limit + 1)
        shown = rows[:limit]
        found = await gather_limited(lambda row: self.find_member(group, row), shown)
        return MemberPage(
            members=tuple(account for account in found if account is not None),
            next=shown[-1].id if len(rows) > limit else None,
        )

    async def has_any(self, group: str) -> bool:
        after: str | None = ""
        while after is not None:
            page = await self.page(group, after=after, limit=_PAGE)
            if page.members:
                return True
            after = page.next
        return False

    async def forget(self, group: str, handle: UserHandle) -> None:
        """Remove the row of an account that is not in the group. Raises ConcurrentUse."""
        row = await self._index.find(group, handle)
        if row is not None:
            await self.find_member(group, row)

    async def find_member(self, group: str, row: IndexRow) -> UserAccount | None:
        """None if the account is not in the group. Then the row is removed, which a process left
        that stopped in between. Raises ConcurrentUse."""
        for _ in range(_ATTEMPTS):
            owner = await self._accounts.find_account_row(row.handle)
            if owner is not None and group in owner.account.assigned_groups:
                return owner.account
            # An addition may be under way. With another version of the account it begins again,
            # and gives the row another version, or is refused.
            if owner is None or await self._accounts.renew(owner):
                await self._index.remove(group, row)
                return None
        raise ConcurrentUse
