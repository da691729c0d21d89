"""What a person asks for: the authorization details of a restore (RFC 9396).

`schema.json` describes the same for those who ask. Members that a recovery type does not use are
refused, as approvers would read something that does not happen.

The API restores files of a machine in another way: `provisionInstantItemRecovery` gives a script
with a password, which mounts the disks on any machine for hours. That is a credential and no
action, and no job is left behind by which a lost answer could be found. So it is not offered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.access.azure_names.arm_ids import (
    GROUP,
    LONGEST_ID,
    MACHINE_NAME,
    STORAGE_ACCOUNT,
    SUBNET,
    VAULT,
    ArmId,
    matches,
)
from shared.access.azure_names.backup_item import BackupItem, parse_item
from shared.json_shape import Shape

TYPE = "azure-backup-restore"
_MOST_DISKS = 64
_LARGEST_LUN = 63
_POINT = "[0-9]{1,32}"
_REGION = "[a-z][a-z0-9]{1,40}"
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,7})?Z"


class RecoveryType(StrEnum):
    """The words of Azure Backup."""

    RESTORE_DISKS = "RestoreDisks"
    """The disks, as new ones."""
    ALTERNATE_LOCATION = "AlternateLocation"
    """A new machine."""
    ORIGINAL_LOCATION = "OriginalLocation"
    """The disks of the machine are replaced."""


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
class RestoreAction:
    vault: ArmId
    item: BackupItem
    recovery_point: str
    recovery_point_time: str
    """As the vault writes it. It is compared with the vault before the restore begins, since the ID
    of a recovery point tells approvers nothing."""
    recovery_type: RecoveryType
    target: Target
    disks: tuple[int, ...] = ()
    """Logical unit numbers. Empty: all of them."""


_ALL = ("region", "storageAccount", "resourceGroup", "virtualMachine", "subnet")
_MEMBERS = {
    RecoveryType.RESTORE_DISKS: _ALL[:3],
    RecoveryType.ALTERNATE_LOCATION: _ALL,
    RecoveryType.ORIGINAL_LOCATION: _ALL[:2],
}


def read_action(details: Mapping[str, Any]) -> RestoreAction:
    """Raise MalformedRequest, which names the member."""
    shape = Shape(details)
    shape.only(
        *("type", "locations", "actions", "item", "recoveryPoint", "recoveryPointTime"),
        *("target", "disks"),
    )
    if shape.text("type") != TYPE:
        shape.refuse("type", f"must be {TYPE}")
    recovery_type = RecoveryType(_single(shape, "actions", tuple(RecoveryType)))
    return RestoreAction(
        vault=_parse(shape, "locations", _single(shape, "locations"), VAULT.parse),
        item=_parse(shape, "item", shape.text("item"), parse_item),
        recovery_point=_text(shape, "recoveryPoint", _POINT),
        recovery_point_time=_text(shape, "recoveryPointTime", _INSTANT),
        recovery_type=recovery_type,
        target=_read_target(shape.inner("target"), recovery_type),
        disks=_read_disks(shape, recovery_type),
    )


def _single(shape: Shape, name: str, choices: tuple[str, ...] | None = None) -> str:
    values = shape.optional_texts(name, limit=1, each=LONGEST_ID)
    if len(values) != 1:
        shape.refuse(name, "must be a list of one text")
    if choices is not None and values[0] not in choices:
        shape.refuse(name, f"must be one of {', '.join(choices)}")
    return values[0]


def _read_target(shape: Shape, recovery_type: RecoveryType) -> Target:
    shape.only(*_MEMBERS[recovery_type])
    account = _parse(shape, "storageAccount", shape.text("storageAccount"), STORAGE_ACCOUNT.parse)
    region = _text(shape, "region", _REGION)
    if recovery_type is RecoveryType.ORIGINAL_LOCATION:
        return Target(region=region, storage_account=account)
    group = _parse(shape, "resourceGroup", shape.text("resourceGroup"), GROUP.parse)
    if recovery_type is RecoveryType.RESTORE_DISKS:
        return Target(region=region, storage_account=account, resource_group=group)
    return Target(
        region=region,
        storage_account=account,
        resource_group=group,
        virtual_machine=_text(shape, "virtualMachine", MACHINE_NAME),
        subnet=_parse(shape, "subnet", shape.text("subnet"), SUBNET.parse),
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


def _text(shape: Shape, name: str, pattern: str) -> str:
    value = shape.text(name)
    if not matches(pattern, value):
        shape.refuse(name, "is not what it should be")
    return value


def _parse[T](shape: Shape, name: str, value: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(value)
    except ValueError as error:
        shape.refuse(name, f"is {error}")
