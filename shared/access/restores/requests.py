"""Requests to Azure Resource Manager about backups, as its documentation and the models of the SDK
(azure-mgmt-recoveryservicesbackup 11.2.0) have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.access.azure_names.arm_ids import ArmId
from shared.access.azure_names.backup_item import BackupItem
from shared.access.restores.action import RestoreAction

API_VERSION = "2026-10-01"
SCOPE = "https://management.azure.com/.default"
CLOCK_DIFFERENCE = timedelta(minutes=5)
"""Between our clock and that of Azure Backup."""
_MACHINES = "backupManagementType eq 'AzureIaasVM'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRequest:
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    """None: it is a GET, and otherwise a POST."""


def list_items(vault: ArmId, *, after: str | None = None) -> ArmRequest:
    return _list(f"{vault}/backupProtectedItems", f"{_MACHINES} and itemType eq 'VM'", after)


def list_points(vault: ArmId, item: BackupItem, *, after: str | None = None) -> ArmRequest:
    return _list(f"{_item_path(vault, item)}/recoveryPoints", None, after)


def get_point(action: RestoreAction) -> ArmRequest:
    return ArmRequest(path=_point_path(action))


def list_restore_jobs(
    vault: ArmId, *, since: datetime, until: datetime, after: str | None = None
) -> ArmRequest:
    """The jobs that began in this time, with `CLOCK_DIFFERENCE` on both sides."""
    first, last = since - CLOCK_DIFFERENCE, until + CLOCK_DIFFERENCE
    times = f"startTime eq '{_filter_time(first)}' and endTime eq '{_filter_time(last)}'"
    return _list(
        f"{vault}/backupJobs", f"{_MACHINES} and operation eq 'Restore' and {times}", after
    )


def get_job(vault: ArmId, job: str) -> ArmRequest:
    return ArmRequest(path=f"{vault}/backupJobs/{job}")


def post_restore(action: RestoreAction, *, guard_requests: Sequence[str]) -> ArmRequest:
    return ArmRequest(
        path=f"{_point_path(action)}/restore", body=restore_body(action, guard_requests)
    )


def restore_body(action: RestoreAction, guard_requests: Sequence[str]) -> Mapping[str, Any]:
    """The machine is named by the item, and is in the subscription of its vault: Azure Backup
    protects no other ones. Only what is said is sent, and no null."""
    target = action.target
    machine = f"/subscriptions/{action.vault.subscription}/resourceGroups/{action.item.group}"
    properties: dict[str, Any] = {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": action.recovery_point,
        "recoveryType": action.recovery_type.value,
        "sourceResourceId": (
            f"{machine}/providers/Microsoft.Compute/virtualMachines/{action.item.machine}"
        ),
        "storageAccountId": str(target.storage_account),
        "region": target.region,
        "createNewCloudService": False,
        "originalStorageAccountOption": False,
        "encryptionDetails": {"encryptionEnabled": False},
    }
    if target.resource_group is not None:
        properties["targetResourceGroupId"] = str(target.resource_group)
    if target.resource_group is not None and target.virtual_machine is not None:
        properties["targetVirtualMachineId"] = (
            f"{target.resource_group}/providers/Microsoft.Compute/virtualMachines/"
            f"{target.virtual_machine}"
        )
    if target.subnet is not None:
        properties["subnetId"] = str(target.subnet)
        properties["virtualNetworkId"] = str(target.subnet).rpartition("/subnets/")[0]
    if action.disks:
        properties["restoreDiskLunList"] = list(action.disks)
    if guard_requests:
        properties["resourceGuardOperationRequests"] = list(guard_requests)
    return {"properties": properties}


def _list(path: str, condition: str | None, after: str | None) -> ArmRequest:
    query = {"$filter": condition, "$skipToken": after}
    return ArmRequest(
        path=path, query={name: value for name, value in query.items() if value is not None}
    )


def _item_path(vault: ArmId, item: BackupItem) -> str:
    container, name = (_quote(each) for each in (item.container, str(item)))
    return f"{vault}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}"


def _point_path(action: RestoreAction) -> str:
    return f"{_item_path(action.vault, action.item)}/recoveryPoints/{action.recovery_point}"


def _quote(name: str) -> str:
    """Names of items have no other character that an address would need to have quoted."""
    return name.replace(";", "%3B")


def _filter_time(at: datetime) -> str:
    """Twelve hours and AM or PM, whatever the locale of the process."""
    half = "AM" if at.hour < 12 else "PM"
    return f"{at:%Y-%m-%d} {at.hour % 12 or 12:02}:{at:%M:%S} {half}"
