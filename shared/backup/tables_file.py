"""A backup as a JSON Lines file that shows whether it is complete. Pure.

    {"tables": {"version": 1, "rpId": "touchstone.example", "issuer": "https://…", "at": "…"}}
    {"row": {"table": "Accounts", "entity": {"PartitionKey": "…", "RowKey": "account", …}}}
    {"end": {"rows": {"Accounts": 1}, "sha256": "…"}}

The last line has the number of rows of each table, and the SHA-256 of all lines before it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

FILE_VERSION = 1


class Damaged(ValueError):
    """The file was changed or truncated, or is not a backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The deployment and the time of the backup."""

    rp_id: str
    issuer: str
    at: str
    """When reading began, as of RFC 3339."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    table: str
    entity: Mapping[str, Any]
    """In the form of `shared.storage.tables.odata`."""

    @property
    def partition(self) -> str:
        return str(self.entity["PartitionKey"])

    @property
    def key(self) -> str:
        return str(self.entity["RowKey"])


class Tally:
    """Counts rows and hashes lines, for the last line of the file."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self._digest = sha256()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def count(self, line: bytes, *, table: str | None = None) -> bytes:
        self._digest.update(line)
        if table is not None:
            self.rows[table] += 1
        return line

    def end(self) -> bytes:
        return _line("end", {"rows": dict(self.rows), "sha256": self.digest})


class Writing:
    def __init__(self) -> None:
        self.tally = Tally()

    def begin(self, about: About) -> bytes:
        members = {"rpId": about.rp_id, "issuer": about.issuer, "at": about.at}
        return self.tally.count(_line("tables", {"version": FILE_VERSION} | members))

    def row(self, row: Row) -> bytes:
        line = _line("row", {"table": row.table, "entity": dict(row.entity)})
        return self.tally.count(line, table=row.table)

    def end(self) -> bytes:
        return self.tally.end()


class Reading:
    """Reads a backup. Raises Damaged, immediately or from `rows`. The rows are known to be complete
    only at the end."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.tally = Tally()
        self._lines = iter(lines)
        first = next(self._lines, b"")
        match _read(first):
            case {
                "tables": {"version": 1, "rpId": str(rp_id), "issuer": str(issuer), "at": str(at)}
            }:
                self.about = About(rp_id=rp_id, issuer=issuer, at=at)
            case _:
                raise Damaged("the first line is not from a backup")
        self.tally.count(first)

    def rows(self) -> Iterator[Row]:
        for number, line in enumerate(self._lines, start=2):
            match _read(line):
                case {"row": {"table": str(table), "entity": dict(entity)}}:
                    self.tally.count(line, table=table)
                    yield Row(table=table, entity=entity)
                case {"end": _}:
                    return self._end(line)
                case _:
                    raise Damaged(f"line {number} is not one of a backup")
        raise Damaged("the last line is missing: the file is incomplete")

    def _end(self, line: bytes) -> None:
        # The last line follows from the lines before it, so it is made again and compared.
        if line != self.tally.end():
            raise Damaged("the last line does not match the lines before it")
        if next(self._lines, None) is not None:
            raise Damaged("there is something after the last line")


def _line(name: str, value: Mapping[str, Any]) -> bytes:
    return json.dumps({name: value}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
