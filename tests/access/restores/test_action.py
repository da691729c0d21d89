"""What may be asked for, and what a profile covers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.access.azure_names.arm_ids import GROUP, VAULT, ArmId
from shared.access.azure_names.backup_item import parse_item
from shared.access.restores.action import read_action
from shared.access.restores.coverage import Coverage, check_covered
from shared.access.restores.recovery import RecoveryType
from shared.errors import MalformedRequest
from tests.access.restores.actions import SUBNET, TARGETS, details, with_target
from tests.fakes import resource_manager as arm

COVERAGE = Coverage(
    vault=VAULT.parse(arm.VAULT),
    items=frozenset({arm.ITEM.lower()}),
    recovery_types=frozenset(RecoveryType),
    targets=frozenset({arm.TARGET.lower()}),
)
_DOCUMENT = Path("shared/access/restores/schema.json")
SCHEMA = Draft202012Validator(json.loads(_DOCUMENT.read_text(encoding="utf-8")))
OTHER = "99999999-2222-3333-4444-555555555555"


@pytest.mark.parametrize("recovery_type", list(RecoveryType))
def test_each_recovery_type_is_read_and_covered(recovery_type: RecoveryType) -> None:
    action = read_action(details(recovery_type))
    check_covered(action, COVERAGE)
    assert action.recovery_type is recovery_type
    assert str(action.vault) == arm.VAULT
    assert str(action.item) == arm.ITEM


def test_ids_are_compared_without_case() -> None:
    written = details(
        locations=[arm.VAULT.upper()],
        item=arm.ITEM.upper(),
        target={
            "region": "westeurope",
            "storageAccount": arm.ACCOUNT.upper(),
            "resourceGroup": arm.TARGET.lower(),
        },
    )
    check_covered(read_action(written), COVERAGE)


@pytest.mark.parametrize(
    "bad",
    [
        f"{arm.VAULT}/../vault-two",
        f"{arm.VAULT}/",
        f"{arm.VAULT}?x=y",
        f"{arm.VAULT}#x",
        f"{arm.VAULT}\n",
        f" {arm.VAULT}",
        arm.VAULT.replace("vault-one", "%2e%2e"),
        arm.VAULT.replace("vault-one", ".."),
        arm.VAULT.replace("rg-backup", ".."),
        arm.VAULT.replace("rg-backup", "a%2fb"),
        arm.VAULT.replace("rg-backup", "r\u212a"),  # lower case of the Kelvin sign is k
        arm.VAULT.replace("vault-one", "vault\u017fone"),  # a long s
        arm.VAULT.replace("rg-backup", "a" * 91),
        arm.VAULT.replace(arm.SUBSCRIPTION, "x"),
        arm.VAULT.replace("vaults", "backupVaults"),
        "https://management.azure.com" + arm.VAULT,
    ],
)
def test_a_vault_is_named_by_its_id_alone(bad: str) -> None:
    with pytest.raises(MalformedRequest, match="locations"):
        read_action(details(locations=[bad]))


@pytest.mark.parametrize(
    "bad",
    [
        "VM;iaasvmcontainerv2;rg-apps;../x",
        "VM;iaasvmcontainerv2;rg-apps;web-1/recoveryPoints",
        "VM;iaasvmcontainerv2;rg-apps;web-1%2f",
        "VM;iaasvmcontainerv2;..;web-1",
        "VM;iaasvmcontainerv2;rg;apps;web-1",
        "VM;iaasvmcontainer;rg-apps;web-1",
        "SQLDataBase;mssqlserver;master",
        "",
        7,
        None,
    ],
)
def test_an_item_is_the_name_of_a_protected_machine(bad: object) -> None:
    with pytest.raises(MalformedRequest, match="item"):
        read_action(details(item=bad))


@pytest.mark.parametrize(
    "changed",
    [
        details(type="azure-sql"),
        details(actions=["Offline"]),
        details(actions=["RestoreDisks", "OriginalLocation"]),
        details(actions="RestoreDisks"),
        details(locations=[]),
        details(recoveryPoint="1/restore"),
        details(recoveryPoint="1" * 33),
        details(recoveryPoint="\u0661"),  # a digit, and not one of ASCII
        details(recoveryPointTime="yesterday"),
        details(extra=1),
        details(target=None),
        details(disks=[]),
        details(disks=[0, 0]),
        details(disks=[True]),
        details(disks=[64]),
        details("AlternateLocation", disks=[0]),
        with_target(region="west europe"),
        with_target(subnet=SUBNET),
        with_target("OriginalLocation", resourceGroup=arm.TARGET),
        with_target("AlternateLocation", virtualMachine="a/b"),
        with_target("AlternateLocation", virtualMachine=None),
        with_target("AlternateLocation", subnet=SUBNET.rpartition("/")[0]),
        with_target(storageAccount=arm.TARGET),
        with_target(storageAccount=f"{arm.ACCOUNT}/blobServices/default"),
    ],
)
def test_what_is_not_exactly_an_action_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(MalformedRequest):
        read_action(changed)


@pytest.mark.parametrize(
    ("changed", "member"),
    [
        (details(locations=[arm.VAULT.replace("one", "two")]), "locations"),
        (details(locations=[arm.VAULT.replace("rg-backup", "rg-other")]), "locations"),
        (details(locations=[arm.VAULT.replace(arm.SUBSCRIPTION, OTHER)]), "locations"),
        (details(item=arm.ITEM.replace("web-1", "web-2")), "item"),
        (with_target(storageAccount=arm.ACCOUNT.replace("rg-restored", "x")), "storageAccount"),
        (with_target(resourceGroup=arm.TARGET.replace("rg-restored", "rg")), "resourceGroup"),
        (with_target(resourceGroup=arm.TARGET.replace(arm.SUBSCRIPTION, OTHER)), "resourceGroup"),
        (with_target("AlternateLocation", subnet=SUBNET.replace("rg-restored", "x")), "subnet"),
    ],
)
def test_what_the_profile_does_not_cover_is_refused(changed: dict[str, Any], member: str) -> None:
    """Another tenant's vault is in another subscription."""
    with pytest.raises(MalformedRequest, match=member):
        check_covered(read_action(changed), COVERAGE)


