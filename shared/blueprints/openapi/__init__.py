"""The API description (OpenAPI 3.1): a file for each blueprint, and one for shared parts.

References are resolved in the whole document, so a file may use definitions of another file.
"""

import json
from functools import reduce
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent

type Part = dict[str, Any]


def read_description(folder: Path = _FOLDER) -> Part:
    """The whole document. Raises ValueError if two files define the same thing."""
    files = sorted(folder.glob("*.json"))
    return reduce(_join, (json.loads(file.read_text(encoding="utf-8")) for file in files), {})


def _join(one: Part, other: Part) -> Part:
    return one | {name: _joined(name, one.get(name), value) for name, value in other.items()}


def _joined(name: str, one: object, other: object) -> object:
    if one is None:
        return other
    if isinstance(one, dict) and isinstance(other, dict):
        return _join(one, other)
    raise ValueError(f"{name} is defined by two files")
