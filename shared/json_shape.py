"""The one reader of untrusted JSON: shape and length first, typed values after.

Nothing downstream sees a raw `dict`. That matters beyond tidiness: fido2 turns a JSON number
where bytes are due into that many zero bytes, so a 40-byte body could cost hundreds of megabytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from shared import base64url
from shared.errors import MalformedRequest

_BASE64_ALONE = frozenset("=+/")
"""What plain base64 has and base64url does not."""


def parse_object(data: bytes) -> dict[str, Any]:
    """Parse UTF-8 JSON whose outermost value is an object.

    Refuses what parsers disagree about, as two readers of one text must not see two messages:
    duplicate members, NaN and Infinity, a byte order mark. Raises ValueError.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _object_without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise ValueError("duplicate member")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


@dataclass(frozen=True, slots=True)
class Shape:
    """A JSON object and the path that led to it, so that a refusal can name the member."""

    members: Mapping[str, Any]
    path: str = ""

    def only(self, *names: str) -> None:
        if not self.members.keys() <= set(names):
            raise MalformedRequest(f"Only these members are known here: {', '.join(names)}.")

    def object(self, name: str) -> "Shape":
        value = self.members.get(name)
        if not isinstance(value, dict):
            self._refuse(name, "must be an object")
        return Shape(value, f"{self.path}{name}.")

    def text(self, name: str, *, limit: int) -> str:
        value = self.optional_text(name, limit=limit)
        if value is None:
            self._refuse(name, "is required")
        return value

    def optional_text(self, name: str, *, limit: int) -> str | None:
        """`limit` counts characters; a lone surrogate is refused, as it has no UTF-8 form."""
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not 0 < len(value) <= limit or not is_unicode(value):
            self._refuse(name, f"must be a string of 1 to {limit} characters")
        return value

    def binary(self, name: str, *, limit: int) -> bytes:
        value = self.optional_binary(name, limit=limit)
        if value is None:
            self._refuse(name, "is required")
        return value

    def optional_binary(self, name: str, *, limit: int) -> bytes | None:
        """`limit` counts bytes after decoding."""
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, str) and not _BASE64_ALONE.isdisjoint(value):
            self._refuse(name, "must be base64url: leave out the =, and write - and _ for + and /")
        if not isinstance(value, str) or not 0 < len(value) <= (limit * 4 + 2) // 3:
            self._refuse(name, f"must be base64url of 1 to {limit} bytes")
        try:
            return base64url.decode(value)
        except ValueError:
            self._refuse(name, "must be base64url without padding")

    def optional_choice(self, name: str, choices: Sequence[str]) -> str | None:
        value = self.members.get(name)
        if value is not None and (not isinstance(value, str) or value not in choices):
            self._refuse(name, f"must be one of: {', '.join(choices)}")
        return value

    def optional_integer(self, name: str, *, least: int, most: int = 2**31 - 1) -> int | None:
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self._refuse(name, f"must be a whole number from {least} to {most}")
        return value

    def optional_flag(self, name: str) -> bool:
        """False if the member is not there, or null."""
        value = self.members.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            self._refuse(name, "must be true or false")
        return value

    def optional_choices(self, name: str, choices: Sequence[str]) -> tuple[str, ...]:
        values = self.optional_texts(name, limit=len(choices), each=max(map(len, choices)))
        if not set(values) <= set(choices):
            self._refuse(name, f"may hold only: {', '.join(choices)}")
        return values

    def optional_texts(self, name: str, *, limit: int, each: int) -> tuple[str, ...]:
        """A list of at most `limit` strings of 1 to `each` characters."""
        value = self.members.get(name)
        if value is None:
            return ()
        if (
            not isinstance(value, list)
            or len(value) > limit
            or not all(isinstance(item, str) and 1 <= len(item) <= each for item in value)
            or not all(map(is_unicode, value))
        ):
            self._refuse(name, f"must be a list of at most {limit} short strings")
        return tuple(value)

    def _refuse(self, name: str, rule: str) -> NoReturn:
        raise MalformedRequest(f"{self.path}{name} {rule}.")


def is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
