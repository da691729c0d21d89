"""Rows of a backup, grouped as the store compares and adds them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched, groupby

from shared.backup.contents import ACCOUNTS, WHOLE_ACCOUNT, section
from shared.backup.tables_file import Row
from shared.storage.tables.table import MAX_TRANSACTION

_MAX_BATCH_BYTES = 900_000  # A transaction may have 4 MiB, but aiohttp warns of bodies above 1 MiB


type Unit = Sequence[Row]
"""Rows of one partition that are compared with the store together."""


def units_of(rows: Iterable[Row]) -> Iterator[Unit]:
    grouped = groupby(rows, key=lambda row: (section(row), row.table, row.partition))
    for (_, table, _), unit in grouped:
        # Which rows an account gets depends on all its rows, of which there are few.
        size = WHOLE_ACCOUNT if table == ACCOUNTS else MAX_TRANSACTION
        yield from batched(unit, size, strict=False)


def batches_of(unit: Unit) -> Iterator[Unit]:
    batch: list[Row] = []
    used = 0
    for row in unit:
        size = len(json.dumps(dict(row.entity)))
        if batch and (len(batch) == MAX_TRANSACTION or used + size > _MAX_BATCH_BYTES):
            yield batch
            batch, used = [], 0
        batch.append(row)
        used += size
    if batch:
        yield batch
