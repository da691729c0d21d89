"""Bicep's functions, as far as the templates call them.

What Azure would make up (`uniqueString`, `guid`) shows its arguments in plain text, so that a test
can read them.
"""

import json
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from tests.infra.bicep.runtime import Runtime

type Value = Any


def functions(folder: Path) -> Mapping[str, Callable[..., Value]]:
    """`folder` is that of the template: paths in it begin there."""
    return {
        **_PLAIN,
        "loadJsonContent": lambda path: json.loads((folder / path).read_text()),
        "loadTextContent": lambda path: (folder / path).read_text(),
    }


def _union(*parts: Value) -> Value:
    """Of objects, or of lists, whose values are then each there once."""
    if isinstance(parts[0], Mapping):
        return {name: value for part in parts for name, value in part.items()}
    return list(dict.fromkeys(each for part in parts for each in part))


def _resource_id(of: str, *names: str) -> str:
    return f"{of}/{'/'.join(names)}"


class DeploymentRefused(Exception):
    """What `fail` says."""


def _fail(message: str) -> Value:
    raise DeploymentRefused(message)


def _split(value: str, by: str | list[str]) -> list[str]:
    """By one delimiter, or by each of a list."""
    parts = [value]
    for delimiter in [by] if isinstance(by, str) else by:
        parts = [part for each in parts for part in each.split(delimiter)]
    return parts


def _parse_cidr(value: str) -> dict[str, Value]:
    """Azure takes an address without a length for the network of its class: mostly a /24."""
    address, _, length = value.partition("/")
    of_its_class = {0: "8", 1: "16"}.get(int(address.split(".")[0]) >> 6, "24")
    network = IPv4Network(f"{address}/{length or of_its_class}", strict=False)
    return {"network": str(network.network_address), "cidr": network.prefixlen}


_PLAIN: Mapping[str, Callable[..., Value]] = {
    "concat": lambda *lists: [each for one in lists for each in one],
    "contains": lambda where, what: what in where,
    "empty": lambda value: not value,
    "endsWith": lambda value, end: value.lower().endswith(end.lower()),
    "environment": lambda: {"suffixes": {"storage": "core.windows.net"}},
    "fail": _fail,
    "filter": lambda values, condition: [each for each in values if condition(each)],
    "flatten": lambda lists: [each for one in lists for each in one],
    "guid": lambda *parts: f"guid({', '.join(parts)})",
    "int": int,
    "join": lambda parts, between: between.join(parts),
    "length": len,
    "map": lambda values, make: [make(each) for each in values],
    "objectKeys": list,
    "parseCidr": _parse_cidr,
    "range": lambda first, count: list(range(first, first + count)),
    "replace": lambda value, old, new: value.replace(old, new),
    "resourceId": _resource_id,
    "skip": lambda values, count: values[count:],
    "split": _split,
    "startsWith": lambda value, start: value.lower().startswith(start.lower()),
    "string": lambda value: (
        value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    ),
    "subscription": lambda: Runtime("subscription"),
    "subscriptionResourceId": _resource_id,
    "take": lambda values, count: values[:count],
    "tenant": lambda: Runtime("tenant"),
    "toLower": lambda value: value.lower(),
    "union": _union,
    # 13 characters, as Azure's are: names have lengths.
    "uniqueString": lambda *_parts: "abcdefghijklm",
}
