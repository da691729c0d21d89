"""Answers of Azure Resource Manager about what a vault holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.access.azure_names.backup_item import BackupItem, parse_item
from shared.access.restores.answers import (
    AnswerUnreadable,
    Page,
    as_object,
    matching,
    optional_text,
    read_page,
    text,
)

_is_point_id = re.compile("[0-9]{1,32}").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    item: BackupItem
    title: str
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
    """Items that are no machines of Resource Manager are left out. Raise AnswerUnreadable."""
    return read_page(body, _read_item)


def _read_item(entry: Mapping[str, Any]) -> ListedItem:
    properties = as_object(entry.get("properties"))
    item = parse_item(text(entry.get("name")))
    return ListedItem(
        item=item,
        title=optional_text(properties.get("friendlyName")) or item.machine,
        region=optional_text(properties.get("sourceLocation")),
        state=optional_text(properties.get("protectionState")),
        last_recovery_point=optional_text(properties.get("lastRecoveryPoint")),
    )


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
