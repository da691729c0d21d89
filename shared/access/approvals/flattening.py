"""The details of a request as a list of values, each with the path to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.access.canonical import canonical_json

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Leaf:
    path: str
    """Such as `target.disks[0]`. A name that could be taken for two is in quotes."""
    text: str
    is_text: bool
    """Not a number, true, false, null or empty."""


def flatten(details: Mapping[str, object]) -> list[Leaf]:
    return [leaf for name, value in details.items() for leaf in _leaves(_step("", name), value)]


def _leaves(path: str, value: object) -> Iterator[Leaf]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(_step(path, name), inner)
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from _leaves(f"{path}[{index}]", inner)
    else:
        is_text = isinstance(value, str)
        yield Leaf(path, str(value) if is_text else canonical_json(value).decode(), is_text)


def _step(path: str, name: str) -> str:
    if not _PLAIN.fullmatch(name):
        return f"{path}[{canonical_json(name).decode()}]"
    return f"{path}.{name}" if path else name
