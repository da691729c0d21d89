"""Rows and typed values, in the form in which the SDK has them. Pure.

The SDK is loaded only for what is rare, as that takes long.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict


class EdmType(StrEnum):
    """The types that values of the service have."""

    BINARY = "Edm.Binary"
    BOOLEAN = "Edm.Boolean"
    DATETIME = "Edm.DateTime"
    DOUBLE = "Edm.Double"
    GUID = "Edm.Guid"
    INT32 = "Edm.Int32"
    INT64 = "Edm.Int64"
    STRING = "Edm.String"


class EntityProperty(NamedTuple):
    """A value with its type, where Python's type does not tell it."""

    value: Any
    edm_type: EdmType


class Metadata(TypedDict):
    etag: str | None
    timestamp: datetime | None


class TableEntity(dict[str, Any]):
    """The columns of a row, with its version and time."""

    def __init__(self, columns: Mapping[str, Any], *, metadata: Metadata) -> None:
        super().__init__(columns)
        self.metadata = metadata


def entity_of(columns: Mapping[str, Any], metadata: Mapping[str, Any]) -> TableEntity:
    """From a row as the SDK reads it."""
    own = {
        name: EntityProperty(value[0], EdmType(value[1])) if isinstance(value, tuple) else value
        for name, value in columns.items()
    }
    known: Metadata = {"etag": metadata["etag"], "timestamp": metadata["timestamp"]}
    return TableEntity(own, metadata=known)
