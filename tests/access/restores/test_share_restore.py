"""Restores of file shares: what may be asked for, what a profile covers, and what Azure is sent."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.access.azure_names.arm_ids import VAULT
from shared.access.azure_names.backup_item import parse_item
from shared.access.restores.action import read_action
from shared.access.restores.coverage import Coverage, check_covered
from shared.access.restores.recovery import RecoveryType
from shared.access.restores.requests import get_item, list_items, post_restore
from shared.access.restores.share_restore import MOST_FILES, ShareRestore
from shared.errors import MalformedRequest
from tests.access.restores.actions import FILES, SHARE_TARGET, details, share_details
from tests.fakes import resource_manager as arm
from tests.fakes.file_shares import FILES_ACCOUNT, SHARE, SHARE_NAME

COVERAGE = Coverage(
    vault=VAULT.parse(arm.VAULT),
    items=frozenset({SHARE.lower()}),
    recovery_types=frozenset(RecoveryType),
    targets=frozenset({arm.TARGET.lower()}),
)
_DOCUMENT = Path("shared/access/restores/share_schema.json")
SCHEMA = Draft202012Validator(json.loads(_DOCUMENT.read_text(encoding="utf-8")))
ALTERNATE = "AlternateLocation"
OTHER = "99999999-2222-3333-4444-555555555555"
PLACE = (
    f"{arm.VAULT}/backupFabrics/Azure/protectionContainers"
    "/StorageContainer%3BStorage%3Brg-files%3Bstfiles"
    f"/protectedItems/{SHARE_NAME.replace(';', '%3B')}"
)
FOLDER = {"targetFolderPath": "old"}
SPECS = [
    {"path": "2026/November.xlsx", "fileSpecType": "File"},
    {"path": "2025", "fileSpecType": "Directory"},
]


def to(**instead: object) -> dict[str, Any]:
    target = SHARE_TARGET | instead
    given = {name: value for name, value in target.items() if value is not None}
    return share_details(ALTERNATE, target=given)


def with_path(path: str) -> dict[str, Any]:
    return share_details(files=[{"path": path, "kind": "File"}])


@pytest.mark.parametrize(
    ("given", "more"),
    [
        (share_details(), {}),
        (share_details(conflicts="Skip"), {"copyOptions": "Skip"}),
        (
            share_details(files=FILES),
            {"restoreRequestType": "ItemLevelRestore", "restoreFileSpecs": SPECS},
        ),
        (share_details(ALTERNATE), {"restoreFileSpecs": [FOLDER]}),
        (to(folder=None), {"restoreFileSpecs": [{"targetFolderPath": ""}]}),
        (
            share_details(ALTERNATE, files=FILES),
            {
                "restoreRequestType": "ItemLevelRestore",
                "restoreFileSpecs": [each | FOLDER for each in SPECS],
            },
        ),
    ],
)
def test_the_body_is_what_microsoft_documents(
    given: dict[str, Any], more: dict[str, object]
) -> None:
    action = read_action(given)
    check_covered(action, COVERAGE)
    request = post_restore(action, guard_requests=())
    expected: dict[str, object] = {
        "objectType": "AzureFileShareRestoreRequest",
        "recoveryType": action.recovery_type.value,
        "sourceResourceId": FILES_ACCOUNT,
        "copyOptions": "Overwrite",
        "restoreRequestType": "FullShareRestore",
    }
    if action.recovery_type is RecoveryType.ALTERNATE_LOCATION:
        expected["targetDetails"] = {"name": "restored", "targetResourceId": arm.ACCOUNT}
    assert request.body == {"properties": expected | more}
    assert request.path == f"{PLACE}/recoveryPoints/{arm.POINT}/restore"
    assert get_item(action).path == PLACE


def test_shares_are_listed_apart_from_machines() -> None:
    listed = list_items(VAULT.parse(arm.VAULT), shares=True)
    condition = "backupManagementType eq 'AzureStorage' and itemType eq 'AzureFileShare'"
    assert listed.query == {"$filter": condition}


@pytest.mark.parametrize(
    ("changed", "member"),
    [
        (share_details(locations=[arm.VAULT.replace("one", "two")]), "locations"),
        (share_details(locations=[arm.VAULT.replace(arm.SUBSCRIPTION, OTHER)]), "locations"),
        (share_details(item=SHARE.replace("stfiles", "stother")), "item"),
        (share_details(item=SHARE.replace("rg-files", "rg-other")), "item"),
        (share_details(item=SHARE[:-1] + "0"), "item"),
        (to(storageAccount=FILES_ACCOUNT), "storageAccount"),
        (to(storageAccount=arm.ACCOUNT.replace(arm.SUBSCRIPTION, OTHER)), "storageAccount"),
        (details(), "item"),
    ],
)
def test_what_the_profile_does_not_cover_is_refused(changed: dict[str, Any], member: str) -> None:
    """Another tenant's vault and accounts are in another subscription."""
    with pytest.raises(MalformedRequest, match=member):
        check_covered(read_action(changed), COVERAGE)


