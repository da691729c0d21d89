"""Notices for clients whose sessions end.

A notice is written before the session ends, and counts if it has ended.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.sessions.logout_notice import LogoutNotice
from shared.storage.audit.statements import Partition
from shared.storage.notices import NoticeStore, Times
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Operation

TABLE = "Logouts"


class LogoutNotices(NoticeStore[LogoutNotice]):
    partition = Partition(TABLE, "notices")
    keys = ("", "~")
    """All of the partition but events."""

    async def put(self, notices: Sequence[LogoutNotice]) -> None:
        """In place of earlier ones of the same session and client, which tell the same."""
        if len(notices) == 1:  # a transaction of one row takes longer
            await self._table.upsert(self.row(notices[0]))
        elif notices:
            await self._table.transact([Operation("upsert", self.row(each)) for each in notices])

    def _row_key(self, notice: LogoutNotice) -> str:
        session, client = notice.session_id, notice.client_id.encode()
        return f"{base64url.encode(session)}.{digest_key(client)}"

    def _columns(self, notice: LogoutNotice) -> Mapping[str, Any]:
        return {
            "Client": notice.client_id,
            "UserHandle": bytes(notice.user_handle),
            "SessionId": notice.session_id,
            "NamedSession": notice.known_as,
            "Use": "" if notice.use is None else str(notice.use),
        }

    def _read(self, row: Row, times: Times) -> LogoutNotice:
        return LogoutNotice(
            client_id=row["Client"],
            user_handle=UserHandle(row["UserHandle"]),
            session_id=row["SessionId"],
            known_as=row["NamedSession"],
            use=_read_use(row),
            **times,
        )


def _read_use(row: Row) -> int | None:
    return int(row["Use"]) if row["Use"] else None
