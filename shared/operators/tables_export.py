"""The rows of a backup, for an operator who writes the file: `shared.backup`.

What is no part of a backup is no part of the answers either. The operator's command asks in the
order of `shared.backup.exporting`, on which the consistency of the file rests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.audit.instants import write_instant
from shared.backup.row_source import Page, Place, RowSource
from shared.backup.tables_file import About, Row
from shared.keys.operator_tokens import Purpose
from shared.operators.operator_access import OperatorAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunExport:
    about: About
    head: Row | None
    """Of the audit log. It is read before all other rows."""


class TablesExport:
    """Both methods raise what `OperatorAccess` raises."""

    def __init__(
        self,
        access: OperatorAccess,
        source: RowSource,
        *,
        rp_id: str,
        issuer: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._access = access
        self._source = source
        self._rp_id = rp_id
        self._issuer = issuer
        self._clock = clock

    async def begin(self, *, token: str) -> BegunExport:
        await self._access.begin(Purpose.EXPORT, token)
        about = About(rp_id=self._rp_id, issuer=self._issuer, at=write_instant(self._clock()))
        return BegunExport(about=about, head=await self._source.head())

    async def page(self, table: str, after: Place | None, *, token: str) -> Page:
        await self._access.go_on(Purpose.EXPORT, token)
        return await self._source.page(table, after)
