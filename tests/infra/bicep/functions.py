"""Bicep's functions, as far as the templates call them.

What Azure would make up (`uniqueString`, `guid`) shows its arguments in plain text, so that a test
can read them.
"""

import json
from collections.abc import Callable, Mapping
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


def _union(*parts: dict[str, Value]) -> dict[str, Value]:
    return {name: value for part in parts for name, value in part.items()}


def _resource_id(of: str, *names: str) -> str:
    return f"{of}/{'/'.join(names)}"


_PLAIN: Mapping[str, Callable[..., Value]] = {
    "concat": lambda *lists: [each for one in lists for each in one],
    "empty": lambda value: not value,
    "environment": lambda: {"suffixes": {"storage": "core.windows.net"}},
    "guid": lambda *parts: f"guid({', '.join(parts)})",
    "join": lambda parts, between: between.join(parts),
    "replace": lambda value, old, new: value.replace(old, new),
    "resourceId": _resource_id,
    "subscription": lambda: Runtime("subscription"),
    "subscriptionResourceId": _resource_id,
    "tenant": lambda: Runtime("tenant"),
    "toLower": lambda value: value.lower(),
    "union": _union,
    # 13 characters, as Azure's are: names have lengths.
    "uniqueString": lambda *_parts: "abcdefghijklm",
}
