"""Answers of Azure Resource Manager about what a vault holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.access.azure_names.arm_ids import LONGEST_ID
from shared.access.azure_names.backup_item import BackupItem
from shared.access.azure_names.protected_machine import parse_machine
from shared.access.azure_names.protected_share import ProtectedShare, is_share, parse_share
from shared.access.restores.answers import (
    AnswerUnreadable,
    Page,
    as_object,
    matching,
    optional_text,
    read_page,
    text,
)
from shared.access.restores.share_restore import ShareRestore

_is_point_id = re.compile("[0-9]{1,32}").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    item: BackupItem
    title: str
    """As people know it."""
    storage_account: str | None = None
    """The ID of a share's."""
    region: str | None
    state: str | None
    last_recovery_point: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPoint:
    id: str
    time: str
    consistency: str | None
    is_encrypted: bool
    """By Azure Disk Encryption. Restores of such machines need keys, and are not offered."""


def read_items(body: Mapping[str, Any]) -> Page[ListedItem]:
    """Items that are neither machines of Resource Manager nor file shares are left out. Raise
    AnswerUnreadable."""
    return read_page(body, _read_item)


def _read_item(entry: Mapping[str, Any]) -> ListedItem:
    properties = as_object(entry.get("properties"))
    name, title = text(entry.get("name")), optional_text(properties.get("friendlyName"))
    if is_share(name):
        item: BackupItem = parse_share(f"{text(properties.get('containerName'))};{name}")
    else:
        item = parse_machine(name)
    account = properties.get("sourceResourceId") if isinstance(item, ProtectedShare) else None
    return ListedItem(
        item=item,
        title=title or item.name.rpartition(";")[2],
        storage_account=optional_text(account, LONGEST_ID),
        region=optional_text(properties.get("sourceLocation")),
        state=optional_text(properties.get("protectionState")),
        last_recovery_point=optional_text(properties.get("lastRecoveryPoint")),
    )


def is_that_share(entry: Mapping[str, Any], action: ShareRestore) -> bool:
    """Whether the vault's item is the share that the action names, in the account that it names."""
    properties = as_object(entry.get("properties"))
    account = f"/subscriptions/{action.vault.subscription}{action.item.source}"
    same_account = text(properties.get("sourceResourceId")).lower() == account.lower()
    return same_account and text(properties.get("friendlyName")).lower() == action.share.lower()


def read_points(body: Mapping[str, Any]) -> Page[RecoveryPoint]:
    """Raise AnswerUnreadable."""
    return read_page(body, read_point)


def read_point(body: Mapping[str, Any]) -> RecoveryPoint:
    """Raise AnswerUnreadable."""
    properties = as_object(body.get("properties"))
    name = matching(_is_point_id, body.get("name"))
    time = optional_text(properties.get("recoveryPointTime"))
    if name is None or time is None:
        raise AnswerUnreadable("a recovery point without a name or a time")
    return RecoveryPoint(
        id=name,
        time=time,
        consistency=optional_text(properties.get("recoveryPointType")),
        is_encrypted=properties.get("isSourceVMEncrypted") is True,
    )
