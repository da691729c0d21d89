"""How large a row and a transaction of Table Storage may be.

https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model:
64 KiB for a property, 1 MiB for a row, 100 changes and 4 MiB for a transaction. A text is stored in
UTF-16. Azurite does not refuse all of this, so tables in memory follow the documents.
"""

from collections.abc import Mapping, Sequence
from typing import Any

MAX_PROPERTY = 64 * 1024
MAX_ROW = 1024 * 1024
MAX_CHANGES = 100
MAX_TRANSACTION = 4 * 1024 * 1024


def refusal(row: Mapping[str, Any]) -> str | None:
    """The code with which storage refuses the row."""
    sizes = {name: _size(name, row) for name in row if not name.endswith("@odata.type")}
    if any(size > MAX_PROPERTY for size in sizes.values()):
        return "PropertyValueTooLarge"
    if sum(sizes.values()) + 2 * sum(map(len, sizes)) > MAX_ROW:
        return "EntityTooLarge"
    return None


def refusal_of_all(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """The code with which storage refuses a transaction of these changes."""
    if len(rows) > MAX_CHANGES:
        return "InvalidInput"
    sent = sum(len(str(value)) for row in rows for value in row.values())
    return "RequestBodyTooLarge" if sent > MAX_TRANSACTION else None


def _size(name: str, row: Mapping[str, Any]) -> int:
    value = row[name]
    if not isinstance(value, str):
        return 8
    if row.get(f"{name}@odata.type") == "Edm.Binary":
        return len(value) * 3 // 4 - value.count("=")
    return 2 * len(value)
