"""What restores of all kinds have in common: the vault, the recovery point, and how.

Members that a recovery type does not use are refused, as approvers would read something that does
not happen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.access.azure_names.arm_ids import LONGEST_ID, VAULT, ArmId, matches
from shared.json_shape import Shape

TYPE = "azure-backup-restore"
COMMON = ("type", "locations", "actions", "item", "recoveryPoint", "recoveryPointTime", "target")
_POINT = "[0-9]{1,32}"
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,7})?Z"


class RecoveryType(StrEnum):
    """The words of Azure Backup."""

    RESTORE_DISKS = "RestoreDisks"
    """The disks, as new ones."""
    ALTERNATE_LOCATION = "AlternateLocation"
    """A new machine, or another file share."""
    ORIGINAL_LOCATION = "OriginalLocation"
    """The disks of the machine are replaced, or files of the share are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    vault: ArmId
    recovery_point: str
    recovery_point_time: str
    """As the vault writes it. It is compared with the vault before the restore begins, since the ID
    of a recovery point tells approvers nothing."""
    recovery_type: RecoveryType


def read_recovery(shape: Shape, types: tuple[RecoveryType, ...]) -> dict[str, Any]:
    """The members of `Recovery`. Raise MalformedRequest."""
    return {
        "vault": parsed(shape, "locations", single(shape, "locations"), VAULT.parse),
        "recovery_point": text_like(shape, "recoveryPoint", _POINT),
        "recovery_point_time": text_like(shape, "recoveryPointTime", _INSTANT),
        "recovery_type": RecoveryType(single(shape, "actions", types)),
    }


def single(shape: Shape, name: str, choices: tuple[str, ...] | None = None) -> str:
    values = shape.optional_texts(name, limit=1, each=LONGEST_ID)
    if len(values) != 1:
        shape.refuse(name, "must be a list of one text")
    if choices is not None and values[0] not in choices:
        shape.refuse(name, f"must be one of {', '.join(choices)}")
    return values[0]


def text_like(shape: Shape, name: str, pattern: str) -> str:
    value = shape.text(name)
    if not matches(pattern, value):
        shape.refuse(name, "is not what it should be")
    return value


def parsed[T](shape: Shape, name: str, value: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(value)
    except ValueError as error:
        shape.refuse(name, f"is {error}")
