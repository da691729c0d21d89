"""Usernames in names of roles."""

import re

_PLAIN = re.compile(r"[a-z0-9]")


def escape(username: str) -> str:
    """Write a name with `a-z`, `0-9` and `_` alone. No two names are written alike.

    A letter `a-z` and a digit stay as they are. `_` is written twice. Every other character is its
    number in Unicode, hexadecimal, between two `_`: `alice@example.org` is
    `alice_40_example_2e_org`. So what follows a `_` up to the next one tells the character.
    """
    return "".join(map(_written, username))


def _written(character: str) -> str:
    if _PLAIN.fullmatch(character):
        return character
    return "__" if character == "_" else f"_{ord(character):x}_"
