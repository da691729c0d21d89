"""Rows as they were read. Somebody may have written to a table who is not us, or a backup may have
been cut: whoever reads a column gets what such a column holds, or RowUnreadable.

So no reader has to check a row, and none fails in a way of its own.
"""

import logging
from typing import Any

from azure.data.tables import TableEntity

from shared import base64url
from shared.errors import StorageUnavailable
from shared.storage.tables.columns import COLUMNS

logger = logging.getLogger("touchstone.storage")


class RowUnreadable(StorageUnavailable, KeyError):
    """Its text names the table and the column, never what is in it. Readers who know what to do
    about a row of somebody else's catch it as they would a key that is missing."""


class Row(TableEntity):
    """With its version and time. As a plain dict it holds what it holds."""

    def __init__(self, table: str, entity: TableEntity) -> None:
        super().__init__(entity)
        self._metadata = entity.metadata
        self._table = table

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401  columns are of many types
        """Raises RowUnreadable if it is missing, or not what such a column holds."""
        if column not in self:
            raise self.unreadable(column, "is missing")
        value = super().__getitem__(column)
        if column in COLUMNS and not COLUMNS[column](value):
            raise self.unreadable(column, "is not what it should be")
        return value

    def get(self, column: str, default: object = None) -> Any:  # noqa: ANN401
        """As `row[column]`, for a column that may be missing."""
        return self[column] if column in self else default  # noqa: SIM401  this is it

    def key_bytes(self, column: str) -> bytes:
        """Of a key that is base64url."""
        try:
            return base64url.decode(self[column])
        except ValueError as error:
            raise self.unreadable(column, "is not what it should be") from error

    def unreadable(self, column: str, what: str) -> RowUnreadable:
        """The error to raise. Nothing that the row holds is logged."""
        logger.error("a row of %s cannot be read: %s %s", self._table, column, what)
        return RowUnreadable(f"{self._table}: {column} {what}")
