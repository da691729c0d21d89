"""Whether a profile allows a restore: its vault, items, recovery types and places to write to.

A profile has one vault. So whoever may use it can't name another vault, that of another tenant
included.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from shared.access.azure_names.arm_ids import GROUP, GUARD_REQUEST, VAULT, ArmId
from shared.access.azure_names.backup_item import BackupItem, parse_item
from shared.access.profiles.profile import BackupRestore
from shared.access.restores.action import RecoveryType, RestoreAction, read_action
from shared.errors import MalformedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    vault: ArmId
    items: frozenset[str]
    """Keys of items. Empty: all of the vault's machines."""
    recovery_types: frozenset[RecoveryType]
    targets: frozenset[str]
    """Keys of the resource groups that a restore may write to."""

    def has_item(self, item: BackupItem) -> bool:
        return not self.items or item.key in self.items


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


def check_restore(parameters: BackupRestore, details: Mapping[str, Any]) -> RestoreAction:
    """Raise MalformedRequest, which names the member."""
    action = read_action(details)
    check_covered(action, coverage_of(parameters))
    return action


def check_covered(action: RestoreAction, coverage: Coverage) -> None:
    """Raise MalformedRequest, which names the member.

    An original location needs no target of its own: the machine is the item. The network of a new
    machine must be in one of the targets, too, as the machine gets access to it.
    """
    target = action.target
    if action.vault.key != coverage.vault.key:
        raise MalformedRequest("locations is not the vault of the profile.")
    if not coverage.has_item(action.item):
        raise MalformedRequest("item is not one of the profile.")
    if action.recovery_type not in coverage.recovery_types:
        raise MalformedRequest("actions is not allowed by the profile.")
    _check_within(target.storage_account, "storageAccount", coverage.targets)
    _check_within(target.resource_group, "resourceGroup", coverage.targets)
    _check_within(target.subnet, "subnet", coverage.targets)


def _check_within(resource: ArmId | None, name: str, targets: Collection[str]) -> None:
    if resource is not None and resource.group_key not in targets:
        raise MalformedRequest(f"target.{name} is in no resource group of the profile.")
