"""The stores of groups, over one table."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from shared.storage.tables.table import Table

if TYPE_CHECKING:
    from shared.storage.groups.definitions import GroupStore
    from shared.storage.groups.members import MemberIndex


class GroupStores:
    _table: Callable[[str], Table]

    @cached_property
    def groups(self) -> "GroupStore":
        from shared.storage.groups.definitions import TABLE, GroupStore

        return GroupStore(self._table(TABLE))

    @cached_property
    def members(self) -> "MemberIndex":
        from shared.storage.groups.members import TABLE, MemberIndex

        return MemberIndex(self._table(TABLE))
