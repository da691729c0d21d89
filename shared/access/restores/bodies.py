"""What Azure Backup is sent to restore: only what is said, and no null."""

from collections.abc import Sequence
from typing import Any

from shared.access.restores.action import Action, MachineRestore
from shared.access.restores.share_restore import ShareRestore


def restore_body(action: Action, guard_requests: Sequence[str]) -> dict[str, Any]:
    if isinstance(action, ShareRestore):
        properties = _share_properties(action)
    else:
        properties = _machine_properties(action)
    if guard_requests:
        properties["resourceGuardOperationRequests"] = list(guard_requests)
    return {"properties": properties}


def _machine_properties(action: MachineRestore) -> dict[str, Any]:
    target = action.target
    properties: dict[str, Any] = {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": action.recovery_point,
        "recoveryType": action.recovery_type.value,
        "sourceResourceId": _source_of(action),
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
    return properties


def _share_properties(action: ShareRestore) -> dict[str, Any]:
    """The examples of Microsoft's documentation (Restore Azure Files using REST API) have the same
    members. A whole share has a file spec only to name the folder."""
    target = action.target
    properties: dict[str, Any] = {
        "objectType": "AzureFileShareRestoreRequest",
        "recoveryType": action.recovery_type.value,
        "sourceResourceId": _source_of(action),
        "copyOptions": action.conflicts.value,
        "restoreRequestType": "ItemLevelRestore" if action.files else "FullShareRestore",
    }
    folder = {} if target is None else {"targetFolderPath": target.folder}
    files = [{"path": each.path, "fileSpecType": each.kind} | folder for each in action.files]
    if specs := files or ([folder] if folder else []):
        properties["restoreFileSpecs"] = specs
    if target is not None:
        properties["targetDetails"] = {
            "name": target.share,
            "targetResourceId": str(target.storage_account),
        }
    return properties


def _source_of(action: Action) -> str:
    return f"/subscriptions/{action.vault.subscription}{action.item.source}"
