"""Rows as they were read. Others may have written to a table, or a backup may be incomplete. So
reading a column returns a valid value, or raises RowUnreadable.

So readers need no checks of their own, and all of them fail in the same way.
"""

import logging
from typing import Any

from shared import base64url
from shared.errors import StorageUnavailable
from shared.storage.edm import TableEntity
from shared.storage.tables.columns import COLUMNS

logger = logging.getLogger("touchstone.storage")


class RowUnreadable(StorageUnavailable, KeyError):
    """Its text names the table and the column, never a value. Readers that can handle a row that we
    did not write catch it as a missing key."""


class Row(TableEntity):
    """A row with its version and time. Converted to a plain dict, its values are not checked."""

    def __init__(self, table: str, entity: TableEntity) -> None:
        super().__init__(entity, metadata=entity.metadata)
        self._table = table

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401  columns are of many types
        """Raises RowUnreadable if the column is missing or its value is not valid."""
        if column not in self:
            raise self.unreadable(column, "is missing")
        value = super().__getitem__(column)
        if column in COLUMNS and not COLUMNS[column](value):
            raise self.unreadable(column, "is not what it should be")
        return value

    def get(self, column: str, default: object = None) -> Any:  # noqa: ANN401
        """As `row[column]`, for a column that may be missing."""
        return self[column] if column in self else default  # noqa: SIM401  this is it

    def key_bytes(self, column: str, *, behind: str = "") -> bytes:
        """The bytes that a key has in base64url behind a prefix."""
        try:
            return base64url.decode(self[column].removeprefix(behind))
        except ValueError as error:
            raise self.unreadable(column, "is not what it should be") from error

    def unreadable(self, column: str, what: str) -> RowUnreadable:
        """The error to raise. No value of the row is logged."""
        logger.error("a row of %s cannot be read: %s %s", self._table, column, what)
        return RowUnreadable(f"{self._table}: {column} {what}")
