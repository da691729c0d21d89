"""Requests to Azure Resource Manager about backups, as its documentation and the models of the SDK
(azure-mgmt-recoveryservicesbackup 11.2.0) have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.access.azure_names.arm_ids import ArmId
from shared.access.azure_names.backup_item import BackupItem
from shared.access.restores.action import Action
from shared.access.restores.bodies import restore_body
from shared.access.restores.share_restore import ShareRestore

API_VERSION = "2026-10-01"
SCOPE = "https://management.azure.com/.default"
CLOCK_DIFFERENCE = timedelta(minutes=5)
"""Between our clock and that of Azure Backup."""
_MACHINES = "backupManagementType eq 'AzureIaasVM'"
_SHARES = "backupManagementType eq 'AzureStorage'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRequest:
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    """None: it is a GET, and otherwise a POST."""


def list_items(vault: ArmId, *, shares: bool = False, after: str | None = None) -> ArmRequest:
    """The machines, or the file shares."""
    if shares:
        condition = f"{_SHARES} and itemType eq 'AzureFileShare'"
    else:
        condition = f"{_MACHINES} and itemType eq 'VM'"
    return _list(f"{vault}/backupProtectedItems", condition, after)


def list_points(vault: ArmId, item: BackupItem, *, after: str | None = None) -> ArmRequest:
    return _list(f"{_item_path(vault, item)}/recoveryPoints", None, after)


def get_item(action: Action) -> ArmRequest:
    return ArmRequest(path=_item_path(action.vault, action.item))


def get_point(action: Action) -> ArmRequest:
    return ArmRequest(path=_point_path(action))


def list_restore_jobs(
    action: Action, *, since: datetime, until: datetime, after: str | None = None
) -> ArmRequest:
    """The jobs of such items that began in this time, with `CLOCK_DIFFERENCE` on both sides."""
    items = _SHARES if isinstance(action, ShareRestore) else _MACHINES
    first, last = since - CLOCK_DIFFERENCE, until + CLOCK_DIFFERENCE
    times = f"startTime eq '{_filter_time(first)}' and endTime eq '{_filter_time(last)}'"
    return _list(
        f"{action.vault}/backupJobs", f"{items} and operation eq 'Restore' and {times}", after
    )


def get_job(vault: ArmId, job: str) -> ArmRequest:
    return ArmRequest(path=f"{vault}/backupJobs/{job}")


def post_restore(action: Action, *, guard_requests: Sequence[str]) -> ArmRequest:
    return ArmRequest(
        path=f"{_point_path(action)}/restore", body=restore_body(action, guard_requests)
    )


def _list(path: str, condition: str | None, after: str | None) -> ArmRequest:
    query = {"$filter": condition, "$skipToken": after}
    return ArmRequest(
        path=path, query={name: value for name, value in query.items() if value is not None}
    )


def _item_path(vault: ArmId, item: BackupItem) -> str:
    container, name = (_quote(each) for each in (item.container, item.name))
    return f"{vault}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}"


def _point_path(action: Action) -> str:
    return f"{_item_path(action.vault, action.item)}/recoveryPoints/{action.recovery_point}"


def _quote(name: str) -> str:
    """Names of items have no other character that an address would need to have quoted."""
    return name.replace(";", "%3B")


def _filter_time(at: datetime) -> str:
    """Twelve hours and AM or PM, whatever the locale of the process."""
    half = "AM" if at.hour < 12 else "PM"
    return f"{at:%Y-%m-%d} {at.hour % 12 or 12:02}:{at:%M:%S} {half}"
