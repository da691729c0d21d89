"""Restores from a vault of Azure Backup, by an identity that asks Azure for them."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.access.azure_names.arm_ids import GROUP, GUARD_REQUEST, VAULT
from shared.access.azure_names.backup_item import parse_item
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.kinds.entra_access import read_identity, write_identity
from shared.access.profiles.profile import BackupRestore


def read_backup_restore(parameters: Mapping[str, Any]) -> BackupRestore:
    """Of parameters that match the schema. Raise ValueFault."""
    items = _known(parameters, "items", parse_item)
    return BackupRestore(
        identity=read_identity(parameters),
        vault=_parsed("vault", parameters["vault"], VAULT.parse),
        items=items,
        recovery_types=frozenset(parameters["recoveryTypes"]),
        targets=_known(parameters, "targets", GROUP.parse),
        resource_guard=_known(parameters, "resourceGuard", GUARD_REQUEST.parse),
    )


def _known(
    parameters: Mapping[str, Any], name: str, parse: Callable[[str], object]
) -> tuple[str, ...]:
    given = parameters.get(name, ())
    return tuple(_parsed(f"{name}[{index}]", each, parse) for index, each in enumerate(given))


def _parsed(path: str, text: str, parse: Callable[[str], object]) -> str:
    """The text itself, if it is the name of such a resource: it becomes a part of addresses."""
    try:
        parse(text)
    except ValueError as error:
        raise ValueFault(path, f"is {error}") from error
    return text


def write_backup_restore(restore: BackupRestore) -> dict[str, Any]:
    return write_identity(restore.identity) | {
        "vault": restore.vault,
        "items": list(restore.items),
        "recoveryTypes": sorted(restore.recovery_types),
        "targets": list(restore.targets),
        "resourceGuard": list(restore.resource_guard),
    }
