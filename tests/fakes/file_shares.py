"""A file share in a Recovery Services vault, as Resource Manager describes it and its restores."""

from itertools import product
from typing import Any

FILES_ACCOUNT = (
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-files/providers"
    "/Microsoft.Storage/storageAccounts/stfiles"
)
SHARE_CONTAINER = "StorageContainer;Storage;rg-files;stfiles"
SHARE_NAME = "AzureFileShare;48ADD2FFDEA6BD4B9A2F0E0F6F6D9B7E48ADD2FFDEA6BD4B9A2F0E0F6F6D9B7E"
SHARE = f"{SHARE_CONTAINER};{SHARE_NAME}"
"""As we name it."""
SHARE_TITLE = "reports"
_KINDS = tuple(
    product(("FullShareRestore", "ItemLevelRestore"), ("OriginalLocation", "AlternateLocation"))
)


def describe_share(name: str, *, title: str, vault: str, time: str) -> dict[str, Any]:
    place = f"{vault}/backupFabrics/Azure/protectionContainers/{SHARE_CONTAINER}"
    return {
        "id": f"{place}/protectedItems/{name}",
        "name": name,
        "properties": {
            "protectedItemType": "AzureFileShareProtectedItem",
            "backupManagementType": "AzureStorage",
            "workloadType": "AzureFileShare",
            "friendlyName": title,
            "containerName": SHARE_CONTAINER,
            "sourceResourceId": FILES_ACCOUNT,
            "protectionState": "Protected",
            "lastRecoveryPoint": time,
        },
    }


def kind_of_share_job(account: str) -> dict[str, Any]:
    """Such jobs name no container."""
    return {
        "jobType": "AzureStorageJob",
        "storageAccountName": account,
        "storageAccountVersion": "Storage",
        "entityFriendlyName": SHARE_TITLE,
        "backupManagementType": "AzureStorage",
    }


def is_share_restore(properties: dict[str, Any], *, source: str) -> bool:
    """Whether it is one of the bodies that Microsoft documents (Restore Azure Files using REST
    API), with no member more or less."""
    kind, place = properties.get("restoreRequestType"), properties.get("recoveryType")
    members = {
        *("objectType", "recoveryType", "sourceResourceId", "copyOptions"),
        "restoreRequestType",
    }
    spec = {"path", "fileSpecType"} if kind == "ItemLevelRestore" else set[str]()
    if place == "AlternateLocation":
        spec, members = spec | {"targetFolderPath"}, members | {"targetDetails"}
    if spec:
        members |= {"restoreFileSpecs"}
    specs = properties.get("restoreFileSpecs", [])
    return (
        properties.keys() == members
        and properties["objectType"] == "AzureFileShareRestoreRequest"
        and properties["sourceResourceId"].lower() == source.lower()
        and properties["copyOptions"] in ("Overwrite", "Skip")
        and (kind, place) in _KINDS
        and bool(specs) == bool(spec)
        and all(each.keys() == spec for each in specs)
        and properties.get("targetDetails", {}).keys() in (set(), {"name", "targetResourceId"})
    )
