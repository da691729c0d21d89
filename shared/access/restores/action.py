"""What a person asks for: the authorization details of a restore (RFC 9396).

`schema.json` describes the same for those who ask, and `share_schema.json` that of file shares.

The API restores files of a machine in another way: `provisionInstantItemRecovery` gives a script
with a password, which mounts the disks on any machine for hours. That is a credential and no
action, and no job is left behind by which a lost answer could be found. So it is not offered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.access.azure_names.arm_ids import GROUP, MACHINE_NAME, STORAGE_ACCOUNT, SUBNET, ArmId
from shared.access.azure_names.backup_item import parse_item
from shared.access.azure_names.protected_machine import ProtectedMachine
from shared.access.azure_names.protected_share import ProtectedShare
from shared.access.restores.recovery import (
    COMMON,
    TYPE,
    Recovery,
    RecoveryType,
    parsed,
    read_recovery,
    text_like,
)
from shared.access.restores.share_restore import ShareRestore, read_share_restore
from shared.json_shape import Shape

_MOST_DISKS = 64
_LARGEST_LUN = 63
_REGION = "[a-z][a-z0-9]{1,40}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    region: str
    storage_account: ArmId
    """Where Azure Backup puts what it needs on the way, and the description of the machine."""
    resource_group: ArmId | None = None
    """Of new disks and machines."""
    virtual_machine: str | None = None
    """The name of a new machine."""
    subnet: ArmId | None = None
    """Of a new machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRestore(Recovery):
    item: ProtectedMachine
    target: Target
    disks: tuple[int, ...] = ()
    """Logical unit numbers. Empty: all of them."""


type Action = MachineRestore | ShareRestore

_ALL = ("region", "storageAccount", "resourceGroup", "virtualMachine", "subnet")
_MEMBERS = {
    RecoveryType.RESTORE_DISKS: _ALL[:3],
    RecoveryType.ALTERNATE_LOCATION: _ALL,
    RecoveryType.ORIGINAL_LOCATION: _ALL[:2],
}


def read_action(details: Mapping[str, Any]) -> Action:
    """Raise MalformedRequest, which names the member."""
    shape = Shape(details)
    if shape.text("type") != TYPE:
        shape.refuse("type", f"must be {TYPE}")
    item = parsed(shape, "item", shape.text("item"), parse_item)
    if isinstance(item, ProtectedShare):
        return read_share_restore(shape, item)
    return _read_machine_restore(shape, item)


def _read_machine_restore(shape: Shape, item: ProtectedMachine) -> MachineRestore:
    shape.only(*COMMON, "disks")
    common = read_recovery(shape, tuple(RecoveryType))
    return MachineRestore(
        **common,
        item=item,
        target=_read_target(shape.inner("target"), common["recovery_type"]),
        disks=_read_disks(shape, common["recovery_type"]),
    )


def _read_target(shape: Shape, recovery_type: RecoveryType) -> Target:
    shape.only(*_MEMBERS[recovery_type])
    account = parsed(shape, "storageAccount", shape.text("storageAccount"), STORAGE_ACCOUNT.parse)
    region = text_like(shape, "region", _REGION)
    if recovery_type is RecoveryType.ORIGINAL_LOCATION:
        return Target(region=region, storage_account=account)
    group = parsed(shape, "resourceGroup", shape.text("resourceGroup"), GROUP.parse)
    if recovery_type is RecoveryType.RESTORE_DISKS:
        return Target(region=region, storage_account=account, resource_group=group)
    return Target(
        region=region,
        storage_account=account,
        resource_group=group,
        virtual_machine=text_like(shape, "virtualMachine", MACHINE_NAME),
        subnet=parsed(shape, "subnet", shape.text("subnet"), SUBNET.parse),
    )


def _read_disks(shape: Shape, recovery_type: RecoveryType) -> tuple[int, ...]:
    given = shape.find("disks")
    if given is None:
        return ()
    if recovery_type is not RecoveryType.RESTORE_DISKS:
        shape.refuse("disks", f"is for {RecoveryType.RESTORE_DISKS} only")
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_DISKS:
        shape.refuse("disks", f"must be a list of 1 to {_MOST_DISKS} numbers")
    if not all(map(_is_unit_number, given)) or len(set(given)) < len(given):
        shape.refuse("disks", f"must have different numbers from 0 to {_LARGEST_LUN}")
    return tuple(given)


def _is_unit_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST_LUN
