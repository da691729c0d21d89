"""Restores, and what a vault holds, as the API shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.access.restores.answers import Page
from shared.access.restores.listing_answers import ListedItem, RecoveryPoint
from shared.access.restores.restore import Restore
from shared.http.instants import timestamp


def show_items(page: Page[ListedItem]) -> dict[str, Any]:
    items = [
        _present(
            item=str(each.item),
            name=each.title,
            storageAccount=each.storage_account,
            region=each.region,
            state=each.state,
            lastRecoveryPoint=each.last_recovery_point,
        )
        for each in page.entries
    ]
    return {"items": items, **_present(next=page.after)}


def show_points(page: Page[RecoveryPoint]) -> dict[str, Any]:
    points = [
        _present(
            id=each.id, time=each.time, consistency=each.consistency, encrypted=each.is_encrypted
        )
        for each in page.entries
    ]
    return {"recoveryPoints": points, **_present(next=page.after)}


def show_restore(restore: Restore) -> dict[str, Any]:
    """Not the address of the operation: it is signed."""
    failure = restore.failure
    return _present(
        approval=restore.id,
        status=restore.status.value,
        requestId=restore.request_id,
        correlationId=restore.correlation,
        job=restore.job,
        percent=restore.percent,
        intendedAt=timestamp(restore.intended_at),
        postedAt=_optional_instant(restore.posted_at),
        endedAt=_optional_instant(restore.ended_at),
        error=None if failure is None else _present(code=failure.code, message=failure.message),
    )


def retry_headers(restore: Restore, *, now: datetime) -> Mapping[str, str]:
    """When to look again. Nothing for a restore that has ended."""
    if restore.status.is_ended:
        return {}
    return {"Retry-After": str(max(1, int((restore.due_at - now).total_seconds())))}


def _optional_instant(at: datetime | None) -> str | None:
    return None if at is None else timestamp(at)


def _present(**members: object) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
