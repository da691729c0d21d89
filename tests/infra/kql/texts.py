"""The texts that are deployed, as the local engine reads them.

Two forms are rewritten, because the engine does not read them: an argument that is given by its
name, and a member of a bag that a column names. All else is run as it is deployed.
"""

import re
from functools import cache

import duckdb_kql

from tests.infra.kql.engine_functions import add_functions
from tests.infra.kusto_check import MONITOR, manifest

_BY_NAME = re.compile(r"\b(\w+)\((\w+)=(\w+(?:\(\w*\))?)\)")
_BY_COLUMN = re.compile(r"\b(\w+)\[([A-Z]\w*)\]")
_PARAMETER = re.compile(r"(\w+):\w+=((?:\([^)]*\)|[^,(]|\((?:[^()]|\([^)]*\))*\))+)")

APP = "11111111-1111-1111-1111-111111111111"
"""The object ID of the app, which the deployment writes into a query."""


def deployed(folder: str, name: str) -> str:
    text: str = (MONITOR / folder / f"{name}.kql").read_text()
    return text.replace("<object ID of the app>", APP)


def call(function: str, **arguments: str) -> str:
    """A call of a saved function, with the defaults of the manifest for all other parameters."""
    (listed,) = (each for each in manifest("functions") if each["alias"] == function)
    defaults = dict(_PARAMETER.findall(listed["parameters"]))
    assert arguments.keys() <= defaults.keys()
    return f"{function}({', '.join((defaults | arguments).values())})"


@cache
def translated(text: str, schema: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """The SQL. Its one parameter, if it has any, is the present time."""
    tables = {table: list(columns) for table, columns in schema}
    _teach()
    now = "2031-01-01T00:00:00Z"
    return str(duckdb_kql.to_sql(_readable(text), schema=tables, query_now=now))


@cache
def _teach() -> None:
    """The saved functions are read once for all queries."""
    add_functions()
    duckdb_kql.set_functions(
        [
            f"function {each['alias']}({each['parameters']}) "
            f"{{\n{_readable(deployed('functions', each['name']))}\n}}"
            for each in manifest("functions")
        ]
    )


def _readable(text: str) -> str:
    known = {each["alias"] for each in manifest("functions")}

    def by_place(found: re.Match[str]) -> str:
        function, parameter, value = found.groups()
        return call(function, **{parameter: value}) if function in known else found[0]

    return _BY_COLUMN.sub(r"member_of(\1, \2)", _BY_NAME.sub(by_place, text))
