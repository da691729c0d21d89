"""JSON of which two readers cannot see two messages, whatever language they are written in.

The page for auditors reads the same (`shared/site/receipts/strict_json.js`).
"""

import json
from typing import Any, NoReturn

_DEEPEST = 64
LARGEST = 2**53 - 1
"""Up to here all readers of JSON have the same whole numbers."""


def read_object(text: str, *, whole: bool = False) -> dict[str, Any]:
    """Raise ValueError or RecursionError for anything else. `whole`: all numbers are whole."""
    value = json.loads(
        text,
        object_pairs_hook=_once,
        parse_constant=_refuse,
        parse_int=_whole if whole else None,
        parse_float=_refuse if whole else None,
    )
    if not isinstance(value, dict):
        raise ValueError("not an object")
    _check_depth(value, _DEEPEST)
    json.dumps(value, ensure_ascii=False).encode()  # raises an error for a lone surrogate
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members


def _whole(text: str) -> int:
    number = int(text)
    return number if abs(number) <= LARGEST else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"a number that readers have in several ways: {text[:20]}")


def _check_depth(value: object, levels: int) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict | list) and not levels:
        raise ValueError("too deep")
    for each in inner:
        _check_depth(each, levels - 1)
