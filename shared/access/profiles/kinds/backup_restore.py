"""Restores from a vault of Azure Backup, by an identity that asks Azure for them."""

from collections.abc import Mapping
from typing import Any

from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.kinds.entra_access import read_identity, write_identity
from shared.access.profiles.profile import BackupRestore


def read_backup_restore(parameters: Mapping[str, Any]) -> BackupRestore:
    """Of parameters that match the schema. Raise ValueFault."""
    items = tuple(parameters.get("items", ()))
    for index, item in enumerate(items):
        if not item.isprintable():
            raise ValueFault(f"items[{index}]", "must be printable")
    return BackupRestore(
        identity=read_identity(parameters),
        vault=parameters["vault"],
        items=items,
        recovery_types=frozenset(parameters["recoveryTypes"]),
        targets=tuple(parameters.get("targets", ())),
        resource_guard=tuple(parameters.get("resourceGuard", ())),
    )


def write_backup_restore(restore: BackupRestore) -> dict[str, Any]:
    return write_identity(restore.identity) | {
        "vault": restore.vault,
        "items": list(restore.items),
        "recoveryTypes": sorted(restore.recovery_types),
        "targets": list(restore.targets),
        "resourceGuard": list(restore.resource_guard),
    }
