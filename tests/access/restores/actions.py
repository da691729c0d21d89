"""Details of restores, as people send them."""

from typing import Any

from tests.fakes.file_shares import SHARE, SHARE_TITLE
from tests.fakes.resource_manager import (
    ACCOUNT,
    ITEM,
    POINT,
    POINT_TIME,
    TARGET,
    VAULT,
)

SUBNET = f"{TARGET}/providers/Microsoft.Network/virtualNetworks/net/subnets/default"
TARGETS: dict[str, dict[str, Any]] = {
    "RestoreDisks": {"region": "westeurope", "storageAccount": ACCOUNT, "resourceGroup": TARGET},
    "AlternateLocation": {
        "region": "westeurope",
        "storageAccount": ACCOUNT,
        "resourceGroup": TARGET,
        "virtualMachine": "web-1-restored",
        "subnet": SUBNET,
    },
    "OriginalLocation": {"region": "westeurope", "storageAccount": ACCOUNT},
}


def details(recovery_type: str = "RestoreDisks", **instead: object) -> dict[str, Any]:
    honest: dict[str, Any] = {
        "type": "azure-backup-restore",
        "locations": [VAULT],
        "actions": [recovery_type],
        "item": ITEM,
        "recoveryPoint": POINT,
        "recoveryPointTime": POINT_TIME,
        "target": TARGETS[recovery_type],
    }
    return honest | instead


SHARE_TARGET: dict[str, Any] = {"storageAccount": ACCOUNT, "share": "restored", "folder": "old"}
FILES: list[dict[str, Any]] = [
    {"path": "2026/November.xlsx", "kind": "File"},
    {"path": "2025", "kind": "Directory"},
]


def share_details(recovery_type: str = "OriginalLocation", **instead: object) -> dict[str, Any]:
    honest = details() | {
        "actions": [recovery_type],
        "item": SHARE,
        "share": SHARE_TITLE,
        "conflicts": "Overwrite",
        "target": SHARE_TARGET if recovery_type == "AlternateLocation" else None,
    }
    return {name: value for name, value in (honest | instead).items() if value is not None}


def with_target(recovery_type: str = "RestoreDisks", **instead: object) -> dict[str, Any]:
    return details(recovery_type, target=TARGETS[recovery_type] | instead)
