"""A known checkpoint key introduces a new one, in a signed note that names the new key.

    touchstone checkpoint key introduction v1
    touchstone.example
    touchstone.example+1b8e0f21+ARpc…

    — touchstone.example Az3grlgtzPICa5OS8npVmf1Myq…        by a key that was known before
    — touchstone.example G44PIUp3z7f0pnXv2lE1…              by the new key: its private key exists

Someone who can only write the tables has no such key, so a forged entry cannot make anyone trust a
key. The second line of a checkpoint is a number, so this text can never be one.
"""

from collections.abc import Iterable

from shared.audit.checkpoint import (
    CheckpointKey,
    InvalidCheckpoint,
    Verifier,
    has_signed,
    read_verifier,
    signature_line,
    split_note,
)

_TITLE = "touchstone checkpoint key introduction v1"


def introduce(new: CheckpointKey, *, origin: str, by: Iterable[CheckpointKey]) -> str:
    text = f"{_TITLE}\n{origin}\n{new.verifier(origin)}\n"
    return f"{text}\n" + "".join(signature_line(text, key, origin) for key in (*by, new))


def read_introduction(note: str, *, origin: str, trusted: Iterable[Verifier]) -> Verifier:
    """Return the new key. Raise InvalidCheckpoint unless one of the trusted keys and the new key
    itself have signed the note, for the log of that name."""
    text, lines = split_note(note)
    title, named, key, *rest = text.split("\n")
    if (title, named, rest) != (_TITLE, origin, [""]):
        raise InvalidCheckpoint("it introduces no key for this log")
    try:
        verifier = read_verifier(key)
    except ValueError as error:
        raise InvalidCheckpoint("the key that it introduces is not valid") from error
    if verifier.name != origin or not has_signed(verifier, text, lines):
        raise InvalidCheckpoint("the key that it introduces has not signed it")
    known = (each for each in trusted if each.name == origin and each != verifier)
    if not any(has_signed(each, text, lines) for each in known):
        raise InvalidCheckpoint("no known key has signed it")
    return verifier
