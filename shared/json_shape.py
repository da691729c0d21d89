"""Reads JSON that somebody sent: shape and length first, typed values after.

Nothing downstream sees a raw `dict`. That matters beyond tidiness: fido2 turns a JSON number
where bytes are due into that many zero bytes, so a 40-byte body could cost hundreds of megabytes.
"""

import json
from typing import Any, NoReturn

from shared import base64url
from shared.errors import MalformedRequest
from shared.members import Members

_BASE64_ALONE = frozenset("=+/")
"""What plain base64 has and base64url does not."""


def parse_object(data: bytes) -> dict[str, Any]:
    """Parse UTF-8 JSON whose outermost value is an object.

    Refuses what parsers disagree about, as two readers of one text must not see two messages:
    duplicate members, NaN and Infinity, a byte order mark. Raises ValueError.
    """
    value = parse_json(data.decode("utf-8"))
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def parse_json(text: str) -> object:
    """Refuses the same, and lets the outermost value be any."""
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _object_without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise ValueError("duplicate member")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class Shape(Members):
    """A JSON object that somebody sent, and the path that led to it."""

    __slots__ = ()

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise MalformedRequest(f"{self.path}{name} {problem}.")

    def only(self, *names: str) -> None:
        if not self.members.keys() <= set(names):
            raise MalformedRequest(f"Only these members are known here: {', '.join(names)}.")

    def binary(self, name: str, *, limit: int) -> bytes:
        value = self.optional_binary(name, limit=limit)
        if value is None:
            self.refuse(name, "is required")
        return value

    def optional_binary(self, name: str, *, limit: int) -> bytes | None:
        """`limit` counts bytes after decoding."""
        value = self.find(name)
        if value is None:
            return None
        if isinstance(value, str) and not _BASE64_ALONE.isdisjoint(value):
            self.refuse(name, "must be base64url: leave out the =, and write - and _ for + and /")
        if not isinstance(value, str) or not 0 < len(value) <= (limit * 4 + 2) // 3:
            self.refuse(name, f"must be base64url of 1 to {limit} bytes")
        try:
            return base64url.decode(value)
        except ValueError:
            self.refuse(name, "must be base64url without padding")
