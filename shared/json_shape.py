"""Reads untrusted JSON: checks types and lengths, and returns typed values.

No code after it sees a raw `dict`. That is a matter of security: fido2 turns a JSON number in place
of bytes into that many zero bytes, so a body of 40 bytes could cost hundreds of megabytes.
"""

import json
from typing import Any, NoReturn

from shared import base64url
from shared.errors import MalformedRequest
from shared.members import Members

_BASE64_ALONE = frozenset("=+/")
"""Characters of plain base64 that base64url does not have."""


def parse_object(data: bytes) -> dict[str, Any]:
    """Parse UTF-8 JSON whose outermost value is an object.

    Refuse what parsers read differently, so that two readers never see two messages in one text:
    duplicate members, NaN and Infinity, a byte order mark. Raise ValueError.
    """
    value = parse_json(data.decode("utf-8"))
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def parse_json(text: str) -> object:
    """Parse JSON with the same refusals. The outermost value may have any type."""
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
    """An untrusted JSON object with its path, so that an error can name the member."""

    __slots__ = ()

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise MalformedRequest(f"{self.path}{name} {problem}.")

    def only(self, *names: str) -> None:
        """Null means absent, whatever the name: some clients send null for all that they know."""
        given = {name for name, value in self.members.items() if value is not None}
        if not given <= set(names):
            raise MalformedRequest(f"Only these members are known here: {', '.join(names)}.")

    def binary(self, name: str, *, limit: int) -> bytes:
        value = self.optional_binary(name, limit=limit)
        if value is None:
            self.refuse(name, "is required")
        return value

    def optional_binary(self, name: str, *, limit: int) -> bytes | None:
        """`limit` is in bytes after decoding."""
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
