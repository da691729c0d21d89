"""Whether a profile allows a restore: its vault, items, recovery types and places to write to.

A profile has one vault. So whoever may use it can't name another vault, that of another tenant
included.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.access.azure_names.arm_ids import GROUP, GUARD_REQUEST, VAULT, ArmId
from shared.access.azure_names.backup_item import BackupItem, parse_item
from shared.access.azure_names.protected_machine import ProtectedMachine
from shared.access.azure_names.protected_share import ProtectedShare
from shared.access.profiles.profile import BackupRestore
from shared.access.restores.action import Action, Target, read_action
from shared.access.restores.recovery import RecoveryType
from shared.errors import MalformedRequest


class Workload(StrEnum):
    """The words of Azure Backup."""

    MACHINES = "VM"
    SHARES = "AzureFileShare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    vault: ArmId
    items: frozenset[str]
    """Keys of items. Empty: all of the vault's machines, and no file share."""
    recovery_types: frozenset[RecoveryType]
    targets: frozenset[str]
    """Keys of the resource groups that a restore may write to."""

    def has_item(self, item: BackupItem) -> bool:
        if not self.items:
            return isinstance(item, ProtectedMachine)
        return item.key in self.items


def coverage_of(parameters: BackupRestore) -> Coverage:
    """Raise ValueError if a value is not what it should be."""
    for request in parameters.resource_guard:
        GUARD_REQUEST.parse(request)
    return Coverage(
        vault=VAULT.parse(parameters.vault),
        items=frozenset(parse_item(each).key for each in parameters.items),
        recovery_types=frozenset(map(RecoveryType, parameters.recovery_types)),
        targets=frozenset(GROUP.parse(each).key for each in parameters.targets),
    )


def workloads_of(parameters: BackupRestore) -> tuple[Workload, ...]:
    """Of which kinds something may be restored."""
    items = [parse_item(each) for each in parameters.items]
    has_machines = not items or any(isinstance(each, ProtectedMachine) for each in items)
    has_shares = any(isinstance(each, ProtectedShare) for each in items)
    machines = (Workload.MACHINES,) if has_machines else ()
    return (*machines, Workload.SHARES) if has_shares else machines


def check_restore(parameters: BackupRestore, details: Mapping[str, Any]) -> Action:
    """Raise MalformedRequest, which names the member."""
    action = read_action(details)
    check_covered(action, coverage_of(parameters))
    return action


def check_covered(action: Action, coverage: Coverage) -> None:
    """Raise MalformedRequest, which names the member.

    An original location needs no target of its own: the machine or the share is the item. The
    network of a new machine must be in one of the targets, too, as the machine gets access to it.
    """
    if action.vault.key != coverage.vault.key:
        raise MalformedRequest("locations is not the vault of the profile.")
    if not coverage.has_item(action.item):
        raise MalformedRequest("item is not one of the profile.")
    if action.recovery_type not in coverage.recovery_types:
        raise MalformedRequest("actions is not allowed by the profile.")
    target = action.target
    if target is None:
        return
    _check_within(target.storage_account, "storageAccount", coverage.targets)
    if isinstance(target, Target):
        _check_within(target.resource_group, "resourceGroup", coverage.targets)
        _check_within(target.subnet, "subnet", coverage.targets)


def _check_within(resource: ArmId | None, name: str, targets: Collection[str]) -> None:
    if resource is not None and resource.group_key not in targets:
        raise MalformedRequest(f"target.{name} is in no resource group of the profile.")
