"""Notices for webhooks, beside the approvals: so one is written together with its change."""

from collections.abc import Mapping
from re import compile as pattern
from typing import Any

from shared.access.approvals.approval import Approval
from shared.access.approvals.webhooks.notice import ApprovalNotice, notices_of
from shared.storage.access.approvals import ApprovalStore
from shared.storage.notices import NoticeStore, Times
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Operation

_MOST = 100
"""More than there are changes or webhooks."""
_is_name = pattern("[a-z0-9-]{1,63}").fullmatch


class ApprovalNotices(NoticeStore[ApprovalNotice]):
    partition = ApprovalStore.partition
    keys = ("notice:", "notice;")

    def operations(self, before: Approval | None, after: Approval) -> list[Operation]:
        """To be made together with the change of the approval."""
        return [Operation("upsert", self.row(each)) for each in notices_of(before, after)]

    def _row_key(self, notice: ApprovalNotice) -> str:
        return f"notice:{notice.approval}.{notice.change}.{notice.webhook}"

    def _columns(self, notice: ApprovalNotice) -> Mapping[str, Any]:
        return {
            "Approval": notice.approval,
            "Change": notice.change,
            "Profile": notice.profile,
            "Webhook": notice.webhook,
        }

    def _read(self, row: Row, times: Times) -> ApprovalNotice:
        return ApprovalNotice(
            approval=row["Approval"],
            change=_read_number(row, "Change"),
            profile=_read_profile(row),
            webhook=_read_number(row, "Webhook"),
            **times,
        )


def _read_number(row: Row, column: str) -> int:
    number: int = row[column]
    if not 0 <= number < _MOST:
        raise row.unreadable(column, "is not what it should be")
    return number


def _read_profile(row: Row) -> str:
    name: str = row["Profile"]
    if not _is_name(name):  # it is looked for
        raise row.unreadable("Profile", "is not what it should be")
    return name