def test_a_recovery_type_that_the_profile_does_not_allow_is_refused() -> None:
    narrow = replace(COVERAGE, recovery_types=frozenset({RecoveryType.RESTORE_DISKS}))
    check_covered(read_action(details()), narrow)
    with pytest.raises(MalformedRequest, match="actions"):
        check_covered(read_action(details("OriginalLocation")), narrow)


def test_no_items_are_all_items_and_no_targets_are_none() -> None:
    check_covered(read_action(details()), replace(COVERAGE, items=frozenset()))
    with pytest.raises(MalformedRequest):
        check_covered(read_action(details()), replace(COVERAGE, targets=frozenset()))


def test_a_group_may_have_dots_and_does_not_end_in_one() -> None:
    prefix = f"/subscriptions/{arm.SUBSCRIPTION}/resourceGroups"
    assert GROUP.parse(f"{prefix}/clitest.rg(1)") == ArmId(arm.SUBSCRIPTION, "clitest.rg(1)")
    with pytest.raises(ValueError, match="not such an ID"):
        GROUP.parse(f"{prefix}/rg.")


def test_a_job_names_the_container_of_its_item() -> None:
    item = parse_item(arm.ITEM)
    assert item.is_container("iaasvmcontainerv2;RG-apps;web-1")
    assert item.is_container("IaasVMContainer;iaasvmcontainerv2;rg-apps;web-1")
    assert not item.is_container("iaasvmcontainerv2;rg-apps;web-11")


def test_targets_of_the_tests_are_complete() -> None:
    assert TARGETS.keys() == set(RecoveryType)


ACCEPTED_BY_BOTH = [
    *(details(each) for each in RecoveryType),
    details(disks=[0, 63]),
    details(recoveryPointTime="2026-11-29T03:06:00Z"),
]
REFUSED_BY_BOTH = [
    details(actions=["Offline"]),
    details(actions=[]),
    details(extra=1),
    details(disks=[]),
    details(disks=[64]),
    details(disks=[1, 1]),
    details("OriginalLocation", disks=[1]),
    details(item="SQLDataBase;a;b"),
    details(recoveryPoint="x"),
    details(recoveryPointTime="now"),
    with_target(subnet=SUBNET),
    with_target("OriginalLocation", resourceGroup=arm.TARGET),
    with_target("AlternateLocation", virtualMachine="a/b"),
    with_target(storageAccount=arm.TARGET),
]


@pytest.mark.parametrize("given", ACCEPTED_BY_BOTH)
def test_the_published_schema_accepts_what_we_accept(given: dict[str, Any]) -> None:
    read_action(given)
    assert SCHEMA.is_valid(given)


@pytest.mark.parametrize("given", REFUSED_BY_BOTH)
def test_the_published_schema_refuses_what_we_refuse(given: dict[str, Any]) -> None:
    with pytest.raises(MalformedRequest):
        read_action(given)
    assert not SCHEMA.is_valid(given)
