"""Table Storage in memory, in place of storage itself: behind the service's own client, and in the
place of the SDK's.

For tests that go through many storage calls: a call takes a twentieth of the time that one to
Azurite does, what is stored can be set back to a state of before, and its clock is the test's own.
`tests/storage/test_memory_tables.py` compares it with Azurite, also for lost
requests and answers.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from tests.memory_filter import matches
from tests.memory_sizes import refusal, refusal_of_all

PAGE = 1000
_INFERRED = ("Edm.String", "Edm.Boolean", "Edm.Int32")
_STATUSES = {
    "EntityAlreadyExists": 409,
    "TableAlreadyExists": 409,
    "ResourceNotFound": 404,
    "TableNotFound": 404,
    "UpdateConditionNotSatisfied": 412,
    "InvalidDuplicateRow": 400,
    "InvalidInput": 400,
    "PropertyValueTooLarge": 400,
    "EntityTooLarge": 400,
    "RequestBodyTooLarge": 413,
}

type Key = tuple[str, str]
type Row = Mapping[str, Any]
"""As JSON has it, with `Timestamp` and `odata.etag`."""


class Rows:
    """Of one table, in the order of their keys."""

    def __init__(self, rows: Mapping[Key, Row] | None = None) -> None:
        self.by_key = dict(rows or {})
        self._keys = sorted(self.by_key)

    def set(self, key: Key, row: Row | None) -> Row | None:
        """Return what was there before."""
        before = self.by_key.pop(key, None)
        if row is not None:
            self.by_key[key] = row
        if before is None and row is not None:
            insort(self._keys, key)
        elif before is not None and row is None:
            del self._keys[bisect_left(self._keys, key)]
        return before

    def from_(self, first: Key) -> Iterator[Row]:
        for index in range(bisect_left(self._keys, first), len(self._keys)):
            yield self.by_key[self._keys[index]]


type State = Mapping[str, Mapping[Key, Row]]


class Refused(Exception):
    def __init__(self, code: str, *, part: int | None = None) -> None:
        super().__init__(code)
        self.code, self.part = code, part
        self.status = _STATUSES[code]


@dataclass(frozen=True, slots=True)
class Write:
    """Of one row, in whose place it puts what is given, adds that to it, or has nothing."""

    verb: str
    key: Key
    row: Row
    etag: str | None = None
    """The version that the row must have; "*" for any."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row]
    more: Key | None


class MemoryTables:
    """All accounts' tables; `clock` is the one of storage."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._tables: dict[str, Rows] = {}
        self._writes = 0

    def snapshot(self) -> State:
        return {name: dict(rows.by_key) for name, rows in self._tables.items()}

    def restore(self, state: State) -> None:
        self._tables = {name: Rows(rows) for name, rows in state.items()}

    def make(self, name: str) -> None:
        if name in self._tables:
            raise Refused("TableAlreadyExists")
        self._tables[name] = Rows()

    def drop(self, name: str) -> None:
        self._table(name)
        del self._tables[name]

    def get(self, name: str, key: Key, select: Sequence[str]) -> Row:
        found = self._table(name).by_key.get(key)
        if found is None:
            raise Refused("ResourceNotFound")
        return _selected(found, select)

    def query(
        self, name: str, condition: str, select: Sequence[str], *, most: int, begin: Key | None
    ) -> Page:
        rows = _within(self._table(name), condition, begin)
        found = list(islice((row for row in rows if matches(condition, row)), most + 1))
        more = found.pop() if len(found) > most else None
        return Page(
            [_selected(row, select) for row in found],
            (more["PartitionKey"], more["RowKey"]) if more else None,
        )

    def write(self, name: str, write: Write) -> str:
        """The new version."""
        return self._write(self._table(name), write)[0]

    def transact(self, name: str, writes: Sequence[Write]) -> list[str]:
        """All or none."""
        if code := refusal_of_all([write.row for write in writes]):
            raise Refused(code)
        etags: list[str] = []
        undoing: list[tuple[Rows, Key, Row | None]] = []
        for number, write in enumerate(writes):
            try:
                if write.key in [key for _, key, _ in undoing]:
                    raise Refused("InvalidDuplicateRow")
                table = self._table(name)
                etag, before = self._write(table, write)
            except Refused as refused:
                for undone, key, row in reversed(undoing):
                    undone.set(key, row)
                raise Refused(refused.code, part=number) from refused
            etags.append(etag)
            undoing.append((table, write.key, before))
        return etags

    def _table(self, name: str) -> Rows:
        if name not in self._tables:
            raise Refused("TableNotFound")
        return self._tables[name]

    def _write(self, table: Rows, write: Write) -> tuple[str, Row | None]:
        """The new version, and what was there before."""
        found = table.by_key.get(write.key)
        if write.verb == "create" and found is not None:
            raise Refused("EntityAlreadyExists")
        if write.etag is not None and found is None:
            raise Refused("ResourceNotFound")
        if write.etag not in (None, "*") and found and found["odata.etag"] != write.etag:
            raise Refused("UpdateConditionNotSatisfied")
        if write.verb == "delete":
            return "", table.set(write.key, None)
        row = write.row
        if write.verb == "update":
            kept = found or {}
            row = {name: kept[name] for name in kept if _name(name) not in row} | dict(row)
        if code := refusal(row):
            raise Refused(code)
        written = self._versioned(write.key, row)
        return written["odata.etag"], table.set(write.key, written)

    def _versioned(self, key: Key, row: Row) -> dict[str, Any]:
        self._writes += 1  # no two rows are of one moment
        moment = self.clock() + timedelta(microseconds=self._writes % 1_000_000)
        stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
        metadata = {
            name: row[name] for name in row if row.get(name) not in _INFERRED or "@" not in name
        }
        return metadata | {
            "PartitionKey": key[0],
            "RowKey": key[1],
            "Timestamp": stamp,
            "odata.etag": f"W/\"datetime'{stamp}-{self._writes}'\"",
        }


_ONE = re.compile(r"PartitionKey (eq|ge) '((?:[^']|'')*)'(?: and .*)?")


def _within(table: Rows, condition: str, begin: Key | None) -> Iterator[Row]:
    """The rows among which there may be some that meet the condition."""
    found = None if " or " in condition else _ONE.fullmatch(condition)
    partition = "" if found is None else found[2].replace("''", "'")
    for row in table.from_(begin or (partition, "")):
        if found and found[1] == "eq" and row["PartitionKey"] > partition:
            return
        yield row


def _name(column: str) -> str:
    return column.partition("@")[0]


def _selected(row: Row, select: Sequence[str]) -> Row:
    if not select:
        return row
    return {name: row[name] for name in row if _name(name) in select or name == "odata.etag"}
