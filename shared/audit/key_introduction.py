"""A new key for checkpoints is introduced by those that are known: a signed note says which it is.

    touchstone checkpoint key introduction v1
    touchstone.example
    touchstone.example+1b8e0f21+ARpc…

    — touchstone.example Az3grlgtzPICa5OS8npVmf1Myq…        by a key that was known before
    — touchstone.example G44PIUp3z7f0pnXv2lE1…              by the new one: somebody has it

A table's writer has no such key, so nobody is led to trust a key by an entry that was slipped into
the log. The second line keeps the text apart from every checkpoint, where a number stands.
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
    """Return the key that it introduces. Raise InvalidCheckpoint unless one of these keys and the
    new one itself have signed it, for the log of that name."""
    text, lines = split_note(note)
    title, named, key, *rest = text.split("\n")
    if (title, named, rest) != (_TITLE, origin, [""]):
        raise InvalidCheckpoint("it introduces no key for this log")
    try:
        verifier = read_verifier(key)
    except ValueError as error:
        raise InvalidCheckpoint("the key that it introduces is none") from error
    if verifier.name != origin or not has_signed(verifier, text, lines):
        raise InvalidCheckpoint("the key that it introduces has not signed it")
    known = (each for each in trusted if each.name == origin and each != verifier)
    if not any(has_signed(each, text, lines) for each in known):
        raise InvalidCheckpoint("no known key has signed it")
    return verifier
