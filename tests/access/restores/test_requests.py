"""Paths and bodies for Resource Manager, as its documentation has them. The models and paths of the
SDK (azure-mgmt-recoveryservicesbackup 11.2.0) give the same."""

from datetime import UTC, datetime

import pytest

from shared.access.azure_names.arm_ids import VAULT
from shared.access.azure_names.backup_item import parse_item
from shared.access.restores.action import read_action
from shared.access.restores.requests import (
    get_job,
    get_point,
    list_items,
    list_points,
    list_restore_jobs,
    post_restore,
)
from tests.access.restores.actions import SUBNET, details, share_details
from tests.fakes import resource_manager as arm

PLACE = (
    f"{arm.VAULT}/backupFabrics/Azure/protectionContainers"
    "/IaasVMContainer%3Biaasvmcontainerv2%3Brg-apps%3Bweb-1"
    "/protectedItems/VM%3Biaasvmcontainerv2%3Brg-apps%3Bweb-1/recoveryPoints"
)
MACHINE = (
    f"/subscriptions/{arm.SUBSCRIPTION}/resourceGroups/rg-apps"
    "/providers/Microsoft.Compute/virtualMachines/web-1"
)
ALWAYS = {
    "objectType": "IaasVMRestoreRequest",
    "recoveryPointId": arm.POINT,
    "sourceResourceId": MACHINE,
    "storageAccountId": arm.ACCOUNT,
    "region": "westeurope",
    "createNewCloudService": False,
    "originalStorageAccountOption": False,
    "encryptionDetails": {"encryptionEnabled": False},
}
NEW_MACHINE = {
    "targetResourceGroupId": arm.TARGET,
    "targetVirtualMachineId": (
        f"{arm.TARGET}/providers/Microsoft.Compute/virtualMachines/web-1-restored"
    ),
    "subnetId": SUBNET,
    "virtualNetworkId": SUBNET.removesuffix("/subnets/default"),
}


@pytest.mark.parametrize(
    ("recovery_type", "more"),
    [
        ("RestoreDisks", {"targetResourceGroupId": arm.TARGET}),
        ("AlternateLocation", NEW_MACHINE),
        ("OriginalLocation", {}),
    ],
)
def test_the_body_of_each_recovery_type(recovery_type: str, more: dict[str, object]) -> None:
    request = post_restore(read_action(details(recovery_type)), guard_requests=())
    assert request.path == f"{PLACE}/{arm.POINT}/restore"
    assert request.body == {"properties": ALWAYS | {"recoveryType": recovery_type} | more}


def test_disks_and_requests_of_a_resource_guard_are_passed_on() -> None:
    action = read_action(details(disks=[0, 3]))
    body = post_restore(action, guard_requests=(arm.GUARD_REQUEST,)).body
    assert body is not None
    assert body["properties"]["restoreDiskLunList"] == [0, 3]
    assert body["properties"]["resourceGuardOperationRequests"] == [arm.GUARD_REQUEST]


def test_the_paths_of_what_is_read() -> None:
    vault, item = VAULT.parse(arm.VAULT), parse_item(arm.ITEM)
    machines = "backupManagementType eq 'AzureIaasVM'"
    assert list_points(vault, item).path == PLACE
    assert get_point(read_action(details())).path == f"{PLACE}/{arm.POINT}"
    assert get_job(vault, "1-2").path == f"{arm.VAULT}/backupJobs/1-2"
    listed = list_items(vault, after="p=1")
    assert listed.path == f"{arm.VAULT}/backupProtectedItems"
    assert listed.query == {"$filter": f"{machines} and itemType eq 'VM'", "$skipToken": "p=1"}


@pytest.mark.parametrize(
    ("hour", "since"), [(0, "11:58:00 PM"), (12, "11:58:00 AM"), (13, "12:58:00 PM")]
)
def test_jobs_are_asked_for_by_time_as_azure_writes_it(hour: int, since: str) -> None:
    at = datetime(2026, 11, 30, hour, 3, tzinfo=UTC)
    asked = list_restore_jobs(read_action(details()), since=at, until=at).query["$filter"]
    day = "29" if hour == 0 else "30"
    assert f"operation eq 'Restore' and startTime eq '2026-11-{day} {since}'" in asked
    assert asked.startswith("backupManagementType eq 'AzureIaasVM'")
    shares = list_restore_jobs(read_action(share_details()), since=at, until=at)
    assert shares.query["$filter"].startswith("backupManagementType eq 'AzureStorage'")
