"""The code that a device shows and a person types (RFC 8628 section 6.1)."""

import re

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no code is a word. None of them is taken for another."""
LENGTH = 8
LONGEST_TYPED = 40
"""In characters."""
RANDOM_BYTES = 16
_HALF = LENGTH // 2
_is_code = re.compile(f"[{LETTERS}]{{{LENGTH}}}").fullmatch
_IGNORED = re.compile(r"[\s\u2010-\u2015-]")
"""Spaces, and what keyboards write for a hyphen."""


def make_user_code(random: bytes) -> str:
    """`random` has many more bits than a code, so that all codes are equally likely."""
    number, letters = int.from_bytes(random), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def read_user_code(typed: str) -> str | None:
    """The code, whatever case and separators it was typed with. None if it cannot be one."""
    code = _IGNORED.sub("", typed).upper()
    return code if _is_code(code) else None


def show_user_code(code: str) -> str:
    return f"{code[:_HALF]}-{code[_HALF:]}"