def test_a_profile_covers_no_share_that_it_does_not_name() -> None:
    """Without items it covers all machines of the vault, as before there were shares."""
    for item in (SHARE, arm.ITEM):
        is_machine = item == arm.ITEM
        assert replace(COVERAGE, items=frozenset()).has_item(parse_item(item)) is is_machine


def test_names_are_compared_without_case() -> None:
    check_covered(read_action(share_details(item=SHARE.upper())), COVERAGE)


ACCEPTED_BY_BOTH = [
    share_details(),
    share_details(files=FILES),
    share_details(ALTERNATE),
    share_details(ALTERNATE, files=FILES),
    to(folder=None),
    to(folder="a/b c/ü"),
    with_path("..hidden/.git"),
]
REFUSED_BY_BOTH = [
    share_details("RestoreDisks"),
    share_details(conflicts="CreateCopy"),
    share_details(conflicts=None),
    share_details(share=None),
    share_details(share="a/b"),
    share_details(disks=[0]),
    share_details(files=[]),
    share_details(files=["2025"]),
    share_details(files=FILES[:1] * (MOST_FILES + 1)),
    share_details(files=[{"path": "2025", "kind": "Folder"}]),
    share_details(files=[{"path": "2025", "kind": "File", "target": "x"}]),
    share_details(target=SHARE_TARGET),
    share_details(ALTERNATE, target={}),
    to(share="a/b"),
    to(share=None),
    to(folder="/old"),
    to(folder="../old"),
    to(region="westeurope"),
    to(storageAccount=arm.TARGET),
    *map(with_path, ("", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "a:b", "a*")),
    with_path("x" * 513),
    share_details(item=SHARE_NAME),
    share_details(item=SHARE.replace("rg-files", "../x")),
    share_details(item=SHARE + "/recoveryPoints"),
    share_details(item=SHARE + "%2f"),
]


@pytest.mark.parametrize("given", ACCEPTED_BY_BOTH)
def test_the_published_schema_accepts_what_we_accept(given: dict[str, Any]) -> None:
    assert isinstance(read_action(given), ShareRestore)
    assert SCHEMA.is_valid(given)


@pytest.mark.parametrize("given", REFUSED_BY_BOTH)
def test_the_published_schema_refuses_what_we_refuse(given: dict[str, Any]) -> None:
    with pytest.raises(MalformedRequest):
        read_action(given)
    assert not SCHEMA.is_valid(given)


@pytest.mark.parametrize("path", ["a\u202eb", "a\nb", "a\x00b"])
def test_a_path_has_no_characters_that_are_not_seen(path: str) -> None:
    with pytest.raises(MalformedRequest, match="path"):
        read_action(with_path(path))


def test_a_job_names_the_account_of_the_share() -> None:
    item = parse_item(SHARE)
    assert item.is_container("STFILES")
    assert not item.is_container("stfiles2")
