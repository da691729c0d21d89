"""Functions of Kusto that our queries use and the local engine lacks.

The engine keeps the functions that it knows as rows of two tables, with the SQL of DuckDB for each.
These rows are added, with the meaning that Microsoft documents
(https://learn.microsoft.com/kusto/query/ and the name of the function).
"""

from duckdb_kql.translate.functions import (
    AGGREGATE_FUNCTIONS,
    SCALAR_FUNCTIONS,
    AggregateSpec,
    FunctionSpec,
)

ARRIVED = "_IngestionTime"
"""The column of each table that holds the time at which a row arrived."""

# Of `has_any_ipv4_prefix`: an entry is an address, or its beginning up to a dot.
_PREFIXES = """from_json({1}, '["VARCHAR"]')"""
_FITS = "lambda entry: {0} = entry OR (ends_with(entry, '.') AND starts_with({0}, entry))"

_SCALARS = {
    "ingestion_time": (f'"{ARRIVED}"', 0),
    # Rows are in the order of the `sort` before it: the connection has one thread.
    "prev": ("lag({0}) OVER ()", 1),
    "bag_keys": ("to_json(json_keys({0}))", 1),
    "has_any_ipv4_prefix": (f"(len(list_filter({_PREFIXES}, {_FITS})) > 0)", 2),
    # Not of Kusto: `texts.py` writes `bag[Column]` so.
    "member_of": ("json_extract({0}, '/' || {1})", 2),
}
_AGGREGATES = {
    "minif": ("min({0}) FILTER (WHERE {1})", 2),
    "maxif": ("max({0}) FILTER (WHERE {1})", 2),
    "take_anyif": ("coalesce(any_value({0}) FILTER (WHERE {1}), '')", 2),
    "make_set_if": ("to_json(coalesce(list(DISTINCT {0}) FILTER (WHERE {1}), []))", 2),
}


def add_functions() -> None:
    for name, (sql, count) in _SCALARS.items():
        SCALAR_FUNCTIONS.setdefault(name, FunctionSpec(name, "template", sql, (count,)))
    for name, (sql, count) in _AGGREGATES.items():
        AGGREGATE_FUNCTIONS.setdefault(name, AggregateSpec(name, sql, (count,)))
