"""A workspace in memory: tables, the time at which each row arrived, and queries at any time."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb_kql

from shared.audit.schemas.touchstone_row import COLUMNS
from tests.infra.kql.engine_functions import ARRIVED
from tests.infra.kql.texts import translated
from tests.infra.kusto_check import AZURES_TABLES

OURS = "Touchstone_CL"
OLDEST, NEWEST = timedelta(days=2), timedelta(days=1)
"""A row whose TimeGenerated is further from its arrival gets the time of arrival in its place:
https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns#timegenerated"""

TABLES: Mapping[str, Mapping[str, str]] = {OURS: COLUMNS, **AZURES_TABLES}
_TYPES = {
    "datetime": "TIMESTAMP",
    "string": "VARCHAR",
    "long": "BIGINT",
    "int": "INTEGER",
    "boolean": "BOOLEAN",
    "dynamic": "JSON",
}
_SCHEMA = tuple((table, (*columns, ARRIVED)) for table, columns in TABLES.items())

type Row = dict[str, Any]


class Workspace:
    def __init__(self) -> None:
        self._database = duckdb_kql.connect()
        self._prepared: dict[str, str] = {}
        self._database.execute("SET threads = 1")
        # Planning costs more than running: the tables are small.
        self._database.execute("PRAGMA disable_optimizer")
        self._database.execute("CREATE TABLE asked (since TIMESTAMP, until TIMESTAMP)")
        self._database.execute("INSERT INTO asked VALUES (NULL, NULL)")
        for table, columns in TABLES.items():
            typed = ", ".join(f'"{name}" {_TYPES[kind]}' for name, kind in columns.items())
            self._database.execute(f'CREATE TABLE "all_{table}" ({typed}, "{ARRIVED}" TIMESTAMP)')
            self._database.execute(
                f'CREATE VIEW "{table}" AS SELECT kept.* FROM "all_{table}" AS kept, asked '  # noqa: S608
                f'WHERE "{ARRIVED}" <= until AND (since IS NULL OR TimeGenerated > since)'
            )

    def empty(self) -> None:
        for table in TABLES:
            self._database.execute(f'DELETE FROM "all_{table}"')  # noqa: S608

    def receive(self, arrivals: Iterable[tuple[datetime, Row]], table: str = OURS) -> None:
        """Rows with the times at which they arrive, in any order."""
        texts = {name: "" for name, kind in TABLES[table].items() if kind == "string"}
        arrived = [texts | row | _stamped(row, at) for at, row in arrivals]
        kinds = dict.fromkeys(TABLES[table], "VARCHAR") | {
            name: "JSON" for name, kind in TABLES[table].items() if kind == "dynamic"
        }
        shape = json.dumps([kinds | {ARRIVED: "VARCHAR"}])
        self._database.execute(
            f'INSERT INTO "all_{table}" SELECT unnest(row) '  # noqa: S608
            "FROM (SELECT unnest(from_json(?::JSON, ?)) AS row)",
            [json.dumps(arrived), shape],
        )

    def ask(self, text: str, at: datetime, reach: timedelta | None = None) -> list[Row]:
        """The result over the rows that have arrived by then, of the time range that reaches so
        far back."""
        since = None if reach is None else at - reach
        self._database.execute("UPDATE asked SET since = ?, until = ?", [_utc(since), _utc(at)])
        cursor = self._database.execute(self._prepare(text, at))
        columns = [(each[0], str(each[1])) for each in cursor.description or ()]
        return [_read(columns, row) for row in cursor.fetchall()]

    def _prepare(self, text: str, at: datetime) -> str:
        sql = translated(text, _SCHEMA)
        if text not in self._prepared:
            self._prepared[text] = f"query_{len(self._prepared)}"
            self._database.execute(f"PREPARE {self._prepared[text]} AS {sql}")
        now = f"(kqlnow := TIMESTAMP '{_utc(at)}')" if "$kqlnow" in sql else ""
        return f"EXECUTE {self._prepared[text]}{now}"


def _stamped(row: Row, at: datetime) -> Row:
    generated = datetime.fromisoformat(row["TimeGenerated"])
    kept = at - OLDEST <= generated <= at + NEWEST
    return {"TimeGenerated": (generated if kept else at).isoformat(), ARRIVED: at.isoformat()}


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC).replace(tzinfo=None)


def _read(columns: list[tuple[str, str]], row: tuple[Any, ...]) -> Row:
    values = {name: _value(kind, value) for (name, kind), value in zip(columns, row, strict=True)}
    values.pop(ARRIVED, None)
    return values


def _value(kind: str, value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if kind == "JSON" and isinstance(value, str):
        return json.loads(value)
    return value
